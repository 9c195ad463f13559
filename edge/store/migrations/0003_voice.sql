-- The loudspeaker station: abbreviations, templates, planned programmes, the voice bank, talks. Times are UTC milliseconds.

-- Live: one row a talk or relay; its order and the horns' reports stand in horn_order and horn_report.
CREATE TABLE talk (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    stream TEXT NOT NULL,
    horn_order TEXT NOT NULL REFERENCES horn_order (id),
    by_user TEXT NOT NULL,
    began_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER,
    why TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX talk_open ON talk (id) WHERE ended_at_ms IS NULL;

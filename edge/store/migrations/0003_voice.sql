-- The loudspeaker station: abbreviations, templates, planned programmes, the voice bank, talks. Times are UTC milliseconds.

-- Reports that come late (docs/design/node.md). `held`: the node has the order in its plan, so the report stays open.
ALTER TABLE horn_report ADD COLUMN held INTEGER NOT NULL DEFAULT 0;

-- What a horn told of an order that had been called UNKNOWN already: evidence beside the one report.
CREATE TABLE late_word (
    horn_order TEXT NOT NULL,
    horn TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    rms_db REAL,
    amp_ma INTEGER,
    played_ms INTEGER,
    PRIMARY KEY (horn_order, horn),
    FOREIGN KEY (horn_order, horn) REFERENCES horn_report (horn_order, horn)
) STRICT, WITHOUT ROWID;

-- What a horn's sealed key played: LOCAL, by no order of the box. `ended_at_ms` is by the node's clock.
CREATE TABLE local_play (
    horn TEXT NOT NULL,
    number TEXT NOT NULL,
    template TEXT NOT NULL,
    ended_at_ms INTEGER NOT NULL,
    told_at_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    rms_db REAL,
    amp_ma INTEGER,
    played_ms INTEGER,
    PRIMARY KEY (horn, number)
) STRICT, WITHOUT ROWID;
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

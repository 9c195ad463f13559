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
    level_db REAL,
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
    level_db REAL,
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
-- records: proof of sound.
ALTER TABLE horn_report ADD COLUMN level_db REAL;

-- records: since when a horn is online, offline, or unwatched (the box was off).
CREATE TABLE horn_presence (
    horn TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (horn, at_ms)
) STRICT, WITHOUT ROWID;

-- records: signed statements of how far the audit log goes. body: JSON {v, box, number, seq, chain, previous, at_ms}.
CREATE TABLE audit_checkpoint (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    body TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sig TEXT NOT NULL
) STRICT;

-- records: when an order was to sound (0: at once), for the air log; and the log itself, a view and no second copy.
ALTER TABLE horn_order ADD COLUMN at_ms INTEGER NOT NULL DEFAULT 0;
CREATE INDEX horn_order_began ON horn_order (max(made_at_ms, at_ms)) WHERE op NOT IN ('prepare', 'stop', 'volume');
CREATE VIEW airing AS
SELECT o.id AS number, o.op, o.priority, o.hamlets, o.ms, o.by_user, max(o.made_at_ms, o.at_ms) AS began_ms, o.payload,
       b.id AS bulletin, b.text AS item, b.author, b.approver, b.incident
FROM horn_order o LEFT JOIN bulletin b ON b.id = o.bulletin
WHERE o.op NOT IN ('prepare', 'stop', 'volume')
-- airtime: what is planned has not sounded yet, and what was withdrawn never did, unless a horn says otherwise
AND NOT EXISTS (
    SELECT 1 FROM planned_airing p WHERE p.horn_order = o.id AND p.state IN ('planned', 'withdrawn')
    AND NOT EXISTS (SELECT 1 FROM horn_report r WHERE r.horn_order = o.id AND r.outcome IN ('PLAYED', 'PARTIAL'))
);

-- records: what residents reported, in words without names and numbers. state: open, drafted, settled.
CREATE TABLE resident_report (
    id TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    hamlet TEXT NOT NULL,
    state TEXT NOT NULL,
    bulletin TEXT REFERENCES bulletin (id),
    how TEXT NOT NULL DEFAULT '',
    by_user TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX resident_report_open ON resident_report (made_at_ms) WHERE state = 'open';

-- Writing: notices from templates (docs/design/writing.md). signed_off_by: '' waits for a leader, NULL needs none.
ALTER TABLE bulletin ADD COLUMN template TEXT;
ALTER TABLE bulletin ADD COLUMN submitted INTEGER NOT NULL DEFAULT 1;
ALTER TABLE bulletin ADD COLUMN signed_off_by TEXT;
ALTER TABLE bulletin ADD COLUMN repeats_left INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bulletin ADD COLUMN repeat_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bulletin ADD COLUMN next_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bulletin ADD COLUMN ends_at_ms INTEGER NOT NULL DEFAULT 0;
-- seal: core.policy.approval.seal_of what the approver was shown, '' before. writers: JSON list of who wrote any of it.
ALTER TABLE bulletin ADD COLUMN seal TEXT NOT NULL DEFAULT '';
ALTER TABLE bulletin ADD COLUMN writers TEXT NOT NULL DEFAULT '[]';
CREATE INDEX bulletin_unsigned ON bulletin (made_at_ms) WHERE signed_off_by = '';
CREATE INDEX bulletin_repeats ON bulletin (next_at_ms) WHERE repeats_left > 0;

-- The fixed words of templates, rendered before anybody fills a blank. `voice` is what spoke them.
CREATE TABLE fixed_clip (
    spoken TEXT NOT NULL,
    voice TEXT NOT NULL,
    model_sha256 TEXT NOT NULL,
    clip TEXT NOT NULL REFERENCES clip (sha256),
    made_at_ms INTEGER NOT NULL,
    PRIMARY KEY (spoken)
) STRICT, WITHOUT ROWID;

-- The fixed words of a template, as a leader heard and approved them. parts: JSON [[spoken, clip, voice, model_sha256]].
CREATE TABLE template_approval (
    template TEXT PRIMARY KEY,
    seal TEXT NOT NULL,
    parts TEXT NOT NULL,
    approver TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- airtime: what people planned (`plan` is JSON: edge/store/programmes.py), and what of it cannot be played now.
CREATE TABLE programme (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    plan TEXT NOT NULL,
    storm INTEGER NOT NULL,
    state TEXT NOT NULL,
    trouble TEXT NOT NULL DEFAULT '',
    author TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT;

-- airtime: one part at one time. `horn_order` is its order in the plans of the nodes (none: a relay), `play` the order
-- by which the box airs it later; `plan_seq` is the first plan that had it, `out_seq` the first that has it no more.
CREATE TABLE planned_airing (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    programme TEXT NOT NULL REFERENCES programme (id),
    at_ms INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    hamlets TEXT NOT NULL,
    priority INTEGER NOT NULL,
    source TEXT NOT NULL,
    ref TEXT NOT NULL,
    standby TEXT NOT NULL,
    title TEXT NOT NULL,
    gain_db REAL NOT NULL,
    at_night INTEGER NOT NULL,
    recording TEXT,
    horn_order TEXT REFERENCES horn_order (id),
    play TEXT REFERENCES horn_order (id),
    state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    changed_at_ms INTEGER NOT NULL,
    plan_seq INTEGER,
    out_seq INTEGER
) STRICT;
CREATE UNIQUE INDEX planned_airing_open ON planned_airing (key) WHERE state IN ('planned', 'airing', 'waiting');
CREATE INDEX planned_airing_time ON planned_airing (at_ms);
CREATE INDEX planned_airing_order ON planned_airing (horn_order);

-- airtime: the plan that each node was given last; `floor_seq` is the first since it belongs to its hamlet.
CREATE TABLE node_plan (
    horn TEXT PRIMARY KEY,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    floor_seq INTEGER NOT NULL,
    hamlet TEXT NOT NULL,
    orders TEXT NOT NULL,
    payload BLOB NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- airtime: items that had to give way (`leaving`: the last report is still to come), or may sound in quiet hours.
CREATE TABLE air_note (
    item TEXT PRIMARY KEY,
    cuts INTEGER NOT NULL DEFAULT 0,
    from_clip INTEGER NOT NULL DEFAULT 0,
    leaving INTEGER NOT NULL DEFAULT 0,
    at_night INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

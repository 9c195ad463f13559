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
WHERE o.op NOT IN ('prepare', 'stop', 'volume');

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
-- sound: prompts of the recorded voice bank. key: core.voice_bank.key_of(words); the file is bank/<sha256>.wav.
CREATE TABLE bank_prompt (
    key TEXT PRIMARY KEY,
    words TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    peak_db REAL NOT NULL,
    rms_db REAL NOT NULL,
    by_user TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- sound: files that people brought; each becomes a bulletin, or (appends) the next part of one, in another language.
-- state: waiting, done, failed. The file is spool/<id> while it waits.
CREATE TABLE upload (
    id TEXT PRIMARY KEY,
    bulletin TEXT NOT NULL,
    appends INTEGER NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    priority TEXT NOT NULL,
    hamlets TEXT NOT NULL,
    by_user TEXT NOT NULL,
    role TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    clip TEXT REFERENCES clip (sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_waiting ON upload (made_at_ms) WHERE state = 'waiting';
CREATE INDEX upload_bulletin ON upload (bulletin);

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
CREATE INDEX local_play_ended ON local_play (ended_at_ms);
CREATE VIEW airing AS
SELECT o.id AS number, o.op, o.priority, o.hamlets, o.ms, o.by_user, max(o.made_at_ms, o.at_ms) AS began_ms, o.payload,
       b.id AS bulletin, b.text AS item, b.author, b.approver, b.incident
FROM horn_order o LEFT JOIN bulletin b ON b.id = o.bulletin
WHERE o.op NOT IN ('prepare', 'stop', 'volume')
-- airtime: what is planned has not sounded yet, and what was withdrawn never did, unless a horn says otherwise
AND NOT EXISTS (
    SELECT 1 FROM planned_airing p WHERE p.horn_order = o.id AND p.state IN ('planned', 'withdrawn')
    AND NOT EXISTS (SELECT 1 FROM horn_report r WHERE r.horn_order = o.id AND r.outcome IN ('PLAYED', 'PARTIAL'))
)
UNION ALL
SELECT horn || '/' || number, 'local', 4, '[]', coalesce(played_ms, 0), horn, ended_at_ms, x'',
       NULL, template, NULL, NULL, NULL
FROM local_play;
CREATE VIEW airing_end AS
SELECT horn_order AS number, horn, outcome, reason, rms_db, amp_ma, level_db, played_ms FROM horn_report
UNION ALL
SELECT horn || '/' || number, horn, outcome, reason, rms_db, amp_ma, level_db, played_ms FROM local_play;

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

-- records: warnings (CAP 1.2) that came in and what was done with them; those that we issued.
CREATE TABLE cap_received (
    sender TEXT NOT NULL,
    identifier TEXT NOT NULL,
    sent_ms INTEGER NOT NULL,
    msg_type TEXT NOT NULL,
    status TEXT NOT NULL,
    effect TEXT NOT NULL,
    reason TEXT NOT NULL,
    bulletin TEXT,
    subject TEXT,
    expires_ms INTEGER,
    over INTEGER NOT NULL DEFAULT 0,
    received_at_ms INTEGER NOT NULL,
    PRIMARY KEY (sender, identifier, sent_ms)
) STRICT, WITHOUT ROWID;
CREATE TABLE cap_issued (
    identifier TEXT PRIMARY KEY,
    about TEXT NOT NULL,
    msg_type TEXT NOT NULL,
    sent_ms INTEGER NOT NULL,
    xml TEXT NOT NULL,
    written INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX cap_issued_about ON cap_issued (about);

-- records: items of source-information systems, the drafts that they became, and which plays were told back.
CREATE TABLE source_item (
    source TEXT NOT NULL,
    item TEXT NOT NULL,
    origin TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    bulletin TEXT,
    until_ms INTEGER NOT NULL,
    received_at_ms INTEGER NOT NULL,
    PRIMARY KEY (source, item)
) STRICT, WITHOUT ROWID;
CREATE TABLE source_told (
    source TEXT NOT NULL,
    horn_order TEXT NOT NULL,
    PRIMARY KEY (source, horn_order)
) STRICT, WITHOUT ROWID;

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

-- reading: the operator's abbreviations. scope: as_written, any_case, before_number. What was removed is in the audit log.
CREATE TABLE abbreviation (
    written TEXT NOT NULL,
    scope TEXT NOT NULL,
    spoken TEXT NOT NULL,
    by_user TEXT NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (written, scope)
) STRICT, WITHOUT ROWID;
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

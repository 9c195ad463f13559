-- The loudspeaker station: abbreviations, templates, planned programmes, the voice bank, talks. Times are UTC milliseconds.

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

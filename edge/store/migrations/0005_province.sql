-- What the province needs: lanes with budgets, commands, media, reports. One section a subject.

-- reports: every report that was made, one row a revision; its files lie below the reports folder.
-- kind: day, month. period: 2026-11-27, 2026-11. complete: made after the period was over.
-- due: tier -> UTC ms by when it wants it. state: draft, signed, sent (the province has it as it stands). event: the last that told the province of it.
CREATE TABLE report (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    period TEXT NOT NULL,
    revision INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    summary TEXT NOT NULL,
    figures TEXT NOT NULL,
    files TEXT NOT NULL,
    due TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'signed', 'sent')),
    signed_file TEXT,
    signed_sha256 TEXT,
    signed_by TEXT NOT NULL DEFAULT '',
    signed_at_ms INTEGER,
    event TEXT,
    sent_at_ms INTEGER,
    UNIQUE (kind, period, revision)
) STRICT;
CREATE INDEX report_unsent ON report (event) WHERE event IS NOT NULL AND sent_at_ms IS NULL;

-- reports: how the box itself was. subject: box, uplink, modem/<id>: state online, offline, unwatched, one row a change;
-- disk and modem/<id>/signal: state measured, every hour, value in bytes (whole: the disk's size) or dBm.
CREATE TABLE device_state (
    subject TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    value REAL,
    whole REAL,
    PRIMARY KEY (subject, at_ms)
) STRICT, WITHOUT ROWID;

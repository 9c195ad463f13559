-- What the province needs: lanes with budgets, commands, media, reports. One section a subject.

-- Commands of the province. One row each, in the transaction of what it did and of the event that tells it.
-- state: waits (until nbf_ms), done, refused. digest: sha256 of the signed text; outcome: a word, detail: a sentence.
CREATE TABLE province_command (
    id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,
    nbf_ms INTEGER NOT NULL,
    exp_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    came_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX province_command_waits ON province_command (seq) WHERE state = 'waits';
-- What came and was no genuine command for this box: each different one told once, counted ever after.
CREATE TABLE command_forgery (
    digest TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    times INTEGER NOT NULL,
    first_at_ms INTEGER NOT NULL,
    last_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE command_count (
    reason TEXT PRIMARY KEY,
    times INTEGER NOT NULL,
    last_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- What the province proposes and people of the commune decide. id: the command's. state: open, accepted, refused.
CREATE TABLE province_proposal (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    diff TEXT NOT NULL,
    state TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    decided_at_ms INTEGER,
    decided_by TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX province_proposal_newest ON province_proposal (made_at_ms);
-- Film that the province asks for. wanted: camera/ID or incident/ID. state: waiting, sent, none (whoever sends media).
CREATE TABLE media_wish (
    command TEXT PRIMARY KEY,
    incident_or_camera TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX media_wish_waiting ON media_wish (made_at_ms) WHERE state = 'waiting';
-- Keys whose urgent bulletins the commune airs without asking. revoked_at_ms: from then on no more.
CREATE TABLE urgent_key (
    key_id TEXT PRIMARY KEY,
    public_hex TEXT NOT NULL,
    name TEXT NOT NULL,
    accepted_at_ms INTEGER NOT NULL,
    accepted_by TEXT NOT NULL,
    revoked_at_ms INTEGER,
    revoked_by TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
-- Urgent bulletins under such a key; id: that in the signed words, aired once. state: waiting, settled.
CREATE TABLE urgent_bulletin (
    id TEXT PRIMARY KEY,
    incident TEXT NOT NULL REFERENCES incident (id),
    key_id TEXT NOT NULL,
    text TEXT NOT NULL,
    hamlets TEXT NOT NULL,
    exp_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX urgent_bulletin_waiting ON urgent_bulletin (made_at_ms) WHERE state = 'waiting';
CREATE INDEX urgent_bulletin_of_key ON urgent_bulletin (key_id, made_at_ms);

-- Uplink: bytes of each way out by local month, what the province has confirmed of each lane, sticks that were written.
CREATE TABLE way_use (
    way TEXT NOT NULL,
    month TEXT NOT NULL,
    sent_bytes INTEGER NOT NULL,
    received_bytes INTEGER NOT NULL,
    PRIMARY KEY (way, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE confirmed (
    lane INTEGER PRIMARY KEY CHECK (lane BETWEEN 0 AND 3),
    event TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    events INTEGER NOT NULL
) STRICT;

CREATE TABLE stick (
    id TEXT PRIMARY KEY,
    made_at_ms INTEGER NOT NULL,
    events INTEGER NOT NULL,
    receipt_at_ms INTEGER
) STRICT, WITHOUT ROWID;
-- Media for the province: what is to be sent and how far it is, and what somebody there asked for.
-- path: of the original, below the data folder; copy: what is sent instead, with masks and people hidden.
CREATE TABLE media_upload (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('still', 'clip', 'report', 'attachment')),
    subject TEXT NOT NULL,
    event TEXT NOT NULL,
    path TEXT NOT NULL,
    camera TEXT NOT NULL,
    wanted_by TEXT NOT NULL CHECK (wanted_by IN ('rule', 'command', 'report')),
    urgency INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'ready', 'sent', 'gone', 'refused')),
    reason TEXT NOT NULL DEFAULT '',
    copy TEXT,
    sha256 TEXT,
    bytes INTEGER,
    url TEXT,
    offset_bytes INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    made_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX media_upload_unsent ON media_upload (path, subject) WHERE state IN ('waiting', 'ready');
CREATE INDEX media_upload_path ON media_upload (path);
CREATE INDEX media_upload_sent ON media_upload (id) WHERE state = 'sent';

-- A film that is being got for the province. state: waiting, cutting (an export is being made), offered, failed.
CREATE TABLE media_fetch (
    id TEXT PRIMARY KEY,
    incident TEXT NOT NULL,
    camera TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    wanted_by TEXT NOT NULL CHECK (wanted_by IN ('rule', 'command')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'cutting', 'offered', 'failed')),
    reason TEXT NOT NULL DEFAULT '',
    path TEXT NOT NULL DEFAULT '',
    export TEXT,
    made_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX media_fetch_open ON media_fetch (made_at_ms) WHERE state IN ('waiting', 'cutting');

-- Outbox: counts of each lane, kept by triggers, because a million rows cannot be counted twice a second. waiting_bytes:
-- data and 120 more a row for the rest of it. forgotten: had arrived and was deleted here; dropped: was deleted unsent.
CREATE TABLE outbox_count (
    lane INTEGER PRIMARY KEY CHECK (lane BETWEEN 0 AND 3),
    waiting INTEGER NOT NULL,
    waiting_bytes INTEGER NOT NULL,
    acked INTEGER NOT NULL,
    dead INTEGER NOT NULL,
    forgotten INTEGER NOT NULL,
    dropped INTEGER NOT NULL
) STRICT;
INSERT INTO outbox_count
SELECT value,
    coalesce(sum(acked_at_ms IS NULL AND dead_reason IS NULL AND seq IS NOT NULL), 0),
    coalesce(sum((acked_at_ms IS NULL AND dead_reason IS NULL) * (length(CAST(data AS BLOB)) + 120)), 0),
    coalesce(sum(acked_at_ms IS NOT NULL AND dead_reason IS NULL), 0),
    coalesce(sum(dead_reason IS NOT NULL), 0), 0, 0
FROM json_each('[0, 1, 2, 3]') LEFT JOIN outbox ON lane = value GROUP BY value;
CREATE TRIGGER outbox_added AFTER INSERT ON outbox BEGIN
    UPDATE outbox_count SET
        waiting = waiting + (new.acked_at_ms IS NULL AND new.dead_reason IS NULL),
        waiting_bytes = waiting_bytes
            + (new.acked_at_ms IS NULL AND new.dead_reason IS NULL) * (length(CAST(new.data AS BLOB)) + 120),
        acked = acked + (new.acked_at_ms IS NOT NULL AND new.dead_reason IS NULL),
        dead = dead + (new.dead_reason IS NOT NULL)
    WHERE lane = new.lane;
END;
CREATE TRIGGER outbox_moved AFTER UPDATE OF acked_at_ms, dead_reason ON outbox BEGIN
    UPDATE outbox_count SET
        waiting = waiting + (new.acked_at_ms IS NULL AND new.dead_reason IS NULL)
            - (old.acked_at_ms IS NULL AND old.dead_reason IS NULL),
        waiting_bytes = waiting_bytes + ((new.acked_at_ms IS NULL AND new.dead_reason IS NULL)
            - (old.acked_at_ms IS NULL AND old.dead_reason IS NULL)) * (length(CAST(new.data AS BLOB)) + 120),
        acked = acked + (new.acked_at_ms IS NOT NULL AND new.dead_reason IS NULL)
            - (old.acked_at_ms IS NOT NULL AND old.dead_reason IS NULL),
        dead = dead + (new.dead_reason IS NOT NULL) - (old.dead_reason IS NOT NULL)
    WHERE lane = new.lane;
END;
CREATE TRIGGER outbox_gone AFTER DELETE ON outbox BEGIN
    UPDATE outbox_count SET
        waiting = waiting - (old.acked_at_ms IS NULL AND old.dead_reason IS NULL),
        waiting_bytes = waiting_bytes
            - (old.acked_at_ms IS NULL AND old.dead_reason IS NULL) * (length(CAST(old.data AS BLOB)) + 120),
        acked = acked - (old.acked_at_ms IS NOT NULL AND old.dead_reason IS NULL),
        dead = dead - (old.dead_reason IS NOT NULL),
        forgotten = forgotten + (old.acked_at_ms IS NOT NULL AND old.dead_reason IS NULL),
        dropped = dropped + (old.acked_at_ms IS NULL AND old.dead_reason IS NULL)
    WHERE lane = old.lane;
END;
CREATE INDEX outbox_acked ON outbox (acked_at_ms) WHERE acked_at_ms IS NOT NULL;
CREATE INDEX outbox_opening ON outbox (subject) WHERE type = 'incident.opened';
CREATE INDEX outbox_tombstone ON outbox (lane, seq) WHERE type = 'outbox.dropped';
-- What was not even queued while there was no room, until a tombstone says so.
CREATE TABLE outbox_unqueued (
    lane INTEGER PRIMARY KEY CHECK (lane BETWEEN 0 AND 3),
    count INTEGER NOT NULL,
    since_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL
) STRICT;
-- Fields that are in no list of what may leave the commune (edge/core/leaving.py) and were held back.
CREATE TABLE outbox_withheld (
    type TEXT NOT NULL,
    field TEXT NOT NULL,
    count INTEGER NOT NULL,
    last_at_ms INTEGER NOT NULL,
    PRIMARY KEY (type, field)
) STRICT, WITHOUT ROWID;

-- reports: every report that was made, one row a revision; its files lie below the reports folder.
-- kind: day, month. period: 2026-11-27, 2026-11. complete: made after the period was over.
-- due: tier -> UTC ms by when it wants it. state: draft, signed, sent (the province has it as it stands).
-- event: the last that told the province of it.
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


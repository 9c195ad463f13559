-- What the province needs: lanes with budgets, commands, media, reports. One section a subject.

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

-- The commands' own table: where their section is merged, this copy goes.
CREATE TABLE IF NOT EXISTS media_wish (
    command TEXT PRIMARY KEY,
    incident_or_camera TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS media_wish_waiting ON media_wish (made_at_ms) WHERE state = 'waiting';

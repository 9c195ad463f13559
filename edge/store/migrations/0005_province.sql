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

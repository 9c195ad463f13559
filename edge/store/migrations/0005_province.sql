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

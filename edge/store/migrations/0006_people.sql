-- People who work with the box: accounts, settings that were changed, indicators, shifts. One section a subject.

-- One row: the oldest schema whose programs can still work with this database. Each migration says it anew.
CREATE TABLE runs_from (schema INTEGER NOT NULL) STRICT;
INSERT INTO runs_from VALUES (5);

-- Accounts: who may come in, and who is in.
CREATE TABLE account (
  id TEXT PRIMARY KEY,                     -- the supervisor's own
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,                      -- what the audit log says; no two accounts ever have names that read the same
  role TEXT NOT NULL,
  cameras TEXT,                            -- JSON list of ids; NULL: every camera
  password TEXT NOT NULL,                  -- argon2id over an HMAC with keys/accounts.key
  must_change INTEGER NOT NULL,            -- somebody else knows the password: the next log-in asks for another
  code_secret BLOB,                        -- of the TOTP codes, sealed with keys/accounts.key; NULL: there are none
  code_step INTEGER NOT NULL DEFAULT 0,    -- the newest time step that was used: a code counts once
  recovery TEXT NOT NULL DEFAULT '[]',     -- JSON list: hashes of the codes on paper that are left
  active INTEGER NOT NULL DEFAULT 1,
  made_at_ms INTEGER NOT NULL,
  changed_at_ms INTEGER NOT NULL           -- when the password was set
) STRICT;

CREATE TABLE session (
  token TEXT PRIMARY KEY,                  -- SHA-256 of what the browser holds
  id TEXT NOT NULL UNIQUE,                 -- what pages name it by
  account TEXT NOT NULL REFERENCES account (id),
  proved INTEGER NOT NULL,                 -- a code was given in it
  address TEXT NOT NULL,
  agent TEXT NOT NULL,
  began_at_ms INTEGER NOT NULL,
  seen_at_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX session_account ON session (account);

-- Privacy areas of cameras: what nobody may see of a picture, and where it is hidden.
-- areas, placed: JSON lists of polygons in shares of the picture; placed are those that the camera itself confirmed.
CREATE TABLE privacy (
    camera TEXT PRIMARY KEY,
    areas TEXT NOT NULL,
    set_at_ms INTEGER NOT NULL,
    by_user TEXT NOT NULL,
    placed TEXT NOT NULL DEFAULT '[]',
    ours TEXT NOT NULL DEFAULT '[]',         -- everything that was ever sent into the camera and is not known to be gone
    hidden_since_ms INTEGER,                 -- what was recorded before is not masked
    word TEXT NOT NULL DEFAULT '',
    checked_at_ms INTEGER
) STRICT;
-- Indicators (edge/indicators): one value a moment, the newest word about it. seen_ms: until when it was still so (an
-- address that says the same again). origin: typed, imported, asked, box.
CREATE TABLE indicator_value (
    indicator TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL,
    value REAL NOT NULL,
    total REAL,
    origin TEXT NOT NULL,
    by_user TEXT NOT NULL,
    note TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    PRIMARY KEY (indicator, at_ms)
) STRICT, WITHOUT ROWID;

-- Settings that were changed (edge/settings_book). seq: the version; id: the press of the button that made it.
-- kind: form, undo, hand (somebody edited the file). before_sha, after_sha: of the file's text, kept as settings/<sha>.toml.
-- state: waiting (for the horns), applied (restarted with it), kept (it ran well), cancelled, reverted (it did not).
CREATE TABLE settings_version (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('form', 'undo', 'hand')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'applied', 'kept', 'cancelled', 'reverted')),
    title TEXT NOT NULL,
    note TEXT NOT NULL,
    before_sha TEXT NOT NULL,
    after_sha TEXT NOT NULL,
    changes TEXT NOT NULL,
    lines TEXT NOT NULL,
    by_user TEXT NOT NULL,
    by_role TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX settings_version_waiting ON settings_version (state) WHERE state = 'waiting';

-- Handing over a shift (edge/shifts). matters: what was open then, as JSON; taken_*: who took it over, and when.
CREATE TABLE shift_handover (
    id TEXT PRIMARY KEY,
    from_user TEXT NOT NULL,
    from_role TEXT NOT NULL,
    notes TEXT NOT NULL,
    matters TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    taken_by TEXT,
    taken_note TEXT NOT NULL DEFAULT '',
    taken_at_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX shift_handover_newest ON shift_handover (made_at_ms);
CREATE INDEX shift_handover_open ON shift_handover (made_at_ms) WHERE taken_at_ms IS NULL;

-- What persons ask about their own data (L6, edge/requests). kind: see, copy, correct, delete, restrict, object, withdraw.
-- who, reach: the person and how to answer; both go when the time of keeping is over. due_ms: to answer by then.
CREATE TABLE person_request (
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    who TEXT NOT NULL,
    reach TEXT NOT NULL,
    about TEXT NOT NULL,
    came_at_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'done', 'refused')),
    answered_at_ms INTEGER,
    closed_at_ms INTEGER,
    changed_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX person_request_due ON person_request (due_ms) WHERE closed_at_ms IS NULL;
-- Every step of a request: came, answered, note, done, refused. words go with the name of the person.
CREATE TABLE person_request_step (
    request TEXT NOT NULL REFERENCES person_request (id),
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    by_user TEXT NOT NULL,
    PRIMARY KEY (request, at_ms, kind)
) STRICT, WITHOUT ROWID;

-- Devices on which an account came in wholly (edge/accounts): SHA-256 of the word in their cookie. A flood of wrong
-- passwords from elsewhere does not slow these down; they give no right.
CREATE TABLE known_device (
    account TEXT NOT NULL REFERENCES account (id),
    device TEXT NOT NULL,
    seen_at_ms INTEGER NOT NULL,
    PRIMARY KEY (account, device)
) STRICT, WITHOUT ROWID;

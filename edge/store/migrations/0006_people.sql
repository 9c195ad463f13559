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

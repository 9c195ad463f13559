-- The loudspeaker station: abbreviations, templates, planned programmes, the voice bank, talks. Times are UTC milliseconds.

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

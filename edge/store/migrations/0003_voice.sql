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

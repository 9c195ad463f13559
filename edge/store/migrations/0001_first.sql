-- The first schema. Times: *_ms are UTC milliseconds. Ids come from the boot counter and a sequence (law 7).
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    lane INTEGER NOT NULL CHECK (lane BETWEEN 0 AND 3),
    type TEXT NOT NULL,
    subject TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    boot INTEGER NOT NULL,
    clock TEXT NOT NULL,
    data TEXT NOT NULL,
    acked_at_ms INTEGER,
    dead_reason TEXT
) STRICT;
CREATE INDEX outbox_waiting ON outbox (lane, seq, at_ms) WHERE acked_at_ms IS NULL AND dead_reason IS NULL;
CREATE INDEX outbox_dead ON outbox (seq) WHERE dead_reason IS NOT NULL;

CREATE TABLE incident (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    subject TEXT NOT NULL,
    place TEXT NOT NULL,
    hamlet TEXT NOT NULL,
    title TEXT NOT NULL,
    began_at_ms INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER,
    state TEXT NOT NULL,
    taken_by TEXT,
    taken_at_ms INTEGER,
    still TEXT,
    still_sha256 TEXT
) STRICT;
CREATE INDEX incident_newest ON incident (began_at_ms DESC);
CREATE INDEX incident_open ON incident (subject) WHERE state = 'open';

CREATE TABLE alert (
    id TEXT PRIMARY KEY,
    incident TEXT NOT NULL REFERENCES incident (id),
    person TEXT NOT NULL,
    phone TEXT NOT NULL,
    text TEXT NOT NULL,
    place_in_line INTEGER NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    changed_at_ms INTEGER NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX alert_waiting ON alert (place_in_line, changed_at_ms) WHERE state = 'waiting';
CREATE INDEX alert_incident ON alert (incident);

CREATE TABLE announcement (
    id TEXT PRIMARY KEY,
    incident TEXT NOT NULL REFERENCES incident (id),
    template TEXT NOT NULL,
    blanks TEXT NOT NULL,
    hamlets TEXT NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    made_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX announcement_waiting ON announcement (id) WHERE state = 'waiting';

CREATE TABLE clip (
    sha256 TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    peak_db REAL NOT NULL,
    rms_db REAL NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE recording (
    id TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    spoken TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    normaliser TEXT NOT NULL,
    voice TEXT NOT NULL,
    model_sha256 TEXT NOT NULL,
    clips TEXT NOT NULL,
    ms INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE bulletin (
    id TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    spoken TEXT NOT NULL,
    priority TEXT NOT NULL,
    hamlets TEXT NOT NULL,
    state TEXT NOT NULL,
    author TEXT NOT NULL,
    approver TEXT,
    comment TEXT NOT NULL DEFAULT '',
    recording TEXT REFERENCES recording (id),
    incident TEXT REFERENCES incident (id),
    made_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX bulletin_newest ON bulletin (made_at_ms DESC);

CREATE TABLE press (
    id TEXT PRIMARY KEY,
    bulletin TEXT NOT NULL REFERENCES bulletin (id),
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE horn_order (
    id TEXT PRIMARY KEY,
    op TEXT NOT NULL,
    bulletin TEXT REFERENCES bulletin (id),
    prepares TEXT,
    priority INTEGER NOT NULL,
    hamlets TEXT NOT NULL,
    ms INTEGER NOT NULL,
    exp_ms INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL,
    by_user TEXT NOT NULL,
    payload BLOB NOT NULL
) STRICT;

CREATE TABLE horn_report (
    horn_order TEXT NOT NULL REFERENCES horn_order (id),
    horn TEXT NOT NULL,
    outcome TEXT,
    reason TEXT NOT NULL DEFAULT '',
    rms_db REAL,
    amp_ma INTEGER,
    played_ms INTEGER,
    at_ms INTEGER,
    PRIMARY KEY (horn_order, horn)
) STRICT, WITHOUT ROWID;
CREATE INDEX horn_report_open ON horn_report (horn_order) WHERE outcome IS NULL;

CREATE TABLE reading (
    station TEXT NOT NULL,
    quantity TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    value REAL NOT NULL,
    unit TEXT NOT NULL,
    quality TEXT NOT NULL,
    PRIMARY KEY (station, quantity, at_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    user TEXT NOT NULL,
    role TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL,
    chain TEXT NOT NULL
) STRICT;

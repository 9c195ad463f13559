-- Incidents with a life of their own; recordings with their index, pins and exports; what moved where, for a day.
ALTER TABLE incident ADD COLUMN camera TEXT;
ALTER TABLE incident ADD COLUMN rule TEXT;
ALTER TABLE incident ADD COLUMN rule_kind TEXT;
ALTER TABLE incident ADD COLUMN label TEXT;
ALTER TABLE incident ADD COLUMN score REAL;
ALTER TABLE incident ADD COLUMN box TEXT;
ALTER TABLE incident ADD COLUMN most INTEGER NOT NULL DEFAULT 1;
ALTER TABLE incident ADD COLUMN seen_at_ms INTEGER;
ALTER TABLE incident ADD COLUMN closed_by TEXT;
ALTER TABLE incident ADD COLUMN closed_how TEXT;
ALTER TABLE incident ADD COLUMN verdict TEXT;
ALTER TABLE incident ADD COLUMN clip TEXT;
ALTER TABLE incident ADD COLUMN clip_sha256 TEXT;
CREATE INDEX incident_camera ON incident (camera, began_at_ms DESC) WHERE camera IS NOT NULL;
CREATE INDEX incident_kind ON incident (kind, began_at_ms DESC);

-- What happened to an incident, in order: opened, seen, more, taken, still, clip, judged, closed.
CREATE TABLE incident_story (
    incident TEXT NOT NULL REFERENCES incident (id),
    number INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    what TEXT NOT NULL,
    by_user TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE suspension (
    camera TEXT NOT NULL,
    rule TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    by_user TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    PRIMARY KEY (camera, rule)
) STRICT, WITHOUT ROWID;

-- One finished track of a camera: where its feet were and how high it was, [[ms since began, x, y, height], ...].
CREATE TABLE passage (
    id INTEGER PRIMARY KEY,
    camera TEXT NOT NULL,
    began_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    label TEXT NOT NULL,
    score REAL NOT NULL,
    hits INTEGER NOT NULL,
    path TEXT NOT NULL
) STRICT;
CREATE INDEX passage_camera ON passage (camera, began_ms);
CREATE INDEX passage_age ON passage (ended_ms);

-- A piece of recording on the disk. importance: 0 nothing, 1 motion, 2 somebody, 3 an incident.
CREATE TABLE segment (
    id INTEGER PRIMARY KEY,
    camera TEXT NOT NULL,
    path TEXT NOT NULL UNIQUE,
    began_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    codec TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    motion REAL NOT NULL,
    importance INTEGER NOT NULL
) STRICT;
CREATE INDEX segment_camera ON segment (camera, began_ms);
CREATE INDEX segment_next_out ON segment (importance, began_ms);

-- A span that retention leaves alone until it ends; incident is set when an incident asked for it.
CREATE TABLE pin (
    id TEXT PRIMARY KEY,
    camera TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    reason TEXT NOT NULL,
    by_user TEXT NOT NULL,
    ends_at_ms INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL,
    incident TEXT REFERENCES incident (id)
) STRICT;
CREATE INDEX pin_camera ON pin (camera, since_ms);

-- An export: a cut of recordings that somebody asked for. state: waiting, working, done, failed, gone.
CREATE TABLE export (
    id TEXT PRIMARY KEY,
    camera TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    blur INTEGER NOT NULL,
    reason TEXT NOT NULL,
    by_user TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    path TEXT,
    sha256 TEXT,
    bytes INTEGER,
    gone_at_ms INTEGER
) STRICT;
CREATE INDEX export_newest ON export (made_at_ms DESC);

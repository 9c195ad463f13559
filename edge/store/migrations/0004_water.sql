-- Water and phones. Each section belongs to one subject.

-- Where people can be reached beside their telephone: a web push subscription, for example. Gone when they leave (L7).
CREATE TABLE person_address (
    person TEXT NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    PRIMARY KEY (person, channel, address)
) STRICT, WITHOUT ROWID;

-- readings: when each came, who measured it; and what a person typed in, with a note and a photo. The browser made the
-- id: the same id again is the same press.
ALTER TABLE reading ADD COLUMN came_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reading ADD COLUMN source TEXT NOT NULL DEFAULT 'gauge';
ALTER TABLE reading ADD COLUMN by_user TEXT NOT NULL DEFAULT '';
CREATE TABLE hand_reading (
    id TEXT PRIMARY KEY,
    station TEXT NOT NULL,
    quantity TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    note TEXT NOT NULL,
    photo TEXT
) STRICT;
CREATE INDEX hand_reading_of ON hand_reading (station, quantity, at_ms);
-- phone: what people in the field pressed, reported and photographed. The browser made the ids: the same id again is
-- the same press. `person` is somebody of the roster or ''; a place is a hamlet ('' unknown) and, where known, degrees.
CREATE TABLE incident_act (
    id TEXT PRIMARY KEY,
    incident TEXT NOT NULL REFERENCES incident (id),
    act TEXT NOT NULL,
    by_user TEXT NOT NULL,
    person TEXT NOT NULL,
    note TEXT NOT NULL,
    hamlet TEXT NOT NULL,
    lat REAL,
    lon REAL,
    accuracy_m REAL,
    pressed_at_ms INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_act_of ON incident_act (incident, made_at_ms);
CREATE TABLE hamlet_report (
    id TEXT PRIMARY KEY,
    incident TEXT NOT NULL REFERENCES incident (id),
    kind TEXT NOT NULL,
    by_user TEXT NOT NULL,
    person TEXT NOT NULL,
    note TEXT NOT NULL,
    hamlet TEXT NOT NULL,
    lat REAL,
    lon REAL,
    accuracy_m REAL,
    pressed_at_ms INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX hamlet_report_newest ON hamlet_report (made_at_ms);
CREATE INDEX hamlet_report_of ON hamlet_report (incident);
-- A picture that came with an act or a report (`belongs`); `path` is below the media folder, NULL once it was deleted.
CREATE TABLE incident_photo (
    id TEXT PRIMARY KEY,
    incident TEXT NOT NULL REFERENCES incident (id),
    belongs TEXT NOT NULL,
    by_user TEXT NOT NULL,
    path TEXT,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_photo_of ON incident_photo (incident, made_at_ms);

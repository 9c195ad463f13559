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

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

-- flood: the levels of a gauge, every version kept. origin: config, person. config_line: what the config said then.
CREATE TABLE gauge_levels (
    station TEXT NOT NULL,
    number INTEGER NOT NULL,
    bao_dong_m TEXT NOT NULL,
    datum TEXT NOT NULL,
    source TEXT NOT NULL,
    issued TEXT NOT NULL,
    origin TEXT NOT NULL,
    config_line TEXT NOT NULL,
    by_user TEXT NOT NULL,
    set_at_ms INTEGER NOT NULL,
    PRIMARY KEY (station, number)
) STRICT, WITHOUT ROWID;

-- flood: the level that stands at a gauge, and up to which reading it was judged.
CREATE TABLE flood_level (
    station TEXT PRIMARY KEY,
    level INTEGER NOT NULL,
    since_ms INTEGER NOT NULL,
    read_ms INTEGER NOT NULL,
    value REAL
) STRICT, WITHOUT ROWID;

-- flood: what lasts (core.policy.flood.response.Stand); and what was done because of it, with who stopped it.
-- what: announce, storm, sms, cap. state: wanted, on, done, ending, ended, stopped, failed.
CREATE TABLE flood_stand (
    subject TEXT PRIMARY KEY,
    station TEXT NOT NULL,
    name TEXT NOT NULL,
    level INTEGER NOT NULL,
    figure REAL NOT NULL,
    since_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    ahead_ms INTEGER NOT NULL,
    rules TEXT NOT NULL,
    hamlets TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE flood_action (
    id TEXT PRIMARY KEY,
    incident TEXT NOT NULL REFERENCES incident (id),
    subject TEXT NOT NULL,
    rule TEXT NOT NULL,
    what TEXT NOT NULL,
    ref TEXT NOT NULL,
    hamlets TEXT NOT NULL,
    every_min INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    turns INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    by_user TEXT NOT NULL DEFAULT '',
    made_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX flood_action_newest ON flood_action (made_at_ms DESC);
CREATE INDEX flood_action_storms ON flood_action (state) WHERE what = 'storm';

-- flood: incidents of a drill; incidents that other systems are not told of.
ALTER TABLE incident ADD COLUMN drill INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incident ADD COLUMN cap INTEGER NOT NULL DEFAULT 1;

-- flood: the roll call of a hamlet, every word of it kept: so many of so many are out, who said it, when.
CREATE TABLE roll_call (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    hamlet TEXT NOT NULL,
    evacuated INTEGER NOT NULL,
    people INTEGER NOT NULL,
    by_user TEXT NOT NULL,
    role TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX roll_call_hamlet ON roll_call (hamlet, number);

-- flood: drills, with who began and who or what ended them.
CREATE TABLE drill (
    id TEXT PRIMARY KEY,
    station TEXT NOT NULL,
    began_at_ms INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    by_user TEXT NOT NULL,
    ended_at_ms INTEGER,
    ended_by TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX drill_open ON drill (id) WHERE ended_at_ms IS NULL;

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

-- ladder: people are told step by step until they answer. Ladder time (ladder_ms, hold_ms, since_ms) is milliseconds of
-- a count that never goes back (edge/alerts/ladder_clock.py); *_at_ms are UTC like everywhere.
-- An alert is one person who must know of one incident. stands: own, substitute (of the alert stands_for), chairman.
-- step: how many steps have begun; since_ms: ladder time when the last one was done, NULL while it is under way.
ALTER TABLE alert ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN round INTEGER NOT NULL DEFAULT 1;
ALTER TABLE alert ADD COLUMN stands TEXT NOT NULL DEFAULT 'own';
ALTER TABLE alert ADD COLUMN stands_for TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN step INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN since_ms INTEGER;
ALTER TABLE alert ADD COLUMN given_up_at_ms INTEGER;
-- state: climbing, taken (one took it), answered (all did), exhausted (somebody was not reached), closed.
CREATE TABLE ladder (
    incident TEXT PRIMARY KEY REFERENCES incident (id),
    severity TEXT NOT NULL,
    until TEXT NOT NULL,
    round INTEGER NOT NULL,
    state TEXT NOT NULL,
    brief TEXT NOT NULL,
    facts TEXT NOT NULL,
    limited INTEGER NOT NULL DEFAULT 0,
    changed_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ladder_climbing ON ladder (incident) WHERE state = 'climbing';
INSERT INTO ladder (incident, severity, until, round, state, brief, facts, changed_at_ms)
SELECT id, severity, 'taken', 1, 'climbing', substr(title, 1, 32), '{}', began_at_ms FROM incident
WHERE id IN (SELECT incident FROM alert WHERE state = 'waiting');
-- One message or ring call to one person by one way. channel: sms, ring, or the id of a [[channel]].
-- state: waiting, sending, unsure, sent, delivered, failed, dropped. refs: JSON list, no report has come for these yet.
-- hold_ms: ladder time before which a waiting one is not sent (it gathers others) and an unsure one not sent again.
CREATE TABLE message (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    text TEXT NOT NULL,
    urgency INTEGER NOT NULL,
    place_in_line INTEGER NOT NULL,
    parts INTEGER NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    device TEXT NOT NULL DEFAULT '',
    refs TEXT NOT NULL DEFAULT '[]',
    hold_ms INTEGER,
    made_at_ms INTEGER NOT NULL,
    tried_at_ms INTEGER,
    changed_at_ms INTEGER NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX message_line ON message (urgency DESC, place_in_line) WHERE state = 'waiting';
CREATE INDEX message_open ON message (state) WHERE state IN ('sending', 'unsure');
CREATE INDEX message_person ON message (person, made_at_ms);
CREATE INDEX message_address ON message (address, changed_at_ms);
CREATE TABLE message_about (
    message TEXT NOT NULL REFERENCES message (id),
    alert TEXT NOT NULL REFERENCES alert (id),
    step INTEGER NOT NULL,
    PRIMARY KEY (message, alert)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_about_alert ON message_about (alert);
-- What people answered. how: taken, on_my_way, need_help, done. via: sms, link, panel, phone, wall.
CREATE TABLE answer (
    incident TEXT NOT NULL REFERENCES incident (id),
    number INTEGER NOT NULL,
    person TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    how TEXT NOT NULL,
    via TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;
-- SMS that came in, without their words: the same one may be read twice from a SIM. person is empty for strangers.
CREATE TABLE heard (
    id INTEGER PRIMARY KEY,
    person TEXT NOT NULL,
    sender_sha256 TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    what TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    ladder_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX heard_sender ON heard (sender_sha256, ladder_ms);

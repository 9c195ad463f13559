-- Water and phones. Each section belongs to one subject.

-- Where people can be reached beside their telephone: a web push subscription, for example. Gone when they leave (L7).
CREATE TABLE person_address (
    person TEXT NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    PRIMARY KEY (person, channel, address)
) STRICT, WITHOUT ROWID;

-- The province's first schema, trial edition on SQLite. Times: *_ms are UTC milliseconds.
CREATE TABLE box (
    source TEXT PRIMARY KEY,
    first_seen_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    batches INTEGER NOT NULL DEFAULT 0,
    events INTEGER NOT NULL DEFAULT 0,
    duplicates INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    max_seq INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Events are known by (source, id); arrival is the order in which the province took them.
CREATE TABLE event (
    source TEXT NOT NULL REFERENCES box (source),
    id TEXT NOT NULL,
    arrival INTEGER NOT NULL UNIQUE,
    type TEXT NOT NULL,
    subject TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    lane INTEGER NOT NULL CHECK (lane BETWEEN 0 AND 3),
    boot INTEGER NOT NULL,
    clock TEXT NOT NULL,
    data TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    deliveries INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (source, id)
) STRICT;
CREATE INDEX event_of_box ON event (source, arrival);
CREATE INDEX event_seq ON event (source, seq);
CREATE INDEX event_type ON event (source, type);
CREATE INDEX event_alarm ON event (arrival) WHERE lane = 0;

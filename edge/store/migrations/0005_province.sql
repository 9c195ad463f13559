-- What the province needs: lanes with budgets, commands, media, reports. One section a subject.

-- Uplink: bytes of each way out by local month, what the province has confirmed of each lane, sticks that were written.
CREATE TABLE way_use (
    way TEXT NOT NULL,
    month TEXT NOT NULL,
    sent_bytes INTEGER NOT NULL,
    received_bytes INTEGER NOT NULL,
    PRIMARY KEY (way, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE confirmed (
    lane INTEGER PRIMARY KEY CHECK (lane BETWEEN 0 AND 3),
    event TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    events INTEGER NOT NULL
) STRICT;

CREATE TABLE stick (
    id TEXT PRIMARY KEY,
    made_at_ms INTEGER NOT NULL,
    events INTEGER NOT NULL,
    receipt_at_ms INTEGER
) STRICT, WITHOUT ROWID;

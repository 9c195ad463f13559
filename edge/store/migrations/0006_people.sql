-- People who work with the box: accounts, settings that were changed, indicators, shifts. One section a subject.

-- One row: the oldest schema whose programs can still work with this database. Each migration says it anew.
CREATE TABLE runs_from (schema INTEGER NOT NULL) STRICT;
INSERT INTO runs_from VALUES (5);

-- Indicators (edge/indicators): one value a moment, the newest word about it. seen_ms: until when it was still so (an
-- address that says the same again). origin: typed, imported, asked, box.
CREATE TABLE indicator_value (
    indicator TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL,
    value REAL NOT NULL,
    total REAL,
    origin TEXT NOT NULL,
    by_user TEXT NOT NULL,
    note TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    PRIMARY KEY (indicator, at_ms)
) STRICT, WITHOUT ROWID;

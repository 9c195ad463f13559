-- People who work with the box: accounts, settings that were changed, indicators, shifts. One section a subject.

-- One row: the oldest schema whose programs can still work with this database. Each migration says it anew.
CREATE TABLE runs_from (schema INTEGER NOT NULL) STRICT;
INSERT INTO runs_from VALUES (5);

-- A database of schema 1 with at least one row in every table, as sqlite3's iterdump wrote it.
-- Once a version with this schema has been released it is never made again: it stands for the boxes out there.
BEGIN TRANSACTION;
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
INSERT INTO "alert" VALUES('1-900/1','1-900','an','0900000001','Có người trong kho, Thôn Đông.',1,'sent',1,1795330817453,'ref 7');
INSERT INTO "alert" VALUES('1-900/2','1-900','binh','0900000002','Có người trong kho, Thôn Đông.',2,'waiting',0,1795330817450,'');
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
INSERT INTO "announcement" VALUES('1-900/air','1-900','mau-tin','{"place": "Kho"}','["dong"]','waiting','',1795330817450);
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    user TEXT NOT NULL,
    role TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL,
    chain TEXT NOT NULL
) STRICT;
INSERT INTO "audit" VALUES(1,1795330817452,'lan','duty','incident.take','1-900','ab84b91f97b107e18f3e6dc33f33c601c69c8e9196979bd1285979b1df4beb1c');
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
INSERT INTO "bulletin" VALUES('b-1','Họp lúc 7h.','họp lúc bảy giờ','thuong','["dong"]','ready','lan',NULL,'','r-1',NULL,1795330817454,1795330817454);
CREATE TABLE clip (
    sha256 TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    peak_db REAL NOT NULL,
    rms_db REAL NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO "clip" VALUES('e85b0a709553eb9e89472ee349ac041c0ca370eaf318e095cf0f860b879406c7',34,1500,-3.0,-20.0,1795330817454);
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
INSERT INTO "horn_order" VALUES('1-1','play','b-1',NULL,1,'["dong"]',1500,1790000060000,1795330817455,'lan',X'7369676E6564');
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
INSERT INTO "horn_report" VALUES('1-1','loa-1','PLAYED','',-21.5,700,1500,1795330817456);
INSERT INTO "horn_report" VALUES('1-1','loa-2',NULL,'',NULL,NULL,NULL,NULL);
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
INSERT INTO "incident" VALUES('1-900','intrusion','severe','zone/1-900','Kho','dong','Có người trong kho',1790000000000,1795330817450,NULL,'open','lan',1795330817452,NULL,NULL);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('boot','1');
INSERT INTO "meta" VALUES('epoch','1');
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
INSERT INTO "outbox" VALUES(1,'1-1',0,'incident.opened','1-900',1795330817450,1,'rtc','{"kind":"intrusion","severity":"severe","subject":"zone/1-900","place":"Kho","hamlet":"dong","title":"Có người trong kho","began_at_ms":1790000000000}',NULL,NULL);
INSERT INTO "outbox" VALUES(2,'1-2',1,'incident.taken','1-900',1795330817452,1,'rtc','{"role":"duty"}',NULL,NULL);
INSERT INTO "outbox" VALUES(3,'1-3',1,'alert.sent','1-900/1',1795330817453,1,'rtc','{"incident":"1-900","person":"an"}',NULL,NULL);
INSERT INTO "outbox" VALUES(4,'1-4',1,'horn.reported','1-1/loa-1',1795330817456,1,'rtc','{"outcome":"PLAYED","reason":"","played_ms":1500,"rms_db":-21.5,"amp_ma":700}',NULL,NULL);
INSERT INTO "outbox" VALUES(5,'1-5',2,'reading.taken','cau',1795330817457,1,'rtc','{"quantity":"level","value":3.215,"unit":"m","at_ms":1790000000000,"quality":"good"}',NULL,NULL);
CREATE TABLE press (
    id TEXT PRIMARY KEY,
    bulletin TEXT NOT NULL REFERENCES bulletin (id),
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "press" VALUES('p-1','b-1',1);
CREATE TABLE reading (
    station TEXT NOT NULL,
    quantity TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    value REAL NOT NULL,
    unit TEXT NOT NULL,
    quality TEXT NOT NULL,
    PRIMARY KEY (station, quantity, at_ms)
) STRICT, WITHOUT ROWID;
INSERT INTO "reading" VALUES('cau','level',1790000000000,3.215,'m','good');
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
INSERT INTO "recording" VALUES('r-1','Họp lúc 7h.','họp lúc bảy giờ','e85b0a709553eb9e89472ee349ac041c0ca370eaf318e095cf0f860b879406c7','n1','espeak:vi','','["e85b0a709553eb9e89472ee349ac041c0ca370eaf318e095cf0f860b879406c7"]',1500,1795330817454);
CREATE INDEX outbox_waiting ON outbox (lane, seq, at_ms) WHERE acked_at_ms IS NULL AND dead_reason IS NULL;
CREATE INDEX outbox_dead ON outbox (seq) WHERE dead_reason IS NOT NULL;
CREATE INDEX incident_newest ON incident (began_at_ms DESC);
CREATE INDEX incident_open ON incident (subject) WHERE state = 'open';
CREATE INDEX alert_waiting ON alert (place_in_line, changed_at_ms) WHERE state = 'waiting';
CREATE INDEX alert_incident ON alert (incident);
CREATE INDEX announcement_waiting ON announcement (id) WHERE state = 'waiting';
CREATE INDEX bulletin_newest ON bulletin (made_at_ms DESC);
CREATE INDEX horn_report_open ON horn_report (horn_order) WHERE outcome IS NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',5);
INSERT INTO "sqlite_sequence" VALUES('audit',1);
COMMIT;
PRAGMA user_version=1;

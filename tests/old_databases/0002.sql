-- A database of schema 2 with at least one row in every table, as sqlite3's iterdump wrote it.
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
INSERT INTO "alert" VALUES('1-900/1','1-900','an','0900000001','Có người trong kho, Thôn Đông.',1,'sent',1,1795340531497,'ref 7');
INSERT INTO "alert" VALUES('1-900/2','1-900','binh','0900000002','Có người trong kho, Thôn Đông.',2,'waiting',0,1795340531479,'');
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
INSERT INTO "announcement" VALUES('1-900/air','1-900','mau-tin','{"place": "Kho"}','["dong"]','waiting','',1795340531479);
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    user TEXT NOT NULL,
    role TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL,
    chain TEXT NOT NULL
) STRICT;
INSERT INTO "audit" VALUES(1,1795340531485,'lan','duty','incident.take','1-900','110405d7456c8e4a760d3bd4eb062c0400119bd3121de541426f2a570cf64bca');
INSERT INTO "audit" VALUES(2,1795340531488,'lan','duty','incident.judge','1-900: true_alarm','378cd3452883de44b948345a0f6fa84b34740ebf5db4740fa5618bb2c2a61b4b');
INSERT INTO "audit" VALUES(3,1795340531492,'lan','duty','rule.suspend','cong/san: 60 phút','17a9f6868fa7ed7ac38d44362c293839088464347f209f465d5523c77836d740');
INSERT INTO "audit" VALUES(4,1795340531512,'lan','leader','recording.pin','cong 21/09/2026 21:13:20–21:13:30, 30 ngày: vụ trộm','ce4e26a4b30c968620774361e7e1b968e4bd9db65e37dd354eddbc1320296adb');
INSERT INTO "audit" VALUES(5,1795340531514,'lan','leader','recording.export','cong 21/09/2026 21:13:20–21:13:30, làm mờ người: theo đơn','04386f28b562bbbdb2a2d3a4b5617afe3829f969101e12132b465ba8999c4741');
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
INSERT INTO "bulletin" VALUES('b-1','Họp lúc 7h.','họp lúc bảy giờ','thuong','["dong"]','ready','lan',NULL,'','r-1',NULL,1795340531498,1795340531498);
CREATE TABLE clip (
    sha256 TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    peak_db REAL NOT NULL,
    rms_db REAL NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO "clip" VALUES('e85b0a709553eb9e89472ee349ac041c0ca370eaf318e095cf0f860b879406c7',34,1500,-3.0,-20.0,1795340531498);
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
INSERT INTO "export" VALUES('e-1','cong',1790000000000,1790000010000,1,'theo đơn','lan',1795340531514,'done','people','exports/e-1.mp4','0000000000000000000000000000000000000000000000000000000000000000',7,NULL);
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
INSERT INTO "horn_order" VALUES('1-1','play','b-1',NULL,1,'["dong"]',1500,1790000060000,1795340531500,'lan',X'7369676E6564');
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
INSERT INTO "horn_report" VALUES('1-1','loa-1','PLAYED','',-21.5,700,1500,1795340531501);
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
, camera TEXT, rule TEXT, rule_kind TEXT, label TEXT, score REAL, box TEXT, most INTEGER NOT NULL DEFAULT 1, seen_at_ms INTEGER, closed_by TEXT, closed_how TEXT, verdict TEXT, clip TEXT, clip_sha256 TEXT) STRICT;
INSERT INTO "incident" VALUES('1-900','intrusion','severe','zone/1-900','Kho','dong','Có người trong kho',1790000000000,1795340531479,NULL,'open','lan',1795340531485,'stills/1-900.jpg','0000000000000000000000000000000000000000000000000000000000000000','cong','san','enter','person',0.81,'[0.4, 0.5, 0.5, 0.9]',2,1795340531483,NULL,NULL,'true_alarm','clips/1-900.mp4','0000000000000000000000000000000000000000000000000000000000000000');
CREATE TABLE incident_story (
    incident TEXT NOT NULL REFERENCES incident (id),
    number INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    what TEXT NOT NULL,
    by_user TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "incident_story" VALUES('1-900',1,1795340531479,'opened','','Có người trong kho');
INSERT INTO "incident_story" VALUES('1-900',2,1795340531483,'seen','lan','');
INSERT INTO "incident_story" VALUES('1-900',3,1795340531485,'taken','lan','');
INSERT INTO "incident_story" VALUES('1-900',4,1795340531486,'still','','');
INSERT INTO "incident_story" VALUES('1-900',5,1795340531487,'clip','','');
INSERT INTO "incident_story" VALUES('1-900',6,1795340531488,'judged','lan','true_alarm');
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
INSERT INTO "outbox" VALUES(1,'1-1',0,'incident.opened','1-900',1795340531479,1,'rtc','{"kind":"intrusion","severity":"severe","subject":"zone/1-900","place":"Kho","hamlet":"dong","title":"Có người trong kho","began_at_ms":1790000000000,"camera":"cong","rule":"san","rule_kind":"enter","label":"person","most":2}',NULL,NULL);
INSERT INTO "outbox" VALUES(2,'1-2',1,'incident.taken','1-900',1795340531485,1,'rtc','{"role":"duty"}',NULL,NULL);
INSERT INTO "outbox" VALUES(3,'1-3',1,'incident.judged','1-900',1795340531488,1,'rtc','{"verdict":"true_alarm","role":"duty"}',NULL,NULL);
INSERT INTO "outbox" VALUES(4,'1-4',1,'alert.sent','1-900/1',1795340531497,1,'rtc','{"incident":"1-900","person":"an"}',NULL,NULL);
INSERT INTO "outbox" VALUES(5,'1-5',1,'horn.reported','1-1/loa-1',1795340531501,1,'rtc','{"outcome":"PLAYED","reason":"","played_ms":1500,"rms_db":-21.5,"amp_ma":700}',NULL,NULL);
INSERT INTO "outbox" VALUES(6,'1-6',2,'reading.taken','cau',1795340531503,1,'rtc','{"quantity":"level","value":3.215,"unit":"m","at_ms":1790000000000,"quality":"good"}',NULL,NULL);
INSERT INTO "outbox" VALUES(7,'1-7',1,'recording.exported','e-1',1795340531515,1,'rtc','{"camera":"cong","since_ms":1790000000000,"until_ms":1790000010000,"blurred":true}',NULL,NULL);
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
INSERT INTO "passage" VALUES(1,'cong',1790000000000,1790000003000,'person',0.8,9,'[[0,0.4,0.9,0.3],[3000,0.6,0.9,0.3]]');
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
INSERT INTO "pin" VALUES('p-1','cong',1790000000000,1790000010000,'vụ trộm','lan',1797932531512,1795340531512,NULL);
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
INSERT INTO "recording" VALUES('r-1','Họp lúc 7h.','họp lúc bảy giờ','e85b0a709553eb9e89472ee349ac041c0ca370eaf318e095cf0f860b879406c7','n1','espeak:vi','','["e85b0a709553eb9e89472ee349ac041c0ca370eaf318e095cf0f860b879406c7"]',1500,1795340531498);
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
INSERT INTO "segment" VALUES(1,'cong','recordings/cong/1.mp4',1790000000000,1790000010000,5,'h264',640,360,0.5,3);
CREATE TABLE suspension (
    camera TEXT NOT NULL,
    rule TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    by_user TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    PRIMARY KEY (camera, rule)
) STRICT, WITHOUT ROWID;
INSERT INTO "suspension" VALUES('cong','san',1795344131492,'lan',1795340531492);
CREATE INDEX outbox_waiting ON outbox (lane, seq, at_ms) WHERE acked_at_ms IS NULL AND dead_reason IS NULL;
CREATE INDEX outbox_dead ON outbox (seq) WHERE dead_reason IS NOT NULL;
CREATE INDEX incident_newest ON incident (began_at_ms DESC);
CREATE INDEX incident_open ON incident (subject) WHERE state = 'open';
CREATE INDEX alert_waiting ON alert (place_in_line, changed_at_ms) WHERE state = 'waiting';
CREATE INDEX alert_incident ON alert (incident);
CREATE INDEX announcement_waiting ON announcement (id) WHERE state = 'waiting';
CREATE INDEX bulletin_newest ON bulletin (made_at_ms DESC);
CREATE INDEX horn_report_open ON horn_report (horn_order) WHERE outcome IS NULL;
CREATE INDEX incident_camera ON incident (camera, began_at_ms DESC) WHERE camera IS NOT NULL;
CREATE INDEX incident_kind ON incident (kind, began_at_ms DESC);
CREATE INDEX passage_camera ON passage (camera, began_ms);
CREATE INDEX passage_age ON passage (ended_ms);
CREATE INDEX segment_camera ON segment (camera, began_ms);
CREATE INDEX segment_next_out ON segment (importance, began_ms);
CREATE INDEX pin_camera ON pin (camera, since_ms);
CREATE INDEX export_newest ON export (made_at_ms DESC);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',7);
INSERT INTO "sqlite_sequence" VALUES('audit',5);
COMMIT;
PRAGMA user_version=2;

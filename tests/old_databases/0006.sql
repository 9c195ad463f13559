-- A database of schema 6 with at least one row in every table, as sqlite3's iterdump wrote it.
-- Once a version with this schema has been released it is never made again: it stands for the boxes out there.
BEGIN TRANSACTION;
CREATE TABLE abbreviation (
    written TEXT NOT NULL,
    scope TEXT NOT NULL,
    spoken TEXT NOT NULL,
    by_user TEXT NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (written, scope)
) STRICT, WITHOUT ROWID;
INSERT INTO "abbreviation" VALUES('BQL','as_written','ban quản lý','lan',1);
CREATE TABLE account (
  id TEXT PRIMARY KEY,                     -- the supervisor's own
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,                      -- what the audit log says; no two accounts ever have names that read the same
  role TEXT NOT NULL,
  cameras TEXT,                            -- JSON list of ids; NULL: every camera
  password TEXT NOT NULL,                  -- argon2id over an HMAC with keys/accounts.key
  must_change INTEGER NOT NULL,            -- somebody else knows the password: the next log-in asks for another
  code_secret BLOB,                        -- of the TOTP codes, sealed with keys/accounts.key; NULL: there are none
  code_step INTEGER NOT NULL DEFAULT 0,    -- the newest time step that was used: a code counts once
  recovery TEXT NOT NULL DEFAULT '[]',     -- JSON list: hashes of the codes on paper that are left
  active INTEGER NOT NULL DEFAULT 1,
  made_at_ms INTEGER NOT NULL,
  changed_at_ms INTEGER NOT NULL           -- when the password was set
) STRICT;
INSERT INTO "account" VALUES('1-7001','an','Trần Văn An','leader','["cho"]','$argon2id$',0,X'73',7,'["h"]',1,1795881287633,1795881287633);
CREATE TABLE air_note (
    item TEXT PRIMARY KEY,
    cuts INTEGER NOT NULL DEFAULT 0,
    from_clip INTEGER NOT NULL DEFAULT 0,
    leaving INTEGER NOT NULL DEFAULT 0,
    at_night INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT INTO "air_note" VALUES('b-1',0,0,0,0);
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
, name TEXT NOT NULL DEFAULT '', round INTEGER NOT NULL DEFAULT 1, stands TEXT NOT NULL DEFAULT 'own', stands_for TEXT NOT NULL DEFAULT '', step INTEGER NOT NULL DEFAULT 0, since_ms INTEGER, given_up_at_ms INTEGER) STRICT;
INSERT INTO "alert" VALUES('1-900/1','1-900','an','0900000001','Có người trong kho, Thôn Đông.',1,'taken',0,1795881287309,'đã có người nhận','An',1,'own','',0,NULL,NULL);
INSERT INTO "alert" VALUES('1-900/2','1-900','binh','0900000002','Có người trong kho, Thôn Đông.',2,'dropped',0,1795881287242,'đã có người nhận','Bình',1,'own','',0,NULL,NULL);
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
INSERT INTO "announcement" VALUES('1-900/air','1-900','mau-tin','{"place": "Kho"}','["dong"]','waiting','',1795881287207);
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
INSERT INTO "answer" VALUES('1-900',1,'an',1795881287309,'taken','sms','đang tới');
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    user TEXT NOT NULL,
    role TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL,
    chain TEXT NOT NULL
) STRICT;
INSERT INTO "audit" VALUES(1,1795881287242,'lan','duty','incident.take','1-900','bb932c06a951c33fdf1aa401a1a0277bdf3397cbd6a3b0c663e3c26f0745a421');
INSERT INTO "audit" VALUES(2,1795881287278,'lan','duty','incident.judge','1-900: true_alarm','508ff9b08e511cdb6019c899bf8412e1239d18af8c9569515bd9dde5f2c395c6');
INSERT INTO "audit" VALUES(3,1795881287288,'lan','duty','rule.suspend','cong/san: 60 phút','201c6594ee20cece1666f5fe44c74bc09fa1a8ad4055e6b7f310268c9dadb80c');
INSERT INTO "audit" VALUES(4,1795881287377,'lan','leader','recording.pin','cong 21/09/2026 21:13:20–21:13:30, 30 ngày: vụ trộm','810d6ce19cf0daddb637da35d7efc98874d0966231698b5b08f9fd3bcaf03095');
INSERT INTO "audit" VALUES(5,1795881287387,'lan','leader','recording.export','cong 21/09/2026 21:13:20–21:13:30, làm mờ người: theo đơn','60c80685846024864afe9f4cb6e4ce3b984e333e39b011ad3502b93c4da5b8e8');
INSERT INTO "audit" VALUES(6,1795881287402,'lan','duty','resident.add','p-1','7f94d6ee1b000963df4cb3abb8ccda65bee3a32cdd0e2556ec64fd6c4ae1c6fe');
INSERT INTO "audit" VALUES(7,1795881287459,'lan','operator','bank.prompt','“một” e85b0a709553eb9e89472ee349ac041c0ca370eaf318e095cf0f860b879406c7','c549562f666a9095badf75d7c790101f53d3fb3771ecfef330d5dcbca6609deb');
INSERT INTO "audit" VALUES(8,1795881287473,'lan','operator','bulletin.upload','b-2 bru u-1','f5b08b08fae19b4f1998f513c8e88897937c8ca1fbd72872190c8d416b266b78');
INSERT INTO "audit" VALUES(9,1795881287509,'loa-1','node','horn.local_play','LOCAL bao-dong-3 0-7 PLAYED','9d3cdd884e0bb9ba80c11974dd4e3d9e5afd96151b6e53560a1b879fca1fb8e8');
INSERT INTO "audit" VALUES(10,1795881287613,'Lan','leader','urgent_key.accept','0000000000000000 Trung tâm Phòng chống thiên tai','3bf2de81ee3cf1ce8374bfdde096a46fe17946fce95a9e02b789218554d0a7f6');
INSERT INTO "audit" VALUES(11,1795881287641,'Lan','technician','privacy.set','cong: 1 vùng. cửa sổ nhà dân','e6bc78f49d29fcf490bd5ae0b7b7e906341ca16fb8a6fc8eaab4aeba34d9ae39');
INSERT INTO "audit" VALUES(12,1795881287658,'Đức','technician','settings.form','1 Camera: cong 111111111111','0bb7c8624d3b2cd3fbed732c0ad028c6424971358ab9586ae40c94c947d08c7c');
INSERT INTO "audit" VALUES(13,1795881287658,'Hòa','duty','shift.hand_over','shift-1','bf39ee6796419b17e89175e0fdfb1778120a069b13a0dae040aa1a39d7917909');
INSERT INTO "audit" VALUES(14,1795881287658,'Hòa','duty','request.add','1 see','5572cf35de0f969cafa9eb4ebed3d8df4ef30accd6c11531bf9fc4353568ba19');
CREATE TABLE audit_checkpoint (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    body TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sig TEXT NOT NULL
) STRICT;
INSERT INTO "audit_checkpoint" VALUES(1,'{"at_ms": 1795881287402, "box": "/xa/dong-son/box/1", "chain": "7f94d6ee1b000963df4cb3abb8ccda65bee3a32cdd0e2556ec64fd6c4ae1c6fe", "number": 1, "previous": "0000000000000000000000000000000000000000000000000000000000000000", "seq": 6, "v": 1}','0195dabe41c6157b','758210cc7ac651bf47cbd0486b6970c468e9ebedea9f40dbbca0ee6e734f74743f726f042db9b2b8da25784529d2931242ef42c9f8bb337a3b95b29e0d233c0d');
CREATE TABLE bank_prompt (
    key TEXT PRIMARY KEY,
    words TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    peak_db REAL NOT NULL,
    rms_db REAL NOT NULL,
    by_user TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "bank_prompt" VALUES('0123456789abcdef','một','e85b0a709553eb9e89472ee349ac041c0ca370eaf318e095cf0f860b879406c7',34,480,-4.0,-19.0,'lan',1795881287459);
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
, template TEXT, submitted INTEGER NOT NULL DEFAULT 1, signed_off_by TEXT, repeats_left INTEGER NOT NULL DEFAULT 0, repeat_ms INTEGER NOT NULL DEFAULT 0, next_at_ms INTEGER NOT NULL DEFAULT 0, ends_at_ms INTEGER NOT NULL DEFAULT 0, seal TEXT NOT NULL DEFAULT '', writers TEXT NOT NULL DEFAULT '[]') STRICT;
INSERT INTO "bulletin" VALUES('b-1','Họp lúc 7h.','họp lúc bảy giờ','thuong','["dong"]','ready','lan',NULL,'','r-1',NULL,1795881287327,1795881287327,NULL,1,NULL,0,0,0,0,'','[]');
CREATE TABLE cap_issued (
    identifier TEXT PRIMARY KEY,
    about TEXT NOT NULL,
    msg_type TEXT NOT NULL,
    sent_ms INTEGER NOT NULL,
    xml TEXT NOT NULL,
    written INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO "cap_issued" VALUES('molang-xa-1-1-900','1-900','Alert',1790000000000,'<alert/>',0);
CREATE TABLE cap_received (
    sender TEXT NOT NULL,
    identifier TEXT NOT NULL,
    sent_ms INTEGER NOT NULL,
    msg_type TEXT NOT NULL,
    status TEXT NOT NULL,
    effect TEXT NOT NULL,
    reason TEXT NOT NULL,
    bulletin TEXT,
    subject TEXT,
    expires_ms INTEGER,
    over INTEGER NOT NULL DEFAULT 0,
    received_at_ms INTEGER NOT NULL,
    PRIMARY KEY (sender, identifier, sent_ms)
) STRICT, WITHOUT ROWID;
INSERT INTO "cap_received" VALUES('tinh@example','tin-1',1790000000000,'Alert','Actual','draft','',NULL,NULL,1790086400000,0,1795881287402);
CREATE TABLE clip (
    sha256 TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    peak_db REAL NOT NULL,
    rms_db REAL NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO "clip" VALUES('e85b0a709553eb9e89472ee349ac041c0ca370eaf318e095cf0f860b879406c7',34,1500,-3.0,-20.0,1795881287331);
CREATE TABLE command_count (
    reason TEXT PRIMARY KEY,
    times INTEGER NOT NULL,
    last_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "command_count" VALUES('bad_signature',1,1795881287613);
CREATE TABLE command_forgery (
    digest TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    times INTEGER NOT NULL,
    first_at_ms INTEGER NOT NULL,
    last_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "command_forgery" VALUES('ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff','bad_signature',1,1795881287613,1795881287613);
CREATE TABLE confirmed (
    lane INTEGER PRIMARY KEY CHECK (lane BETWEEN 0 AND 3),
    event TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    events INTEGER NOT NULL
) STRICT;
INSERT INTO "confirmed" VALUES(0,'1-1',1,1795881287566,1);
CREATE TABLE device_state (
    subject TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    value REAL,
    whole REAL,
    PRIMARY KEY (subject, at_ms)
) STRICT, WITHOUT ROWID;
INSERT INTO "device_state" VALUES('box',1795881287599,'online',NULL,NULL);
INSERT INTO "device_state" VALUES('disk',1795881287599,'measured',1.0,2.0);
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
INSERT INTO "drill" VALUES('d','song',1790000000000,20,'An',1790001200000,'hộp','Hết bài.');
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
INSERT INTO "export" VALUES('e-1','cong',1790000000000,1790000010000,1,'theo đơn','lan',1795881287387,'done','people','exports/e-1.mp4','0000000000000000000000000000000000000000000000000000000000000000',7,NULL);
CREATE TABLE fixed_clip (
    spoken TEXT NOT NULL,
    voice TEXT NOT NULL,
    model_sha256 TEXT NOT NULL,
    clip TEXT NOT NULL REFERENCES clip (sha256),
    made_at_ms INTEGER NOT NULL,
    PRIMARY KEY (spoken)
) STRICT, WITHOUT ROWID;
INSERT INTO "fixed_clip" VALUES('hồ xả lũ','tone','','e85b0a709553eb9e89472ee349ac041c0ca370eaf318e095cf0f860b879406c7',1);
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
INSERT INTO "flood_action" VALUES('1-900/sms','1-900','zone/1-900','song-1','sms','','["dong"]',0,0,0,'done','',1790000000000,1790000000000);
CREATE TABLE flood_level (
    station TEXT PRIMARY KEY,
    level INTEGER NOT NULL,
    since_ms INTEGER NOT NULL,
    read_ms INTEGER NOT NULL,
    value REAL
) STRICT, WITHOUT ROWID;
INSERT INTO "flood_level" VALUES('song',1,1790000000000,1790000000000,1.3);
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
INSERT INTO "flood_stand" VALUES('gauge/song/bao-dong','song','sông Minh',1,1.3,1790000000000,0,0,'["song-1"]','["dong"]');
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
INSERT INTO "gauge_levels" VALUES('song',1,'[1.2, 2.2, 2.7]','Hòn Dấu','QĐ 05','2020-01-31','config','[]','tệp cấu hình',1790000000000);
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
INSERT INTO "hamlet_report" VALUES('r-1','1-900','fire','Lan','lan','','dong',17.2,106.8,12.0,1,2);
CREATE TABLE hand_reading (
    id TEXT PRIMARY KEY,
    station TEXT NOT NULL,
    quantity TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    note TEXT NOT NULL,
    photo TEXT
) STRICT;
INSERT INTO "hand_reading" VALUES('00000000-0000-4000-8000-000000000001','ho','level',1790000000000,'thước cột 2',NULL);
CREATE TABLE heard (
    id INTEGER PRIMARY KEY,
    person TEXT NOT NULL,
    sender_sha256 TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    what TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    ladder_ms INTEGER NOT NULL
) STRICT;
INSERT INTO "heard" VALUES(1,'binh','d1ab006955d8c8efc00ce5a443db1ea1586f335c3971002f1c743d5c84d8e7aa','6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b','take',1795881287528,1);
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
, at_ms INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "horn_order" VALUES('1-1','play','b-1',NULL,1,'["dong"]',1500,1790000060000,1795881287345,'lan',X'7369676E6564',0);
INSERT INTO "horn_order" VALUES('1-2','play','b-1',NULL,1,'["dong"]',1500,1790000060000,1795881287478,'lan',X'7369676E6564',0);
CREATE TABLE horn_presence (
    horn TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (horn, at_ms)
) STRICT, WITHOUT ROWID;
INSERT INTO "horn_presence" VALUES('loa-1',1795881287402,'online');
CREATE TABLE horn_report (
    horn_order TEXT NOT NULL REFERENCES horn_order (id),
    horn TEXT NOT NULL,
    outcome TEXT,
    reason TEXT NOT NULL DEFAULT '',
    rms_db REAL,
    amp_ma INTEGER,
    played_ms INTEGER,
    at_ms INTEGER, held INTEGER NOT NULL DEFAULT 0, level_db REAL,
    PRIMARY KEY (horn_order, horn)
) STRICT, WITHOUT ROWID;
INSERT INTO "horn_report" VALUES('1-1','loa-1','PLAYED','',-21.5,700,1500,1795881287353,0,NULL);
INSERT INTO "horn_report" VALUES('1-1','loa-2',NULL,'',NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "horn_report" VALUES('1-2','loa-1','UNKNOWN','',-21.5,700,1500,1795881287488,0,NULL);
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
, camera TEXT, rule TEXT, rule_kind TEXT, label TEXT, score REAL, box TEXT, most INTEGER NOT NULL DEFAULT 1, seen_at_ms INTEGER, closed_by TEXT, closed_how TEXT, verdict TEXT, clip TEXT, clip_sha256 TEXT, drill INTEGER NOT NULL DEFAULT 0, cap INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO "incident" VALUES('1-900','intrusion','severe','zone/1-900','Kho','dong','Có người trong kho',1790000000000,1795881287207,NULL,'open','lan',1795881287242,'stills/1-900.jpg','0000000000000000000000000000000000000000000000000000000000000000','cong','san','enter','person',0.81,'[0.4, 0.5, 0.5, 0.9]',2,1795881287235,NULL,NULL,'true_alarm','clips/1-900.mp4','0000000000000000000000000000000000000000000000000000000000000000',0,1);
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
INSERT INTO "incident_act" VALUES('a-1','1-900','coming','Lan','lan','Đang đến','dong',17.2,106.8,12.0,1,2);
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
INSERT INTO "incident_photo" VALUES('p-1','1-900','a-1','Lan','photos/p-1.jpg','x',1,2);
CREATE TABLE incident_story (
    incident TEXT NOT NULL REFERENCES incident (id),
    number INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    what TEXT NOT NULL,
    by_user TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "incident_story" VALUES('1-900',1,1795881287207,'opened','','Có người trong kho');
INSERT INTO "incident_story" VALUES('1-900',2,1795881287235,'seen','lan','');
INSERT INTO "incident_story" VALUES('1-900',3,1795881287242,'taken','lan','');
INSERT INTO "incident_story" VALUES('1-900',4,1795881287255,'still','','');
INSERT INTO "incident_story" VALUES('1-900',5,1795881287265,'clip','','');
INSERT INTO "incident_story" VALUES('1-900',6,1795881287278,'judged','lan','true_alarm');
INSERT INTO "incident_story" VALUES('1-900',7,1795881287309,'answered','an','taken: đang tới');
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
INSERT INTO "indicator_value" VALUES('khong-tien-mat',1790000000000,1790000000000,1632.0,NULL,'typed','Lan','BC 12',1795881287648);
CREATE TABLE known_device (
    account TEXT NOT NULL REFERENCES account (id),
    device TEXT NOT NULL,
    seen_at_ms INTEGER NOT NULL,
    PRIMARY KEY (account, device)
) STRICT, WITHOUT ROWID;
INSERT INTO "known_device" VALUES('1-7001','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd',1795881287633);
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
INSERT INTO "ladder" VALUES('1-900','severe','taken',1,'taken','Có người trong kho, Thôn Đông.','{"place": "Kho"}',0,1795881287242);
CREATE TABLE late_word (
    horn_order TEXT NOT NULL,
    horn TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    rms_db REAL,
    amp_ma INTEGER,
    level_db REAL,
    played_ms INTEGER,
    PRIMARY KEY (horn_order, horn),
    FOREIGN KEY (horn_order, horn) REFERENCES horn_report (horn_order, horn)
) STRICT, WITHOUT ROWID;
INSERT INTO "late_word" VALUES('1-2','loa-1',1795881287504,'PLAYED','',-21.5,700,NULL,1500);
CREATE TABLE local_play (
    horn TEXT NOT NULL,
    number TEXT NOT NULL,
    template TEXT NOT NULL,
    ended_at_ms INTEGER NOT NULL,
    told_at_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    rms_db REAL,
    amp_ma INTEGER,
    level_db REAL,
    played_ms INTEGER,
    PRIMARY KEY (horn, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "local_play" VALUES('loa-1','0-7','bao-dong-3',1,1795881287509,'PLAYED','',-21.5,700,NULL,1500);
CREATE TABLE media_fetch (
    id TEXT PRIMARY KEY,
    incident TEXT NOT NULL,
    camera TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    wanted_by TEXT NOT NULL CHECK (wanted_by IN ('rule', 'command')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'cutting', 'offered', 'failed')),
    reason TEXT NOT NULL DEFAULT '',
    path TEXT NOT NULL DEFAULT '',
    export TEXT,
    made_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO "media_fetch" VALUES('cmd-1','1-900','',0,0,'command','waiting','','',NULL,1795881287576,1795881287576);
CREATE TABLE media_upload (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('still', 'clip', 'report', 'attachment')),
    subject TEXT NOT NULL,
    event TEXT NOT NULL,
    path TEXT NOT NULL,
    camera TEXT NOT NULL,
    wanted_by TEXT NOT NULL CHECK (wanted_by IN ('rule', 'command', 'report')),
    urgency INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'ready', 'sent', 'gone', 'refused')),
    reason TEXT NOT NULL DEFAULT '',
    copy TEXT,
    sha256 TEXT,
    bytes INTEGER,
    url TEXT,
    offset_bytes INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    made_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO "media_upload" VALUES('1-15','still','1-900','1-1','media/stills/1-900.jpg','cong','rule',2,1795881287576,'ready','','media/outgoing/1.jpg','0000000000000000000000000000000000000000000000000000000000000000',1000,NULL,0,0,1795881287576,1795881287576);
INSERT INTO "media_upload" VALUES('1-18','report','ngay-2026-11-20','1-17','reports/bao-cao.pdf','','report',0,1795881287599,'waiting','',NULL,NULL,NULL,NULL,0,0,1795881287599,1795881287599);
INSERT INTO "media_upload" VALUES('1-19','report','ngay-2026-11-20','1-17','reports/bao-cao.xlsx','','report',0,1795881287599,'waiting','',NULL,NULL,NULL,NULL,0,0,1795881287599,1795881287599);
CREATE TABLE media_wish (
    command TEXT PRIMARY KEY,
    incident_or_camera TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "media_wish" VALUES('cmd-1','incident/1-900',0,0,'waiting',1);
INSERT INTO "media_wish" VALUES('lenh-0002','camera/cong',1,2,'waiting',1795881287613);
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
INSERT INTO "message" VALUES('1-900/2/1/sms','binh','sms','0900000002','Có người trong kho.',2,2,1,'waiting',0,'','[]',NULL,1795881287528,NULL,1795881287528,'');
CREATE TABLE message_about (
    message TEXT NOT NULL REFERENCES message (id),
    alert TEXT NOT NULL REFERENCES alert (id),
    step INTEGER NOT NULL,
    PRIMARY KEY (message, alert)
) STRICT, WITHOUT ROWID;
INSERT INTO "message_about" VALUES('1-900/2/1/sms','1-900/2',1);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('boot','1');
INSERT INTO "meta" VALUES('devices_seen_ms','1795881287599');
INSERT INTO "meta" VALUES('epoch','1');
INSERT INTO "meta" VALUES('uplink_last_contact_ms','1795881287566');
CREATE TABLE node_plan (
    horn TEXT PRIMARY KEY,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    floor_seq INTEGER NOT NULL,
    hamlet TEXT NOT NULL,
    orders TEXT NOT NULL,
    payload BLOB NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "node_plan" VALUES('loa-1',1,1,1,'dong','[]',X'00',1);
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
INSERT INTO "outbox" VALUES(1,'1-1',0,'incident.opened','1-900',1795881287207,1,'rtc','{"kind":"intrusion","severity":"severe","subject":"zone/1-900","place":"Kho","hamlet":"dong","title":"Có người trong kho","began_at_ms":1790000000000,"camera":"cong","rule":"san","rule_kind":"enter","label":"person","most":2}',1795881287566,NULL);
INSERT INTO "outbox" VALUES(2,'1-2',1,'incident.taken','1-900',1795881287242,1,'rtc','{"role":"duty"}',NULL,NULL);
INSERT INTO "outbox" VALUES(3,'1-3',1,'incident.judged','1-900',1795881287278,1,'rtc','{"verdict":"true_alarm","role":"duty"}',NULL,NULL);
INSERT INTO "outbox" VALUES(4,'1-4',2,'detection.seen','cong',1795881287298,1,'rtc','{"label":"person","score":0.8,"hits":9,"began_ms":1790000000000,"lasted_ms":3000,"from":[0.4,0.9],"to":[0.6,0.9]}',NULL,NULL);
INSERT INTO "outbox" VALUES(5,'1-5',1,'alert.taken','1-900/1',1795881287309,1,'rtc','{"incident":"1-900","person":"an"}',NULL,NULL);
INSERT INTO "outbox" VALUES(6,'1-6',1,'horn.reported','1-1/loa-1',1795881287353,1,'rtc','{"outcome":"PLAYED","reason":"","played_ms":1500,"rms_db":-21.5,"amp_ma":700,"level_db":null}',NULL,NULL);
INSERT INTO "outbox" VALUES(7,'1-7',2,'reading.taken','cau',1795881287365,1,'rtc','{"quantity":"level","value":3.215,"unit":"m","at_ms":1790000000000,"quality":"good","came_at_ms":0,"source":"gauge"}',NULL,NULL);
INSERT INTO "outbox" VALUES(8,'1-8',1,'recording.exported','e-1',1795881287393,1,'rtc','{"camera":"cong","since_ms":1790000000000,"until_ms":1790000010000,"blurred":true}',NULL,NULL);
INSERT INTO "outbox" VALUES(9,'1-9',0,'cap.issued','molang-xa-1-1-900',1795881287402,1,'rtc','{"msg_type":"Alert","about":"1-900","xml":"<alert/>"}',NULL,NULL);
INSERT INTO "outbox" VALUES(10,'1-10',1,'audit.checkpointed','1',1795881287402,1,'rtc','{"body":"{\"at_ms\": 1795881287402, \"box\": \"/xa/dong-son/box/1\", \"chain\": \"7f94d6ee1b000963df4cb3abb8ccda65bee3a32cdd0e2556ec64fd6c4ae1c6fe\", \"number\": 1, \"previous\": \"0000000000000000000000000000000000000000000000000000000000000000\", \"seq\": 6, \"v\": 1}","key_id":"0195dabe41c6157b","sig":"758210cc7ac651bf47cbd0486b6970c468e9ebedea9f40dbbca0ee6e734f74743f726f042db9b2b8da25784529d2931242ef42c9f8bb337a3b95b29e0d233c0d"}',NULL,NULL);
INSERT INTO "outbox" VALUES(11,'1-11',1,'horn.reported','1-2/loa-1',1795881287488,1,'rtc','{"outcome":"UNKNOWN","reason":"","played_ms":1500,"rms_db":-21.5,"amp_ma":700,"level_db":null}',NULL,NULL);
INSERT INTO "outbox" VALUES(12,'1-12',1,'horn.reported_late','1-2/loa-1',1795881287504,1,'rtc','{"outcome":"PLAYED","reason":"","played_ms":1500}',NULL,NULL);
INSERT INTO "outbox" VALUES(13,'1-13',1,'horn.local_play','loa-1/0-7',1795881287509,1,'rtc','{"template":"bao-dong-3","outcome":"PLAYED","played_ms":1500,"ended_at_ms":1}',NULL,NULL);
INSERT INTO "outbox" VALUES(14,'1-14',2,'reading.taken','ho',1795881287541,1,'rtc','{"quantity":"level","value":20.9,"unit":"m","at_ms":1790000000000,"quality":"good","came_at_ms":1790000000000,"source":"hand"}',NULL,NULL);
INSERT INTO "outbox" VALUES(15,'1-16',3,'media.offered','1-900',1795881287576,1,'rtc','{"kind":"still","event":"1-1","sha256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","bytes":1000}',NULL,NULL);
INSERT INTO "outbox" VALUES(16,'1-17',1,'report.made','ngay-2026-11-20',1795881287599,1,'rtc','{"kind":"day","period":"2026-11-20","revision":1,"title":"","since_ms":1795107600000,"until_ms":1795194000000,"to":["tinh"],"due_ms":{"tinh":1},"figures":{"incidents":1},"files":{"pdf":{"sha256":"0000000000000000000000000000000000000000000000000000000000000000","bytes":1},"xlsx":{"sha256":"0000000000000000000000000000000000000000000000000000000000000000","bytes":1},"json":{"sha256":"0000000000000000000000000000000000000000000000000000000000000000","bytes":1}}}',NULL,NULL);
INSERT INTO "outbox" VALUES(17,'1-20',1,'command.done','lenh-0001',1795881287613,1,'rtc','{"kind":"template","seq":1,"outcome":"proposed"}',NULL,NULL);
INSERT INTO "outbox" VALUES(18,'1-21',1,'command.refused','ffffffffffffffff',1795881287613,1,'rtc','{"outcome":"bad_signature","reason":"Chữ ký không đúng."}',NULL,NULL);
INSERT INTO "outbox" VALUES(19,'1-22',1,'urgent_key.accepted','0000000000000000',1795881287613,1,'rtc','{}',NULL,NULL);
INSERT INTO "outbox" VALUES(20,'1-23',2,'indicator.measured','indicator/khong-tien-mat',1795881287648,1,'rtc','{"title":"Hộ thanh toán không dùng tiền mặt","value":1632,"total":2115,"target":1692.0,"unit":"hộ","at_ms":1790000000000,"origin":"typed"}',NULL,NULL);
CREATE TABLE outbox_count (
    lane INTEGER PRIMARY KEY CHECK (lane BETWEEN 0 AND 3),
    waiting INTEGER NOT NULL,
    waiting_bytes INTEGER NOT NULL,
    acked INTEGER NOT NULL,
    dead INTEGER NOT NULL,
    forgotten INTEGER NOT NULL,
    dropped INTEGER NOT NULL
) STRICT;
INSERT INTO "outbox_count" VALUES(0,1,173,1,0,0,0);
INSERT INTO "outbox_count" VALUES(1,13,3056,0,0,0,0);
INSERT INTO "outbox_count" VALUES(2,4,984,0,0,0,0);
INSERT INTO "outbox_count" VALUES(3,1,218,0,0,0,0);
CREATE TABLE outbox_unqueued (
    lane INTEGER PRIMARY KEY CHECK (lane BETWEEN 0 AND 3),
    count INTEGER NOT NULL,
    since_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL
) STRICT;
INSERT INTO "outbox_unqueued" VALUES(2,1,1795881287591,1795881287591);
CREATE TABLE outbox_withheld (
    type TEXT NOT NULL,
    field TEXT NOT NULL,
    count INTEGER NOT NULL,
    last_at_ms INTEGER NOT NULL,
    PRIMARY KEY (type, field)
) STRICT, WITHOUT ROWID;
INSERT INTO "outbox_withheld" VALUES('reading.taken','note',1,1795881287591);
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
CREATE TABLE person_address (
    person TEXT NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    PRIMARY KEY (person, channel, address)
) STRICT, WITHOUT ROWID;
INSERT INTO "person_address" VALUES('chu-tich','push','{}',1790000000000);
CREATE TABLE person_request (
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    who TEXT NOT NULL,
    reach TEXT NOT NULL,
    about TEXT NOT NULL,
    came_at_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'done', 'refused')),
    answered_at_ms INTEGER,
    closed_at_ms INTEGER,
    changed_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "person_request" VALUES('request-1',1,'see','Nguyễn Thị Mơ','0900000031','Hình ở cổng chợ.',1795881287658,1796054087658,'open',NULL,NULL,1795881287658);
CREATE TABLE person_request_step (
    request TEXT NOT NULL REFERENCES person_request (id),
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    by_user TEXT NOT NULL,
    PRIMARY KEY (request, at_ms, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO "person_request_step" VALUES('request-1',1795881287658,'came','','Hòa');
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
INSERT INTO "pin" VALUES('p-1','cong',1790000000000,1790000010000,'vụ trộm','lan',1798473287377,1795881287377,NULL);
CREATE TABLE planned_airing (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    programme TEXT NOT NULL REFERENCES programme (id),
    at_ms INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    hamlets TEXT NOT NULL,
    priority INTEGER NOT NULL,
    source TEXT NOT NULL,
    ref TEXT NOT NULL,
    standby TEXT NOT NULL,
    title TEXT NOT NULL,
    gain_db REAL NOT NULL,
    at_night INTEGER NOT NULL,
    recording TEXT,
    horn_order TEXT REFERENCES horn_order (id),
    play TEXT REFERENCES horn_order (id),
    state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    changed_at_ms INTEGER NOT NULL,
    plan_seq INTEGER,
    out_seq INTEGER
) STRICT;
INSERT INTO "planned_airing" VALUES(1,'c-1/1','c-1',1,1,'["all"]',1,'notice','b-1','','Tin',0.0,0,NULL,NULL,NULL,'removed','',1,NULL,NULL);
CREATE TABLE press (
    id TEXT PRIMARY KEY,
    bulletin TEXT NOT NULL REFERENCES bulletin (id),
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "press" VALUES('p-1','b-1',1);
CREATE TABLE privacy (
    camera TEXT PRIMARY KEY,
    areas TEXT NOT NULL,
    set_at_ms INTEGER NOT NULL,
    by_user TEXT NOT NULL,
    placed TEXT NOT NULL DEFAULT '[]',
    ours TEXT NOT NULL DEFAULT '[]',         -- everything that was ever sent into the camera and is not known to be gone
    hidden_since_ms INTEGER,                 -- what was recorded before is not masked
    word TEXT NOT NULL DEFAULT '',
    checked_at_ms INTEGER
) STRICT;
INSERT INTO "privacy" VALUES('cong','[[[0.1, 0.1], [0.4, 0.1], [0.4, 0.5]]]',1795881287641,'Lan','[[[0.1, 0.1], [0.4, 0.1], [0.4, 0.5]]]','[[[0.1, 0.1], [0.4, 0.1], [0.4, 0.5]]]',1795881287641,'',1795881287641);
CREATE TABLE programme (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    plan TEXT NOT NULL,
    storm INTEGER NOT NULL,
    state TEXT NOT NULL,
    trouble TEXT NOT NULL DEFAULT '',
    author TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO "programme" VALUES('c-1','Buổi sáng','{}',0,'removed','','lan',1,1);
CREATE TABLE province_command (
    id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,
    nbf_ms INTEGER NOT NULL,
    exp_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    came_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "province_command" VALUES('lenh-0001',1,'template','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','{}',1,4102444800000,'done','proposed','',1795881287613,1795881287613);
CREATE TABLE province_proposal (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    diff TEXT NOT NULL,
    state TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    decided_at_ms INTEGER,
    decided_by TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
INSERT INTO "province_proposal" VALUES('lenh-0001','template','Mẫu tin','{}','','open',1795881287613,NULL,'','');
CREATE TABLE reading (
    station TEXT NOT NULL,
    quantity TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    value REAL NOT NULL,
    unit TEXT NOT NULL,
    quality TEXT NOT NULL, came_at_ms INTEGER NOT NULL DEFAULT 0, source TEXT NOT NULL DEFAULT 'gauge', by_user TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (station, quantity, at_ms)
) STRICT, WITHOUT ROWID;
INSERT INTO "reading" VALUES('cau','level',1790000000000,3.215,'m','good',0,'gauge','');
INSERT INTO "reading" VALUES('ho','level',1790000000000,20.9,'m','good',1790000000000,'hand','lan');
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
INSERT INTO "recording" VALUES('r-1','Họp lúc 7h.','họp lúc bảy giờ','e85b0a709553eb9e89472ee349ac041c0ca370eaf318e095cf0f860b879406c7','n1','espeak:vi','','["e85b0a709553eb9e89472ee349ac041c0ca370eaf318e095cf0f860b879406c7"]',1500,1795881287331);
CREATE TABLE report (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    period TEXT NOT NULL,
    revision INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    summary TEXT NOT NULL,
    figures TEXT NOT NULL,
    files TEXT NOT NULL,
    due TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'signed', 'sent')),
    signed_file TEXT,
    signed_sha256 TEXT,
    signed_by TEXT NOT NULL DEFAULT '',
    signed_at_ms INTEGER,
    event TEXT,
    sent_at_ms INTEGER,
    UNIQUE (kind, period, revision)
) STRICT;
INSERT INTO "report" VALUES('ngay-2026-11-20','day','2026-11-20',1,1,1795881287599,'Lan','["x"]','{"incidents":1}','{"pdf":["bao-cao.pdf","0000000000000000000000000000000000000000000000000000000000000000",1],"xlsx":["bao-cao.xlsx","0000000000000000000000000000000000000000000000000000000000000000",1],"json":["bao-cao.json","0000000000000000000000000000000000000000000000000000000000000000",1]}','{"tinh":1}','draft',NULL,NULL,'',NULL,'1-17',NULL);
CREATE TABLE resident_report (
    id TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    hamlet TEXT NOT NULL,
    state TEXT NOT NULL,
    bulletin TEXT REFERENCES bulletin (id),
    how TEXT NOT NULL DEFAULT '',
    by_user TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO "resident_report" VALUES('p-1','Đèn đường hỏng.','dong','open',NULL,'','lan',1795881287402,1795881287402);
CREATE TABLE roll_call (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    hamlet TEXT NOT NULL,
    evacuated INTEGER NOT NULL,
    people INTEGER NOT NULL,
    by_user TEXT NOT NULL,
    role TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO "roll_call" VALUES(1,'dong',45,120,'An','leader',1790000000000);
CREATE TABLE runs_from (schema INTEGER NOT NULL) STRICT;
INSERT INTO "runs_from" VALUES(5);
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
CREATE TABLE session (
  token TEXT PRIMARY KEY,                  -- SHA-256 of what the browser holds
  id TEXT NOT NULL UNIQUE,                 -- what pages name it by
  account TEXT NOT NULL REFERENCES account (id),
  proved INTEGER NOT NULL,                 -- a code was given in it
  address TEXT NOT NULL,
  agent TEXT NOT NULL,
  began_at_ms INTEGER NOT NULL,
  seen_at_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL
) STRICT;
INSERT INTO "session" VALUES('tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt','1-7002','1-7001',0,'10.0.0.7','trình duyệt',1795881287633,1795881287633,1795881287634);
CREATE TABLE settings_version (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('form', 'undo', 'hand')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'applied', 'kept', 'cancelled', 'reverted')),
    title TEXT NOT NULL,
    note TEXT NOT NULL,
    before_sha TEXT NOT NULL,
    after_sha TEXT NOT NULL,
    changes TEXT NOT NULL,
    lines TEXT NOT NULL,
    by_user TEXT NOT NULL,
    by_role TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO "settings_version" VALUES(1,'press-1','form','waiting','Camera: cong','','0000000000000000000000000000000000000000000000000000000000000000','1111111111111111111111111111111111111111111111111111111111111111','[{"where": "Camera: cong", "name": "retention_days", "label": "", "before": "7", "after": "14"}]','["+retention_days = 14"]','Đức','technician',1795881287658,1795881287658,'');
CREATE TABLE shift_handover (
    id TEXT PRIMARY KEY,
    from_user TEXT NOT NULL,
    from_role TEXT NOT NULL,
    notes TEXT NOT NULL,
    matters TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    taken_by TEXT,
    taken_note TEXT NOT NULL DEFAULT '',
    taken_at_ms INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO "shift_handover" VALUES('shift-1','Hòa','duty','Anh Hải xem cống.','[]',1795881287658,NULL,'',NULL);
CREATE TABLE source_item (
    source TEXT NOT NULL,
    item TEXT NOT NULL,
    origin TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    bulletin TEXT,
    until_ms INTEGER NOT NULL,
    received_at_ms INTEGER NOT NULL,
    PRIMARY KEY (source, item)
) STRICT, WITHOUT ROWID;
INSERT INTO "source_item" VALUES('tinh','tin-1','Tỉnh','drafted','','b-1',1790000000000,1795881287402);
CREATE TABLE source_told (
    source TEXT NOT NULL,
    horn_order TEXT NOT NULL,
    PRIMARY KEY (source, horn_order)
) STRICT, WITHOUT ROWID;
INSERT INTO "source_told" VALUES('tinh','1-1');
CREATE TABLE stick (
    id TEXT PRIMARY KEY,
    made_at_ms INTEGER NOT NULL,
    events INTEGER NOT NULL,
    receipt_at_ms INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO "stick" VALUES('00000000000000000000000000000000',1795881287566,1,1795881287566);
CREATE TABLE suspension (
    camera TEXT NOT NULL,
    rule TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    by_user TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    PRIMARY KEY (camera, rule)
) STRICT, WITHOUT ROWID;
INSERT INTO "suspension" VALUES('cong','san',1795884887288,'lan',1795881287288);
CREATE TABLE talk (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    stream TEXT NOT NULL,
    horn_order TEXT NOT NULL REFERENCES horn_order (id),
    by_user TEXT NOT NULL,
    began_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER,
    why TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
INSERT INTO "talk" VALUES('t-1','microphone','','s-1','1-1','lan',1,NULL,'');
CREATE TABLE template_approval (
    template TEXT PRIMARY KEY,
    seal TEXT NOT NULL,
    parts TEXT NOT NULL,
    approver TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "template_approval" VALUES('xa-lu','e85b0a709553eb9e89472ee349ac041c0ca370eaf318e095cf0f860b879406c7','[["hồ xả lũ", "e85b0a709553eb9e89472ee349ac041c0ca370eaf318e095cf0f860b879406c7", "tone", ""]]','minh',1);
CREATE TABLE upload (
    id TEXT PRIMARY KEY,
    bulletin TEXT NOT NULL,
    appends INTEGER NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    priority TEXT NOT NULL,
    hamlets TEXT NOT NULL,
    by_user TEXT NOT NULL,
    role TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    clip TEXT REFERENCES clip (sha256)
) STRICT, WITHOUT ROWID;
INSERT INTO "upload" VALUES('u-1','b-2',0,'bru','Lịch tiêm chủng','thuong','["dong"]','lan','operator',1795881287473,'waiting','',NULL);
CREATE TABLE urgent_bulletin (
    id TEXT PRIMARY KEY,
    incident TEXT NOT NULL REFERENCES incident (id),
    key_id TEXT NOT NULL,
    text TEXT NOT NULL,
    hamlets TEXT NOT NULL,
    exp_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "urgent_bulletin" VALUES('khan-0001','1-900','0000000000000000','Nước lên nhanh.','["dong"]',4102444800000,'waiting','',1795881287613);
CREATE TABLE urgent_key (
    key_id TEXT PRIMARY KEY,
    public_hex TEXT NOT NULL,
    name TEXT NOT NULL,
    accepted_at_ms INTEGER NOT NULL,
    accepted_by TEXT NOT NULL,
    revoked_at_ms INTEGER,
    revoked_by TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
INSERT INTO "urgent_key" VALUES('0000000000000000','1111111111111111111111111111111111111111111111111111111111111111','Trung tâm Phòng chống thiên tai',1795881287613,'Lan',NULL,'');
CREATE TABLE way_use (
    way TEXT NOT NULL,
    month TEXT NOT NULL,
    sent_bytes INTEGER NOT NULL,
    received_bytes INTEGER NOT NULL,
    PRIMARY KEY (way, month)
) STRICT, WITHOUT ROWID;
INSERT INTO "way_use" VALUES('4G','2026-11',1000,300);
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
CREATE INDEX talk_open ON talk (id) WHERE ended_at_ms IS NULL;
CREATE INDEX horn_order_began ON horn_order (max(made_at_ms, at_ms)) WHERE op NOT IN ('prepare', 'stop', 'volume');
CREATE INDEX local_play_ended ON local_play (ended_at_ms);
CREATE VIEW airing AS
SELECT o.id AS number, o.op, o.priority, o.hamlets, o.ms, o.by_user, max(o.made_at_ms, o.at_ms) AS began_ms, o.payload,
       b.id AS bulletin, b.text AS item, b.author, b.approver, b.incident
FROM horn_order o LEFT JOIN bulletin b ON b.id = o.bulletin
WHERE o.op NOT IN ('prepare', 'stop', 'volume')
-- airtime: what is planned has not sounded yet, and what was withdrawn never did, unless a horn says otherwise
AND NOT EXISTS (
    SELECT 1 FROM planned_airing p WHERE p.horn_order = o.id AND p.state IN ('planned', 'withdrawn')
    AND NOT EXISTS (SELECT 1 FROM horn_report r WHERE r.horn_order = o.id AND r.outcome IN ('PLAYED', 'PARTIAL'))
)
UNION ALL
SELECT horn || '/' || number, 'local', 4, '[]', coalesce(played_ms, 0), horn, ended_at_ms, x'',
       NULL, template, NULL, NULL, NULL
FROM local_play;
CREATE VIEW airing_end AS
SELECT horn_order AS number, horn, outcome, reason, rms_db, amp_ma, level_db, played_ms FROM horn_report
UNION ALL
SELECT horn || '/' || number, horn, outcome, reason, rms_db, amp_ma, level_db, played_ms FROM local_play;
CREATE INDEX resident_report_open ON resident_report (made_at_ms) WHERE state = 'open';
CREATE INDEX cap_issued_about ON cap_issued (about);
CREATE INDEX bulletin_unsigned ON bulletin (made_at_ms) WHERE signed_off_by = '';
CREATE INDEX bulletin_repeats ON bulletin (next_at_ms) WHERE repeats_left > 0;
CREATE UNIQUE INDEX planned_airing_open ON planned_airing (key) WHERE state IN ('planned', 'airing', 'waiting');
CREATE INDEX planned_airing_time ON planned_airing (at_ms);
CREATE INDEX planned_airing_order ON planned_airing (horn_order);
CREATE INDEX upload_waiting ON upload (made_at_ms) WHERE state = 'waiting';
CREATE INDEX upload_bulletin ON upload (bulletin);
CREATE INDEX hand_reading_of ON hand_reading (station, quantity, at_ms);
CREATE INDEX flood_action_newest ON flood_action (made_at_ms DESC);
CREATE INDEX flood_action_storms ON flood_action (state) WHERE what = 'storm';
CREATE INDEX roll_call_hamlet ON roll_call (hamlet, number);
CREATE INDEX drill_open ON drill (id) WHERE ended_at_ms IS NULL;
CREATE INDEX incident_act_of ON incident_act (incident, made_at_ms);
CREATE INDEX hamlet_report_newest ON hamlet_report (made_at_ms);
CREATE INDEX hamlet_report_of ON hamlet_report (incident);
CREATE INDEX incident_photo_of ON incident_photo (incident, made_at_ms);
CREATE INDEX ladder_climbing ON ladder (incident) WHERE state = 'climbing';
CREATE INDEX message_line ON message (urgency DESC, place_in_line) WHERE state = 'waiting';
CREATE INDEX message_open ON message (state) WHERE state IN ('sending', 'unsure');
CREATE INDEX message_person ON message (person, made_at_ms);
CREATE INDEX message_address ON message (address, changed_at_ms);
CREATE INDEX message_about_alert ON message_about (alert);
CREATE INDEX heard_sender ON heard (sender_sha256, ladder_ms);
CREATE INDEX province_command_waits ON province_command (seq) WHERE state = 'waits';
CREATE INDEX province_proposal_newest ON province_proposal (made_at_ms);
CREATE INDEX media_wish_waiting ON media_wish (made_at_ms) WHERE state = 'waiting';
CREATE INDEX urgent_bulletin_waiting ON urgent_bulletin (made_at_ms) WHERE state = 'waiting';
CREATE INDEX urgent_bulletin_of_key ON urgent_bulletin (key_id, made_at_ms);
CREATE UNIQUE INDEX media_upload_unsent ON media_upload (path, subject) WHERE state IN ('waiting', 'ready');
CREATE INDEX media_upload_path ON media_upload (path);
CREATE INDEX media_upload_sent ON media_upload (id) WHERE state = 'sent';
CREATE INDEX media_fetch_open ON media_fetch (made_at_ms) WHERE state IN ('waiting', 'cutting');
CREATE TRIGGER outbox_added AFTER INSERT ON outbox BEGIN
    UPDATE outbox_count SET
        waiting = waiting + (new.acked_at_ms IS NULL AND new.dead_reason IS NULL),
        waiting_bytes = waiting_bytes
            + (new.acked_at_ms IS NULL AND new.dead_reason IS NULL) * (length(CAST(new.data AS BLOB)) + 120),
        acked = acked + (new.acked_at_ms IS NOT NULL AND new.dead_reason IS NULL),
        dead = dead + (new.dead_reason IS NOT NULL)
    WHERE lane = new.lane;
END;
CREATE TRIGGER outbox_moved AFTER UPDATE OF acked_at_ms, dead_reason ON outbox BEGIN
    UPDATE outbox_count SET
        waiting = waiting + (new.acked_at_ms IS NULL AND new.dead_reason IS NULL)
            - (old.acked_at_ms IS NULL AND old.dead_reason IS NULL),
        waiting_bytes = waiting_bytes + ((new.acked_at_ms IS NULL AND new.dead_reason IS NULL)
            - (old.acked_at_ms IS NULL AND old.dead_reason IS NULL)) * (length(CAST(new.data AS BLOB)) + 120),
        acked = acked + (new.acked_at_ms IS NOT NULL AND new.dead_reason IS NULL)
            - (old.acked_at_ms IS NOT NULL AND old.dead_reason IS NULL),
        dead = dead + (new.dead_reason IS NOT NULL) - (old.dead_reason IS NOT NULL)
    WHERE lane = new.lane;
END;
CREATE TRIGGER outbox_gone AFTER DELETE ON outbox BEGIN
    UPDATE outbox_count SET
        waiting = waiting - (old.acked_at_ms IS NULL AND old.dead_reason IS NULL),
        waiting_bytes = waiting_bytes
            - (old.acked_at_ms IS NULL AND old.dead_reason IS NULL) * (length(CAST(old.data AS BLOB)) + 120),
        acked = acked - (old.acked_at_ms IS NOT NULL AND old.dead_reason IS NULL),
        dead = dead - (old.dead_reason IS NOT NULL),
        forgotten = forgotten + (old.acked_at_ms IS NOT NULL AND old.dead_reason IS NULL),
        dropped = dropped + (old.acked_at_ms IS NULL AND old.dead_reason IS NULL)
    WHERE lane = old.lane;
END;
CREATE INDEX outbox_acked ON outbox (acked_at_ms) WHERE acked_at_ms IS NOT NULL;
CREATE INDEX outbox_opening ON outbox (subject) WHERE type = 'incident.opened';
CREATE INDEX outbox_tombstone ON outbox (lane, seq) WHERE type = 'outbox.dropped';
CREATE INDEX report_unsent ON report (event) WHERE event IS NOT NULL AND sent_at_ms IS NULL;
CREATE INDEX session_account ON session (account);
CREATE UNIQUE INDEX settings_version_waiting ON settings_version (state) WHERE state = 'waiting';
CREATE INDEX shift_handover_newest ON shift_handover (made_at_ms);
CREATE INDEX shift_handover_open ON shift_handover (made_at_ms) WHERE taken_at_ms IS NULL;
CREATE INDEX person_request_due ON person_request (due_ms) WHERE closed_at_ms IS NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',20);
INSERT INTO "sqlite_sequence" VALUES('audit',14);
INSERT INTO "sqlite_sequence" VALUES('audit_checkpoint',1);
INSERT INTO "sqlite_sequence" VALUES('planned_airing',1);
INSERT INTO "sqlite_sequence" VALUES('roll_call',1);
INSERT INTO "sqlite_sequence" VALUES('settings_version',1);
COMMIT;
PRAGMA user_version=6;

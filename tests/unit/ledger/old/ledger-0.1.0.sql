BEGIN TRANSACTION;
CREATE TABLE checkpoints (
  id INTEGER PRIMARY KEY, last_pruned INTEGER NOT NULL, last_started_at INTEGER NOT NULL, pruned_at INTEGER NOT NULL,
  run_hash BLOB NOT NULL, carried BLOB NOT NULL, hash BLOB NOT NULL);
CREATE TABLE memory_absences (
  server TEXT NOT NULL, id INTEGER NOT NULL, environment_id INTEGER NOT NULL, name TEXT NOT NULL,
  first_seen INTEGER NOT NULL, PRIMARY KEY (server, id)) WITHOUT ROWID;
INSERT INTO "memory_absences" VALUES('main',0,4,'gone',1790000000);
CREATE TABLE memory_environments (
  server TEXT NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (server, id)) WITHOUT ROWID;
INSERT INTO "memory_environments" VALUES('main',4,'production');
INSERT INTO "memory_environments" VALUES('main',5,'staging');
CREATE TABLE memory_files (
  server TEXT NOT NULL, id INTEGER NOT NULL, record TEXT NOT NULL, content TEXT NOT NULL, desired TEXT NOT NULL,
  settled INTEGER NOT NULL, server_date INTEGER, verified_at INTEGER, PRIMARY KEY (server, id)) WITHOUT ROWID;
INSERT INTO "memory_files" VALUES('main',1,'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','',1,NULL,NULL);
INSERT INTO "memory_files" VALUES('main',2,'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','',1,NULL,NULL);
INSERT INTO "memory_files" VALUES('main',3,'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','',1,NULL,NULL);
CREATE TABLE memory_selections (
  server TEXT NOT NULL, id INTEGER NOT NULL, environment_group INTEGER NOT NULL, tags TEXT NOT NULL,
  PRIMARY KEY (server, id)) WITHOUT ROWID;
INSERT INTO "memory_selections" VALUES('main',4,1,'2 3');
INSERT INTO "memory_selections" VALUES('main',5,1,'');
CREATE TABLE memory_servers (
  server TEXT PRIMARY KEY, instance_id TEXT NOT NULL, seen_at INTEGER NOT NULL, server_date INTEGER NOT NULL,
  verified_at INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "memory_servers" VALUES('main','instance',1790025200,1790025199,1790025200);
CREATE TABLE memory_stacks (
  server TEXT NOT NULL, id INTEGER NOT NULL, environment_id INTEGER NOT NULL, environment_name TEXT NOT NULL,
  name TEXT NOT NULL, namespace TEXT NOT NULL, created_at INTEGER NOT NULL, seen_at INTEGER,
  PRIMARY KEY (server, id)) WITHOUT ROWID;
INSERT INTO "memory_stacks" VALUES('main',1,4,'production','stack1','',1001,NULL);
INSERT INTO "memory_stacks" VALUES('main',2,4,'production','stack2','',1002,NULL);
INSERT INTO "memory_stacks" VALUES('main',3,4,'production','stack3','',1003,NULL);
CREATE TABLE notifications (
  channel TEXT NOT NULL, subject TEXT NOT NULL, topic TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (channel, subject, topic)) WITHOUT ROWID;
CREATE TABLE origin (at INTEGER NOT NULL, reason TEXT NOT NULL, set_aside TEXT NOT NULL);
INSERT INTO "origin" VALUES(1790000000,'','');
CREATE TABLE runs (
  number INTEGER PRIMARY KEY, run_id TEXT NOT NULL, started_at INTEGER NOT NULL, finished_at INTEGER NOT NULL,
  next_due INTEGER, frame INTEGER NOT NULL, servers INTEGER NOT NULL, waivers INTEGER NOT NULL, checkpoint INTEGER,
  hash BLOB NOT NULL, remarks INTEGER);
INSERT INTO "runs" VALUES(1,'run-0',1790000000,1790000005,1790003600,1,2,3,NULL,X'CFDF177E6014A7BB296B0B1DB349251C8340239B41734CE11723D018281B9A1A',NULL);
INSERT INTO "runs" VALUES(2,'run-1',1790003600,1790003605,1790007200,1,2,3,NULL,X'61FADFCF60A461A6E95F5454D7D40A2E2BD7FADD622B4C24320FFE000E146996',NULL);
INSERT INTO "runs" VALUES(3,'run-2',1790007200,1790007205,1790010800,4,2,3,NULL,X'050C15B99CD683942624A0E58AA268CA990AFEC1DC53FCAD8DEC4D70FA84ADD4',NULL);
INSERT INTO "runs" VALUES(4,'run-3',1790010800,1790010805,1790014400,5,2,3,NULL,X'46904D2E2B6A6FFB08EDE3AD4E892A2DCD7C6A528CEF1462D191D21032AE36B5',NULL);
INSERT INTO "runs" VALUES(5,'run-4',1790014400,1790014405,1790018000,6,2,3,NULL,X'EC7F4D5719AC80204652230EACE671454FDDC5A7C09A58E22EF0E7FCCBA24A1E',NULL);
INSERT INTO "runs" VALUES(6,'run-5',1790018000,1790018005,1790021600,6,2,3,NULL,X'06380D5BA18D656ECACE180964C9F801DB08BD628E99B54AD331ABFE9C36DCAD',7);
INSERT INTO "runs" VALUES(7,'run-6',1790021600,1790021605,1790025200,4,2,3,NULL,X'D5341EDF6AC332EA414C504282EB26D318139522CE22858EB3B812DB47B7BF16',NULL);
INSERT INTO "runs" VALUES(8,'run-7',1790025200,1790025205,1790028800,4,2,3,NULL,X'226EC2168AA939C3B5C74252F7DB8B0A52BCA1142ADA191058511A6C08D7FEDF',NULL);
CREATE TABLE spells (
  stack INTEGER NOT NULL, first_run INTEGER NOT NULL, last_run INTEGER, first_at INTEGER NOT NULL,
  state INTEGER NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (stack, first_run)) WITHOUT ROWID;
INSERT INTO "spells" VALUES(1,1,2,1790000000,1,1790000000);
INSERT INTO "spells" VALUES(1,3,4,1790007200,2,1790007200);
INSERT INTO "spells" VALUES(1,5,6,1790014400,1,1790014400);
INSERT INTO "spells" VALUES(1,7,7,1790021600,2,1790021600);
INSERT INTO "spells" VALUES(1,8,NULL,1790025200,4,1790021600);
INSERT INTO "spells" VALUES(2,1,NULL,1790000000,1,1790000000);
INSERT INTO "spells" VALUES(3,4,6,1790010800,3,1790010800);
CREATE TABLE stacks (
  id INTEGER PRIMARY KEY, server TEXT NOT NULL, environment TEXT NOT NULL, name TEXT NOT NULL, ordinal INTEGER NOT NULL,
  first_seen INTEGER NOT NULL, first_run INTEGER NOT NULL, UNIQUE (server, environment, name, ordinal));
INSERT INTO "stacks" VALUES(1,'main','production','blog',0,1790000000,1);
INSERT INTO "stacks" VALUES(2,'main','production','shop',0,1790000000,1);
INSERT INTO "stacks" VALUES(3,'main','production','wiki',0,1790010800,4);
CREATE TABLE states (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, face BLOB NOT NULL, verdict TEXT NOT NULL,
  body TEXT NOT NULL);
INSERT INTO "states" VALUES(1,X'608F0CDA7627044DC11F14B0B744FA5D8BA003369C56D4613E3F7188EA659612',X'879FA6880530CAD9A4527FE8770C408698AA6841E5F2BFFBF046D673A1DAC85A','in_sync','{"cause":null,"changes":[],"environmentId":4,"environmentName":"production","evidence":[{"message":"","method":"GET","status":200,"target":"/api/stacks"}],"exists":null,"id":null,"ignored":0,"labels":{"team":"web"},"message":"","notes":[],"owner":"","probes":[],"proof":null,"remedy":"","rule":"compare","runtimeAsked":true,"type":"standalone","unread":[],"verdict":"in_sync","waived":false,"waivers":[],"where":{"column":0,"file":"","line":0}}');
INSERT INTO "states" VALUES(2,X'AD5AAC1A54ECEC367FCB33D49CF01E54E2B9C1E6FFD4412C8BA5FD6BB129E5B3',X'F38662550BC121E171696C058CBF25B29613910B957D116ABA01FB0814063BE8','drifted','{"cause":null,"changes":[{"actual":"x","desired":"nginx:1.27","digest":"","path":"services.web.image","plane":"content","secret":false,"waiver":"","where":{"column":0,"file":"","line":0}}],"environmentId":4,"environmentName":"production","evidence":[{"message":"","method":"GET","status":200,"target":"/api/stacks"}],"exists":null,"id":null,"ignored":0,"labels":{"team":"web"},"message":"","notes":[],"owner":"","probes":[],"proof":null,"remedy":"","rule":"compare","runtimeAsked":true,"type":"standalone","unread":[],"verdict":"drifted","waived":false,"waivers":[],"where":{"column":0,"file":"","line":0}}');
INSERT INTO "states" VALUES(3,X'FD91FDD694A41A3ABB43B299FB94618E99F876FE1B0B5A70D889491FB30C96C3',X'880C14CDECE245BB12EC2FAFEE1849368AD908BC2B58359F51676626D7A6FAB7','denied','{"cause":null,"changes":[],"environmentId":4,"environmentName":"production","evidence":[{"message":"","method":"GET","status":200,"target":"/api/stacks"}],"exists":null,"id":null,"ignored":0,"labels":{"team":"web"},"message":"","notes":[],"owner":"","probes":[],"proof":null,"remedy":"","rule":"compare","runtimeAsked":true,"type":"standalone","unread":[],"verdict":"denied","waived":false,"waivers":[],"where":{"column":0,"file":"","line":0}}');
INSERT INTO "states" VALUES(4,X'6EB038AF95F9EEA73E53D541C49B32F876D21623CB02F237710D70183682E6BF',X'AB1B3D575F902424B2B3B94511B0B206E4865503E45D5454322298621E26D01E','drifted','{"cause":null,"changes":[{"actual":"","desired":"","digest":"d1","path":"services.web.image","plane":"content","secret":true,"waiver":"","where":{"column":0,"file":"","line":0}}],"environmentId":4,"environmentName":"production","evidence":[{"message":"","method":"GET","status":200,"target":"/api/stacks"}],"exists":null,"id":null,"ignored":0,"labels":{"team":"web"},"message":"","notes":[],"owner":"","probes":[],"proof":null,"remedy":"","rule":"compare","runtimeAsked":true,"type":"standalone","unread":[],"verdict":"drifted","waived":false,"waivers":[],"where":{"column":0,"file":"","line":0}}');
CREATE TABLE texts (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, body TEXT NOT NULL);
INSERT INTO "texts" VALUES(1,X'374C8E64C9B3171D8B0AC7C7F9153C6B6871F6D9B31D2A11B6502796532C3584','{"exitCode":0,"partial":false,"summary":{"covered":0,"declared":2,"inSyncRuntimeNotAsked":0,"inSyncWaived":0,"suspended":0,"verdicts":{"deleted":0,"denied":0,"drifted":0,"error":0,"extra":0,"in_sync":2,"missing":0,"not_visible":0,"orphaned":0,"pending":0,"suspended":0,"unreachable":0}},"trigger":"check","version":"1.2.3"}');
INSERT INTO "texts" VALUES(2,X'0D12F0DCEF1676D84B542EB92524EDE31B299CD15310F9D69DC56F9742DC8039','[{"error":"","exitCode":0,"identity":{"id":7,"role":2,"username":"mooring"},"instanceId":"instance","listComplete":false,"name":"main","url":"https://portainer.example.test","version":"2.43.0"}]');
INSERT INTO "texts" VALUES(3,X'CDBA8F1E4C6E0A7B27B333F890C822F1136E55F5DACD100C2556D9160AC743AF','[{"approver":"a","environment":"*","file":"waivers.yaml","from":1790000000,"line":1,"name":"old-nginx","owner":"web","path":"*","reason":"r","server":"*","stack":"blog","until":1790356400}]');
INSERT INTO "texts" VALUES(4,X'67F6D8A7D0DF316774CF42DC75E2C309E55C99854E2785450C83C43B5C1F7DC4','{"exitCode":0,"partial":false,"summary":{"covered":0,"declared":2,"inSyncRuntimeNotAsked":0,"inSyncWaived":0,"suspended":0,"verdicts":{"deleted":0,"denied":0,"drifted":1,"error":0,"extra":0,"in_sync":1,"missing":0,"not_visible":0,"orphaned":0,"pending":0,"suspended":0,"unreachable":0}},"trigger":"check","version":"1.2.3"}');
INSERT INTO "texts" VALUES(5,X'8025F677CA3FA824080DA11A7713AA5AEC971C0A6697D7C539B8B4093CE43A17','{"exitCode":0,"partial":false,"summary":{"covered":0,"declared":3,"inSyncRuntimeNotAsked":0,"inSyncWaived":0,"suspended":0,"verdicts":{"deleted":0,"denied":1,"drifted":1,"error":0,"extra":0,"in_sync":1,"missing":0,"not_visible":0,"orphaned":0,"pending":0,"suspended":0,"unreachable":0}},"trigger":"check","version":"1.2.3"}');
INSERT INTO "texts" VALUES(6,X'32F959A9A27C8C18131C11ABE7C52DB0820C606DCB1C8299D983A89ECFD4FD87','{"exitCode":0,"partial":false,"summary":{"covered":0,"declared":3,"inSyncRuntimeNotAsked":0,"inSyncWaived":0,"suspended":0,"verdicts":{"deleted":0,"denied":1,"drifted":0,"error":0,"extra":0,"in_sync":2,"missing":0,"not_visible":0,"orphaned":0,"pending":0,"suspended":0,"unreachable":0}},"trigger":"check","version":"1.2.3"}');
INSERT INTO "texts" VALUES(7,X'3B71EE90D037207F98FB5BA359C88B21C5E34E90577129C1B2EBEAE1DD45E8CE','[{"code":"w","column":0,"file":"","line":0,"message":"a remark","server":"","severity":"warning","suggestion":""}]');
CREATE INDEX runs_by_time ON runs (started_at);
CREATE INDEX spells_by_end ON spells (last_run);
COMMIT;
PRAGMA application_id = 1297043282;
PRAGMA user_version = 2;

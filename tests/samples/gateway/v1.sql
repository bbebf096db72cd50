-- The gateway's tables as the first program made them, with one row in each that matters.
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE terminal (
  terminal_id TEXT PRIMARY KEY, token_hash BLOB NOT NULL, expires_at TEXT, revoked INTEGER NOT NULL
) STRICT;
CREATE TABLE office_case (
  case_id TEXT PRIMARY KEY, terminal_id TEXT NOT NULL, fingerprint TEXT NOT NULL,
  text BLOB NOT NULL, arrived_at TEXT NOT NULL, state TEXT NOT NULL,
  official_number TEXT UNIQUE, received_at TEXT, acknowledgement BLOB,
  corrections_asked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX office_case_state ON office_case (state, received_at);
CREATE TABLE case_page (
  case_id TEXT NOT NULL REFERENCES office_case, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
  PRIMARY KEY (case_id, sha256)
) STRICT;
CREATE INDEX case_page_sha256 ON case_page (sha256);
CREATE TABLE serial (
  task_code TEXT NOT NULL, day TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (task_code, day)
) STRICT;
CREATE TABLE document (
  case_id TEXT NOT NULL REFERENCES office_case, sha256 TEXT NOT NULL, title TEXT NOT NULL,
  size INTEGER NOT NULL, PRIMARY KEY (case_id, sha256)
) STRICT;
CREATE TABLE change (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, terminal_id TEXT NOT NULL, entry BLOB NOT NULL
) STRICT;
CREATE INDEX change_terminal ON change (terminal_id, seq);
PRAGMA user_version=1;
INSERT INTO setting VALUES ('epoch', 'abcd');
INSERT INTO office_case VALUES ('c1', 't1', 'f', x'7b7d', 'then', 'received', '7', 'then', x'00', 0);
INSERT INTO case_page VALUES ('c1', 'aa', 3);
INSERT INTO change VALUES (5, 't1', x'7b7d');

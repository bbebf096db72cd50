"""Terminals, cases with their pages, official numbers, documents, and steps to tell."""

from alembic import op

from sync.gateway.schema import run_all

revision = "0001"
down_revision = None

# "IF NOT EXISTS": gateways of before versions were noted have these tables already.
TABLES = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS terminal (
  terminal_id TEXT PRIMARY KEY, token_hash BLOB NOT NULL, expires_at TEXT, revoked INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS office_case (
  case_id TEXT PRIMARY KEY, terminal_id TEXT NOT NULL, fingerprint TEXT NOT NULL,
  text BLOB NOT NULL, arrived_at TEXT NOT NULL, state TEXT NOT NULL,
  official_number TEXT UNIQUE, received_at TEXT, acknowledgement BLOB,
  corrections_asked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS office_case_state ON office_case (state, received_at);
CREATE TABLE IF NOT EXISTS case_page (
  case_id TEXT NOT NULL REFERENCES office_case, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
  PRIMARY KEY (case_id, sha256)
) STRICT;
CREATE INDEX IF NOT EXISTS case_page_sha256 ON case_page (sha256);
CREATE TABLE IF NOT EXISTS serial (
  task_code TEXT NOT NULL, day TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (task_code, day)
) STRICT;
CREATE TABLE IF NOT EXISTS document (
  case_id TEXT NOT NULL REFERENCES office_case, sha256 TEXT NOT NULL, title TEXT NOT NULL,
  size INTEGER NOT NULL, PRIMARY KEY (case_id, sha256)
) STRICT;
CREATE TABLE IF NOT EXISTS change (
  seq INTEGER PRIMARY KEY, terminal_id TEXT NOT NULL, entry BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS change_terminal ON change (terminal_id, seq)
"""


def upgrade() -> None:
    """Make the tables."""
    run_all(op, TABLES)

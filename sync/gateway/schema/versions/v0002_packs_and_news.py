"""Contents in packs, conflicts with both texts, every kind of news, catalogues, heartbeats."""

from alembic import op

from sync.gateway.schema import run_all

revision = "0002"
down_revision = "0001"

TABLES = """
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
CREATE TABLE pack (pack TEXT PRIMARY KEY, size INTEGER NOT NULL, moved_at TEXT) STRICT;
CREATE INDEX pack_to_move ON pack (pack) WHERE moved_at IS NULL;
CREATE TABLE content (
  sha256 TEXT PRIMARY KEY, pack TEXT NOT NULL, place INTEGER NOT NULL, size INTEGER NOT NULL,
  flaw TEXT NOT NULL
) STRICT;
CREATE TABLE conflict (
  case_id TEXT NOT NULL, terminal_id TEXT NOT NULL, fingerprint TEXT NOT NULL,
  text BLOB NOT NULL, arrived_at TEXT NOT NULL, PRIMARY KEY (case_id, terminal_id, fingerprint)
) STRICT;
CREATE TABLE news (
  seq INTEGER PRIMARY KEY, scope TEXT NOT NULL, kind TEXT NOT NULL, entry BLOB NOT NULL
) STRICT;
CREATE INDEX news_scope ON news (scope, seq);
INSERT INTO news SELECT seq, terminal_id, 'step', entry FROM change;
INSERT INTO counter SELECT 'news', coalesce(max(seq), 0) FROM news;
DROP TABLE change;
CREATE TABLE catalogue (
  tag TEXT PRIMARY KEY, version TEXT NOT NULL, file BLOB NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE TABLE transfer (
  base TEXT NOT NULL, tag TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
  PRIMARY KEY (base, tag)
) STRICT;
CREATE TABLE heartbeat (terminal_id TEXT PRIMARY KEY, at TEXT NOT NULL, entry BLOB NOT NULL) STRICT
"""


def upgrade() -> None:
    """Make the tables and take over what the old ones hold."""
    run_all(op, TABLES)

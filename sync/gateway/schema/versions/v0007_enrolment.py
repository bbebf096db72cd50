"""Codes with which terminals are enrolled, and the site that each stands at."""

from alembic import op

from sync.gateway.schema import run_all

revision = "0007"
down_revision = "0006"

TABLES = """
CREATE TABLE enrolment (
  code_hash BLOB PRIMARY KEY, terminal_id TEXT NOT NULL, site_code TEXT NOT NULL,
  expires_at TEXT NOT NULL, used_by BLOB
) STRICT;
CREATE INDEX enrolment_terminal ON enrolment (terminal_id);
ALTER TABLE terminal ADD COLUMN site_code TEXT NOT NULL DEFAULT '';
ALTER TABLE terminal ADD COLUMN key_hash BLOB
"""


def upgrade() -> None:
    """Make the tables."""
    run_all(op, TABLES)

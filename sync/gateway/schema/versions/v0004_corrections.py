"""What the office asked to be corrected, round by round, and what was handed in about a case."""

from alembic import op

from sync.gateway.schema import run_all

revision = "0004"
down_revision = "0003"

TABLES = """
CREATE TABLE correction (
  case_id TEXT NOT NULL, round INTEGER NOT NULL, asked BLOB NOT NULL,
  PRIMARY KEY (case_id, round)
) STRICT;
CREATE TABLE follow_up (
  about TEXT NOT NULL, kind TEXT NOT NULL, round INTEGER NOT NULL, case_id TEXT NOT NULL,
  PRIMARY KEY (about, kind, round)
) STRICT;
INSERT INTO correction SELECT case_id, 1, CAST('[]' AS BLOB) FROM office_case
  WHERE corrections_asked=1
"""


def upgrade() -> None:
    """Make the tables; lists of before were words only, which `news` still has."""
    run_all(op, TABLES)

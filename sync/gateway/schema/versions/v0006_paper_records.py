"""What an office keeps beside the papers that it issued."""

from alembic import op

from sync.gateway.schema import run_all

revision = "0006"
down_revision = "0005"

TABLES = """
CREATE TABLE paper_record (sha256 TEXT PRIMARY KEY, record BLOB NOT NULL) STRICT
"""


def upgrade() -> None:
    """Make the tables."""
    run_all(op, TABLES)

"""Orders for payments, and forms that are handed over between telephone and terminal."""

from alembic import op

from sync.gateway.schema import run_all

revision = "0005"
down_revision = "0004"

TABLES = """
CREATE TABLE payment_order (
  order_id TEXT PRIMARY KEY, case_id TEXT NOT NULL, terminal_id TEXT NOT NULL,
  subject TEXT NOT NULL, amount INTEGER NOT NULL, code TEXT NOT NULL, made_at TEXT NOT NULL,
  expires_at TEXT, paid_at TEXT
) STRICT;
CREATE INDEX payment_order_case ON payment_order (case_id, made_at);
CREATE TABLE simulated_payment (order_id TEXT PRIMARY KEY, paid_at TEXT NOT NULL) STRICT;
CREATE TABLE handover (
  handover_id TEXT PRIMARY KEY, sealed BLOB NOT NULL, expires_at TEXT NOT NULL, taken_by TEXT
) STRICT;
CREATE INDEX handover_expires ON handover (expires_at)
"""


def upgrade() -> None:
    """Make the tables."""
    run_all(op, TABLES)

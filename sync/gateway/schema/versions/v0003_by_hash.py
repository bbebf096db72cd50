"""Finds a document and a catalogue's transfer by their hash, which every fetch of one asks for."""

from alembic import op

from sync.gateway.schema import run_all

revision = "0003"
down_revision = "0002"

INDEXES = """
CREATE INDEX document_sha256 ON document (sha256);
CREATE INDEX transfer_sha256 ON transfer (sha256)
"""


def upgrade() -> None:
    """Make the indexes; the tables stay as they are."""
    run_all(op, INDEXES)

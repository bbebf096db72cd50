"""Lets enrolled terminals in and nobody else: tokens, kept only as hashes."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from enum import Enum, unique

from sync.gateway.ledger import Ledger, TerminalRow
from sync.stick_format import proof_of


@unique
class Admission(Enum):
    """The answer at the door."""

    GRANTED = "granted"
    UNKNOWN = "unknown"  # no such terminal, or not its token
    EXPIRED = "expired"
    REVOKED = "revoked"


class Door:
    """Knows the terminals. May be called from any thread."""

    def __init__(self, *, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._now = now

    def add_terminal(self, terminal_id: str, *, expires_at: datetime | None = None) -> str:
        """Enrol a terminal, or renew it: its token, 43 characters, which is not kept here.

        An earlier token of the same terminal stops working.
        """
        token = secrets.token_urlsafe(32)
        self._ledger.put_terminal(terminal_id, _hash(token), expires_at=expires_at)
        return token

    def revoke(self, terminal_id: str) -> None:
        """Let it in no more."""
        self._ledger.revoke_terminal(terminal_id)

    def admit(self, terminal_id: str, token: str) -> Admission:
        """Whether this terminal may speak. Compares in constant time."""
        row = self._ledger.terminal(terminal_id)
        # The token has 256 random bits, so a plain hash of it cannot be guessed back.
        expected = row.token_hash if row else bytes(32)
        return self._standing(row, fits=hmac.compare_digest(_hash(token), expected))

    def admit_proof(self, terminal_id: str, message: bytes, proof: bytes) -> Admission:
        """Whether this terminal vouched for that message, as `sync.stick_format.proof_of` does."""
        row = self._ledger.terminal(terminal_id)
        expected = proof_of(row.token_hash if row else secrets.token_bytes(32), message)
        return self._standing(row, fits=hmac.compare_digest(proof, expected))

    def _standing(self, row: TerminalRow | None, *, fits: bool) -> Admission:
        if row is None or not fits:
            return Admission.UNKNOWN
        if row.revoked:
            return Admission.REVOKED
        if row.expires_at is not None and self._now() >= row.expires_at:
            return Admission.EXPIRED
        return Admission.GRANTED


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

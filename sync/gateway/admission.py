"""Lets enrolled terminals in and nobody else: tokens, kept only as hashes."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from datetime import datetime
from enum import Enum, unique
from typing import Final

from sync.gateway.terminals import TerminalRow, Terminals
from sync.stick_format import proof_of

STILL_GOOD: Final = 2.0  # seconds that a terminal is let in without looking it up again
MOST_REMEMBERED: Final = 20_000  # terminals; a province has 12,000


@unique
class Admission(Enum):
    """The answer at the door."""

    GRANTED = "granted"
    UNKNOWN = "unknown"  # no such terminal, or not its token
    EXPIRED = "expired"
    REVOKED = "revoked"


class Door:
    """Knows the terminals. May be called from any thread."""

    def __init__(
        self,
        *,
        terminals: Terminals,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._terminals = terminals
        self._now = now
        self._monotonic = monotonic
        self._lately: dict[tuple[str, bytes], float] = {}  # when it was let in last

    def add_terminal(self, terminal_id: str, *, expires_at: datetime | None = None) -> str:
        """Enrol a terminal, or renew it: its token, 43 characters, which is not kept here.

        An earlier token of the same terminal stops working.
        """
        token = secrets.token_urlsafe(32)
        self._terminals.put(terminal_id, _hash(token), expires_at=expires_at)
        self._lately.clear()
        return token

    def revoke(self, terminal_id: str) -> None:
        """Let it in no more; a serving process beside this one learns of it within STILL_GOOD."""
        self._terminals.revoke(terminal_id)
        self._lately.clear()

    def was_let_in(self, terminal_id: str, token: str) -> bool:
        """True when `admit` let it in a moment ago. Never waits."""
        moment = self._lately.get((terminal_id, _hash(token)))
        return moment is not None and self._monotonic() - moment < STILL_GOOD

    def admit(self, terminal_id: str, token: str) -> Admission:
        """Whether this terminal may speak. Compares in constant time."""
        admission = self._looked_up(terminal_id, token)
        if admission is Admission.GRANTED:
            if len(self._lately) >= MOST_REMEMBERED:
                self._lately.clear()
            self._lately[terminal_id, _hash(token)] = self._monotonic()
        return admission

    def _looked_up(self, terminal_id: str, token: str) -> Admission:
        row = self._terminals.terminal(terminal_id)
        # The token has 256 random bits, so a plain hash of it cannot be guessed back.
        expected = row.token_hash if row else bytes(32)
        return self._standing(row, fits=hmac.compare_digest(_hash(token), expected))

    def admit_proof(self, terminal_id: str, message: bytes, proof: bytes) -> Admission:
        """Whether this terminal vouched for that message, as `sync.stick_format.proof_of` does."""
        row = self._terminals.terminal(terminal_id)
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

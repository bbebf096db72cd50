"""Lets new terminals in, each by a code that a person brought to it, once."""

import hashlib
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum, unique
from typing import Final

from cryptography.hazmat.primitives import serialization

from sync.enrolment import Enrolled, Enrolment, Renewal, Renewed, code_as_meant, new_code
from sync.gateway.database import Database, Writing
from sync.gateway.terminal_authority import TerminalAuthority, key_in

CODE_LIVES: Final = timedelta(hours=72)


@unique
class NotEnrolled(Enum):
    """Why a terminal is not let in."""

    NO_SUCH_CODE = "no-such-code"  # never given, mistyped, or withdrawn by a newer one
    CODE_EXPIRED = "code-expired"
    CODE_USED = "code-used"  # by a terminal with another key, or its terminal was revoked since
    OTHER_SITE = "other-site"  # the code is for another place; nothing was changed


class EnrolmentRefused(Exception):
    """The terminal is not let in."""

    def __init__(self, why: NotEnrolled) -> None:
        super().__init__(why.value)
        self.why = why


class Enrolling:
    """Any thread. Raises DatabaseTrouble.

    The same terminal may ask again with the same code until it expires: an answer can get lost.
    """

    def __init__(
        self,
        database: Database,
        authority: Callable[[], TerminalAuthority],
        *,
        public_key: bytes,
        sealing_key: bytes,
        now: Callable[[], datetime],
    ) -> None:
        """`authority` is opened, or made, when somebody is enrolled for the first time."""
        self._database = database
        self._open_authority = authority
        self._opened: TerminalAuthority | None = None
        self._opening = threading.Lock()  # two that are made at once would be two
        self._public_key = public_key
        self._sealing_key = sealing_key
        self._now = now

    def _authority(self) -> TerminalAuthority:
        with self._opening:
            if self._opened is None:
                self._opened = self._open_authority()
            return self._opened

    def code_for(self, terminal_id: str, *, site: str, lives: timedelta = CODE_LIVES) -> str:
        """A code for that terminal at that site; every one given before is withdrawn."""
        code, until = new_code(), self._now() + lives

        def work(w: Writing) -> None:
            w.run("DELETE FROM enrolment WHERE terminal_id=?", terminal_id)
            w.run(
                "INSERT INTO enrolment (code_hash, terminal_id, site_code, expires_at)"
                " VALUES (?, ?, ?, ?)",
                _hash(code_as_meant(code)),
                terminal_id,
                site,
                until.isoformat(),
            )

        self._database.write(work)
        return code

    def enrol(self, asked: Enrolment) -> Enrolled:
        """Let it in: an earlier token of that terminal ends. Raises NoRequest, EnrolmentRefused."""
        key_hash = _key_hash(asked.request)
        now = self._now()

        def work(w: Writing) -> tuple[str, str] | NotEnrolled:
            rows = w.run(
                "SELECT terminal_id, site_code, expires_at, used_by FROM enrolment"
                " WHERE code_hash=?",
                _hash(code_as_meant(asked.code)),
            )
            if not rows:
                return NotEnrolled.NO_SUCH_CODE
            terminal_id, site, until, used_by = rows[0]
            if datetime.fromisoformat(str(until)) <= now:
                return NotEnrolled.CODE_EXPIRED
            if asked.site_code != site:
                return NotEnrolled.OTHER_SITE
            if used_by is not None and not w.run(
                "SELECT 1 FROM terminal WHERE terminal_id=? AND key_hash=? AND revoked=0",
                terminal_id,
                key_hash,
            ):
                return NotEnrolled.CODE_USED
            w.run(
                "UPDATE enrolment SET used_by=? WHERE code_hash=?",
                key_hash,
                _hash(code_as_meant(asked.code)),
            )
            w.run(
                "INSERT INTO terminal (terminal_id, token_hash, revoked, site_code, key_hash)"
                " VALUES (?, ?, 0, ?, ?) ON CONFLICT (terminal_id) DO UPDATE SET"
                " token_hash=excluded.token_hash, expires_at=NULL, revoked=0,"
                " site_code=excluded.site_code, key_hash=excluded.key_hash",
                terminal_id,
                asked.token_hash,
                site,
                key_hash,
            )
            return str(terminal_id), str(site)

        found = self._database.write(work)
        if isinstance(found, NotEnrolled):
            raise EnrolmentRefused(found)
        terminal_id, site = found
        authority = self._authority()
        return Enrolled(
            terminal_id=terminal_id,
            site_code=site,
            certificate=authority.certificate(
                asked.request, terminal_id=terminal_id, site=site, now=now
            ),
            authority=authority.pem,
            public_key=self._public_key,
            sealing_key=self._sealing_key,
        )

    def renew(self, terminal_id: str, asked: Renewal) -> Renewed:
        """The next certificate of a terminal that was let in. Raises NoRequest."""
        key_hash = _key_hash(asked.request)

        def work(w: Writing) -> str:
            rows = w.run(
                "UPDATE terminal SET key_hash=? WHERE terminal_id=? RETURNING site_code",
                key_hash,
                terminal_id,
            )
            return str(rows[0][0]) if rows else ""

        site = self._database.write(work)
        authority = self._authority()
        certificate = authority.certificate(
            asked.request, terminal_id=terminal_id, site=site, now=self._now()
        )
        return Renewed(certificate, authority.pem)


def _hash(code: str) -> bytes:
    # 60 random bits that live for three days: a plain hash of them is not guessed back in time.
    return hashlib.sha256(code.encode()).digest()


def _key_hash(request: str) -> bytes:
    public = key_in(request).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(public).digest()

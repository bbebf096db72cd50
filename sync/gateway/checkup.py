"""Looks a gateway's data over: nothing that was signed for may be missing or changed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, unique
from typing import Final

from sync import wire
from sync.gateway.database import Database
from sync.gateway.packs import Packs
from sync.gateway_key import GatewayKey, NotOurGateway, key_name

AT_ONCE: Final = 2000  # contents whose places are held in memory


@unique
class Fault(Enum):
    """What may be wrong."""

    DATABASE = "database"  # the engine's own check complains
    MISSING = "missing"  # a content that nobody finds any more
    DAMAGED = "damaged"  # a content with other bytes than its name says
    PAGE = "page"  # a case was signed for, but a page of it is not noted
    RECEIPT = "receipt"  # what was signed is not what is kept
    DOCUMENT = "document"  # an issued paper that is not here


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `what` is a case's id, a content's name, or the engine's words."""

    fault: Fault
    what: str


Progress = Callable[[str, int, int], None]  # what is looked at, done, of how many


class Checkup:
    """Beside a serving gateway or without one; changes nothing."""

    def __init__(self, database: Database, packs: Packs, *, public_key: bytes) -> None:
        self._database = database
        self._packs = packs
        self._key = GatewayKey(public_key)
        self._key_name = key_name(public_key)

    def run(self, told: Progress) -> Iterator[Finding]:
        """Everything that is wrong. Reads every byte that is kept. Raises DatabaseTrouble."""
        told("database", 0, 1)
        for complaint in self._database.problems():
            yield Finding(Fault.DATABASE, complaint)
        told("database", 1, 1)
        yield from self._cases(told)
        yield from self._contents(told)

    def _cases(self, told: Progress) -> Iterator[Finding]:
        for (case_id,) in self._database.read(
            "SELECT DISTINCT p.case_id FROM case_page p"
            " JOIN office_case o ON o.case_id=p.case_id"
            " LEFT JOIN content c ON c.sha256=p.sha256"
            " WHERE o.acknowledgement IS NOT NULL AND c.sha256 IS NULL ORDER BY p.case_id"
        ):
            yield Finding(Fault.PAGE, case_id)
        for sha256, case_id in self._database.read(
            "SELECT d.sha256, d.case_id FROM document d LEFT JOIN content c ON c.sha256=d.sha256"
            " WHERE c.sha256 IS NULL ORDER BY d.case_id"
        ):
            yield Finding(Fault.DOCUMENT, f"{case_id} {sha256}")
        [(every,)] = self._database.read(
            "SELECT count(*) FROM office_case WHERE acknowledgement IS NOT NULL"
        )
        done, last = 0, ""
        while rows := self._database.read(
            "SELECT case_id, terminal_id, fingerprint, text, acknowledgement FROM office_case"
            " WHERE acknowledgement IS NOT NULL AND case_id>? ORDER BY case_id LIMIT ?",
            last,
            AT_ONCE,
        ):
            for case_id, terminal_id, fingerprint, text, receipt in rows:
                if not self._is_signed(terminal_id, fingerprint, text, receipt):
                    yield Finding(Fault.RECEIPT, case_id)
            done, last = done + len(rows), rows[-1][0]
            told("cases", done, max(done, every))

    def _is_signed(self, terminal_id: str, fingerprint: str, text: bytes, receipt: bytes) -> bool:
        try:
            if wire.decoded(receipt, wire.Signed).key != self._key_name:
                return True  # by a key before this one, which is not here to check it
            word = self._key.acknowledgement_of(wire.decoded(text, wire.CaseText), receipt)
        except (wire.Unreadable, NotOurGateway):
            return False
        return (word.terminal_id, word.fingerprint) == (terminal_id, fingerprint)

    def _contents(self, told: Progress) -> Iterator[Finding]:
        """By name a few thousand at a time, each time in the order in which they lie."""
        [(every,)] = self._database.read("SELECT count(*) FROM content")
        done, last = 0, ""
        while rows := self._database.read(
            "SELECT sha256, pack, place FROM content WHERE sha256>? ORDER BY sha256 LIMIT ?",
            last,
            AT_ONCE,
        ):
            last = rows[-1][0]
            for sha256, _, _ in sorted(rows, key=lambda row: (row[1], row[2])):
                try:
                    self._packs.read(sha256)
                except (KeyError, FileNotFoundError):
                    yield Finding(Fault.MISSING, sha256)
                except OSError:
                    yield Finding(Fault.DAMAGED, sha256)
                done += 1
                told("contents", done, max(done, every))

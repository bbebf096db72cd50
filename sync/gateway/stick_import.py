"""Goes through the bundles on a stick at the gateway and writes the answers beside them."""

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass

from sync import wire
from sync.gateway.stick_desk import Answered, Outcome, StickDesk, Unusable
from sync.stick_folder import StickFolder
from sync.stick_format import CASE_ID, Manifest, NotAdmitted, NotTaken

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ImportLine:
    """What became of one bundle: its case id and the words for a clerk."""

    case_id: str
    is_taken: bool
    words: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """One line for each bundle, what the packing lists miss, and files that are not ours."""

    lines: tuple[ImportLine, ...]
    missing: tuple[str, ...]
    strangers: int

    @property
    def is_fine(self) -> bool:
        """Every bundle was taken and none is missing."""
        return not self.missing and all(line.is_taken for line in self.lines)


def import_stick(
    stick: StickFolder, desk: StickDesk, *, told: Callable[[ImportLine], None] = lambda _line: None
) -> ImportReport:
    """Every bundle on the stick, one after the other; repeated calls change nothing.

    Raises OSError when the stick will not at all, sqlite3.Error.
    """
    with contextlib.suppress(OSError):  # full or write-protected: what is on it can be taken in
        stick.prepare()
    lines = []
    for case_id in stick.bundles():
        outcome = _taken(stick, desk, case_id)
        line = ImportLine(case_id, *_words(outcome))
        if isinstance(outcome, Answered):
            try:
                stick.write_answer(case_id, outcome.signed)
            except OSError:  # the case is safe here; the next time only the answer is written
                words = f"{line.words}，但回执写不上 U 盘（已满或写保护）"
                line = ImportLine(case_id, is_taken=False, words=words)
        lines.append(line)
        told(line)
    return ImportReport(tuple(lines), _missing(stick), stick.strangers())


def _taken(stick: StickFolder, desk: StickDesk, case_id: str) -> Outcome:
    try:
        opened = stick.bundle(case_id)
        with opened as (file, size):
            return desk.take(file, size, case_id=case_id)
    except OSError as error:
        _log.warning("bundle not read: %s", type(error).__name__)
        return Unusable("读不出来")


def _words(outcome: Outcome) -> tuple[bool, str]:
    if not isinstance(outcome, Answered):
        return False, outcome.why
    match outcome.answer.outcome:
        case NotTaken(reasons):
            return False, "不予接收：" + "；".join(reasons)
        case NotAdmitted(why):
            return False, f"{why}，请终端换上新令牌后重新导出"
        case _:
            return True, "已接收"


def _missing(stick: StickFolder) -> tuple[str, ...]:
    """Listed, but neither here nor answered."""
    there = {*stick.bundles(), *stick.answers()}
    missing = set()
    for content in stick.manifests():
        try:
            listed = wire.decoded(content, Manifest).bundles
        except wire.Unreadable:
            continue
        missing |= {entry.case_id for entry in listed if CASE_ID.fullmatch(entry.case_id)} - there
    return tuple(sorted(missing))

"""What may follow a case: one correction for each list of the office, one evaluation, ever.

A correction 补正 and an evaluation 好差评 are taken in like any case, under an id of their own;
here stands what is particular to them. Everything is part of the transaction that it is given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from kiosk.domain.case import FOLLOWING, Case, CaseKind, CaseState
from kiosk.domain.correction import CorrectionRow
from kiosk.domain.handling import MEMBER_SIGNATURE, FamilyMember
from kiosk.domain.page import PageRef
from sync import wire
from sync.gateway.case_book import Offered
from sync.gateway.database import Database, Writing
from sync.gateway.sets import rows_among

NOT_NOW: Final = ()  # the case that it follows is not whole yet: it must come again
_OTHERS: Final = ("about: 不是本终端的办件",)
_NO_CASE: Final = ("about: 没有写明是哪个办件",)
_UNKNOWN: Final = ("kind: 不认识这种来件",)
_RATED: Final = ("about: 这个办件已经评价过，不能再评",)
_CORRECTED: Final = ("about: 这一轮补正材料已经收到，不能再交",)
_NOT_ASKED: Final = ("round: 部门没有要求这一轮补正",)
_MOVED_ON: Final = ("about: 办件已经不在等待补正",)


@dataclass(frozen=True, slots=True)
class Round:
    """One list of the office. `answer`: the correction that came for it, whole, or None."""

    round: int
    asked: tuple[CorrectionRow, ...] = field(repr=False)
    answer: wire.CaseText | None = field(repr=False)

    def redone(self) -> frozenset[tuple[str, str]]:
        """(part, key) of the rows that were handed in anew; empty while nothing has come."""
        return frozenset((one.part, one.key) for one in self.asked if self.answer is not None)


def objections(w: Writing, new: Mapping[str, tuple[str, Offered]]) -> dict[str, tuple[str, ...]]:
    """Why not to take these cases, by id, each (terminal, text); NOT_NOW: later."""
    told: dict[str, tuple[str, ...]] = {}
    about: dict[str, tuple[str, wire.CaseText]] = {}
    for case_id, (terminal_id, offered) in new.items():
        if offered.text.sort not in set(CaseKind):
            told[case_id] = _UNKNOWN
        elif offered.text.sort in FOLLOWING:
            if offered.text.follows:
                about[case_id] = terminal_id, offered.text
            else:
                told[case_id] = _NO_CASE
    if not about:
        return told
    ids = sorted({text.follows for _, text in about.values()})
    cases = {
        case_id: (terminal_id, state, bool(is_whole))
        for case_id, terminal_id, state, is_whole in rows_among(
            w.run,
            "SELECT case_id, terminal_id, state, acknowledgement IS NOT NULL FROM office_case"
            " WHERE case_id IN ({})",
            ids,
        )
    }
    asked: dict[str, int] = dict(
        rows_among(
            w.run,
            "SELECT case_id, max(round) FROM correction WHERE case_id IN ({}) GROUP BY case_id",
            ids,
        )
    )
    taken = {
        (case_id, kind, number)
        for case_id, kind, number in rows_among(
            w.run, "SELECT about, kind, round FROM follow_up WHERE about IN ({})", ids
        )
    }
    for case_id, (terminal_id, text) in about.items():
        key = (text.follows, text.sort, _round_of(text))
        known = cases.get(text.follows)
        reasons = _reasons(terminal_id, text, known, asked.get(text.follows, 0), key in taken)
        if reasons is None:
            taken.add(key)
        else:
            told[case_id] = reasons
    return told


def add(w: Writing, texts: Sequence[wire.CaseText]) -> None:
    """Note those that follow a case; each (case, kind, round) once.

    Raises DatabaseTrouble when another process was faster.
    """
    w.run_many(
        "INSERT INTO follow_up (about, kind, round, case_id) VALUES (?, ?, ?, ?)",
        [(t.follows, t.sort, _round_of(t), t.case_id) for t in texts if t.sort in FOLLOWING],
    )


def numbers(w: Writing, texts: Sequence[wire.CaseText]) -> dict[str, str]:
    """By id of what follows: the official number of the case that it belongs to."""
    about = {t.case_id: t.follows for t in texts if t.sort in FOLLOWING}
    if not about:
        return {}
    known: dict[str, str] = dict(
        rows_among(
            w.run,
            "SELECT case_id, official_number FROM office_case WHERE case_id IN ({})",
            sorted(set(about.values())),
        )
    )
    return {case_id: known[first] for case_id, first in about.items()}


def rounds(database: Database, case_id: str) -> list[Round]:
    """Every list that the office made of this case, the first one first."""
    rows = database.read(
        "SELECT c.round, c.asked, o.text FROM correction c"
        " LEFT JOIN follow_up f ON f.about=c.case_id AND f.kind=? AND f.round=c.round"
        " LEFT JOIN office_case o ON o.case_id=f.case_id AND o.acknowledgement IS NOT NULL"
        " WHERE c.case_id=? ORDER BY c.round",
        CaseKind.CORRECTION.value,
        case_id,
    )
    return [
        Round(
            number,
            msgspec.json.decode(asked, type=tuple[CorrectionRow, ...]),
            None if text is None else wire.decoded(text, wire.CaseText),
        )
        for number, asked, text in rows
    ]


def ask(w: Writing, case_id: str, number: int, rows: Sequence[CorrectionRow]) -> None:
    """Note the office's list of that round. Raises DatabaseTrouble when there is one already."""
    w.run(
        "INSERT INTO correction (case_id, round, asked) VALUES (?, ?, ?)",
        case_id,
        number,
        msgspec.json.encode(tuple(rows)),
    )


def corrected(case: Case, every: Sequence[Round]) -> Case:
    """The case with what was handed in later in the place of what it was about.

    Who belongs to the family says the newest table; what its people had answered to the
    authorisation 授权核查 stays until they answer anew or their signature is taken out.
    """
    for one in every:
        if one.answer is None:
            continue
        later = wire.case_of(one.answer)
        redone = {page.material for page in later.pages}
        pages = (*(p for p in case.pages if p.material not in redone), *later.pages)
        case = replace(
            case,
            answers={**case.answers, **later.answers},
            pages=pages,
            signature=later.signature or case.signature,
            handling=replace(
                case.handling,
                agent=later.handling.agent or case.handling.agent,
                members=_members(case.handling.members, later.handling.members, pages),
            ),
        )
    return case


def _members(
    before: Sequence[FamilyMember], later: Sequence[FamilyMember], pages: Sequence[PageRef]
) -> tuple[FamilyMember, ...]:
    """The later family, with what is known of its people from before."""
    if not later:
        return tuple(before)
    signatures = {page.sha256 for page in pages if page.material == MEMBER_SIGNATURE}
    known = {member.number: member for member in before if member.number}
    merged = []
    for member in later:
        old = known.get(member.number, member)
        answered = member if member.has_answered else old
        is_there = member.has_answered or old.signature in signatures
        merged.append(
            replace(
                member,
                by_card=member.by_card or old.by_card,
                signature=answered.signature if is_there else "",
                absent=answered.absent,
            )
        )
    return tuple(merged)


def _round_of(text: wire.CaseText) -> int:
    is_numbered = text.sort == CaseKind.CORRECTION and text.round is not msgspec.UNSET
    return int(text.round) if is_numbered else 1  # type: ignore[arg-type]


def _reasons(
    terminal_id: str,
    text: wire.CaseText,
    known: tuple[str, str, bool] | None,
    asked: int,
    is_taken: bool,
) -> tuple[str, ...] | None:
    """None: it may be taken."""
    if known is None:
        return NOT_NOW
    owner, state, is_whole = known
    if owner != terminal_id:
        return _OTHERS
    if not is_whole:
        return NOT_NOW
    if text.sort == CaseKind.EVALUATION:
        return _RATED if is_taken else None
    if is_taken:
        return _CORRECTED
    if _round_of(text) != asked:
        return _NOT_ASKED
    return None if state == CaseState.CORRECTION else _MOVED_ON

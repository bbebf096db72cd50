"""What one visit and the store know of a person, so that nothing is typed or shown twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from kiosk.domain.answers import complaint_about
from kiosk.domain.case import Case, CaseKind, CaseState
from kiosk.domain.identity import IdentityCard
from kiosk.domain.service_item import FieldSource, FieldType, FormField, ServiceCatalog, ServiceItem
from offline_store.api import CaseStore, StoreError

# Questions that ask for the same thing under different keys.
SAME_MEANING: Final = MappingProxyType(
    {
        "postal_addr": "address",
        "reside_addr": "address",
        "applicant_id_addr": "address",
    }
)
# A choice of one item says nothing to another one; what is free is worth offering.
CARRIED: Final = frozenset(
    {
        FieldType.TEXT,
        FieldType.ADDRESS,
        FieldType.MOBILE,
        FieldType.ID_NUMBER,
        FieldType.DIVISION,
        FieldType.TABLE,
    }
)
OF_PEOPLE: Final = frozenset(
    {FieldSource.USER, FieldSource.SOCIAL_CARD_OR_USER, FieldSource.CARD_REPEATED}
)
MOST_OFFERS: Final = 3
NEVER_TAKEN: Final = frozenset({CaseState.WITHDRAWN, CaseState.ABANDONED, CaseState.DRAFT})


def meaning_of(question: FormField) -> str:
    """What the question asks for, the same for questions of the same meaning."""
    if question.type is FieldType.MOBILE:
        return "mobile"
    if question.type is FieldType.ADDRESS:
        return "address"
    return SAME_MEANING.get(question.key, question.key)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What this visit knows of its person. Handed from walk to walk, gone with the last of them."""

    card: IdentityCard = field(repr=False)
    typed: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)  # by meaning

    def with_answers(self, item: ServiceItem, answers: Mapping[str, str]) -> "Remembered":
        """Also what was answered to this item, the newest first."""
        typed = {meaning: list(known) for meaning, known in self.typed.items()}
        for question in item.asked(answers):
            answer = answers.get(question.key, "")
            if question.type in CARRIED and answer and complaint_about(question, answer) is None:
                known = typed.setdefault(meaning_of(question), [])
                known[:] = [answer, *(a for a in known if a != answer)][:MOST_OFFERS]
        return Remembered(self.card, MappingProxyType({k: tuple(v) for k, v in typed.items()}))


def offers_for(
    item: ServiceItem, answers: Mapping[str, str], remembered: Remembered | None
) -> Mapping[str, tuple[str, ...]]:
    """By field key, answers of the same meaning given before: in this visit, or just above.

    What the field holds already, and what it would complain about, is not offered.
    """
    asked = item.asked(answers)
    offers: dict[str, tuple[str, ...]] = {}
    for n, question in enumerate(asked):
        if question.type not in CARRIED or question.source is FieldSource.CARD:
            continue
        meaning = meaning_of(question)
        above = [answers.get(q.key, "") for q in asked[:n] if meaning_of(q) == meaning]
        before = remembered.typed.get(meaning, ()) if remembered is not None else ()
        here = answers.get(question.key, "")
        fine = [
            answer
            for answer in dict.fromkeys((*above, *before))
            if answer and answer != here and complaint_about(question, answer) is None
        ]
        if fine:
            offers[question.key] = tuple(fine[:MOST_OFFERS])
    return MappingProxyType(offers)


def said_in(item: ServiceItem, case: Case) -> Mapping[str, str]:
    """What the person answered in that case of this item and may be spared in the next one.

    The one rule for taking earlier answers over: only what people themselves said and what would
    still do; never a consent, which is given anew every time, nor what card and terminal know
    better; nothing of a case that was withdrawn or never handed in.
    """
    if case.item_code != item.code or not _counts(case):
        return MappingProxyType({})
    known = {
        question.key: case.answers[question.key]
        for question in item.asked(case.answers)
        if question.type is not FieldType.CONSENT
        and question.source in OF_PEOPLE
        and case.answers.get(question.key)
        and complaint_about(question, case.answers[question.key]) is None
    }
    return MappingProxyType(known)


def last_time(item: ServiceItem, cases: Sequence[Case]) -> Mapping[str, str]:
    """What the person answered to this item in the newest case that still has its answers."""
    newest = next((c for c in cases if c.item_code == item.code and c.answers and _counts(c)), None)
    return said_in(item, newest) if newest is not None else MappingProxyType({})


def known_before(
    item: ServiceItem, cases: Sequence[Case], catalog: ServiceCatalog
) -> Mapping[str, str]:
    """As `last_time`, and where that is silent what was said to other items, the newest first.

    Of other items only what is free is taken, and only where it would do here.
    """
    known = dict(last_time(item, cases))
    carried = {q.key: q for q in item.questions() if q.type in CARRIED and q.source in OF_PEOPLE}
    others = {other.code: other for other in catalog.every() if other.code != item.code}
    for case in cases:
        said = said_in(others[case.item_code], case) if case.item_code in others else {}
        for key, answer in said.items():
            if key in carried and complaint_about(carried[key], answer) is None:
                known.setdefault(key, answer)
    return MappingProxyType(known)


def shown_before(
    item: ServiceItem, cases: Sequence[Case], catalog: ServiceCatalog | None
) -> Mapping[str, tuple[str, ...]]:
    """By material key: SHA-256 of the pages of the same paper in the newest case that has them.

    The same paper has the same name in the guide. Cases whose pages are deleted have none.
    """
    if catalog is None:
        return MappingProxyType({})
    found: dict[str, tuple[str, ...]] = {}
    wanted = {material.name: material.key for material in item.pages_to_photograph()}
    for case in cases:
        if not _counts(case):
            continue
        try:
            names = {m.key: m.name for m in catalog.item(case.item_code).materials}
        except KeyError:  # of another catalogue
            continue
        for name, key in wanted.items():
            pages = tuple(p.sha256 for p in case.pages if names.get(p.material) == name)
            if pages:
                found.setdefault(key, pages)
    return MappingProxyType(found)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier cases of a person spare them in this one."""

    last_time: Mapping[str, str] = field(default_factory=dict, repr=False)
    shown_before: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @staticmethod
    def of(
        card: IdentityCard, item: ServiceItem, cases: CaseStore, catalog: ServiceCatalog | None
    ) -> "Earlier":
        """As far as the store still has it; nothing when it cannot look: it only spares touches."""
        try:
            known = cases.cases_of(card.number)
        except StoreError:
            return Earlier()
        return Earlier(last_time(item, known), shown_before(item, known, catalog))


def done_before(cases: Sequence[Case], catalog: ServiceCatalog) -> tuple[ServiceItem, ...]:
    """The items of these cases that are still in the catalogue, each once, in the order given."""
    items = {item.code: item for item in catalog}
    codes = dict.fromkeys(c.item_code for c in cases if _counts(c))
    return tuple(items[code] for code in codes if code in items)


def _counts(case: Case) -> bool:
    """Corrections, letters and evaluations have other questions than the item itself."""
    return case.kind is CaseKind.APPLICATION and case.state not in NEVER_TAKEN

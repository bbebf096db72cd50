"""One evaluation 好差评 of a case that was just handled: five levels, voluntary, once.

reference/domain.md 3.5; after the case the terminal goes there by itself (DB2203/T 8—2024 5.1.3).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, unique

from kiosk.domain.answers import SEPARATOR
from kiosk.domain.case import Case, CaseId, CaseKind
from kiosk.domain.fault import Fault
from kiosk.domain.letters import Seal
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.site import Site
from offline_store.api import CaseStore, StoreError

LEVEL = "level"
POINTS = "points"
WORDS = "words"


@unique
class EvaluationStep(StrEnum):
    """The pages."""

    RATE = "rate"
    THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class EvaluationView:
    """What the pages need. Replaced, never changed."""

    step: EvaluationStep = EvaluationStep.RATE
    level: str = field(default="", repr=False)
    points: frozenset[str] = field(default=frozenset(), repr=False)
    fault: Fault | None = None


def may_be_evaluated(cases: CaseStore, case: Case) -> bool:
    """False for what is no application, and once an evaluation was given. Raises StoreError."""
    if case.kind is not CaseKind.APPLICATION:
        return False
    return all(one.kind is not CaseKind.EVALUATION for one in cases.following(case.case_id))


class EvaluationFlow:
    """It has no name in it and is sent like a case.

    What is said is sealed before anything of it is kept, so that nobody at this service point can
    read it, whatever they can open.
    """

    def __init__(
        self,
        item: ServiceItem,
        first: Case,
        cases: CaseStore,
        *,
        site: Site,
        seal: Seal,
        new_case_id: Callable[[], CaseId],
        catalog_version: str,
        now: Callable[[], datetime],
        on_change: Callable[[EvaluationView], None],
    ) -> None:
        """`item`: the letter of that kind. `first`: the case that is rated.

        `seal`: closes it so that only the gateway can read it.
        """
        self._seal = seal
        self.item = item
        self._first = first.case_id
        self._cases = cases
        self._site = site
        self._new_case_id = new_case_id
        self._catalog_version = catalog_version
        self._now = now
        self._on_change = on_change
        self.view = EvaluationView()

    def options_of(self, key: str) -> tuple[str, ...]:
        """What may be chosen for that question, in the catalogue's order."""
        found = next(one for one in self.item.fields if one.key == key)
        return tuple(code for code, _ in found.options)

    def rate(self, level: str) -> None:
        """One of the five."""
        self._show(replace(self.view, level=level, fault=None))

    def point(self, words: str) -> None:
        """Take a point in, or out again."""
        self._show(replace(self.view, points=self.view.points ^ {words}))

    def hand_in(self, words: str = "") -> None:
        """On the disk, then thanks. Without a level nothing happens."""
        view = self.view
        if not view.level or view.step is not EvaluationStep.RATE:
            return
        points = SEPARATOR.join(one for one in self.options_of(POINTS) if one in view.points)
        answers = {LEVEL: view.level, POINTS: points, WORDS: words.strip()}
        now, case_id = self._now(), self._new_case_id()
        case = Case(
            case_id=case_id,
            item_code=self.item.code,
            item_title=self.item.title,
            catalog_version=self._catalog_version,
            started_at=now,
            kind=CaseKind.EVALUATION,
            about=self._first,
            answers=self._seal(case_id, {key: said for key, said in answers.items() if said}),
        )
        try:
            if any(c.kind is CaseKind.EVALUATION for c in self._cases.following(self._first)):
                self._show(replace(view, step=EvaluationStep.THANKS))
                return
            self._cases.confirm(case, site=self._site.code, terminal=self._site.terminal, now=now)
        except StoreError as error:
            self._show(replace(view, fault=error.fault))
            return
        self._show(EvaluationView(step=EvaluationStep.THANKS))

    def leave(self) -> None:
        """Nothing stays."""
        self.view = EvaluationView()

    def _show(self, view: EvaluationView) -> None:
        self.view = view
        self._on_change(view)

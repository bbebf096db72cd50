"""What a page of a visit needs to draw itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kiosk.domain.answers import Complaint
from kiosk.domain.case import Case
from kiosk.domain.fault import Fault
from kiosk.domain.handling import ALONE, Handling
from kiosk.domain.identity import IdentityCard
from kiosk.domain.page import ScannedPage
from kiosk.domain.service_item import FormField, Material, ServiceItem
from kiosk.domain.standing import Standing
from kiosk.flow.steps import Step


@dataclass(frozen=True, slots=True)
class FlowView:
    """Everything a page needs to draw itself. Replaced, never changed."""

    item: ServiceItem
    steps: tuple[Step, ...]
    step: Step
    holder: IdentityCard | None = field(default=None, repr=False)
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    prefilled: frozenset[str] = frozenset()  # keys whose answer came from card or terminal
    complaints: Mapping[str, Complaint] = field(default_factory=dict)  # by field key
    pages: tuple[ScannedPage, ...] = field(default=(), repr=False)
    signature: ScannedPage | None = field(default=None, repr=False)
    missing: tuple[Material, ...] = ()  # required materials still without a page
    fault: Fault | None = None
    case: Case | None = field(default=None, repr=False)  # set once it is safe on the disk
    standing: Standing = field(default_factory=Standing)  # of the terminal, when the visit began
    resuming: bool = False  # a draft waits for the card with which it was begun
    # By field key, what may be put in with one touch: typed earlier in this visit.
    offers: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    # The person's answers to this very item the last time, where they would still do.
    last_time: Mapping[str, str] = field(default_factory=dict, repr=False)
    # By material key: a page of the same paper that this person showed before and the store has.
    shown_before: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    handling: Handling = ALONE
    assisted: bool = False  # somebody of the staff is signed in and may check originals
    at_field: str = ""  # key of the question people were at
    changing: bool = False  # came from the review to change something: `next` leads back to it

    @property
    def can_go_back(self) -> bool:
        """Going back is always possible until the case is confirmed."""
        return self.step not in (self.steps[0], Step.DONE) and not self.resuming

    @property
    def asked(self) -> tuple[FormField, ...]:
        """The questions that the answers so far leave to be asked."""
        return self.item.asked(self.answers)

    @property
    def same_as_last_time(self) -> bool:
        """True when nothing is left to take over from last time."""
        return all(self.answers.get(key) == known for key, known in self.last_time.items())

    def pages_of(self, material: str) -> tuple[ScannedPage, ...]:
        """The pages taken for one row of the guide."""
        return tuple(page for page in self.pages if page.material == material)

    def with_pages(self, pages: tuple[ScannedPage, ...]) -> "FlowView":
        """With these pages instead, and what is missing then."""
        taken = {page.material for page in pages}
        missing = tuple(
            material
            for material in self.item.own_materials()
            if material.must_be_brought and material.key not in taken
        )
        return replace(self, pages=pages, missing=missing, fault=None)

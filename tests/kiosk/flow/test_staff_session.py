"""From sign-in to sign-out: the lock keeps the work, the card taken for good ends it."""

from dataclasses import replace

import pytest

from devices.staff_card.api import StaffCardFace
from devices.staff_card.simulated_staff_card import SimulatedStaffCard
from devices.staff_card.staff_card_watch import StaffCardSeen, StaffCardTaken
from kiosk.domain.staff import StaffAct
from kiosk.flow.staff_session import (
    LOCK_AFTER,
    LOCKED_FOR_GOOD,
    REGISTER_EVERY,
    TAKEN_FOR_GOOD,
    SessionView,
    StaffSession,
)
from tests.kiosk.flow.staff_table import START, StaffTable, entry_of
from ui.specimen_store import MemoryStore

CARD, OTHER_CARD = SimulatedStaffCard(), SimulatedStaffCard()
ENTRY, OTHER = entry_of(CARD), entry_of(OTHER_CARD, "s-2")


class Sitting:
    def __init__(self) -> None:
        self.table = StaffTable()
        self.store = MemoryStore(START)
        self.views: list[SessionView] = []
        self.session = StaffSession(
            self.store,
            equipment=self.table,  # type: ignore[arg-type]
            now=self.table.now,
            monotonic=self.table.monotonic,
            on_change=self.views.append,
        )
        self.session.signed_in(ENTRY)

    def passes(self, seconds: float) -> None:
        self.table.steady += seconds
        self.session.look()

    @property
    def acts(self) -> list[StaffAct]:
        return [act for act, _ in self.store.acts]


@pytest.fixture
def sitting() -> Sitting:
    return Sitting()


def test_without_a_touch_the_screen_locks_and_nobody_is_signed_out(sitting: Sitting) -> None:
    sitting.passes(LOCK_AFTER - 1)
    sitting.session.touched()
    sitting.passes(LOCK_AFTER - 1)
    assert not sitting.session.view.locked
    sitting.passes(1)
    assert sitting.session.view == SessionView(ENTRY.member, locked=True)
    sitting.session.signed_in(ENTRY)
    assert sitting.session.view == SessionView(ENTRY.member)
    assert sitting.acts == [StaffAct.LOCKED]


def test_the_card_taken_locks_at_once_and_signs_out_for_good(sitting: Sitting) -> None:
    sitting.session.happened(StaffCardTaken())
    assert sitting.session.view.locked
    sitting.passes(TAKEN_FOR_GOOD - 1)
    assert sitting.session.member is not None
    assert sitting.table.attended == "s-1"  # for the print ledger
    sitting.passes(1)
    assert sitting.session.member is None
    assert sitting.table.attended == ""
    assert sitting.acts == [StaffAct.LOCKED, StaffAct.SIGNED_OUT]


def test_a_card_that_comes_back_in_time_keeps_the_person_locked_in(sitting: Sitting) -> None:
    sitting.session.happened(StaffCardTaken())
    sitting.passes(TAKEN_FOR_GOOD - 1)
    sitting.session.happened(StaffCardSeen(StaffCardFace(CARD.key)))
    sitting.passes(LOCK_AFTER)
    assert sitting.session.view == SessionView(ENTRY.member, locked=True)
    sitting.passes(LOCKED_FOR_GOOD)
    assert sitting.session.member is None


def test_the_card_of_another_locks_and_counts_as_taken(sitting: Sitting) -> None:
    sitting.session.happened(StaffCardSeen(StaffCardFace(OTHER_CARD.key)))
    assert sitting.session.view.locked
    sitting.passes(TAKEN_FOR_GOOD)
    assert sitting.session.member is None


def test_another_persons_sign_in_ends_the_first(sitting: Sitting) -> None:
    sitting.session.lock()
    assert not sitting.session.is_of(OTHER)
    sitting.session.signed_in(OTHER)
    assert sitting.session.view == SessionView(OTHER.member)
    assert sitting.store.acts == [(StaffAct.LOCKED, "s-1"), (StaffAct.SIGNED_OUT, "s-1")]


def test_signing_out_lets_the_reader_go(sitting: Sitting) -> None:
    sitting.table.watching = True
    sitting.session.sign_out()
    assert (sitting.session.member, sitting.table.watching) == (None, False)
    sitting.session.sign_out()
    assert sitting.acts == [StaffAct.SIGNED_OUT]


def test_whoever_is_revoked_meanwhile_is_signed_out_within_a_minute(sitting: Sitting) -> None:
    sitting.store.people = (ENTRY,)
    for _ in range(2 * REGISTER_EVERY):
        sitting.passes(0.1)
    assert sitting.session.member is not None
    sitting.store.people = (replace(ENTRY, is_revoked=True),)
    for _ in range(REGISTER_EVERY):
        sitting.passes(0.1)
    assert sitting.session.member is None
    assert sitting.acts[-1] is StaffAct.SIGNED_OUT

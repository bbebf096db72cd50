"""Signing in: the card, the PIN, the proof, and everything that may be wrong."""

from datetime import timedelta

import pytest

from devices.staff_card.api import Proof, StaffCardFace
from devices.staff_card.simulated_staff_card import SimulatedStaffCard
from devices.staff_card.staff_card_watch import (
    StaffCardAnswered,
    StaffCardFailed,
    StaffCardSeen,
    StaffCardTaken,
)
from kiosk.domain.fault import Fault
from kiosk.domain.staff import StaffAct, StaffEntry
from kiosk.domain.staff_register import NoEntry
from kiosk.domain.standing import Heard
from kiosk.flow.sign_in_flow import SignInFlow, SignInStep, SignInView
from offline_store.api import StoreError
from tests.kiosk.flow.staff_table import SITE, START, StaffTable, entry_of, heard_now
from ui.specimen_store import MemoryStore

PIN = "246810"


class Desk:
    """A flow, its card, and what came of it."""

    def __init__(self) -> None:
        self.table = StaffTable()
        self.card = SimulatedStaffCard(pin=PIN)
        self.store = MemoryStore(START)
        self.store.people = [entry_of(self.card)]
        self.store.heard_at = heard_now()
        self.views: list[SignInView] = []
        self.entered: list[StaffEntry] = []
        self.begin()

    def begin(self) -> None:
        self.flow = SignInFlow(
            self.store,
            equipment=self.table,  # type: ignore[arg-type]
            site=SITE,
            now=self.table.now,
            monotonic=self.table.monotonic,
            on_change=self.views.append,
            signed_in=self.entered.append,
        )
        self.flow.begin()

    @property
    def view(self) -> SignInView:
        return self.flow.view

    def put_in(self) -> None:
        face = StaffCardFace(self.card.key, self.card.tries_left)
        self.flow.happened(StaffCardSeen(face))

    def type(self, pin: str) -> None:
        for digit in pin:
            self.flow.digit(digit)
        self.flow.go_on()

    def answer(self) -> None:
        self.flow.happened(StaffCardAnswered(*self.table.answer_of(self.card)))

    def sign_in(self, pin: str) -> None:
        self.put_in()
        self.type(pin)
        self.answer()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_card_pin_and_proof_sign_in(desk: Desk) -> None:
    assert (desk.view.step, desk.table.watching) == (SignInStep.CARD, True)
    desk.put_in()
    assert (desk.view.step, desk.view.tries_left) == (SignInStep.PIN, 3)
    desk.type(PIN)
    assert (desk.view.step, desk.entered) == (SignInStep.CHECKING, [])
    desk.answer()
    assert desk.view.step is SignInStep.DONE
    assert desk.entered == desk.store.people
    assert desk.store.acts == [(StaffAct.SIGNED_IN, "s-1")]


def test_the_pin_is_in_nothing_that_stays(desk: Desk) -> None:
    desk.put_in()
    for digit in PIN:
        desk.flow.digit(digit)
    desk.flow.go_on()
    desk.answer()
    held = [repr(desk.views), repr(desk.store.acts), repr(desk.store.switches), repr(desk.view)]
    held += [repr(getattr(desk.flow, name)) for name in vars(desk.flow)]
    assert not [text for text in held if PIN in text]
    assert desk.table.asked[0][1].digits == PIN  # it went to the card and nowhere else


def test_a_short_pin_is_not_asked_and_a_long_one_not_taken(desk: Desk) -> None:
    desk.put_in()
    desk.type("12345")
    assert (desk.table.asked, desk.view.typed) == ([], 5)
    for digit in "67890x":
        desk.flow.digit(digit)
    assert desk.view.typed == 8
    desk.flow.erase()
    assert desk.view.typed == 7
    desk.flow.empty()
    assert desk.view.typed == 0


def test_after_the_second_wrong_pin_one_has_to_wait_also_after_a_restart(desk: Desk) -> None:
    desk.sign_in("111111")
    assert (desk.view.step, desk.view.tries_left, desk.view.was_wrong) == (SignInStep.PIN, 2, True)
    desk.type("222222")
    desk.answer()
    assert (desk.view.step, desk.view.wait_seconds) == (SignInStep.WAIT, 31)
    desk.flow.digit("1")
    assert desk.view.typed == 0
    desk.table.steady = 20.0
    desk.flow.tick()
    assert desk.view.wait_seconds == 11
    desk.begin()  # the program starts again, and somebody tries another card slot
    desk.put_in()
    assert desk.view.wait_seconds == 31
    desk.table.steady = 51.0
    desk.flow.tick()
    assert desk.view.step is SignInStep.PIN
    desk.type(PIN)
    desk.answer()
    assert desk.view.step is SignInStep.DONE
    assert desk.store.wrong_pins("s-1") == 0


def test_a_card_that_takes_no_pin_any_more_is_told(desk: Desk) -> None:
    desk.card.tries_left = 1
    desk.sign_in("111111")
    assert desk.view.step is SignInStep.BLOCKED
    desk.flow.happened(StaffCardTaken())
    desk.put_in()
    assert desk.view.step is SignInStep.BLOCKED


def test_a_card_that_only_claims_to_have_the_key_gets_nowhere(desk: Desk) -> None:
    other = SimulatedStaffCard(pin=PIN)
    desk.put_in()
    desk.type(PIN)
    desk.flow.happened(StaffCardAnswered(*desk.table.answer_of(other)))
    assert (desk.view.step, desk.view.why, desk.entered) == (
        SignInStep.NO_ENTRY,
        NoEntry.UNKNOWN,
        [],
    )
    assert desk.store.acts == [(StaffAct.REFUSED, "s-1")]


def test_an_answer_to_another_challenge_is_nothing(desk: Desk) -> None:
    desk.put_in()
    desk.type(PIN)
    desk.flow.happened(StaffCardAnswered(b"old", Proof(b"")))
    desk.flow.happened(StaffCardTaken())
    desk.answer()
    assert (desk.view.step, desk.entered) == (SignInStep.CARD, [])


@pytest.mark.parametrize("why", [NoEntry.REVOKED, NoEntry.OTHER_SITE, NoEntry.TOO_LONG_OFFLINE])
def test_who_may_not_sign_in_is_told_why_before_a_pin(desk: Desk, why: NoEntry) -> None:
    [entry] = desk.store.people
    match why:
        case NoEntry.REVOKED:
            desk.store.people = [StaffEntry(entry.member, entry.key, START, is_revoked=True)]
        case NoEntry.OTHER_SITE:
            desk.store.people = [entry_of(desk.card, site="220104001001")]
        case _:
            desk.table.wall = START + timedelta(days=31)
    desk.put_in()
    assert (desk.view.step, desk.view.why) == (SignInStep.NO_ENTRY, why)
    assert desk.store.acts == [(StaffAct.REFUSED, "")]


def test_offline_is_fine_within_the_limit(desk: Desk) -> None:
    desk.table.wall = START + timedelta(days=29)
    desk.sign_in(PIN)
    assert desk.view.step is SignInStep.DONE


def test_a_clock_that_goes_back_gives_no_more_days(desk: Desk) -> None:
    late = START + timedelta(days=31)
    desk.store.heard_at = Heard(START - timedelta(days=90), START, START, late)
    desk.table.wall = START
    desk.put_in()
    assert desk.view.why is NoEntry.TOO_LONG_OFFLINE


def test_a_reader_that_is_gone_is_told(desk: Desk) -> None:
    desk.flow.happened(StaffCardFailed(Fault.READER_GONE))
    assert (desk.view.step, desk.view.fault) == (SignInStep.CARD, Fault.READER_GONE)


def test_what_cannot_be_noted_does_not_happen(desk: Desk) -> None:
    desk.put_in()
    desk.type(PIN)

    def full(*_: object) -> None:
        raise StoreError(Fault.STORE_FULL)

    desk.store.note_staff = full  # type: ignore[method-assign]
    desk.answer()
    assert (desk.view.fault, desk.entered) == (Fault.STORE_FULL, [])

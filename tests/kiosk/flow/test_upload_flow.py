"""How sending stands and what staff do about it, over the real encrypted store; no Qt."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.fault import Fault
from kiosk.domain.home_visit import HomeVisit
from kiosk.domain.notice import Audience, Notice
from kiosk.domain.sending import SENDING_SWITCH, Sending
from kiosk.domain.standing import Standing
from kiosk.domain.stick import StickResult, StickWork
from kiosk.flow.equipment import (
    CasesChanged,
    NetworkChanged,
    StickEnded,
    StickMoved,
    StickSeen,
)
from kiosk.flow.stick_flow import StickState
from kiosk.flow.upload_flow import Again, PlannedVisit, UploadFlow, UploadStep, UploadView
from offline_store.api import StoreError
from offline_store.arrivals import Arrivals
from offline_store.sqlcipher_store import SqlCipherStore
from tests.counterparts.village import confirmed
from tests.kiosk.flow.conftest import Clock


class Machine:
    """The part of Equipment that sending needs; writes down what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, object]] = []

    def send_soon(self) -> None:
        self.asked.append(("send_soon", None))

    def watch_stick(self, on: bool) -> None:
        self.asked.append(("watch_stick", on))

    def carry_by_stick(self) -> None:
        self.asked.append(("carry_by_stick", None))

    def stop_carrying(self) -> None:
        self.asked.append(("stop_carrying", None))


@dataclass
class Look:
    """A flow with what it showed and asked for."""

    store: SqlCipherStore
    clock: Clock
    equipment: Machine = field(default_factory=Machine)
    views: list[UploadView] = field(default_factory=list)
    network: Fault | None = None
    sending: Sending = Sending.EVERYTHING

    def __post_init__(self) -> None:
        self.flow = UploadFlow(
            self.store,
            equipment=self.equipment,
            catalog=packaged_catalog(),
            standing=Standing,
            sending=self.sending,
            network=self.network,
            now=self.clock.now,
            on_change=self.views.append,
        )

    @property
    def view(self) -> UploadView:
        return self.flow.view

    def asked(self) -> list[object]:
        return [what for what, _ in self.equipment.asked]


@pytest.fixture
def look(store: SqlCipherStore, clock: Clock) -> Look:
    return Look(store, clock)


def test_it_begins_with_what_the_store_says(look: Look, store: SqlCipherStore) -> None:
    first = confirmed(store, 1, now=datetime(2026, 11, 20, 1, tzinfo=UTC))
    confirmed(store, 2)
    look.flow.begin()
    assert look.view.waiting == 2
    assert look.view.oldest == first.confirmed_at
    assert look.view.sending is Sending.EVERYTHING
    assert look.view.fault is None
    assert look.views == [look.view, look.view]


def test_looking_again_without_news_tells_nobody(look: Look) -> None:
    look.flow.begin()
    seen = len(look.views)
    look.flow.look()
    look.flow.look()
    assert len(look.views) == seen


@pytest.mark.parametrize("sending", Sending)
def test_what_staff_choose_stays_and_is_done_at_once(
    look: Look, store: SqlCipherStore, sending: Sending
) -> None:
    look.flow.begin()
    look.flow.send(sending)
    assert store.switch(SENDING_SWITCH) == sending.value
    assert look.view.sending is sending
    assert look.asked() == ["send_soon"]


def test_the_settings_hold_until_staff_choose(store: SqlCipherStore, clock: Clock) -> None:
    look = Look(store, clock, sending=Sending.SAVING)
    look.flow.begin()
    assert look.view.sending is Sending.SAVING


def test_sending_now_is_asked_once_and_shown_until_something_comes_of_it(look: Look) -> None:
    look.flow.begin()
    look.flow.send_now()
    assert look.view.hurried
    assert look.asked() == ["send_soon"]
    look.flow.happened(CasesChanged(()))
    assert not look.view.hurried


def test_what_was_set_aside_is_offered_again_and_followed(
    look: Look, store: SqlCipherStore, clock: Clock
) -> None:
    cases = [confirmed(store, serial) for serial in (1, 2)]
    for case in cases:
        store.set_aside(case.case_id, "answers.reg_type: 与登记不一致", now=clock.now())
    look.flow.begin()
    assert [case.receipt_number for case in look.view.aside] == [c.receipt_number for c in cases]
    assert look.view.waiting == 0
    look.flow.send_again()
    assert look.view.aside == ()
    assert look.view.again == Again(waiting=2)
    assert "send_soon" in look.asked()
    store.acknowledged(
        cases[0].case_id, acknowledgement=b"a", official_number="9" * 43, now=clock.now()
    )
    store.set_aside(cases[1].case_id, "signature: 空白", now=clock.now())
    look.flow.happened(CasesChanged((cases[0].case_id,)))
    assert look.view.again == Again(taken=1, refused=1)


def test_the_line_is_followed(look: Look) -> None:
    look.flow.begin()
    look.flow.happened(NetworkChanged(Fault.GATEWAY_FOREIGN))
    assert look.view.network is Fault.GATEWAY_FOREIGN
    look.flow.happened(NetworkChanged(None))
    assert look.view.network is None


def test_notices_and_visits_are_read_and_no_visit_says_who_it_is(
    look: Look, store: SqlCipherStore, clock: Clock
) -> None:
    item = next(iter(packaged_catalog()))
    day = clock.now() - timedelta(days=1)
    notices = (
        Notice("a", "给工作人员", "", day, None, Audience.STAFF),
        Notice("b", "给大家", "", day - timedelta(hours=1), None, Audience.EVERYBODY),
        Notice("c", "给乡亲", "", day, None, Audience.RESIDENTS),
        Notice("d", "过期了", "", day, day, Audience.STAFF),
    )
    visit = HomeVisit(
        "v", "测试甲", "11010519491231002X", "13800000000", "3组17号", item.code, date(2026, 12, 1)
    )
    store.apply(Arrivals(notices=notices, visits=(visit,)), cursor="1", now=clock.now())
    look.flow.begin()
    assert [notice.title for notice in look.view.notices] == ["给工作人员", "给大家"]
    assert look.view.visits == (PlannedVisit("测**", item, date(2026, 12, 1)),)
    assert "测" not in repr(look.view.visits)


def test_a_store_that_will_not_is_shown_and_the_rest_goes_on(
    look: Look, store: SqlCipherStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_name: str, _value: str) -> None:
        raise StoreError(Fault.STORE_FULL)

    look.flow.begin()
    monkeypatch.setattr(store, "set_switch", full)
    look.flow.send(Sending.PAUSED)
    assert look.view.fault is Fault.STORE_FULL
    assert look.view.sending is Sending.EVERYTHING
    assert look.asked() == []
    look.flow.look()
    assert look.view.fault is None


def test_back_leads_to_the_first_page_and_then_out(look: Look) -> None:
    look.flow.begin()
    for step in (UploadStep.NOTICES, UploadStep.VISITS, UploadStep.STICK):
        look.flow.open(step)
        assert look.view.step is step
        assert look.flow.back()
        assert look.view.step is UploadStep.STATE
    assert not look.flow.back()
    assert look.equipment.asked == [("watch_stick", True), ("watch_stick", False)]


@pytest.fixture
def at_stick(look: Look) -> Look:
    look.flow.begin()
    look.flow.open(UploadStep.STICK)
    look.equipment.asked.clear()
    return look


def carrying(look: Look) -> None:
    look.flow.happened(StickSeen(None))
    look.flow.carry()


def test_a_turn_with_the_stick_from_plugging_in_to_pulling_out(at_stick: Look) -> None:
    at_stick.flow.carry()  # no stick is in: nothing is asked
    assert at_stick.asked() == []
    carrying(at_stick)
    assert at_stick.view.stick.state is StickState.MOVING
    at_stick.flow.carry()
    assert at_stick.asked() == ["carry_by_stick"]
    at_stick.flow.happened(StickMoved(StickWork.CASES, 1, 2))
    assert at_stick.view.stick.moved == StickMoved(StickWork.CASES, 1, 2)
    result = StickResult(safe=True, on_stick=2)
    at_stick.flow.happened(StickEnded(result))
    assert at_stick.view.stick.state is StickState.ENDED
    assert at_stick.view.stick.is_done
    at_stick.flow.happened(StickSeen(Fault.STICK_GONE))
    assert at_stick.view.stick.result == result
    assert not at_stick.view.stick.is_in


def test_a_full_stick_is_followed_by_another(at_stick: Look) -> None:
    carrying(at_stick)
    at_stick.flow.happened(StickEnded(StickResult(Fault.STICK_FULL, safe=True, left=3)))
    at_stick.flow.happened(StickSeen(Fault.STICK_GONE))
    at_stick.flow.carry()
    at_stick.flow.happened(StickSeen(None))
    assert not at_stick.view.stick.is_done
    at_stick.flow.carry()
    assert at_stick.asked() == ["carry_by_stick", "carry_by_stick"]


def test_stopping_is_asked_once(at_stick: Look) -> None:
    carrying(at_stick)
    at_stick.flow.stop_carrying()
    at_stick.flow.stop_carrying()
    assert at_stick.asked() == ["carry_by_stick", "stop_carrying"]
    assert at_stick.view.stick.stopping
    at_stick.flow.happened(StickEnded(StickResult(cancelled=True, safe=True, left=1)))
    assert not at_stick.view.stick.is_done


@pytest.mark.parametrize("end", [UploadFlow.back, UploadFlow.leave])
def test_whoever_leaves_ends_the_turn(at_stick: Look, end: Callable[[UploadFlow], object]) -> None:
    carrying(at_stick)
    end(at_stick.flow)
    assert at_stick.asked() == ["carry_by_stick", "stop_carrying", "watch_stick"]
    assert at_stick.view.stick.state is StickState.WAITING


def test_a_terminal_without_the_gateways_keys_says_so(at_stick: Look) -> None:
    at_stick.flow.happened(StickSeen(Fault.STICK_NOT_ENROLLED))
    assert at_stick.view.stick.state is StickState.NOT_ENROLLED
    at_stick.flow.carry()
    assert at_stick.asked() == []


def test_what_comes_when_nobody_carries_is_nothing(at_stick: Look) -> None:
    before = at_stick.view
    at_stick.flow.happened(StickMoved(StickWork.CASES, 1, 2))
    at_stick.flow.happened(StickEnded(StickResult()))
    assert at_stick.view == before

"""Places for those who send; who finds none is told a moment of its own and then let in."""

import dataclasses
from pathlib import Path

import pytest

from kiosk.domain.fault import Fault
from sync.api import GatewayUnreachable
from sync.gateway.http_words import Answered
from sync.gateway.limits import Limits
from sync.gateway.office import Office
from sync.gateway.rationing import GRACE, LONGEST_WAIT, STAYS, Rationing
from sync.http_gateway import HttpGateway
from tests.counterparts.gateway_process import GatewayProcess
from tests.counterparts.returning_fleet import LINE, Outage, come_back
from tests.counterparts.sample_cases import NOON, draft


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def rationing(clock: Clock, *, most: int = 2, a_second: int = 100) -> Rationing:
    return Rationing(Limits(most_sending=most, newcomers_a_second=a_second), clock=clock)


def test_who_is_in_goes_on_and_the_next_ones_are_told_different_moments(clock: Clock) -> None:
    one = rationing(clock)
    assert [one.ask("a"), one.ask("b"), one.ask("a")] == [None, None, None]
    waits = [one.ask(name) for name in "cdefg"]
    assert all(wait is not None for wait in waits)
    assert len(set(waits)) == 5
    assert one.inside == 2
    assert one.waiting == 5


def test_who_asks_again_too_early_keeps_its_moment(clock: Clock) -> None:
    one = rationing(clock)
    for name in "ab":
        one.ask(name)
    first = one.ask("c")
    assert first is not None
    clock.now += 5
    assert one.ask("c") == first - 5


def test_who_keeps_to_its_moment_gets_in_before_newcomers(clock: Clock) -> None:
    one = rationing(clock)
    one.ask("a")
    one.ask("b")
    wait = one.ask("c")
    assert wait is not None
    one.leave("a")
    clock.now += max(wait, STAYS)
    assert one.ask("newcomer") is not None
    assert one.ask("c") is None


def test_a_place_is_kept_between_two_requests_and_no_longer(clock: Clock) -> None:
    one = rationing(clock, most=1)
    one.ask("a")
    one.leave("a")
    clock.now += STAYS - 0.1
    assert one.ask("b") is not None
    assert one.ask("a") is None
    one.leave("a")
    clock.now += STAYS
    assert one.ask("c") is not None  # "b" will come soon, and the place is its own
    clock.now += GRACE * 2
    assert one.ask("d") is None  # nobody came
    assert one.waiting == 0


def test_only_so_many_begin_in_a_second(clock: Clock) -> None:
    one = rationing(clock, most=100, a_second=3)
    answers = [one.ask(f"{number}") for number in range(5)]
    assert [answer is None for answer in answers] == [True, True, True, False, False]


def test_nobody_is_told_more_than_an_hour(clock: Clock) -> None:
    one = rationing(clock, most=1)
    waits = [one.ask(f"{number}") for number in range(300)]
    assert max(wait for wait in waits if wait is not None) == LONGEST_WAIT


def test_who_was_told_twice_is_let_in_though_more_than_all_places_are_taken(clock: Clock) -> None:
    one = rationing(clock, most=4)
    for name in "abcd":
        one.ask(name)
    told = {name: one.ask(name) for name in "ef"}
    clock.now += max(wait for wait in told.values() if wait is not None)
    assert one.ask("e") is None  # one more place than there are
    wait = one.ask("f")
    assert wait is not None
    clock.now += wait
    assert one.ask("f") is None


def test_a_request_outside_is_answered_with_a_time_to_come(clock: Clock) -> None:
    one = rationing(clock, most=1)
    with one.place_for("a"), pytest.raises(Answered) as caught, one.place_for("b"):
        pass
    response = caught.value.response
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) >= 1
    clock.now += STAYS
    assert one.refused == 1


def test_a_whole_fleet_comes_back() -> None:
    """A tenth of the province on a tenth of a gateway; the whole one is `./run bench fleet`."""
    limits = Limits(most_sending=100, newcomers_a_second=10)
    outage = Outage(terminals=1200, capacity=17.0, limits=limits)
    seen = come_back(outage)
    assert seen.most_refused <= 2
    assert seen.busiest <= 15
    assert seen.lateness <= 1.15


def test_a_fleet_that_missed_little_is_done_at_once() -> None:
    limits = Limits(most_sending=100, newcomers_a_second=10)
    seen = come_back(
        Outage(
            terminals=600, capacity=17.0, cases=lambda _: 1.0, line=lambda _: LINE, limits=limits
        )
    )
    assert seen.most_refused == 0


def test_a_real_terminal_hears_when_to_come(tmp_path: Path) -> None:
    office = Office(tmp_path / "gateway")
    tokens = {name: office.door.add_terminal(name) for name in ("one", "other")}
    key = office.public_key
    office.close()
    process = GatewayProcess(tmp_path / "gateway", options=("--most-sending", "1"))
    process.start()
    try:
        one, other = (
            HttpGateway(process.base_url, terminal_id=name, token=token, gateway_key=key)
            for name, token in tokens.items()
        )
        case = dataclasses.replace(draft(), pages=(), confirmed_at=NOON, receipt_number="00000001")
        one.submit_all([case])
        with pytest.raises(GatewayUnreachable) as caught:
            other.submit_all([case])
        assert caught.value.fault is Fault.GATEWAY_BUSY
        assert caught.value.retry_after is not None
        assert caught.value.retry_after >= 1
        other.pull("", catalog="")  # news are for everybody
        one.submit_all([case])
        one.close()
        other.close()
    finally:
        process.stop()

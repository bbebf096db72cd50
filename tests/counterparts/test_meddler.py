"""The proxy does to requests what it says, seen from both sides."""

import http.client
from collections.abc import Iterator

import pytest

from tests.counterparts.canned_gateway import Canned, CannedGateway
from tests.counterparts.meddler import LATER, Meddler, Meddling, Trick
from tests.counterparts.waiting import wait_until

BODY = b"x" * 100


@pytest.fixture
def gateway() -> Iterator[CannedGateway]:
    with CannedGateway(Canned(200, b"from the gateway", {"X": "1"})) as canned:
        yield canned


@pytest.fixture
def meddler(gateway: CannedGateway) -> Iterator[Meddler]:
    made = Meddler(int(gateway.base_url.rpartition(":")[2]))
    made.start()
    yield made
    made.stop()


def ask(meddler: Meddler) -> tuple[int, bytes]:
    """Raises what http.client raises."""
    address = meddler.base_url.removeprefix("http://")
    connection = http.client.HTTPConnection(address, timeout=3)
    try:
        connection.request("PUT", "/v1/page", BODY)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_an_honest_proxy_passes_everything_on(meddler: Meddler, gateway: CannedGateway) -> None:
    assert ask(meddler) == (200, b"from the gateway")
    [(path, _, body)] = gateway.asked
    assert (path, body) == ("/v1/page", BODY)
    assert (meddler.requests, meddler.met) == (1, 0)


@pytest.mark.parametrize("trick", [Trick.LOSE_ANSWER, Trick.HALVE_ANSWER])
def test_the_gateway_has_done_it_but_the_terminal_does_not_hear(
    trick: Trick, meddler: Meddler, gateway: CannedGateway
) -> None:
    meddler.set(Meddling(trick))
    with pytest.raises((http.client.HTTPException, OSError)):
        ask(meddler)
    assert [body for _, _, body in gateway.asked] == [BODY]


def test_a_torn_request_never_reaches_the_gateway_whole(
    meddler: Meddler, gateway: CannedGateway
) -> None:
    meddler.set(Meddling(Trick.CUT_BODY))
    with pytest.raises((http.client.HTTPException, OSError)):
        ask(meddler)
    meddler.set(None)
    ask(meddler)
    assert all(len(body) < len(BODY) for _, _, body in gateway.asked[:-1])


def test_a_repeated_request_arrives_twice(meddler: Meddler, gateway: CannedGateway) -> None:
    meddler.set(Meddling(Trick.REPEAT))
    assert ask(meddler)[0] == 200
    assert len(gateway.asked) == 2


def test_a_late_repetition_comes_after_later_requests(
    meddler: Meddler, gateway: CannedGateway
) -> None:
    meddler.set(Meddling(Trick.REPEAT_LATE))
    for _ in range(LATER + 2):
        ask(meddler)
    assert len(gateway.asked) > LATER + 2
    meddler.set(None)  # what was kept is delivered
    wait_until(lambda: len(gateway.asked) == 2 * (LATER + 2))


def test_somebody_else_may_answer(meddler: Meddler, gateway: CannedGateway) -> None:
    meddler.set(Meddling(Trick.ANSWER, answer=Canned(503, b"later")))
    assert ask(meddler) == (503, b"later")
    assert gateway.asked == []


def test_only_the_share_that_was_asked_for_meets_a_trick(meddler: Meddler) -> None:
    meddler.set(Meddling(Trick.REPEAT, share=0.5))
    for _ in range(60):
        ask(meddler)
    assert 15 < meddler.met < 45

"""Too much at once is turned away with a time to come again; what fits goes through."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
from starlette.types import Message, Scope

from sync import wire
from sync.gateway.bounds import AWAY, Bounds, Turnstile
from sync.gateway.http_words import Answered
from sync.gateway.limits import Limits
from tests.counterparts.gateway_process import GatewayProcess


def scope(**changes: object) -> Scope:
    return {"type": "http", "raw_path": b"/", "query_string": b"", "headers": [], **changes}


async def nothing(*_: object) -> Message:
    raise AssertionError("nobody is asked")


def refused(bounds: Bounds, asked: Scope) -> tuple[int, str]:
    with pytest.raises(Answered) as caught:
        bounds(asked, nothing, nothing).send(None)
    response = caught.value.response
    return response.status_code, response.headers.get("Retry-After", "")


async def fine(_scope: Scope, _receive: object, _send: object) -> None:
    return


def test_a_head_that_is_too_long_is_refused_before_anything_is_read() -> None:
    bounds = Bounds(fine, Limits(longest_head=100))
    assert refused(bounds, scope(raw_path=b"/" * 101))[0] == 414
    assert refused(bounds, scope(query_string=b"a" * 101))[0] == 414
    assert refused(bounds, scope(headers=[(b"x", b"y" * 100)]))[0] == 431
    with pytest.raises(StopIteration):
        bounds(scope(headers=[(b"x", b"y" * 98)]), nothing, nothing).send(None)
    assert bounds.under_way == 0


def test_too_many_at_once_are_told_when_to_come_again() -> None:
    bounds = Bounds(fine, Limits(most_at_once=0), away=lambda: 42)
    assert refused(bounds, scope()) == (503, "42")
    assert bounds.under_way == 0


def test_they_do_not_all_come_again_together() -> None:
    bounds = Bounds(fine, Limits(most_at_once=0))
    waits = {int(refused(bounds, scope())[1]) for _ in range(100)}
    assert len(waits) > 10
    assert AWAY[0] <= min(waits) <= max(waits) <= AWAY[1]


def test_one_terminal_does_not_take_the_room_of_others() -> None:
    turnstile = Turnstile(2)
    with ExitStack() as inside:
        for terminal in ["a", "a", "b", "", "", ""]:
            inside.enter_context(turnstile.through(terminal))
        with pytest.raises(Answered) as caught, turnstile.through("a"):
            pass
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == str(AWAY[0])
    with turnstile.through("a"):
        pass
    assert not turnstile._inside


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    process = GatewayProcess(tmp_path / "gateway", options=("--most-connections", "5"))
    process.start()
    yield process
    process.stop()


def test_more_connections_than_are_borne_are_told_so_and_others_go_on(
    gateway: GatewayProcess,
) -> None:
    with requests.Session() as first:
        first.get(f"{gateway.base_url}/v1/time", timeout=5)
        held = [requests.Session() for _ in range(4)]
        for session in held:
            assert session.get(f"{gateway.base_url}/v1/time", timeout=5).status_code == 200
        answer = requests.get(f"{gateway.base_url}/v1/time", timeout=5)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers[wire.GATEWAY_HEADER] == "1"
        assert answer.json()["status"] == 503
        statuses: list[int] = []

        def asked(session: requests.Session) -> None:
            statuses.append(session.get(f"{gateway.base_url}/v1/time", timeout=5).status_code)

        threads = [threading.Thread(target=asked, args=(session,)) for session in held]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert statuses == [200] * 4
        for session in held:
            session.close()

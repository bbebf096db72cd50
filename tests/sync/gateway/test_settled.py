"""Whoever waits on the loop hears, whenever it was done, and a stopped loop harms nobody."""

import asyncio
import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from sync.gateway.settled import Outcome, settled, wake


def done(outcome: Future[int]) -> None:
    outcome.set_result(7)
    wake([outcome])


def test_before_and_after_it_is_done() -> None:
    async def wait() -> list[int]:
        early, late = Outcome[int](), Outcome[int]()
        done(early)
        threading.Timer(0.05, done, [late]).start()
        return [await settled(early), await settled(late)]

    assert asyncio.run(wait()) == [7, 7]


def test_many_from_another_thread_at_once() -> None:
    async def wait() -> list[int]:
        outcomes = [Outcome[int]() for _ in range(500)]
        loop = asyncio.get_running_loop()

        def finish() -> None:
            for start in range(0, 500, 7):
                some = outcomes[start : start + 7]
                for outcome in some:
                    outcome.set_result(7)
                wake(some)

        finishing = loop.run_in_executor(None, finish)
        told = await asyncio.gather(*(settled(outcome) for outcome in outcomes))
        await finishing
        return told

    assert asyncio.run(wait()) == [7] * 500


def test_an_error_comes_out() -> None:
    async def wait() -> int:
        outcome = Outcome[int]()
        outcome.set_exception(LookupError("mine"))
        wake([outcome])
        return await settled(outcome)

    with pytest.raises(LookupError, match="mine"):
        asyncio.run(wait())


def test_another_kind_of_future_is_waited_for_too() -> None:
    async def wait(pool: ThreadPoolExecutor) -> int:
        return await settled(pool.submit(lambda: 7))

    with ThreadPoolExecutor(1) as pool:
        assert asyncio.run(wait(pool)) == 7


def test_a_loop_that_has_stopped_is_not_minded() -> None:
    outcome = Outcome[int]()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(settled(outcome), 0.01)

    asyncio.run(give_up())
    done(outcome)

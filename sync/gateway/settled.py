"""Waits on the event loop for what the database's thread does."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Outcome(Future[T], Generic[T]):
    """A Future that one coroutine may wait for without a callback of its own."""

    waiter: asyncio.Future[None] | None = None


async def settled(outcome: Future[T]) -> T:
    """The result, without a thread that waits for it. Raises what the work raised."""
    if isinstance(outcome, Outcome):
        woken = outcome.waiter = asyncio.get_running_loop().create_future()
        if not outcome.done():  # else it was done before anybody could see who waits
            await woken
    elif not outcome.done():
        await asyncio.wait([asyncio.wrap_future(outcome)])
    return Future.result(outcome)


def wake(outcomes: Iterable[Future[Any]]) -> None:
    """These are done: tell whoever waits on an event loop, each loop once. Any thread.

    Told one by one, the loop's thread and this one would take Python's lock from each other for
    each of them.
    """
    waiting: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for outcome in outcomes:
        if isinstance(outcome, Outcome) and outcome.waiter is not None:
            waiting.setdefault(outcome.waiter.get_loop(), []).append(outcome.waiter)
    for loop, waiters in waiting.items():
        with suppress(RuntimeError):  # the server has stopped meanwhile; nobody waits any more
            loop.call_soon_threadsafe(_wake_all, waiters)


def _wake_all(waiters: list[asyncio.Future[None]]) -> None:
    for waiter in waiters:
        if not waiter.done():  # who waited may have been cancelled
            waiter.set_result(None)

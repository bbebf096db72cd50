"""Threads of which one runs at a time, in an order that chance decides: same seed, same order."""

import random
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any


class ByTurns:
    """`executor` stands in for ThreadPoolExecutor, `wait` for concurrent.futures.wait."""

    def __init__(self) -> None:
        self.begin(random.Random(0))

    def begin(self, chance: random.Random) -> None:
        """A new story."""
        self._chance = chance
        self._waiting: dict[Future[Any], Callable[[], Any]] = {}

    def executor(self, _most: int, **_: Any) -> "ByTurns":
        """One for so many threads."""
        return self

    def __enter__(self) -> "ByTurns":
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.clear()

    def submit(self, work: Callable[..., Any], *values: Any) -> Future[Any]:
        """See concurrent.futures.Executor. Done when somebody waits for it."""
        future: Future[Any] = Future()
        self._waiting[future] = lambda: work(*values)
        return future

    def wait(
        self, futures: Iterable[Future[Any]], return_when: str = ""
    ) -> tuple[set[Future[Any]], set[Future[Any]]]:
        """See concurrent.futures.wait: one of them, or all when nothing is said."""
        asked = list(futures)
        chosen = [self._chance.choice(asked)] if return_when else asked
        for future in chosen:
            work = self._waiting.pop(future)
            try:
                future.set_result(work())
            except Exception as error:  # noqa: BLE001 - whoever asks for the result hears it
                future.set_exception(error)
        return set(chosen), set(asked) - set(chosen)

"""Waits for something to become true, with a deadline."""

import time
from collections.abc import Callable
from threading import Event


def wait_until(condition: Callable[[], bool], *, seconds: float = 10.0, what: str = "") -> None:
    """Return as soon as the condition holds; AssertionError when it does not in time."""
    end = time.monotonic() + seconds
    never = Event()
    while not condition():
        assert time.monotonic() < end, f"still not after {seconds:g} s: {what or condition}"
        never.wait(0.02)

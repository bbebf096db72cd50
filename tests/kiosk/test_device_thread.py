"""One thread for one device."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue

import pytest

from kiosk.device_thread import MOST_LEFT_BEHIND, DeviceThread
from tests.counterparts.waiting import wait_until


def test_work_is_done_in_order_on_one_thread() -> None:
    done: SimpleQueue[tuple[int, int]] = SimpleQueue()
    thread = DeviceThread("device")
    thread.start()
    for number in range(3):
        thread.ask(lambda number=number: done.put((number, threading.get_ident())))
    told = [done.get(timeout=5) for _ in range(3)]
    assert [number for number, _ in told] == [0, 1, 2]
    assert len({ident for _, ident in told}) == 1
    assert thread.stop()


def test_it_polls_as_often_as_the_poll_itself_wants_and_at_once_when_watched() -> None:
    polled: SimpleQueue[bool] = SimpleQueue()

    def poll(watching: bool) -> float | None:
        polled.put(watching)
        return 0.01 if watching else None

    ended: SimpleQueue[None] = SimpleQueue()
    thread = DeviceThread("device", poll=poll, at_end=lambda: ended.put(None))
    thread.start()
    assert polled.get(timeout=5) is False
    assert ended.empty()
    asked: SimpleQueue[None] = SimpleQueue()
    thread.ask(lambda: asked.put(None))
    asked.get(timeout=5)
    assert polled.empty()
    thread.watch(True)
    assert polled.get(timeout=5)
    assert polled.get(timeout=5)
    assert thread.stop()
    assert ended.qsize() == 1, "the device was not let go"


@pytest.mark.logs_expected
def test_a_mistake_in_one_work_leaves_the_thread_usable() -> None:
    done: SimpleQueue[str] = SimpleQueue()
    thread = DeviceThread("device")
    thread.start()
    thread.ask(lambda: 1 / 0)
    thread.ask(lambda: done.put("next"))
    assert done.get(timeout=5) == "next"
    assert thread.stop()


class Hanging:
    """A device whose calls block in the kernel: reads a pipe into which nobody writes."""

    def __init__(self) -> None:
        self.ends = os.pipe()
        self.calls = 0
        self.let_go = 0

    def read(self) -> None:
        """Returns only after `come_back`."""
        self.calls += 1
        os.read(self.ends[0], 1)

    def come_back(self) -> None:
        os.write(self.ends[1], b"x" * self.calls)


def hanging_thread(device: Hanging, taken: SimpleQueue[str]) -> DeviceThread:
    def take_over() -> Callable[[], object]:
        taken.put("taken over")
        return lambda: taken.put("let go")

    return DeviceThread("device", take_over=take_over)


@pytest.mark.logs_expected
def test_a_device_that_hangs_in_the_kernel_is_left_behind_and_its_thread_ends_when_it_returns() -> (
    None
):
    device, told = Hanging(), SimpleQueue[str]()
    thread = hanging_thread(device, told)
    thread.start()
    thread.ask(device.read, within=0.05, lost=lambda begun: told.put(f"lost {begun}"))
    thread.ask(lambda: told.put(f"next {thread.is_current()}"))
    wait_until(lambda: thread.hangs, what="it is over its time")
    assert told.empty()
    thread.look_after()
    assert [told.get(timeout=5) for _ in range(3)] == ["taken over", "lost True", "next True"]
    device.come_back()
    assert told.get(timeout=5) == "let go"
    assert thread.stop()


@pytest.mark.logs_expected
def test_only_so_many_are_left_behind_and_then_whoever_waits_is_told_at_once() -> None:
    device, told = Hanging(), SimpleQueue[str]()
    thread = hanging_thread(device, told)
    thread.start()
    for _ in range(MOST_LEFT_BEHIND + 1):
        thread.ask(device.read, within=0.02)
    for number in range(1, MOST_LEFT_BEHIND + 1):
        wait_until(lambda: thread.hangs, what="it is over its time")
        thread.look_after()
        assert told.get(timeout=5) == "taken over"
        wait_until(lambda n=number: device.calls > n, what="the next one hangs")
    wait_until(lambda: thread.hangs, what="it is over its time")
    thread.ask(lambda: told.put("printed"), lost=lambda begun: told.put(f"lost {begun}"))
    thread.ask(lambda: told.put("state"))
    thread.look_after()
    assert told.get(timeout=5) == "lost False"
    assert told.empty()
    device.come_back()
    said = {told.get(timeout=5) for _ in range(MOST_LEFT_BEHIND + 1)}
    assert said == {"state", "let go"}
    assert thread.stop()


@pytest.mark.logs_expected
def test_with_all_left_behind_the_work_in_hand_is_lost_once_and_the_others_keep_their_order() -> (
    None
):
    device, told = Hanging(), SimpleQueue[str]()
    thread = hanging_thread(device, told)
    thread.start()
    for _ in range(MOST_LEFT_BEHIND):
        thread.ask(device.read, within=0.02)
        wait_until(lambda: thread.hangs, what="it is over its time")
        thread.look_after()
        assert told.get(timeout=5) == "taken over"

    def page() -> None:
        device.read()
        told.put(f"page counts: {thread.is_current()}")

    def lost(begun: bool) -> None:
        told.put(f"lost {begun}")
        thread.ask(lambda: told.put(f"newer counts: {thread.is_current()}"))

    thread.ask(page, within=0.02, lost=lost)
    thread.ask(lambda: told.put("state"))
    wait_until(lambda: thread.hangs, what="it is over its time")
    thread.look_after()
    thread.look_after()
    assert told.get(timeout=5) == "lost True"
    assert told.empty(), "it was lost twice"
    device.come_back()
    said = [told.get(timeout=5) for _ in range(MOST_LEFT_BEHIND + 3)]
    assert [one for one in said if one != "let go"] == [
        "page counts: False",
        "state",
        "newer counts: True",
    ]
    assert thread.stop()


@pytest.mark.logs_expected
def test_without_a_fresh_driver_whoever_waits_is_told_once_and_it_is_tried_again() -> None:
    device, told = Hanging(), SimpleQueue[str]()
    fails = iter((True, True, False))

    def take_over() -> Callable[[], object]:
        if next(fails):
            raise ValueError("no such trace")
        return lambda: told.put("let go")

    thread = DeviceThread("device", take_over=take_over)
    thread.start()
    thread.ask(device.read, within=0.02, lost=lambda begun: told.put(f"lost {begun}"))
    wait_until(lambda: thread.hangs, what="it is over its time")
    for _ in range(2):
        with pytest.raises(ValueError, match="no such trace"):
            thread.look_after()
    assert told.get(timeout=5) == "lost True"
    thread.look_after()
    thread.ask(lambda: told.put("next"))
    assert told.get(timeout=5) == "next"
    device.come_back()
    assert told.get(timeout=5) == "let go"
    assert thread.stop()


@pytest.mark.logs_expected
def test_a_thread_that_the_system_does_not_give_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    device, told = Hanging(), SimpleQueue[str]()
    thread = hanging_thread(device, told)
    thread.start()
    thread.ask(device.read, within=0.02, lost=lambda begun: told.put(f"lost {begun}"))
    wait_until(lambda: thread.hangs, what="it is over its time")

    def no_thread(_self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", no_thread)
        with pytest.raises(RuntimeError):
            thread.look_after()
    assert [told.get(timeout=5) for _ in range(2)] == ["taken over", "lost True"]
    thread.ask(lambda: told.put("next"))
    thread.look_after()
    assert told.get(timeout=5) == "next"
    device.come_back()
    assert thread.stop()


def test_a_device_that_hangs_does_not_stop_the_program_from_ending() -> None:
    device = Hanging()
    thread = DeviceThread("device")
    thread.start()
    thread.ask(device.read)
    wait_until(lambda: device.calls == 1, what="it hangs")
    assert not thread.stop(seconds=0.05)
    device.come_back()
    assert thread.join(5)


def test_the_program_ends_while_a_device_hangs_in_the_kernel() -> None:
    program = """
import os
from kiosk.device_thread import DeviceThread
thread = DeviceThread("device")
thread.start()
thread.ask(lambda: os.read(os.pipe()[0], 1))
thread.stop(seconds=0.2)
"""
    ended = subprocess.run([sys.executable, "-c", program], timeout=20, check=False)
    assert ended.returncode == 0

"""One thread for one device."""

import threading
from queue import SimpleQueue

import pytest

from kiosk.device_thread import DeviceThread


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


def test_it_polls_only_while_somebody_watches() -> None:
    polled: SimpleQueue[None] = SimpleQueue()
    thread = DeviceThread("device", poll=lambda: polled.put(None), every_seconds=0.01)
    thread.start()
    asked: SimpleQueue[None] = SimpleQueue()
    thread.ask(lambda: asked.put(None))
    asked.get(timeout=5)
    assert polled.empty()
    thread.watch(True)
    polled.get(timeout=5)
    polled.get(timeout=5)
    assert thread.stop()


@pytest.mark.logs_expected
def test_a_mistake_in_one_work_leaves_the_thread_usable() -> None:
    done: SimpleQueue[str] = SimpleQueue()
    thread = DeviceThread("device")
    thread.start()
    thread.ask(lambda: 1 / 0)
    thread.ask(lambda: done.put("next"))
    assert done.get(timeout=5) == "next"
    assert thread.stop()


def test_a_device_that_hangs_does_not_stop_the_program_from_ending() -> None:
    hung, let_go = threading.Event(), threading.Event()
    thread = DeviceThread("device")
    thread.start()
    thread.ask(lambda: (hung.set(), let_go.wait(10)))
    assert hung.wait(5)
    assert not thread.stop(seconds=0.05)
    let_go.set()
    thread.join(5)
    assert not thread.is_alive()

"""Looks after all device threads."""

from queue import SimpleQueue

import pytest

from devices.hot_plug import HotPlug
from kiosk.device_thread import DeviceThread
from kiosk.supervision import Supervision


class Plug:
    """Tells once that something was plugged in, then the socket is lost."""

    def __init__(self) -> None:
        self.told = iter((True,))

    def heard(self, seconds: float) -> bool:
        del seconds
        for one in self.told:
            return one
        raise OSError("lost")


def polled(seen: SimpleQueue[str]) -> DeviceThread:
    def poll(watching: bool) -> float | None:
        del watching
        seen.put("looked")
        return 60.0

    return DeviceThread("device", poll=poll)


def no_plug() -> HotPlug:
    raise OSError("no such socket")


@pytest.mark.logs_expected
def test_every_device_is_looked_at_as_soon_as_something_was_plugged_in() -> None:
    seen = SimpleQueue[str]()
    thread = polled(seen)
    thread.start()
    seen.get(timeout=5)
    supervision = Supervision([thread], hot_plug=Plug)
    supervision.start()
    seen.get(timeout=5)
    supervision.stop()
    supervision.join(5)
    assert not supervision.is_alive()
    assert thread.stop()


def test_without_a_word_of_hot_plugging_it_looks_after_the_threads_all_the_same() -> None:
    looked = SimpleQueue[None]()
    thread = DeviceThread("device")
    thread.look_after = lambda: looked.put(None)  # type: ignore[method-assign]
    supervision = Supervision([thread], hot_plug=no_plug)
    supervision.start()
    looked.get(timeout=5)
    supervision.stop()
    supervision.join(5)
    assert not supervision.is_alive()


@pytest.mark.logs_expected
def test_what_goes_wrong_with_one_device_hinders_no_other() -> None:
    looked = SimpleQueue[str]()

    def no_thread() -> None:
        looked.put("broken")
        raise RuntimeError("can't start new thread")

    broken, well = DeviceThread("broken"), DeviceThread("well")
    broken.look_after = no_thread  # type: ignore[method-assign]
    well.look_after = lambda: looked.put("well")  # type: ignore[method-assign]
    supervision = Supervision([broken, well])
    supervision.start()
    assert [looked.get(timeout=5) for _ in range(4)] == ["broken", "well"] * 2
    supervision.stop()
    supervision.join(5)


@pytest.mark.logs_expected
def test_a_lost_socket_is_opened_again_and_meanwhile_every_device_is_looked_at() -> None:
    opened, seen = SimpleQueue[str](), SimpleQueue[str]()

    class Lossy:
        """Its buffer is full at once (ENOBUFS)."""

        def __init__(self) -> None:
            opened.put("opened")

        def heard(self, seconds: float) -> bool:
            del seconds
            raise OSError("No buffer space available")

    thread = polled(seen)
    thread.start()
    seen.get(timeout=5)
    supervision = Supervision([thread], hot_plug=Lossy)
    supervision.start()
    seen.get(timeout=5)
    assert [opened.get(timeout=5) for _ in range(2)] == ["opened"] * 2
    supervision.stop()
    supervision.join(5)
    assert thread.stop()

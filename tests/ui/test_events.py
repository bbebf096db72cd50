"""What any thread announces arrives on the interface's own thread."""

import threading
from collections.abc import Callable

from pytestqt.qtbot import QtBot

from devices.camera.api import Frame
from devices.id_card.card_watch import CardRead
from devices.id_card.specimens import RESIDENT
from kiosk.flow.equipment import NetworkChanged, PreviewSeen, Ticket
from ui.events import EventBridge


def test_an_event_of_another_thread_arrives_on_the_interfaces_thread(qtbot: QtBot) -> None:
    heard: list[tuple[object, int]] = []

    class Ear(EventBridge):
        def hear(self, event: object) -> None:
            heard.append((event, threading.get_ident()))

    bridge, ear = EventBridge(), Ear()
    bridge.happened.connect(ear.hear)
    teller = threading.Thread(target=bridge.announce, args=(NetworkChanged(None),))
    teller.start()
    teller.join()
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [(NetworkChanged(None), threading.get_ident())]


def announced_elsewhere(announce: Callable[[], None]) -> None:
    """On another thread, to its end, while the interface is busy with something else."""
    teller = threading.Thread(target=announce)
    teller.start()
    teller.join()


def test_what_arrives_after_the_visit_is_heard_by_nobody(qtbot: QtBot) -> None:
    bridge, heard = EventBridge(), list[object]()
    bridge.happened.connect(heard.append)
    former, present = Ticket(), Ticket()
    announced_elsewhere(lambda: bridge.announce(CardRead(RESIDENT), former))
    announced_elsewhere(lambda: bridge.announce(PreviewSeen(Frame(1, 1, b"abc"), None), former))
    former.valid = False
    announced_elsewhere(lambda: bridge.announce(NetworkChanged(None), present))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [NetworkChanged(None)]


def test_pictures_do_not_queue_up_before_a_slow_interface(qtbot: QtBot) -> None:
    bridge, heard = EventBridge(), list[object]()
    bridge.happened.connect(heard.append)
    pictures = [PreviewSeen(Frame(1, 1, bytes([n] * 3)), None) for n in range(50)]

    def show_all() -> None:
        for picture in pictures:
            bridge.announce(picture)
        bridge.announce(NetworkChanged(None))

    announced_elsewhere(show_all)
    qtbot.waitUntil(lambda: NetworkChanged(None) in heard)
    assert heard == [pictures[-1], NetworkChanged(None)]
    announced_elsewhere(lambda: bridge.announce(pictures[0]))
    qtbot.waitUntil(lambda: heard[-1] == pictures[0])

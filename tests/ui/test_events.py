"""What any thread announces arrives on the interface's own thread."""

import threading

from pytestqt.qtbot import QtBot

from kiosk.flow.equipment import NetworkChanged
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

"""A window in which somebody types until it is killed, or goes on after that."""

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QApplication

from devices.id_card.card_watch import CardRead
from devices.id_card.specimens import RESIDENT
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.flow.steps import Step
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import open_store
from ui.events import EventBridge
from ui.main_window import MainWindow
from ui.specimen_store import MemoryStore
from ui.specimens import MOMENT, QuietEquipment, terminal_for
from ui.visit_walk import VisitWalk

KEYS_EVERY_MS = 37
FIELD = "contact_mobile"


def say(words: str) -> None:
    os.write(1, f"{words}\n".encode())


def main() -> None:
    """Arguments: `type` or `go on`, folder of the store."""
    application = QApplication([])
    folder = Path(sys.argv[2])
    store = open_store(folder, FileKey(folder / "store.key"))
    terminal = replace(
        terminal_for(MemoryStore(MOMENT), QuietEquipment()),
        store=store,
        now=lambda: datetime.now(UTC),
    )
    bridge = EventBridge()
    window = MainWindow(terminal, bridge, size=QSize(1080, 1920))
    window.show()
    if sys.argv[1] == "type":
        typing = _typing(window, bridge)
    else:
        typing = QTimer.singleShot(0, lambda: _go_on(window, bridge, application))
    application.exec()
    del typing
    window.close()
    store.close()


def _typing(window: MainWindow, bridge: EventBridge) -> QTimer:
    item = next(item for item in packaged_catalog() if item.key == "pension_enroll")
    window.show_visit(item)
    walk = window.walk
    assert isinstance(walk, VisitWalk)
    walk.next()
    bridge.announce(CardRead(RESIDENT))
    said = [0]

    def press() -> None:
        if walk.flow.view.step is Step.FORM:
            said[0] += 1
            walk.flow.answer(FIELD, str(said[0]))
            say(str(said[0]))

    keys = QTimer(window)
    keys.timeout.connect(press)
    keys.start(KEYS_EVERY_MS)
    return keys


def _go_on(window: MainWindow, bridge: EventBridge, application: QApplication) -> None:
    window.show_broken_off()
    bridge.announce(CardRead(RESIDENT))

    def tell() -> None:
        walk = window.walk
        assert isinstance(walk, VisitWalk)
        say(f"{walk.flow.view.step} {walk.flow.view.answers[FIELD]}")
        os._exit(0)  # killed once more: the draft stays

    QTimer.singleShot(0, tell)


if __name__ == "__main__":
    main()

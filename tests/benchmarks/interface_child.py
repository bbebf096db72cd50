"""One run of an interface, measured from within: `product` while it syncs, or a `bare` window.

Prints JSON. A stall is how much later than asked for a timer of 5 ms is heard.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

SIZE: Final = QSize(1080, 1920)
BEAT_MS: Final = 5
SECONDS: Final = 20.0
TURN_MS: Final = 400  # from one page to the next


class Beats(QObject):
    """Hears a timer as often as it can, and notes how late each time was."""

    def __init__(self) -> None:
        super().__init__()
        self.late_ms: list[float] = []
        self._before = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.late_ms.append(max(0.0, (now - self._before) * 1000 - BEAT_MS))
        self._before = now


class PageTurns(QObject):
    """Turns pages one after the other; each is measured until the new page is painted."""

    def __init__(self, turns: list[Callable[[], QWidget]]) -> None:
        super().__init__()
        self.took_ms: list[float] = []
        self.cpu_ms: list[float] = []  # of this thread: what a busy machine does not spoil
        self._turns = turns
        self._at = 0
        self._since = self._cpu_since = 0.0
        self._seen: QWidget | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._turn)
        self._timer.start(TURN_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        if watched is self._seen and event.type() == QEvent.Type.Paint:
            self.took_ms.append((time.perf_counter() - self._since) * 1000)
            self.cpu_ms.append((time.thread_time() - self._cpu_since) * 1000)
            self._seen = None
            watched.removeEventFilter(self)
        return super().eventFilter(watched, event)

    def _turn(self) -> None:
        turn = self._turns[self._at % len(self._turns)]
        self._at += 1
        self._since, self._cpu_since = time.perf_counter(), time.thread_time()
        self._seen = turn()
        self._seen.installEventFilter(self)
        self._seen.update()


def _measured(application: QApplication, turns: list[Callable[[], QWidget]]) -> dict[str, object]:
    turned = PageTurns(turns)
    beats = Beats()
    QTimer.singleShot(round(SECONDS * 1000), application.quit)
    application.exec()
    return {
        "late_ms": beats.late_ms,
        "page_ms": turned.took_ms,
        "page_cpu_ms": turned.cpu_ms,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def bare() -> dict[str, object]:
    """The peer: a window with one line of text, painted anew as often as the product's pages."""
    application = QApplication([])
    window = QWidget()
    window.resize(SIZE)
    label = QLabel("家门口办")
    QVBoxLayout(window).addWidget(label)
    window.show()

    def turn() -> QWidget:
        label.setText(time.strftime("%H:%M:%S"))
        return label

    return _measured(application, [turn])


def product(config: str) -> dict[str, object]:
    """The terminal of that settings file: home, a guide, the card, the form, standby, again."""
    from devices.id_card.card_watch import CardRead  # noqa: PLC0415
    from devices.id_card.specimens import RESIDENT  # noqa: PLC0415
    from kiosk.app import RunningTerminal, gateway_for, make_application  # noqa: PLC0415
    from kiosk.drivers import Drivers  # noqa: PLC0415
    from kiosk.settings import read_settings  # noqa: PLC0415
    from ui.specimens import item_called  # noqa: PLC0415

    application = make_application()
    settings = read_settings(Path(config))
    gateway = gateway_for(settings)
    terminal = RunningTerminal(
        settings, Drivers(), gateway, interrupt_gateway=gateway.interrupt, size=SIZE
    )
    window, bridge = terminal.window, terminal.bridge

    def shown(act: Callable[[], object]) -> Callable[[], QWidget]:
        def turn() -> QWidget:
            act()
            return window.page

        return turn

    def press_next() -> None:
        assert window.walk is not None
        window.walk.next()

    item = item_called("disabled_two_subsidy")
    turns = [
        shown(window.show_home),
        shown(lambda: window.show_visit(item)),
        shown(press_next),
        shown(lambda: bridge.announce(CardRead(RESIDENT))),
        shown(press_next),
        shown(window.show_progress),
        shown(window.show_standby),
    ]
    window.show()
    terminal.start()
    found = _measured(application, turns)
    terminal.stop()
    return found


if __name__ == "__main__":
    print(json.dumps(bare() if sys.argv[1] == "bare" else product(sys.argv[2])))

"""One start, measured from outside: `product` to a usable home page, or a `bare` Qt window."""

import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

SIZE = QSize(1080, 1920)


class _FirstPaint(QObject):
    """Says the moment when the widget is first painted, and ends the program."""

    _told = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        painted = event.type() == QEvent.Type.Paint
        if painted and not self._told:
            self._told = True
            print(time.time(), flush=True)
            QApplication.instance().quit()  # type: ignore[union-attr]
        return super().eventFilter(watched, event)


def bare() -> None:
    """The peer: an application with a window and one line of text."""
    application = QApplication([])
    window = QWidget()
    window.resize(SIZE)
    label = QLabel("家门口办")
    QVBoxLayout(window).addWidget(label)
    ended = _FirstPaint()
    label.installEventFilter(ended)
    window.show()
    application.exec()


def product() -> None:
    """Store, catalogue, devices, sync and window; ends when the home page has been painted."""
    from kiosk.app import RunningTerminal, make_application  # noqa: PLC0415
    from kiosk.drivers import drivers_for  # noqa: PLC0415
    from kiosk.settings import DeviceSettings, Settings  # noqa: PLC0415
    from sync.http_gateway import HttpGateway  # noqa: PLC0415

    application = make_application()
    devices = DeviceSettings(  # every real driver, though nothing is plugged in
        id_card="sam:/dev/ttyUSB9",
        social_card="pcsc",
        camera="opencv:/dev/video9",
        receipt_printer="network:127.0.0.1:9",
        page_printer="cups:A4@127.0.0.1:9",
    )
    with tempfile.TemporaryDirectory() as folder:
        client = HttpGateway(
            "http://127.0.0.1:9", terminal_id="t", token="x", gateway_key=bytes(32)
        )
        terminal = RunningTerminal(
            Settings(folder=Path(folder) / "store"),
            drivers_for(devices),
            client,
            interrupt_gateway=client.interrupt,
            size=SIZE,
        )
        terminal.window.show()
        terminal.start()
        terminal.window.show_home()
        ended = _FirstPaint()
        terminal.window.page.installEventFilter(ended)
        application.exec()
        terminal.stop()


if __name__ == "__main__":
    {"bare": bare, "product": product}[sys.argv[1]]()

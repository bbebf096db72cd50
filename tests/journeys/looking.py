"""Pictures of a journey as people see the screen: a page that is laid out and drawn."""

import time
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from ui.main_window import MainWindow
from ui.pages.page import Page

LEAST: Final = 0.15  # seconds until what comes by itself has come
MOST: Final = 3.0


def picture_of(window: MainWindow, file: Path) -> None:
    """Of everything, once the window lets its page be seen. At most three seconds."""
    begun = time.monotonic()
    if isinstance(page := window.page, Page):
        page.make_whole()
    while (waited := time.monotonic() - begun) < MOST:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        if waited >= LEAST and window.page.updatesEnabled():
            break
    file.parent.mkdir(parents=True, exist_ok=True)
    window.grab().save(str(file))

"""Draws pages with specimens into PNG files, to look at them: python -m tests.ui.look FOLDER."""

import os
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.steps import Step
from tests.ui.specimens import (
    SOCIAL_CARD,
    Listening,
    MemoryCases,
    NotedEquipment,
    at_step,
    item,
    visit,
)
from ui.pages.page import VisitPage
from ui.texts import Texts
from ui.theme.stylesheet import stylesheet
from ui.theme.tokens import Scale

SIZES = ((1080, 1920), (1920, 1080), (1280, 800))
BARS = 96 + 150 + 150  # what the window keeps above and below a page, pixels at 1080x1920

Act = Callable[[VisitPage, IntakeFlow], None]


def window_around(page: QWidget, scale: Scale) -> QWidget:
    """The page with as much room as the window leaves it."""
    window = QWidget()
    window.setObjectName("window")
    window.setStyleSheet(stylesheet(scale))
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(page)
    window.resize(scale.width, scale.height - scale.px(BARS))
    return window


def picture(
    page_type: type[VisitPage], key: str, size: tuple[int, int], act: Act, *, step: Step
) -> QPixmap:
    """One page, after `act` has done something on it."""
    scale = Scale(*size)
    listening = Listening()
    card = SOCIAL_CARD if key.endswith("!") else None
    flow = visit(
        item(key.rstrip("!")), MemoryCases(), listening, **({"card": card} if card else {})
    )
    at_step(flow, step)
    page = page_type(flow, equipment=NotedEquipment(), texts=Texts(), scale=scale)
    listening.draw = page.draw
    window = window_around(page, scale)
    window.show()
    page.entered()
    page.draw(flow.view)
    QTest.qWait(50)
    act(page, flow)
    QTest.qWait(150)
    small = [
        (b.text(), b.width(), b.height())
        for b in window.findChildren(QPushButton)
        if b.isVisible() and min(b.width(), b.height()) < scale.px(96)
    ]
    if small:
        print(key, size, "too small:", small)  # noqa: T201 - a tool for people
    pixmap = window.grab()
    page.left()
    window.close()
    return pixmap

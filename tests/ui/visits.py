"""A page of a visit without the window around it, and hands to touch it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from kiosk.domain.identity import IdentityCard
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.steps import Step
from tests.ui.specimens import CARD, Listening, MemoryCases, NotedEquipment, at_step, item, visit
from ui.pages.page import VisitPage
from ui.texts import Texts
from ui.theme.tokens import Scale

P = TypeVar("P", bound=VisitPage)


@dataclass
class Shown(Generic[P]):
    """A page, the visit behind it, and what was kept and asked for."""

    page: P
    desk: QWidget
    flow: IntakeFlow
    cases: MemoryCases
    equipment: NotedEquipment
    texts: Texts


def shown(kind: type[P], key: str, step: Step, *, card: IdentityCard = CARD) -> Shown[P]:
    """That page of a visit of that item, entered and drawn."""
    cases, listening, equipment, texts = MemoryCases(), Listening(), NotedEquipment(), Texts()
    flow = at_step(visit(item(key), cases, listening, card=card), step)
    page = kind(flow, equipment=equipment, texts=texts, scale=Scale(1080, 1920))
    listening.draw = page.draw
    desk = QWidget()  # a page of its own on the screen would warn about sizes it cannot tell
    desk.resize(1080, 1500)
    page.setParent(desk)
    page.resize(1080, 1500)
    desk.show()
    page.entered()
    page.draw(flow.view)
    return Shown(page, desk, flow, cases, equipment, texts)


def all_words(page: QWidget) -> Iterator[str]:
    """Everything that could be read on the page, hidden parts included."""
    for widget in page.findChildren(QWidget):
        if isinstance(widget, QLabel | QLineEdit | QPushButton):
            yield widget.text()
        elif isinstance(widget, QPlainTextEdit):
            yield widget.toPlainText()


def settle() -> None:
    """Let what was deleted go."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()

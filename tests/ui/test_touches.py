"""How often a returning resident touches the screen, from standby to the receipt, item by item.

Touches are clicks on what is in sight and may be clicked; a push that brings something into sight
counts as one more, and so does signing. Laying down the card does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from devices.id_card.card_watch import CardRead
from devices.id_card.specimens import RESIDENT
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.service_item import FieldType, ServiceItem
from kiosk.flow.equipment import NetworkChanged, PageCaptured
from kiosk.flow.steps import Step
from ui.find_scenes import finished_case
from ui.pages.handled_page import handled
from ui.specimens import specimen_page
from ui.stage import Stage
from ui.visit_walk import VisitWalk
from ui.widgets.field_consent import ConsentRow
from ui.widgets.signature_pad import SignaturePad

MOST = 12  # "Done when" of issue 4: a card-filled form and one page to scan
OLD = replace(RESIDENT, birth=date(1940, 12, 31))  # old enough for every item of the catalogue
ITEMS = [item for item in packaged_catalog() if item.self_service]


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


@dataclass
class Finger:
    """Touches what is in sight, and counts."""

    stage: Stage
    bot: QtBot
    touches: int = 0
    pushes: int = 0
    said: list[str] = field(default_factory=list)

    def touch(self, name: str) -> None:
        settle()
        found = [b for b in self.stage.window.findChildren(QPushButton, name) if b.isVisible()]
        assert found, f"{name} is not there; so far {self.said}"
        self.click(found[0], name)

    def click(self, button: QPushButton, name: str) -> None:
        self._bring(button)
        assert button.isEnabled(), name
        button.click()
        self.touches += 1
        self.said.append(name)
        settle()

    def sign(self) -> None:
        settle()
        (pad,) = (p for p in self.stage.window.findChildren(SignaturePad) if p.isVisible())
        width, height = pad.width(), pad.height()
        QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(width // 5, height // 3))
        for n in range(4, 17):
            QTest.mouseMove(pad, QPoint(width * n // 20, height * (1 + n % 2) // 3))
            QApplication.processEvents()
        QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(width * 8 // 10, height // 3))
        self.touches += 1
        self.said.append("sign")
        ready = self.stage.window.findChild(QPushButton, "next")
        self.bot.waitUntil(ready.isEnabled, timeout=5000)  # the strokes are read when they rest

    def _bring(self, widget: QWidget) -> None:
        area = widget.parent()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parent()
        if isinstance(area, QScrollArea):
            middle = widget.mapTo(area.viewport(), widget.rect().center())
            if not area.viewport().rect().contains(middle):
                self.pushes += 1
                self.said.append("push")
                area.ensureWidgetVisible(widget)
                settle()


def walk_of(stage: Stage) -> VisitWalk:
    assert isinstance(stage.window.walk, VisitWalk)
    return stage.window.walk


def returning(stage: Stage, bot: QtBot, item: ServiceItem) -> Finger:
    """Begin at standby, end at the receipt."""
    finger = Finger(stage, bot)
    finger.touch("door_apply")
    finger.touch("tile_again")
    stage.tell(CardRead(OLD))
    finger.touch(f"recent_{item.key}")
    flow = walk_of(stage).flow
    while flow.view.step is not Step.DONE:
        step = flow.view.step
        match step:
            case Step.FORM:
                fill(finger, stage)
            case Step.MATERIALS:
                photograph(finger, stage)
            case Step.SIGN:
                finger.sign()
            case Step.SIGN_FAMILY:
                stage.sign_family(handled(flow))
            case Step.READ_CARD:
                pytest.fail("the card was read before")
            case _:
                pass
        finger.touch("next")
        assert flow.view.step is not step, (step, flow.view.complaints, flow.view.missing)
    return finger


def fill(finger: Finger, stage: Stage) -> None:
    view = walk_of(stage).flow.view
    if not view.same_as_last_time:
        finger.touch("same_as_last_time")
    for question in view.asked:
        if question.type is FieldType.CONSENT:
            card = stage.window.page.findChild(QWidget, f"field_{question.key}")
            finger.click(card.findChild(ConsentRow).row, question.key)


def photograph(finger: Finger, stage: Stage) -> None:
    wanted = [m for m in walk_of(stage).flow.view.item.own_materials() if m.must_be_brought]
    for n, material in enumerate(wanted):
        if n:
            finger.touch("paper_after")
        for number in range(material.pages):
            finger.touch("shoot")
            stage.tell(PageCaptured(specimen_page(material.key, f"{material.name} {number}")))


@pytest.fixture
def stages(qtbot: QtBot) -> Iterator[list[Stage]]:
    made: list[Stage] = []
    yield made
    for stage in made:
        stage.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("size", "items"),
    [(QSize(1080, 1920), ITEMS), (QSize(1280, 800), ITEMS[:1] + ITEMS[-1:])],
    ids=["kiosk", "portable"],
)
def test_a_returning_resident_needs_twelve_touches_and_no_typing(
    qtbot: QtBot,
    stages: list[Stage],
    size: QSize,
    items: list[ServiceItem],
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = [f"{'item':<22}{'pages':>6}{'touches':>9}{'pushes':>8}"]
    counted: dict[str, tuple[int, int]] = {}
    for item in items:
        stage = Stage(size)
        stages.append(stage)
        stage.tell(NetworkChanged(None))
        finished_case(stage, item.key)
        before = len(stage.equipment.receipts)
        finger = returning(stage, qtbot, item)
        case = walk_of(stage).flow.view.case
        assert case is not None
        stage.window.page.left()  # whoever is quicker than the wait still gets the slip
        assert len(stage.equipment.receipts) == before + 1
        written = stage.window.findChildren(QLineEdit) + stage.window.findChildren(QPlainTextEdit)
        assert not any(line.hasFocus() for line in written)
        pages = sum(m.pages for m in item.own_materials() if m.must_be_brought)
        counted[item.key] = (pages, finger.touches + finger.pushes)
        table.append(f"{item.key:<22}{pages:>6}{finger.touches:>9}{finger.pushes:>8}")
        stages.pop().close()
    for item in packaged_catalog():
        if not item.self_service:
            table.append(f"{item.key:<22}{'guide only':>23}")
    with capsys.disabled():
        print("\n" + "\n".join(table))  # noqa: T201 - the table is what was asked for
    assert {key: n for key, (pages, n) in counted.items() if pages <= 1 and n > MOST} == {}

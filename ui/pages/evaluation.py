"""How did it go: five levels, what it was about, a few words; or none of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QSizePolicy

from kiosk.flow.equipment import Equipment
from kiosk.flow.evaluation_flow import LEVEL, POINTS, EvaluationFlow, EvaluationView
from ui.item_words import name_words
from ui.pages.page import Page
from ui.texts import Texts
from ui.theme.icons import Picture, shown
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.pieces import ScrollColumn, column, push_button, row, words

LONGEST = 500  # characters, as in the catalogue


class EvaluationPage(Page[EvaluationFlow, EvaluationView]):
    """Signals: skipped."""

    skipped = Signal()


class RatePage(EvaluationPage):
    """Handing in and leaving out are two buttons of one size."""

    def __init__(
        self, flow: EvaluationFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        page = column(scale, self, gap=Space.NEAR, edge=Space.EDGE)
        scroll = ScrollColumn(scale, gap=Space.NEAR)
        page.addWidget(scroll, 1)
        inside = scroll.inside
        inside.addWidget(words(texts.say("evaluation.title"), "title"))
        inside.addWidget(words(texts.say("evaluation.body"), "body", tone="quiet"))
        self._trouble = FaultNotice(texts, scale)
        inside.addWidget(self._trouble)
        self._levels = {
            level: self._chip(level, f"level_{n}", lambda level=level: flow.rate(level))
            for n, level in enumerate(flow.options_of(LEVEL), start=1)
        }
        standing = scale.portrait
        levels = (column if standing else row)(scale, gap=Space.TIGHT)
        for chip in self._levels.values():
            levels.addWidget(chip, 1)
        inside.addLayout(levels)
        inside.addWidget(words(texts.say("evaluation.points"), "large", strong=True))
        points = FlowLayout(spacing=scale.px(Space.TIGHT))
        self._points = {
            point: self._chip(point, f"point_{n}", lambda point=point: flow.point(point))
            for n, point in enumerate(flow.options_of(POINTS), start=1)
        }
        for chip in self._points.values():
            points.addWidget(chip)
        inside.addLayout(points)
        inside.addWidget(words(texts.say("evaluation.words"), "large", strong=True))
        self._words = QPlainTextEdit()
        self._words.setObjectName("evaluation_words")
        self._words.setAccessibleName(texts.say("evaluation.words"))
        self._words.setMinimumHeight(scale.px(150))
        inside.addWidget(self._words)
        line = row(scale, gap=Space.GAP)
        skip = push_button(texts.say("evaluation.skip"), "secondary", self.skipped.emit)
        skip.setObjectName("skip")
        self._hand_in = push_button(texts.say("evaluation.hand_in"), "primary", self._done)
        self._hand_in.setObjectName("hand_in")
        for button in (skip, self._hand_in):
            button.setProperty("size", "large")
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            line.addWidget(button, 1)
        page.addLayout(line)

    def draw(self, view: EvaluationView) -> None:
        """What is chosen."""
        self._trouble.show_fault(view.fault)
        for level, chip in self._levels.items():
            chip.setChecked(level == view.level)
        for point, chip in self._points.items():
            chip.setChecked(point in view.points)
        self._hand_in.setEnabled(bool(view.level))

    def hand_on(self) -> str:
        """What is written lies on the page alone."""
        return self._words.toPlainText()

    def carry_on(self, kept: object) -> None:
        """It is still there."""
        if isinstance(kept, str):
            self._words.setPlainText(kept)

    def forget(self) -> None:
        """Nothing chosen, nothing written."""
        self._words.clear()
        for chip in (*self._levels.values(), *self._points.values()):
            chip.setChecked(False)

    def _done(self) -> None:
        self.flow.hand_in(self._words.toPlainText()[:LONGEST])

    def _chip(self, text: str, name: str, on_click: object) -> QPushButton:
        said = name_words(text, self.texts)
        chip = push_button(said, "chip", on_click)  # type: ignore[arg-type]
        chip.setCheckable(True)
        chip.setObjectName(name)
        return chip


class ThanksPage(EvaluationPage):
    """It is kept; nobody at this service point can read it."""

    def __init__(
        self, flow: EvaluationFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        page = column(scale, self, gap=Space.GAP, edge=Space.EDGE)
        page.addStretch(1)
        middle = Qt.AlignmentFlag.AlignCenter
        page.addWidget(shown(Picture.CHECK, scale.ink(Colour.GOOD), scale.px(140)), 0, middle)
        for key, role in (("thanks_title", "title"), ("thanks_body", "large")):
            said = words(texts.say(f"evaluation.{key}"), role)
            said.setAlignment(middle)
            page.addWidget(said)
        page.addStretch(2)

    def draw(self, view: EvaluationView) -> None:
        """Always the same."""

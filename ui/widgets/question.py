"""A question over the whole window, with two large answers; the page behind is shaded."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.theme.tokens import Scale, Space
from ui.widgets.pieces import column, frame, push_button, row, words


class Question(QWidget):
    """Hidden until asked. The safe answer is the coloured one and stands above."""

    def __init__(self, parent: QWidget, *, scale: Scale) -> None:
        super().__init__(parent)
        self.setProperty("kind", "shade")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = column(scale, self, gap=0, edge=Space.EDGE)
        sheet = frame("sheet")
        low_and_large = scale.crowded and not scale.portrait
        large = 960 if scale.few_choices else 880
        sheet.setFixedWidth(scale.px(1560 if low_and_large else large))
        inside = column(scale, sheet, gap=Space.GAP, edge=Space.WIDE)
        self._title = words("", "title")
        self._body = words("", "large")
        for label in (self._title, self._body):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            inside.addWidget(label)
        self.stay = push_button("", "primary", lambda: self._answer(self._on_stay), size="large")
        self.go = push_button("", "secondary", lambda: self._answer(self._on_go), size="large")
        self.stay.setObjectName("question_stay")
        self.go.setObjectName("question_go")
        answers = (row if low_and_large else column)(scale, gap=Space.GAP)
        answers.addWidget(self.stay)
        answers.addWidget(self.go)
        inside.addLayout(answers)
        outer.addWidget(sheet, 0, Qt.AlignmentFlag.AlignCenter)
        self._on_stay: Callable[[], None] = lambda: None
        self._on_go: Callable[[], None] = lambda: None
        self.hide()

    def ask(
        self,
        title: str,
        body: str,
        *,
        stay: str,
        go: str,
        on_stay: Callable[[], None],
        on_go: Callable[[], None],
    ) -> None:
        """Show the question over the window; one of the two is called, once."""
        self._title.setText(title)
        self._body.setText(body)
        self.stay.setText(stay)
        self.go.setText(go)
        self._on_stay, self._on_go = on_stay, on_go
        self.setGeometry(self.window().rect())
        self.raise_()
        self.show()

    def say(self, body: str) -> None:
        """Other words below the title, such as the seconds that are left."""
        self._body.setText(body)

    def _answer(self, answer: Callable[[], None]) -> None:
        self.hide()
        answer()

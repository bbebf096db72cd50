"""A composed paper over the page: to read on the screen, and to print."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from kiosk.papers.compose import Paper, pdf, pictures
from ui.background import Background
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.pieces import ScrollColumn, column, emptied, frame, push_button, row, words


@dataclass(frozen=True, slots=True)
class SetPaper:
    """A paper in both forms."""

    paper: Paper
    pdf: bytes
    pages: tuple[bytes, ...]  # PNG


def set_paper(paper: Paper) -> SetPaper:
    """Slow: see kiosk.papers.compose."""
    return SetPaper(paper, pdf(paper), pictures(paper))


class PaperSheet(QWidget):
    """Signals: print_wanted(bytes, str): the PDF and its title; closed."""

    print_wanted = Signal(bytes, str)
    closed = Signal()

    def __init__(
        self,
        page: QWidget,
        *,
        texts: Texts,
        scale: Scale,
        setting: Callable[[Paper], SetPaper] = set_paper,
    ) -> None:
        super().__init__(page)
        self._page = page
        self._texts = texts
        self._scale = scale
        self._setting = setting
        self._set: SetPaper | None = None
        self._background = Background(self)
        self._background.done.connect(self._came)
        self.setProperty("kind", "shade")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = column(scale, self, edge=Space.NEAR)
        sheet = frame("sheet")
        inside = column(scale, sheet, edge=Space.NEAR)
        self._title = words("", "large", strong=True)
        inside.addWidget(self._title)
        self._state = words("", "body", tone="quiet")
        inside.addWidget(self._state)
        self._pages = ScrollColumn(scale)
        inside.addWidget(self._pages, 1)
        buttons = row(scale)
        close = push_button(texts.say("paper.close"), "secondary", self.close_sheet)
        close.setObjectName("paper_close")
        buttons.addWidget(close, 1)
        self.print_button = push_button(texts.say("paper.print"), "strong", self._print)
        self.print_button.setObjectName("paper_print")
        buttons.addWidget(self.print_button, 2)
        inside.addLayout(buttons)
        outer.addWidget(sheet, 1)
        self.hide()

    def open_paper(self, make: Callable[[], Paper], title: str) -> None:
        """Set the paper beside the interface, and show it when it is there."""
        self._open(title)
        self._state.setText(self._texts.say("paper.opening"))
        self._background.run(lambda: self._setting(make()))

    def show_paper(self, made: SetPaper) -> None:
        """Show one that is there already."""
        self._open(made.paper.title)
        self._came(made)

    def close_sheet(self) -> None:
        """Back to the page; nothing of the paper stays."""
        self._background.forget()
        self._set = None
        emptied(self._pages.inside)
        self.hide()
        self.closed.emit()

    def _open(self, title: str) -> None:
        self._set = None
        emptied(self._pages.inside)
        self._title.setText(title)
        self.print_button.setEnabled(False)
        self._state.show()
        self.setGeometry(self._page.rect())
        self.show()
        self.raise_()

    def _came(self, made: object) -> None:
        if not isinstance(made, SetPaper):
            self._state.setText(self._texts.say("paper.failed"))
            return
        self._set = made
        self._state.hide()
        width = self.width() - self._scale.px(Space.NEAR * 4 + Space.GAP)
        for png in made.pages:
            picture = QPixmap()
            picture.loadFromData(png)
            label = QLabel()
            label.setAccessibleName(made.paper.title)
            shown = min(width, picture.width())
            smooth = Qt.TransformationMode.SmoothTransformation
            label.setPixmap(picture.scaledToWidth(shown, smooth))
            self._pages.inside.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        self._pages.to_top()
        self.print_button.setEnabled(True)

    def _print(self) -> None:
        made = self._set
        if made is not None:
            self.close_sheet()
            self.print_wanted.emit(made.pdf, made.paper.title)

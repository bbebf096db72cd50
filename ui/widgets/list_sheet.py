"""A sheet over the whole page with a title, a way out, and a list to choose from."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.pieces import ScrollColumn, column, emptied, frame, push_button, row, words


class ListSheet(QWidget):
    """Hidden until shown; what stands in `list.inside` goes when it closes.

    Signals: closed.
    """

    closed = Signal()

    def __init__(self, page: QWidget, *, texts: Texts, scale: Scale) -> None:
        super().__init__(page)
        self._page = page
        self._scale = scale
        self.setProperty("kind", "shade")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = column(scale, self, edge=Space.EDGE)
        sheet = frame("sheet")
        inside = column(scale, sheet, edge=Space.GAP)
        top = row(scale)
        self._title = words("", "heading")
        top.addWidget(self._title, 1)
        top.addWidget(push_button(texts.say("form.close_list"), "secondary", self.close_list))
        inside.addLayout(top)
        self.list = ScrollColumn(scale)
        inside.addWidget(self.list, 1)
        outer.addWidget(sheet, 1)
        self.hide()

    def show_over(self, title: str) -> None:
        """Over the page, from the top of the list."""
        self._title.setText(title)
        self.list.to_top()
        self.setGeometry(self._page.rect())
        self.show()
        self.raise_()

    def close_list(self) -> None:
        """Nothing was chosen, or it was."""
        emptied(self.list.inside)
        self.hide()
        self.closed.emit()

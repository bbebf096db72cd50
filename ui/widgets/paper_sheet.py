"""A composed paper over the page: to read on the screen as it will be printed, and to print."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from devices.device import DeviceError
from devices.page_printer.api import PrintJobState, PrintJobStatus, Sides
from devices.page_printer.preview import page_sizes
from kiosk.papers.compose import Paper, pdf
from ui.background import Background
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.page_view import PageView
from ui.widgets.pieces import ScrollColumn, column, frame, push_button, row, words
from ui.widgets.printing_state import PrintingState, Sheet
from ui.widgets.zoom_tools import ZoomTools


@dataclass(frozen=True, slots=True)
class SetPaper:
    """A paper as it goes to the printer."""

    title: str
    pdf: bytes = field(repr=False)
    sides: Sides = Sides.ONE


def set_paper(paper: Paper) -> SetPaper:
    """Some milliseconds, a quarter of a second for the first paper.

    Papers of several pages want both sides of the sheet. Raises PaperError.
    """
    made = pdf(paper)
    return SetPaper(paper.title, made, Sides.TWO if len(page_sizes(made)) > 1 else Sides.ONE)


class PaperSheet(QWidget):
    """Once it is printed, the sheet shows how that goes, until it is closed.

    Signals: print_wanted(SetPaper); answered, cancelled, resumed (of the print); closed.
    """

    print_wanted = Signal(object)
    answered = Signal(bool)
    cancelled = Signal()
    resumed = Signal()
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
        page.installEventFilter(self)
        self._texts = texts
        self._setting = setting
        self._set: SetPaper | None = None
        self._background = Background(self)
        self._background.done.connect(self._came)
        self.setProperty("kind", "shade")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = column(scale, self, edge=Space.NEAR)
        sheet = frame("sheet")
        inside = column(scale, sheet, edge=Space.NEAR)
        head = row(scale)
        self._title = words("", "large", strong=True)
        head.addWidget(self._title, 1)
        self._where = words("", "body", tone="quiet")
        head.addWidget(self._where)
        inside.addLayout(head)
        self._state = words("", "body", tone="quiet")
        inside.addWidget(self._state)
        self.view = PageView(scale)
        self.view.moved.connect(self._moved)
        self.view.failed.connect(self._failed)
        self._printing = ScrollColumn(scale)
        self.printing = PrintingState(Sheet.PAPER, texts=texts, scale=scale)
        self.printing.answered.connect(self.answered.emit)
        self.printing.again.connect(self._print_again)
        self.printing.cancelled.connect(self.cancelled.emit)
        self.printing.resumed.connect(self.resumed.emit)
        self._printing.inside.addWidget(self.printing)
        beside = not scale.portrait and not scale.few_choices
        self._tools = ZoomTools(self.view, texts=texts, scale=scale, name="paper", upright=beside)
        self._close = self._button("close", "secondary", texts.say("paper.close"), self.close_sheet)
        self.print_button = self._button("print", "strong", texts.say("paper.print"), self._print)
        lay_out = self._beside if beside else self._below
        self._tool_box = lay_out(inside, scale)
        outer.addWidget(sheet, 1)
        self.hide()

    def _button(self, key: str, kind: str, text: str, act: Callable[[], object]) -> QPushButton:
        button = push_button(text, kind, act)
        button.setObjectName(f"paper_{key}")
        return button

    def _below(self, inside: QVBoxLayout, scale: Scale) -> QWidget:
        """The paper as wide as the screen, buttons under it: in one line on a lying screen."""
        inside.addWidget(self.view, 1)
        inside.addWidget(self._printing, 1)
        buttons = row(scale)
        if scale.portrait:
            inside.addWidget(self._tools)
        else:
            buttons.addWidget(self._tools, 4)
        buttons.addWidget(self._close, 1)
        buttons.addWidget(self.print_button, 2)
        inside.addLayout(buttons)
        return self._tools

    def _beside(self, inside: QVBoxLayout, scale: Scale) -> QWidget:
        """On a lying screen height is dear: the buttons stand beside the paper."""
        halves = row(scale, gap=Space.GAP)
        shown = column(scale)
        shown.addWidget(self.view, 1)
        shown.addWidget(self._printing, 1)
        halves.addLayout(shown, 5)
        side = column(scale)
        tools = ScrollColumn(scale)
        tools.inside.addWidget(self._tools)
        tools.setMinimumWidth(self._tools.sizeHint().width() + scale.px(Space.GAP))
        side.addWidget(tools, 1)
        side.addStretch()
        side.addWidget(self._close)
        side.addWidget(self.print_button)
        halves.addLayout(side, 1)
        inside.addLayout(halves, 1)
        return tools

    def open_paper(self, make: Callable[[], Paper], title: str) -> None:
        """Set the paper beside the interface, and show it when it is there."""
        self._open(title)
        self._state.setText(self._texts.say("paper.opening"))
        self._background.run(lambda: self._setting(make()))

    def show_paper(self, made: SetPaper) -> None:
        """Show one that is there already."""
        self._open(made.title)
        self._came(made)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        """As large as the page, also when that changes."""
        if watched is self._page and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._page.rect())
        return super().eventFilter(watched, event)

    def close_sheet(self) -> None:
        """Back to the page; nothing of the paper stays here. What is being printed comes out."""
        self._background.forget()
        self._set = None
        self.view.forget()
        self.hide()
        self.closed.emit()

    def print_moved(self, status: PrintJobStatus) -> None:
        """As the print goes. While it is stuck, its own two buttons are the way on."""
        self.printing.moved(status)
        self._close.setVisible(status.state is not PrintJobState.STUCK)

    @property
    def is_printing(self) -> bool:
        """It shows how the print goes."""
        return not self.isHidden() and not self._printing.isHidden()

    def _open(self, title: str) -> None:
        self._set = None
        self._show_print(False)
        self.view.forget()
        self._title.setText(title)
        self.print_button.setEnabled(False)
        self._state.show()
        self.setGeometry(self._page.rect())
        self.show()
        self.raise_()
        self._moved()

    def _came(self, made: object) -> None:
        if not isinstance(made, SetPaper):
            self._failed()
            return
        try:
            self.view.show_pdf(made.pdf, made.title)
        except DeviceError:
            self._failed()
            return
        self._set = made
        self._state.hide()
        self.print_button.setEnabled(True)
        self._moved()

    def _failed(self) -> None:
        self._set = None
        self.print_button.setEnabled(False)
        self._state.setText(self._texts.say("paper.failed"))
        self._state.show()

    def _moved(self) -> None:
        view = self.view
        shown = view.pages > 0
        said = self._texts.say("preview.page", page=view.page, pages=view.pages) if shown else ""
        self._where.setText(said)

    def _print(self) -> None:
        if self._set is not None:
            self._show_print(True)
            self.view.forget()
            self._where.setText("")
            self._print_again()

    def _print_again(self) -> None:
        if self._set is not None:
            self.printing.busy()
            self.print_wanted.emit(self._set)

    def _show_print(self, on: bool) -> None:
        self._close.show()
        self._printing.setVisible(on)
        for widget in (self.view, self._tool_box, self.print_button):
            widget.setVisible(not on)

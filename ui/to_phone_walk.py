"""Shows the code with which a telephone goes on with a form that was begun here."""

from PySide6.QtWidgets import QWidget

from ui.pages.phone import ToPhonePage
from ui.walk import Around, Bars, Opening, Walk


class ToPhoneWalk(Walk):
    """The form is at the gateway; its code is shown until the person ends it."""

    def __init__(self, around: Around, code: str) -> None:
        super().__init__()
        self._around = around
        self._code = code
        self._page: QWidget | None = None

    def begin(self) -> None:
        """The code."""
        terminal = self._around.terminal
        self._page = ToPhonePage(self._code, texts=terminal.texts, scale=self._around.scale)
        self._code = ""
        self.page_shown.emit(self._page)
        self.bars_changed.emit()

    def bars(self) -> Bars:
        """完成."""
        say = self._around.terminal.texts.say
        return Bars(next_words=say("progress.finish"), can_go_next=True, can_go_back=False)

    def next(self) -> None:
        """It was read."""
        self.over.emit()

    def back(self) -> None:
        """The form is elsewhere now."""
        self.over.emit()

    def leave(self) -> None:
        """The code goes."""
        if self._page is not None:
            self._page.deleteLater()


def to_phone(code: str) -> Opening:
    """Opens that page."""

    def opening(around: Around) -> Walk:
        return ToPhoneWalk(around, code)

    return opening

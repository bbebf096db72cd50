"""One page: what the province tells residents."""

from PySide6.QtWidgets import QWidget

from kiosk.domain.notice import Audience
from offline_store.api import StoreError
from ui.pages.notices import NoticesPage
from ui.walk import Around, Bars, Walk


class NoticesWalk(Walk):
    """Opened from the standby page, or from home, and back there."""

    def __init__(self, around: Around, *, from_home: bool = False) -> None:
        super().__init__()
        self._terminal = around.terminal
        self._scale = around.scale
        self._from_home = from_home
        self._page: QWidget | None = None

    def begin(self) -> None:
        """All of them on one page."""
        terminal = self._terminal
        try:
            notices = terminal.store.notices(Audience.RESIDENTS, terminal.now())
        except StoreError:
            notices = []
        self._page = NoticesPage(notices, texts=terminal.texts, scale=self._scale)
        self.page_shown.emit(self._page)
        self.bars_changed.emit()

    def bars(self) -> Bars:
        """Only the way back."""
        return Bars()

    def back(self) -> None:
        """Where it was opened."""
        if self._from_home:
            self.home_wanted.emit("")
        else:
            self.over.emit()

    def leave(self) -> None:
        """Let the page go."""
        if self._page is not None:
            self._page.deleteLater()

"""The place of the page between the bars; a page that needs more room is looked at in parts."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from ui.texts import Texts
from ui.theme.icons import Picture, icon
from ui.theme.tokens import TOUCH, Colour, Scale, Space
from ui.widgets.pieces import column, push_button

STEP: Final = 0.8  # of what is seen, at one touch
LAYOUT_TURNS: Final = 3  # of Qt's loop: wrapped words know their height after their width


class PagePlace(QScrollArea):
    """One page, never smaller than its words need.

    Where the screen is too small for it (large type, two languages), two buttons at the side move
    it up and down: a page may itself be pushed by the finger, or be drawn on.
    """

    def __init__(self, page: QWidget, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._side_width = scale.px(TOUCH + 2 * Space.TIGHT)
        self._side = QFrame(self)
        self._side.setProperty("kind", "panel")
        inside = column(scale, self._side, gap=Space.TIGHT, edge=Space.TIGHT)
        self._up = push_button("", "keypad", lambda: self._move(-STEP))
        self._down = push_button("", "keypad", lambda: self._move(STEP))
        height = scale.px(Space.WIDE)
        for button, picture, name in (
            (self._up, Picture.UP, "page_up"),
            (self._down, Picture.DOWN, "page_down"),
        ):
            button.setObjectName(name)
            button.setAccessibleName(texts.say(f"pages.{name}"))
            button.setIcon(icon(picture, scale.ink(Colour.BLUE), height))
            button.setIconSize(QSize(height, height))
            inside.addWidget(button, 1)
        self._side.hide()
        self._page = page
        self.setWidget(page)
        for ground in (self.viewport(), page):
            ground.setAutoFillBackground(False)  # that of the window
        self.verticalScrollBar().valueChanged.connect(self._mark_ends)
        self.fit()

    def needed(self, width: int) -> int:
        """The least height in which nothing of the page is cut at that width."""
        layout = self._page.layout()
        if layout is None:
            return self._page.minimumSizeHint().height()
        if layout.hasHeightForWidth():
            return layout.totalMinimumHeightForWidth(width)
        return layout.totalMinimumSize().height()

    def fit(self) -> None:
        """As high as the place when that is enough, else as high as needed."""
        whole = self.size()
        fits = self.needed(whole.width()) <= whole.height()
        width = whole.width() if fits else whole.width() - self._side_width
        height = whole.height() if fits else max(whole.height(), self.needed(width))
        self.setViewportMargins(0, 0, 0 if fits else self._side_width, 0)
        self._side.setGeometry(width, 0, self._side_width, whole.height())
        self._side.setVisible(not fits)
        if self._page.size() != QSize(width, height):
            self._page.resize(width, height)
        self._mark_ends()

    def to_top(self) -> None:
        """Show the beginning again."""
        self.verticalScrollBar().setValue(0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own name
        """The window changed."""
        super().resizeEvent(event)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        """The page changed."""
        if watched is self._page and event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().eventFilter(watched, event)

    def _move(self, by: float) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + round(by * self.viewport().height()))

    def _mark_ends(self) -> None:
        bar = self.verticalScrollBar()
        self._up.setEnabled(bar.value() > bar.minimum())
        self._down.setEnabled(bar.value() < bar.maximum())


class Pages(QStackedWidget):
    """All pages of a walk, one of them seen. Never makes the window larger than the screen."""

    def __init__(self, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self.setObjectName("pages")
        self._texts = texts
        self._scale = scale

    @property
    def page(self) -> QWidget:
        """The page that is seen."""
        place = self.currentWidget()
        assert isinstance(place, PagePlace)
        return place.widget()

    def show_page(self, page: QWidget) -> None:
        """That page, from its beginning. Its place goes when it goes.

        It is seen a moment later: nothing half laid out ever is.
        """
        self.setUpdatesEnabled(False)
        place = self._place_of(page) or self._placed(page)
        place.to_top()
        self.setCurrentWidget(place)
        self._let_it_be_seen(LAYOUT_TURNS)

    def take_in(self, page: QWidget) -> None:
        """That page will be shown soon: what its first sight costs is paid now, without a sight."""
        if self._place_of(page) is None:
            place = self._placed(page)
            place.resize(self.size())
            place.fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Pages that nobody sees must not decide how large the window is."""
        return QSize(0, 0)

    def _let_it_be_seen(self, turns: int) -> None:
        if turns:
            QTimer.singleShot(0, self, lambda: self._let_it_be_seen(turns - 1))
        else:
            self.setUpdatesEnabled(True)

    def _placed(self, page: QWidget) -> PagePlace:
        place = PagePlace(page, texts=self._texts, scale=self._scale)
        page.destroyed.connect(place.deleteLater)
        self.addWidget(place)
        return place

    def _place_of(self, page: QWidget) -> PagePlace | None:
        for n in range(self.count()):
            place = self.widget(n)
            if isinstance(place, PagePlace) and place.widget() is page:
                return place
        return None

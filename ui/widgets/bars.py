"""The bars around every page: where I am, what time it is, is there a network, back and next."""

from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QStackedWidget

from kiosk.flow.site import Site
from ui.texts import Texts
from ui.theme.icons import Picture, icon, picture
from ui.theme.tokens import Colour, Scale, Space
from ui.walk import Bars
from ui.widgets.pieces import column, frame, push_button, restyled, row, words

MOST_WORDED = 8  # steps; with more of them only the present one has room for its word


class TopBar(QFrame):
    """Product, site, clock, network, and the way out. Signal: end."""

    end = Signal()

    def __init__(self, *, site: Site, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self.setObjectName("top_bar")
        self._texts = texts
        self._scale = scale
        self._icon_height = scale.px(40)
        line = row(scale, self, gap=Space.GAP)
        above = Space.TIGHT if scale.portrait else Space.HAIR
        line.setContentsMargins(*(scale.px(m) for m in (Space.EDGE, above, Space.GAP, above)))
        name = words(
            texts.say("product.name"), "large" if scale.portrait else "heading", strong=True
        )
        name.setWordWrap(False)
        line.addWidget(name)
        middle = column(scale, gap=0) if scale.portrait else row(scale, gap=Space.GAP)
        place = words(site.name, "note")
        self._network_icon, self._network = QLabel(), words("", "note")
        network = row(scale, gap=Space.TIGHT)
        network.addWidget(self._network_icon)
        network.addWidget(self._network, 1)
        self._clock = words("", "body" if scale.portrait else "large", strong=True)
        self._clock.setWordWrap(False)
        line.addLayout(middle, 1)
        if scale.portrait:
            network.addWidget(self._clock)
            middle.addStretch(1)
            middle.addWidget(place)
            middle.addLayout(network)
            middle.addStretch(1)
        else:
            middle.addWidget(place, 1)
            middle.addLayout(network, 1)
            line.addWidget(self._clock)
        button = push_button(texts.say("bar.end"), "strong", self.end.emit)
        button.setObjectName("bar_end")
        button.setIcon(icon(Picture.CLOSE, scale.ink(Colour.ON_DARK), self._icon_height))
        button.setIconSize(QSize(self._icon_height, self._icon_height))
        line.addWidget(button)
        self.show_network(online=True)

    def show_time(self, now: datetime) -> None:
        """Hours and minutes."""
        self._clock.setText(f"{now:%H:%M}")

    def show_network(self, *, online: bool) -> None:
        """In words and as a picture."""
        name = Picture.CLOUD_OK if online else Picture.CLOUD_OFF
        self._network_icon.setPixmap(
            picture(name, self._scale.ink(Colour.ON_DARK), self._icon_height)
        )
        self._network.setText(self._texts.say("bar.online" if online else "bar.offline"))


class StepBar(QFrame):
    """All steps of the walk, the present one marked."""

    def __init__(self, *, scale: Scale) -> None:
        super().__init__()
        self.setObjectName("step_bar")
        self._scale = scale
        self._line = row(scale, self, gap=Space.HAIR)
        edge = Space.TIGHT
        sides = Space.GAP if scale.portrait else Space.EDGE
        self._line.setContentsMargins(*(scale.px(m) for m in (sides, edge, sides, edge)))
        self._steps: list[tuple[QLabel, QLabel]] = []
        self._words: tuple[str, ...] = ()

    def show_steps(self, steps: tuple[str, ...], at: int) -> None:
        """Marks what is done, where people are, and what is still to come."""
        self.setVisible(bool(steps))
        if steps != self._words:
            self._rebuild(steps)
        for n, (dot, label) in enumerate(self._steps):
            state = "done" if n < at else "now" if n == at else "later"
            dot.setText("✓" if n < at else str(n + 1))
            restyled(dot, step=state)
            restyled(label, tone="blue" if n == at else "quiet", strong=str(n == at).lower())
            label.setVisible(n == at or len(steps) <= MOST_WORDED)

    def _rebuild(self, steps: tuple[str, ...]) -> None:
        while self._line.count():
            piece = self._line.takeAt(0).widget()
            piece.hide()
            piece.deleteLater()
        self._words = steps
        self._steps = []
        side = self._scale.px(56)
        centre = Qt.AlignmentFlag.AlignCenter
        for text in steps:
            block = QFrame()
            inside = (
                column(self._scale, block, gap=Space.HAIR)
                if self._scale.portrait
                else row(self._scale, block, gap=Space.TIGHT)
            )
            dot = words("", "note")
            dot.setFixedSize(side, side)
            dot.setAlignment(centre)
            label = words(text, "note")
            label.setWordWrap(False)
            inside.addStretch(1)
            inside.addWidget(dot, 0, centre)
            inside.addWidget(label, 0, centre)
            inside.addStretch(1)
            self._steps.append((dot, label))
            self._line.addWidget(block, 1)


class BottomBar(QFrame):
    """Back at the left, next at the right, always at the same place. Signals: back, next."""

    back = Signal()
    next = Signal()

    def __init__(self, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self.setObjectName("bottom_bar")
        line = row(scale, self, gap=Space.GAP)
        above = Space.NEAR if scale.portrait else Space.TIGHT
        line.setContentsMargins(*(scale.px(m) for m in (Space.EDGE, above, Space.EDGE, above)))
        size = "large" if scale.portrait else ""
        height = scale.px(44)
        self.back_button = push_button(
            texts.say("visit.back"), "secondary", self.back.emit, size=size
        )
        self.back_button.setObjectName("back")
        self.back_button.setIcon(icon(Picture.BACK, scale.ink(Colour.BLUE), height))
        self.back_button.setIconSize(QSize(height, height))
        self.next_button = push_button("", "primary", self.next.emit, size=size)
        self.next_button.setObjectName("next")
        line.addWidget(self.back_button, 2)
        line.addWidget(self.next_button, 3)
        for button in (self.back_button, self.next_button):
            keep = button.sizePolicy()
            keep.setRetainSizeWhenHidden(True)  # neither ever moves
            button.setSizePolicy(keep)

    def show_bars(self, bars: Bars) -> None:
        """What next says and whether it may be touched."""
        self.back_button.setVisible(bars.can_go_back)
        self.next_button.setText(bars.next_words)
        self.next_button.setVisible(bool(bars.next_words))
        self.next_button.setEnabled(bars.can_go_next)


class Pages(QStackedWidget):
    """The place of the page. Never makes the window larger than the screen."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Pages that nobody sees must not decide how large the window is."""
        return QSize(0, 0)


def hair_line() -> QFrame:
    """A thin line between bar and page."""
    line = frame("line")
    line.setFixedHeight(2)
    return line

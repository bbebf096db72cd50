"""The bars around every page: where I am, what time it is, is there a network, back and next."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton

from kiosk.flow.site import Site
from ui.texts import Texts
from ui.theme.icons import Picture, icon, picture
from ui.theme.tokens import Colour, Scale, Space
from ui.walk import Bars
from ui.widgets.pieces import column, frame, push_button, restyled, row, words

MOST_WORDED = 8  # steps; with more of them only the present one has room for its word


class TopBar(QFrame):
    """Product, site, clock, network, the shade of staff, reading aloud, comfort, the way out.

    Signals: end, shade, comfort, read (aloud, or be quiet again).
    """

    end = Signal()
    shade = Signal()
    comfort = Signal()
    read = Signal()

    def __init__(self, *, site: Site, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self.setObjectName("top_bar")
        self._texts = texts
        self._scale = scale
        self._icon_height = scale.px(40)
        whole = column(scale, self, gap=Space.HAIR)
        above = Space.TIGHT if scale.portrait else Space.HAIR
        whole.setContentsMargins(*(scale.px(m) for m in (Space.EDGE, above, Space.GAP, above)))
        line = row(scale, gap=Space.GAP)
        whole.addLayout(line)
        name = words(
            texts.one("product.name"), "large" if scale.portrait else "heading", strong=True
        )
        name.setWordWrap(False)
        narrow = scale.few_choices and not scale.portrait
        self._short = narrow or len(texts.languages) > 1
        place = words(site.name, "note")
        self._network_icon, self._network = QLabel(), words("", "note")
        self._network.setWordWrap(False)
        self._clock = words("", "body" if scale.portrait else "large", strong=True)
        self._clock.setWordWrap(False)
        where = row(scale, gap=Space.GAP)
        where.addWidget(place, 1)
        network = row(scale, gap=Space.TIGHT)
        network.addWidget(self._network_icon)
        network.addWidget(self._network)
        where.addLayout(network)
        self._power = words("", "note")
        self._power.setObjectName("bar_power")
        self._power.setWordWrap(False)
        self._power.hide()
        where.addWidget(self._power)
        where.addWidget(self._clock)
        self.shade_button = self._button("shade", Picture.SHIELD, self.shade.emit)
        self.shade_button.hide()
        self._read = self._button("read", Picture.SOUND, self.read.emit)
        self._comfort = self._button("comfort", Picture.COMFORT, self.comfort.emit)
        end = self._button("end", Picture.CLOSE, self.end.emit)
        if narrow:  # it stands large enough on the first page
            name.hide()
        line.addWidget(name)
        if scale.portrait:
            line.addStretch(1)
            whole.addLayout(where)
        else:
            line.addLayout(where, 1)
        buttons = row(scale, gap=Space.TIGHT)
        for button in (self.shade_button, self._read, self._comfort, end):
            buttons.addWidget(button)
        line.addLayout(buttons)
        self.show_network(online=True)

    def show_comfort(self, *, on: bool) -> None:
        """Whether comfort can be chosen at this moment."""
        self._comfort.setVisible(on)

    def show_reading(self, words: str) -> None:
        """What a touch does about reading aloud; "" when there is no voice on this machine."""
        self._read.setText(words)
        self._read.setVisible(bool(words))

    def show_time(self, now: datetime) -> None:
        """Hours and minutes."""
        self._clock.setText(f"{now:%H:%M}")

    def show_power(self, words_of: str) -> None:
        """How the battery stands; "" where there is none."""
        self._power.setText(words_of)
        self._power.setVisible(bool(words_of))

    def show_network(self, *, online: bool) -> None:
        """In words and as a picture."""
        name = Picture.CLOUD_OK if online else Picture.CLOUD_OFF
        self._network_icon.setPixmap(
            picture(name, self._scale.ink(Colour.ON_DARK), self._icon_height)
        )
        offline = "no_network" if self._short else "offline"
        self._network.setText(self._texts.say(f"bar.{'online' if online else offline}"))

    def _button(self, key: str, name: Picture, on_click: Callable[[], None]) -> QPushButton:
        button = push_button(self._texts.say(f"bar.{key}"), "strong", on_click)
        button.setObjectName(f"bar_{key}")
        button.setIcon(icon(name, self._scale.ink(Colour.ON_DARK), self._icon_height))
        button.setIconSize(QSize(self._icon_height, self._icon_height))
        return button


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

    def show_steps(self, steps: tuple[str, ...], at: int) -> None:
        """Marks what is done, where people are, and what is still to come."""
        self.setVisible(bool(steps))
        if not steps:
            return  # those of the walk before are used again by the next
        if len(steps) != len(self._steps):
            self._rebuild(len(steps))
        for (_dot, label), text in zip(self._steps, steps, strict=True):
            label.setText(text)
        for n, (dot, label) in enumerate(self._steps):
            state = "done" if n < at else "now" if n == at else "later"
            dot.setText("✓" if n < at else str(n + 1))
            restyled(dot, step=state)
            restyled(label, tone="blue" if n == at else "quiet", strong=str(n == at).lower())
            label.setVisible(n == at or len(steps) <= MOST_WORDED)

    def _rebuild(self, count: int) -> None:
        while self._line.count():
            piece = self._line.takeAt(0).widget()
            piece.hide()
            piece.deleteLater()
        self._steps = []
        side = self._scale.px(56)
        centre = Qt.AlignmentFlag.AlignCenter
        for _ in range(count):
            block = QFrame()
            inside = (
                column(self._scale, block, gap=Space.HAIR)
                if self._scale.portrait
                else row(self._scale, block, gap=Space.TIGHT)
            )
            dot = words("", "note")
            dot.setFixedSize(side, side)
            dot.setAlignment(centre)
            label = words("", "note")
            label.setWordWrap(False)
            inside.addStretch(1)
            inside.addWidget(dot, 0, centre)
            inside.addWidget(label, 0, centre)
            inside.addStretch(1)
            self._steps.append((dot, label))
            self._line.addWidget(block, 1)


class BottomBar(QFrame):
    """Back at the left, next at the right, always at the same place; for the left hand the other
    way round. Signals: back, next.
    """

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
        places = [(self.back_button, 2), (self.next_button, 3)]
        for button, share in reversed(places) if scale.left_handed else places:
            line.addWidget(button, share)
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


def hair_line() -> QFrame:
    """A thin line between bar and page."""
    line = frame("line")
    line.setFixedHeight(2)
    return line


class LowBand(QFrame):
    """The upper part of the screen in the low layout: nothing to touch, only where people are."""

    def __init__(self, *, site: Site, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self.setObjectName("low_band")
        inside = column(scale, self, gap=Space.NEAR, edge=Space.EDGE)
        inside.addStretch(1)
        for text, role in (
            (texts.say("product.name"), "number"),
            (site.name, "large"),
            (texts.say("comfort.low_band"), "body"),
        ):
            label = words(text, role)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            inside.addWidget(label)
        inside.addStretch(1)

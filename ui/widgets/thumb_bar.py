"""The main buttons of a portable that is held in one hand: at its edge, where the thumb reaches."""

from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QPushButton

from ui.texts import Texts
from ui.theme.icons import Picture, icon
from ui.theme.tokens import Colour, Scale, Space
from ui.walk import Bars
from ui.widgets.pieces import column, push_button

# Of the window's width: 1280 px are 217 mm on a 10-inch screen, so this is what a thumb that holds
# the edge sweeps without letting go (about 45 mm, recalled).
WIDTH_SHARE: Final = 0.17
ONE_LINE: Final = 5  # characters


class ThumbBar(QFrame):
    """As BottomBar, standing: next below the middle, back under it. Signals: back, next."""

    back = Signal()
    next = Signal()

    def __init__(self, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self.setObjectName("thumb_bar")
        self.setMinimumWidth(round(scale.width * WIDTH_SHARE))
        inside = column(scale, self, gap=Space.GAP, edge=Space.TIGHT)
        height = scale.px(44)
        self.next_button = push_button("", "primary", self.next.emit, size="large")
        self.next_button.setObjectName("next")
        self.back_button = push_button(
            texts.say("visit.back"), "secondary", self.back.emit, size="large"
        )
        self.back_button.setObjectName("back")
        self.back_button.setIcon(icon(Picture.BACK, scale.ink(Colour.BLUE), height))
        self.back_button.setIconSize(QSize(height, height))
        inside.addStretch(3)
        inside.addWidget(self.next_button)
        inside.addWidget(self.back_button)
        inside.addStretch(1)
        for button in (self.back_button, self.next_button):
            _stays(button)

    def show_bars(self, bars: Bars) -> None:
        """What next says and whether it may be touched."""
        self.back_button.setVisible(bars.can_go_back)
        self.next_button.setText(_broken(bars.next_words))
        self.next_button.setAccessibleName(bars.next_words)
        self.next_button.setVisible(bool(bars.next_words))
        self.next_button.setEnabled(bars.can_go_next)


def _stays(button: QPushButton) -> None:
    keep = button.sizePolicy()
    keep.setRetainSizeWhenHidden(True)  # neither ever moves
    button.setSizePolicy(keep)


def _broken(words: str) -> str:
    """A button does not wrap by itself: long words stand in two lines."""
    if len(words) <= ONE_LINE or "\n" in words:
        return words
    middle = (len(words) + 1) // 2
    return f"{words[:middle]}\n{words[middle:]}"

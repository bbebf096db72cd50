"""Everything inside the window, made for one comfort: the bars, the pages, what lies over them."""

from typing import Final

from PySide6.QtWidgets import QWidget

from devices.power.battery import Battery
from kiosk.domain.mode import Mode
from kiosk.flow.power_look import Power, power_of
from ui.pages.fault_page import FaultPage
from ui.pages.standby import StandbyPage
from ui.terminal import Terminal
from ui.texts import Texts
from ui.theme.comfort import Comfort
from ui.theme.tokens import Scale
from ui.widgets.bars import BottomBar, LowBand, StepBar, TopBar, hair_line
from ui.widgets.comfort_sheet import ComfortSheet
from ui.widgets.pages import Pages
from ui.widgets.pieces import column, row, words
from ui.widgets.question import Question
from ui.widgets.thumb_bar import ThumbBar
from ui.widgets.training_band import training_band

LOW_FROM: Final = 0.4  # of the height: above it nothing is touched in the low layout


class Fittings(QWidget):
    """Thrown away as a whole when somebody chooses other comfort."""

    def __init__(self, terminal: Terminal, *, comfort: Comfort, scale: Scale) -> None:
        """`terminal`: with the words of that comfort."""
        super().__init__()
        texts, site = terminal.texts, terminal.site
        self.top = TopBar(site=site, texts=texts, scale=scale)
        self.steps = StepBar(scale=scale)
        self.pages = Pages(texts=texts, scale=scale)
        portable = terminal.mode is Mode.PORTABLE and not scale.portrait
        self.bottom: BottomBar | ThumbBar = (
            ThumbBar(texts=texts, scale=scale) if portable else BottomBar(texts=texts, scale=scale)
        )
        self.line = hair_line()
        self.low_power = words("", "body", tone="warn", strong=True)
        self.low_power.setObjectName("low_power")
        self.low_power.setProperty("badge", "true")
        self.low_power.hide()
        whole = column(scale, self, gap=0)
        if terminal.is_training:
            whole.addWidget(training_band(texts, scale))
        if scale.low:
            band = LowBand(site=site, texts=texts, scale=scale)
            band.setFixedHeight(round(scale.height * LOW_FROM))
            whole.addWidget(band)
        whole.addWidget(self.top)
        whole.addWidget(self.steps)
        whole.addWidget(self.low_power)
        if portable:  # the main buttons at the edge that the free hand holds
            held = row(scale, gap=0)
            both: list[QWidget] = [self.pages, self.bottom]
            for piece in reversed(both) if scale.left_handed else both:
                held.addWidget(piece, 1 if piece is self.pages else 0)
            whole.addLayout(held, 1)
        else:
            whole.addWidget(self.pages, 1)
            whole.addWidget(self.line)
            whole.addWidget(self.bottom)
        self.standby = StandbyPage(site=site, texts=texts, scale=scale)
        self.fault_page = FaultPage(texts=texts, scale=scale)
        self.question = Question(self, scale=scale)
        self.sheet = ComfortSheet(
            self, comfort=comfort, site=terminal.comfort, texts=texts, scale=scale
        )
        for page in (self.fault_page, self.standby):
            self.pages.show_page(page)  # so that both go with everything else

    def show_power(self, battery: Battery | None, texts: Texts) -> None:
        """The battery in the bar; a line of its own once it is low."""
        power = power_of(battery)
        if battery is None:
            return
        low = power in (Power.LOW, Power.EMPTY)
        key = "battery.charging" if power is Power.CHARGING else "battery.left"
        self.top.show_power(texts.one(key, percent=battery.percent))
        self.low_power.setText(texts.say("battery.low", percent=battery.percent))
        self.low_power.setVisible(low)

    def uncover(self) -> None:
        """Nothing lies over the page any more."""
        for over in (self.question, self.sheet):
            over.hide()

    def cover(self) -> None:
        """What lies over the page covers all of the window."""
        for over in (self.question, self.sheet):
            over.setGeometry(self.rect())

"""Everything inside the window, made for one comfort: the bars, the pages, what lies over them."""

from typing import Final

from PySide6.QtWidgets import QWidget

from ui.pages.fault_page import FaultPage
from ui.pages.standby import StandbyPage
from ui.terminal import Terminal
from ui.theme.comfort import Comfort
from ui.theme.tokens import Scale
from ui.widgets.bars import BottomBar, LowBand, StepBar, TopBar, hair_line
from ui.widgets.comfort_sheet import ComfortSheet
from ui.widgets.pages import Pages
from ui.widgets.pieces import column
from ui.widgets.question import Question
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
        self.bottom = BottomBar(texts=texts, scale=scale)
        self.line = hair_line()
        whole = column(scale, self, gap=0)
        if terminal.is_training:
            whole.addWidget(training_band(texts, scale))
        if scale.low:
            band = LowBand(site=site, texts=texts, scale=scale)
            band.setFixedHeight(round(scale.height * LOW_FROM))
            whole.addWidget(band)
        whole.addWidget(self.top)
        whole.addWidget(self.steps)
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

    def cover(self) -> None:
        """What lies over the page covers all of the window."""
        for over in (self.question, self.sheet):
            over.setGeometry(self.rect())

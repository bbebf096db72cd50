"""Shown in place of everything when the terminal cannot begin: what is safe, and whom to ask."""

from typing import Final

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLayout, QWidget

from ui.texts import Texts
from ui.theme.icons import Picture, shown
from ui.theme.stylesheet import stylesheet
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.pieces import column, words

TRY_AGAIN_MS: Final = 15_000  # how long 暂停服务 is shown before the next attempt


class OutOfServicePage(QWidget):
    """Nothing on it can be touched."""

    def __init__(self, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        page = column(scale, self, gap=Space.GAP, edge=Space.EDGE)
        page.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the screen decides
        centre = Qt.AlignmentFlag.AlignCenter
        page.addStretch(1)
        page.addWidget(shown(Picture.INFO, scale.ink(Colour.BLUE), scale.px(180)), 0, centre)
        lines = (
            words(texts.say("out_of_service.title"), "title"),
            words(texts.say("out_of_service.safe"), "large", tone="good", strong=True),
            words(texts.say("out_of_service.now"), "large"),
        )
        for label in lines:
            label.setAlignment(centre)
            page.addWidget(label)
        page.addStretch(1)


def say_out_of_service(*, full_screen: bool) -> None:
    """A plain page instead of a black screen, for a while; then the service manager tries again."""
    screen = QGuiApplication.primaryScreen().size()
    scale = Scale(screen.width(), screen.height())
    page = OutOfServicePage(texts=Texts(), scale=scale)
    page.setStyleSheet(stylesheet(scale))
    page.showFullScreen() if full_screen else page.show()
    waiting = QEventLoop()
    QTimer.singleShot(TRY_AGAIN_MS, waiting, waiting.quit)
    waiting.exec()
    page.close()

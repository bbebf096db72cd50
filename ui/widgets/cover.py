"""Something that hides the whole window: the lock, and the shade when somebody steps near."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from ui.texts import Texts
from ui.theme.icons import Picture, shown
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.pieces import column, words


class Cover(QWidget):
    """Opaque, above everything but nothing else of it: what is behind goes on."""

    def __init__(self, window: QWidget, name: str) -> None:
        super().__init__(window)
        self.setObjectName(name)
        self.setProperty("kind", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.hide()

    def put_up(self) -> None:
        """From now on nobody sees what is behind."""
        band = self.window().findChild(QWidget, "training_band")  # never covered
        above = band.height() if band is not None else 0
        self.setGeometry(self.window().rect().adjusted(0, above, 0, 0))
        self.raise_()
        self.show()


class PrivacyShade(Cover):
    """One touch puts it up, one touch takes it away. Signal: touched."""

    touched = Signal()

    def __init__(self, window: QWidget, *, texts: Texts, scale: Scale) -> None:
        super().__init__(window, "privacy_shade")
        inside = column(scale, self, gap=Space.GAP, edge=Space.EDGE)
        inside.addStretch(1)
        centre = Qt.AlignmentFlag.AlignCenter
        inside.addWidget(shown(Picture.SHIELD, scale.ink(Colour.BLUE), scale.px(200)), 0, centre)
        for key, role in (("title", "title"), ("body", "large")):
            label = words(texts.say(f"shade.{key}"), role)
            label.setAlignment(centre)
            inside.addWidget(label)
        inside.addStretch(1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own name
        """Anywhere."""
        del event
        self.touched.emit()

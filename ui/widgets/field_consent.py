"""One large row to agree to a sentence."""

from PySide6.QtWidgets import QLabel, QSizePolicy

from kiosk.domain.answers import CONSENT_GIVEN
from ui.theme.icons import Picture, picture
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.field_control import FieldControl
from ui.widgets.pieces import TouchCard, column, frame, row, words


class ConsentRow(FieldControl):
    """A box and the sentence; the whole row is touched."""

    def __init__(self, sentence: str, *, scale: Scale) -> None:
        super().__init__()
        self.row = TouchCard(scale, self._touched)
        self.row.setCheckable(True)
        line = row(scale, gap=Space.GAP)
        box = frame("field")
        side = scale.px(72)
        box.setFixedSize(side, side)
        self._tick = QLabel()
        self._tick.setPixmap(picture(Picture.TICK, scale.ink(Colour.BLUE), scale.px(52)))
        keep_place = self._tick.sizePolicy()
        keep_place.setRetainSizeWhenHidden(True)
        self._tick.setSizePolicy(keep_place)
        self._tick.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        column(scale, box, edge=Space.HAIR).addWidget(self._tick)
        line.addWidget(box)
        line.addWidget(words(sentence, "large"), 1)
        self.row.inside.addLayout(line)
        column(scale, self).addWidget(self.row)
        self.draw_answer()

    def draw_answer(self) -> None:
        """A tick when agreed."""
        agreed = self._answer == CONSENT_GIVEN
        self.row.setChecked(agreed)
        self._tick.setVisible(agreed)

    def _touched(self) -> None:
        self.changed_to("" if self._answer == CONSENT_GIVEN else CONSENT_GIVEN)
        self.draw_answer()

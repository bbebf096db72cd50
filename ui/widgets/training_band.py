"""The band 训练 over every screen of a terminal that only pretends."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.pieces import frame, row, words


def training_band(texts: Texts, scale: Scale) -> QFrame:
    """Above everything, and no page, lock or shade covers it."""
    band = frame("notice", tone="bad")
    band.setObjectName("training_band")
    line = row(scale, band, edge=Space.TIGHT)
    said = words(texts.say("training.band"), "body", tone="bad", strong=True)
    said.setAlignment(Qt.AlignmentFlag.AlignCenter)
    line.addWidget(said)
    return band

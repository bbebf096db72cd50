"""One person in a list: the name, the masked number, how it stands with them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton

from kiosk.domain.id_number import masked
from ui.theme.tokens import Scale, Space
from ui.widgets.pieces import badge, breakable, column, frame, row, words


def person_card(
    name: str,
    number: str,
    *,
    mark: str,
    tone: str,
    scale: Scale,
    private: bool = False,
    note: str = "",
    acts: Sequence[QPushButton] = (),
) -> QFrame:
    """`number`: the whole identity number, shown masked. `mark` with `tone`: the badge.

    `private`: the name is the whole one and is never read aloud. `note`: a receipt number.
    """
    block = frame("card")
    line = row(scale, block, gap=Space.NEAR, edge=Space.NEAR)
    who = column(scale, gap=Space.HAIR)
    who.addWidget(words(name, "large", strong=True, private=private))
    who.addWidget(words(breakable(masked(number)), "body", tone="quiet"))
    if note:
        who.addWidget(words(breakable(note), "note", tone="quiet"))
    line.addLayout(who, 1)
    beside = (column if scale.few_choices else row)(scale, gap=Space.TIGHT)
    for piece in (badge(mark, tone), *acts):
        beside.addWidget(piece, 0, Qt.AlignmentFlag.AlignCenter)
    line.addLayout(beside)
    return block

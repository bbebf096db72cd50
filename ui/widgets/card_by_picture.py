"""Photographs an identity card and has people compare what was read with its cut-outs."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from devices.camera.reading.paper import FieldKey, ReadField, ReadingKind, ReadPaper
from kiosk.flow.card_from_paper import NEEDED, can_be_used, card_of
from kiosk.flow.equipment import Equipment, Event, PaperRead
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.camera_panel import CameraPanel
from ui.widgets.pieces import breakable, column, frame, push_button, row, words

CUT_OUT = (340, 84)  # room of a field's picture: two lines of an address stay readable


class CardByPicture(CameraPanel):
    """The front of an ID card."""

    topic = "reading"

    def __init__(self, *, equipment: Equipment, texts: Texts, scale: Scale) -> None:
        super().__init__(equipment=equipment, texts=texts, scale=scale)
        self._paper: ReadPaper | None = None
        self._wrong: set[FieldKey] = set()

    @property
    def is_looking(self) -> bool:
        """Until a card was read."""
        return self._paper is None

    def ask(self) -> int:
        """Read the front."""
        return self.equipment.read_paper(ReadingKind.ID_CARD_FRONT)

    def happened(self, event: Event) -> None:
        """What was read; the rest as every panel."""
        if isinstance(event, PaperRead) and self.is_asking and self.awaits(event.request):
            if any(event.paper.text_of(key) for key in NEEDED):
                self._compare(event.paper)
            else:
                self.look_again("nothing")
            return
        super().happened(event)

    def agreed(self) -> None:
        """Every field was compared."""
        if self._paper is not None and can_be_used(self._paper, self._wrong):
            card = card_of(self._paper, frozenset(self._wrong))
            self.stop()
            self.confirmed.emit(card)

    def forget_read(self) -> None:
        """No text of the card stays."""
        self._paper = None
        self._wrong.clear()

    def _compare(self, paper: ReadPaper) -> None:
        self.compare()
        self._paper = paper
        for one in paper.fields:
            self.fields.inside.addWidget(self._field(paper, one))
        self.fields.inside.addStretch(1)
        self._judge()

    def _judge(self) -> None:
        assert self._paper is not None
        usable = can_be_used(self._paper, self._wrong)
        self.agree.setEnabled(usable)
        self.agree.setText(self.say("agree_rest" if self._wrong else "agree"))
        self.say_below("compare_body" if usable else "take_again", warn=not usable)

    def _field(self, paper: ReadPaper, one: ReadField) -> QFrame:
        block = frame("card")
        line = row(self.scale, block, gap=Space.NEAR, edge=Space.NEAR)
        said = column(self.scale, gap=Space.TIGHT)
        label = self.say(f"field_{one.key}")
        said.addWidget(words(label, "body", tone="blue", strong=True))
        both = row(self.scale, gap=Space.NEAR)
        both.addWidget(self.cut_out(paper.cut_out(one), CUT_OUT), 1)
        text = breakable(one.text) if one.key is FieldKey.NUMBER else one.text
        text = text or self.say("empty")
        both.addWidget(words(text, "large", strong=bool(one.text), private=True), 1)
        said.addLayout(both)
        if not one.sure:
            said.addWidget(words(self.say("look_twice"), "body", tone="warn"))
        line.addLayout(said, 1)
        if one.key is not FieldKey.BIRTH:  # it is the number's own
            wrong = push_button(self.say("wrong"), "chip")
            wrong.setCheckable(True)
            wrong.setObjectName(f"wrong_{one.key}")
            wrong.setAccessibleName(self.say("wrong_named", field=label))
            wrong.toggled.connect(lambda on, key=one.key: self._objected(key, on))
            line.addWidget(wrong, 0, Qt.AlignmentFlag.AlignCenter)
        return block

    def _objected(self, key: FieldKey, on: bool) -> None:
        if on:
            self._wrong.add(key)
        else:
            self._wrong.discard(key)
        self._judge()

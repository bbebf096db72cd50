"""Photographs an identity card and has people compare what was read with its cut-outs."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from devices.camera.api import Frame
from devices.camera.reading.paper import FieldKey, ReadField, ReadingKind, ReadPaper
from kiosk.domain.fault import Fault
from kiosk.flow.card_from_paper import NEEDED, can_be_used, card_of
from kiosk.flow.equipment import (
    CameraFailed,
    Equipment,
    Event,
    PaperNotRead,
    PaperRead,
    PreviewSeen,
)
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.camera_view import CameraView
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import (
    ScrollColumn,
    breakable,
    column,
    emptied,
    frame,
    push_button,
    restyled,
    row,
    words,
)


class CardByPicture(QWidget):
    """Hidden until `start`; the camera is on only in between.

    Signals:
    confirmed(IdentityCard): every field was compared by a person.
    given_up: without a card.
    """

    confirmed = Signal(object)
    given_up = Signal()

    def __init__(self, *, equipment: Equipment, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self._equipment, self._texts, self._scale = equipment, texts, scale
        self._paper: ReadPaper | None = None
        self._wrong: set[FieldKey] = set()
        self._busy = False
        standing = scale.portrait
        whole = (column if standing else row)(
            scale, self, gap=Space.NEAR if standing else Space.GAP
        )
        self._title = words("", "title")
        self._body = words("", "large")
        self._trouble = FaultNotice(texts, scale)
        self._camera = CameraView(scale=scale)
        self._fields = ScrollColumn(scale, gap=Space.TIGHT)
        buttons = row(scale) if standing else column(scale)
        if standing:
            said = whole
        else:
            for seen in (self._camera, self._fields):
                whole.addWidget(seen, 3)
            said = column(scale, gap=Space.NEAR)
            whole.addLayout(said, 2)
        for told in (self._title, self._body, self._trouble):
            said.addWidget(told)
        if standing:
            for seen in (self._camera, self._fields):
                whole.addWidget(seen, 1)
        else:
            said.addStretch(1)
        self._give_up = self._button("give_up", "secondary", self.stop_asking)
        self._again = self._button("again", "secondary", self._look_again)
        self._shoot = self._button("shoot", "strong", self._take)
        self._agree = self._button("agree", "strong", self._confirm)
        for button in (self._give_up, self._again, self._shoot, self._agree):
            buttons.addWidget(button, 1)
        said.addLayout(buttons)
        self.hide()

    @property
    def is_asking(self) -> bool:
        """Whether it takes the page's place now."""
        return not self.isHidden()

    def start(self) -> None:
        """Camera on, and ask for the card."""
        self.show()
        self._equipment.watch_camera(True)
        self._look_again()

    def stop_asking(self) -> None:
        """People would rather lay the card on the reader."""
        self.stop()
        self.given_up.emit()

    def stop(self) -> None:
        """Camera off; nothing of the card stays."""
        if self.is_asking:
            self._equipment.watch_camera(False)
        self.forget()
        self.hide()

    def forget(self) -> None:
        """Neither picture nor text of anybody's card stays."""
        self._paper = None
        self._wrong.clear()
        self._busy = False
        self._camera.forget()
        emptied(self._fields.inside)
        self._trouble.show_fault(None)

    def happened(self, event: Event) -> None:
        """A picture, what was read, or trouble; nothing while hidden."""
        if not self.is_asking:
            return
        match event:
            case PreviewSeen() if self._paper is None:
                self._trouble.show_fault(None)
                self._body.show()
                self._camera.show_frame(event.frame, event.corners, sure=event.corners is not None)
                self._shoot.setEnabled(not self._busy)
            case PaperRead(paper=paper) if self._busy:
                self._busy = False
                if any(paper.text_of(key) for key in NEEDED):
                    self._compare(paper)
                else:
                    self._look_again("nothing")
            case PaperNotRead() if self._busy:
                self._look_again("no_card")
            case CameraFailed(fault=fault):
                self._camera_failed(fault)
            case _:
                pass

    def _camera_failed(self, fault: Fault) -> None:
        if self._paper is None:
            self._look_again()
            self._camera.forget()
            self._trouble.show_fault(fault)
            self._body.hide()
            self._shoot.setEnabled(False)

    def _look_again(self, why: str = "") -> None:
        self.forget()
        self._body.show()
        say = self._texts.say
        self._title.setText(say("reading.look_title"))
        self._body.setText(say(f"reading.{why}" if why else "reading.look_body"))
        restyled(self._body, tone="warn" if why else "plain")
        self._show_one_of(comparing=False)
        self._shoot.setEnabled(True)

    def _take(self) -> None:
        self._busy = True
        self._shoot.setEnabled(False)
        self._body.setText(self._texts.say("reading.busy"))
        restyled(self._body, tone="plain")
        self._equipment.read_paper(ReadingKind.ID_CARD_FRONT)

    def _compare(self, paper: ReadPaper) -> None:
        self._paper = paper
        self._camera.forget()
        self._title.setText(self._texts.say("reading.compare_title"))
        emptied(self._fields.inside)
        for one in paper.fields:
            self._fields.inside.addWidget(self._field(paper, one))
        self._fields.inside.addStretch(1)
        self._show_one_of(comparing=True)
        self._judge()

    def _judge(self) -> None:
        assert self._paper is not None
        usable = can_be_used(self._paper, self._wrong)
        self._agree.setEnabled(usable)
        self._agree.setText(self._texts.say(f"reading.{'agree_rest' if self._wrong else 'agree'}"))
        self._body.setText(
            self._texts.say("reading.compare_body" if usable else "reading.take_again")
        )
        restyled(self._body, tone="plain" if usable else "warn")

    def _field(self, paper: ReadPaper, one: ReadField) -> QFrame:
        say, scale = self._texts.say, self._scale
        block = frame("card")
        line = row(scale, block, gap=Space.NEAR, edge=Space.NEAR)
        said = column(scale, gap=Space.TIGHT)
        label = say(f"reading.field_{one.key}")
        said.addWidget(words(label, "body", tone="blue", strong=True))
        both = row(scale, gap=Space.NEAR)
        both.addWidget(_picture(paper.cut_out(one), scale), 1)
        text = breakable(one.text) if one.key is FieldKey.NUMBER else one.text
        text = text or say("reading.empty")
        both.addWidget(words(text, "large", strong=bool(one.text), private=True), 1)
        said.addLayout(both)
        if not one.sure:
            said.addWidget(words(say("reading.look_twice"), "body", tone="warn"))
        line.addLayout(said, 1)
        if one.key is not FieldKey.BIRTH:  # it is the number's own
            wrong = push_button(say("reading.wrong"), "chip")
            wrong.setCheckable(True)
            wrong.setObjectName(f"wrong_{one.key}")
            wrong.setAccessibleName(say("reading.wrong_named", field=label))
            wrong.toggled.connect(lambda on, key=one.key: self._objected(key, on))
            line.addWidget(wrong, 0, Qt.AlignmentFlag.AlignCenter)
        return block

    def _objected(self, key: FieldKey, on: bool) -> None:
        if on:
            self._wrong.add(key)
        else:
            self._wrong.discard(key)
        self._judge()

    def _confirm(self) -> None:
        if self._paper is not None and can_be_used(self._paper, self._wrong):
            card = card_of(self._paper, frozenset(self._wrong))
            self.stop()
            self.confirmed.emit(card)

    def _show_one_of(self, *, comparing: bool) -> None:
        looking: tuple[QWidget, ...] = (self._camera, self._give_up, self._shoot)
        for widget in looking:
            widget.setVisible(not comparing)
        compared: tuple[QWidget, ...] = (self._fields, self._again, self._agree)
        for widget in compared:
            widget.setVisible(comparing)

    def _button(self, key: str, kind: str, act: Callable[[], None]) -> QPushButton:
        button = push_button(self._texts.say(f"reading.{key}"), kind, act, size="large")
        button.setObjectName(f"reading_{key}")
        return button


def _picture(cut: Frame, scale: Scale) -> QLabel:
    """The cut-out, at most two lines of type high."""
    image = QImage(
        cut.bgr, cut.width, cut.height, cut.width * 3, QImage.Format.Format_BGR888
    ).copy()
    label = QLabel()
    label.setProperty("private", True)
    room = scale.px(340), scale.px(84)
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    label.setPixmap(QPixmap.fromImage(image.scaled(*room, keep, smooth)))
    return label

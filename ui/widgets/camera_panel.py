"""Photographs a card or document and has people compare it: words, camera, fields, buttons."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from devices.camera.api import Frame
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import CameraFailed, Equipment, Event, PaperNotRead, PreviewSeen
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.camera_view import CameraView
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import (
    PRIVATE,
    ScrollColumn,
    column,
    emptied,
    push_button,
    restyled,
    row,
    words,
)


class CameraPanel(QWidget):
    """Hidden until `start`; the camera is on only in between. Words: those of `topic`.

    Signals:
    confirmed(IdentityCard): people agreed.
    given_up: without a card.
    """

    confirmed = Signal(object)
    given_up = Signal()
    topic = "reading"

    def __init__(self, *, equipment: Equipment, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self.equipment, self.texts, self.scale = equipment, texts, scale
        self._request: int | None = None  # whose answer is awaited
        standing = scale.portrait
        gap = Space.NEAR if standing else Space.GAP
        whole = (column if standing else row)(scale, self, gap=gap)
        self.title = words("", "title")
        self.body = words("", "large")
        self.trouble = FaultNotice(texts, scale)
        self.camera = CameraView(scale=scale)
        self.fields = ScrollColumn(scale, gap=Space.TIGHT)
        said = column(scale, gap=Space.NEAR)
        for told in (self.title, self.body, self.trouble):
            said.addWidget(told)
        if standing:
            whole.addLayout(said)
        for seen in (self.camera, self.fields):
            whole.addWidget(seen, 1 if standing else 3)
        if not standing:
            said.addStretch(1)
            whole.addLayout(said, 2)
        buttons = row(scale) if standing else column(scale)
        self.give_up = self._button("give_up", "secondary", self.stop_asking)
        self.again = self._button("again", "secondary", self.look_again)
        self.shoot = self._button("shoot", "strong", self._take)
        self.agree = self._button("agree", "strong", self.agreed)
        for button in (self.give_up, self.again, self.shoot, self.agree):
            buttons.addWidget(button, 1)
        (whole if standing else said).addLayout(buttons)
        self.hide()

    # -- what differs

    def ask(self) -> int:
        """Let the equipment read what lies there; the number of the request."""
        raise NotImplementedError

    def agreed(self) -> None:
        """People compared everything."""
        raise NotImplementedError

    def forget_read(self) -> None:
        """Let go of what was read."""

    @property
    def is_looking(self) -> bool:
        """Whether the camera's picture is shown, and nothing was read yet."""
        raise NotImplementedError

    # -- what is the same

    def awaits(self, request: int) -> bool:
        """Whether that answer is awaited: not one to a picture that was given up since."""
        return self._request == request

    @property
    def is_asking(self) -> bool:
        """Whether it takes the page's place now."""
        return not self.isHidden()

    def start(self) -> None:
        """Camera on, and ask for the card."""
        self.show()
        self.equipment.watch_camera(True)
        self.look_again()

    def stop_asking(self) -> None:
        """People would rather do it another way."""
        self.stop()
        self.given_up.emit()

    def stop(self) -> None:
        """Camera off; nothing of the card stays."""
        if self.is_asking:
            self.equipment.watch_camera(False)
        self.forget()
        self.hide()

    def forget(self) -> None:
        """Neither picture nor text of anybody's card stays."""
        self.forget_read()
        self._request = None
        self.camera.forget()
        emptied(self.fields.inside)
        self.trouble.show_fault(None)

    def happened(self, event: Event) -> None:
        """A picture or trouble; nothing while hidden."""
        if not self.is_asking:
            return
        match event:
            case PreviewSeen() if self.is_looking:
                self.trouble.show_fault(None)
                self.body.show()
                self.camera.show_frame(event.frame, event.corners, sure=event.corners is not None)
                self.shoot.setEnabled(self._request is None)
            case PaperNotRead(request=request) if self.awaits(request):
                self.look_again("not_seen")
            case CameraFailed(fault=fault) if self.is_looking:
                self._camera_failed(fault)
            case _:
                pass

    def look_again(self, why: str = "") -> None:
        """Show the camera; `why`: the key of the words that say what was wrong."""
        self.forget()
        self.body.show()
        self.title.setText(self.say("look_title"))
        self.say_below(why or "look_body", warn=bool(why))
        self.show_parts(self.camera, self.give_up, self.shoot)
        self.shoot.setEnabled(True)

    def compare(self) -> None:
        """Show the fields instead of the camera."""
        self._request = None
        self.camera.forget()
        emptied(self.fields.inside)
        self.title.setText(self.say("compare_title"))
        self.show_parts(self.fields, self.again, self.agree)

    def show_parts(self, *shown: QWidget) -> None:
        """These and no others."""
        parts = (self.camera, self.fields, self.give_up, self.again, self.shoot, self.agree)
        for part in parts:
            part.setVisible(part in shown)

    def say(self, key: str, **parts: object) -> str:
        """Words of this panel."""
        return self.texts.say(f"{self.topic}.{key}", **parts)

    def say_below(self, key: str, *, warn: bool = False) -> None:
        """The sentence below the title."""
        self.body.setText(self.say(key))
        restyled(self.body, tone="warn" if warn else "plain")

    def cut_out(self, cut: Frame, room: tuple[int, int]) -> QLabel:
        """A part of the picture, as large as it fits."""
        image = QImage(
            cut.bgr, cut.width, cut.height, cut.width * 3, QImage.Format.Format_BGR888
        ).copy()
        label = QLabel()
        label.setProperty(PRIVATE, True)
        size = self.scale.px(room[0]), self.scale.px(room[1])
        keep = Qt.AspectRatioMode.KeepAspectRatio
        smooth = Qt.TransformationMode.SmoothTransformation
        label.setPixmap(QPixmap.fromImage(image.scaled(*size, keep, smooth)))
        return label

    def _take(self) -> None:
        self.shoot.setEnabled(False)
        self.say_below("busy")
        self._request = self.ask()

    def _camera_failed(self, fault: Fault) -> None:
        self.look_again()
        self.trouble.show_fault(fault)
        self.body.hide()
        self.shoot.setEnabled(False)

    def _button(self, key: str, kind: str, act: Callable[[], None]) -> QPushButton:
        button = push_button(self.say(key), kind, act, size="large")
        button.setObjectName(f"{self.topic}_{key}")
        return button

"""Takes a passport or permit: a picture of its zone gives the key, with which its chip is read."""

from PySide6.QtCore import Qt, Signal

from devices.travel_document.document_watch import DocumentFailed, DocumentRead, DocumentTaken
from kiosk.domain.fault import Fault
from kiosk.flow.card_from_document import card_of_document, is_identity
from kiosk.flow.equipment import Equipment, Event, ZoneSeen
from ui.texts import Texts
from ui.theme.icons import Picture, picture
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.camera_panel import CameraPanel
from ui.widgets.pieces import column, frame, words

CUT_OUT = (800, 150)  # room of the zone's picture


class CardByDocument(CameraPanel):
    """Zone before the camera, then the document on the reader.

    Signals: lifted: the document that was confirmed lies on the reader no more, or the reader
    went. Only while nobody called `stop` or `start` since.
    """

    lifted = Signal()
    topic = "travel"

    def __init__(self, *, equipment: Equipment, texts: Texts, scale: Scale) -> None:
        super().__init__(equipment=equipment, texts=texts, scale=scale)
        self._zone: ZoneSeen | None = None
        self._awaited = False
        self._lies = False  # the document that was confirmed

    @property
    def is_looking(self) -> bool:
        """Until a zone was read."""
        return self._zone is None

    def ask(self) -> int:
        """Read the zone."""
        return self.equipment.read_zone()

    def happened(self, event: Event) -> None:
        """A zone, the chip, or what every panel hears; hidden, only that the document is gone."""
        if self._lies and isinstance(event, DocumentTaken | DocumentFailed):
            self.forget()
            self.lifted.emit()
            return
        if not self.is_asking:
            return
        match event:
            case ZoneSeen(request=request) if self.awaits(request):
                if event.key is None:
                    self.look_again("nothing")
                else:
                    self._compare(event)
            case DocumentRead(document=document) if self._awaited:
                if is_identity(document):
                    self._awaited = False  # and still watched, until it is lifted
                    self.stop()
                    self._lies = True
                    self.confirmed.emit(card_of_document(document))
                else:
                    self._failed(Fault.CARD_KIND_UNKNOWN)
            case DocumentFailed(fault=fault) if self._awaited:
                self._failed(fault)
            case _:
                super().happened(event)

    def agreed(self) -> None:
        """The zone is right: wait for the document on the reader."""
        if self._zone is None or self._zone.key is None:
            return
        key = self._zone.key
        self.compare()
        self._awaited = True
        self.equipment.watch_camera(False)
        self.equipment.watch_document(key)
        self.title.setText(self.say("lay_title"))
        self.say_below("lay_body")
        shown = words("", "body")
        high = self.scale.px(260)
        shown.setPixmap(picture(Picture.CARD_ON_READER, self.scale.ink(Colour.BLUE), high))
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.fields.inside.addStretch(1)
        self.fields.inside.addWidget(shown)
        self.fields.inside.addStretch(1)
        self.show_parts(self.fields, self.again)

    def look_again(self, why: str = "") -> None:
        """Also from waiting for the chip: the camera goes on again."""
        if self._awaited:
            self.equipment.watch_camera(True)
        super().look_again(why)

    def forget_read(self) -> None:
        """Neither zone nor key stays, here or at the reader."""
        if self._awaited or self._lies:
            self.equipment.watch_document(None)
        self._awaited = self._lies = False
        self._zone = None

    def _compare(self, zone: ZoneSeen) -> None:
        self.compare()
        self._zone = zone
        block = frame("card")
        inside = column(self.scale, block, gap=Space.TIGHT, edge=Space.NEAR)
        inside.addWidget(self.cut_out(zone.picture, CUT_OUT))
        assert zone.key is not None
        for name, value in (
            ("number", zone.key.number),
            ("birth", _day(zone.key.birth)),
            ("valid_until", _day(zone.key.valid_until)),
        ):
            inside.addWidget(words(self.say(name), "body", tone="blue", strong=True))
            inside.addWidget(words(value, "large", strong=True, private=True))
        self.fields.inside.addWidget(block)
        self.fields.inside.addStretch(1)
        self.agree.setEnabled(True)
        self.say_below("compare_body")

    def _failed(self, fault: Fault) -> None:
        self.say_below(f"failed_{fault.name.lower()}" if fault in TOLD else "failed", warn=True)


TOLD = frozenset(
    {Fault.CARD_REMOVED, Fault.CARD_UNREADABLE, Fault.CARD_KIND_UNKNOWN, Fault.READER_GONE}
)


def _day(digits: str) -> str:
    """YYMMDD as it is printed: the century is the chip's to say."""
    return f"{digits[:2]}-{digits[2:4]}-{digits[4:]}"

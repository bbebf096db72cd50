"""A photographed card in every state of the reading, to be looked at: see ui/shots.py."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from devices.camera.pictures import frame_of, pixels_of
from devices.camera.reading.paper import FieldKey, ReadField, ReadingKind, ReadPaper
from devices.camera.reading.specimen_cards import Face, id_card_front
from devices.camera.reading.specimen_zones import passport_page
from devices.camera.reading.text_lines import Box
from devices.camera.specimen_pages import Specimen, on_desk
from devices.id_card.card_watch import CardFailed
from devices.travel_document.api import AccessKey
from devices.travel_document.document_watch import DocumentFailed
from devices.travel_document.specimens import CHINESE_PASSPORT
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import CameraFailed, PaperNotRead, PaperRead, PreviewSeen, ZoneSeen
from kiosk.flow.steps import Step
from ui.agency_scenes import ASSISTANT, agency
from ui.specimens import item_called
from ui.stage import Scene, Stage
from ui.visit_walk import VisitWalk

FACE: Final = Face(name="测试乙", nation="朝鲜", address="样张省样张县样张镇样张村3组12号")
KEY: Final = AccessKey("EA1234567", "810504", "330831")
# Where the drawing has its fields.
BOXES: Final = {
    FieldKey.NAME: Box(158, 64, 150, 60),
    FieldKey.SEX: Box(158, 156, 52, 52),
    FieldKey.NATION: Box(388, 156, 90, 52),
    FieldKey.ADDRESS: Box(158, 336, 440, 108),
    FieldKey.NUMBER: Box(322, 532, 520, 64),
    FieldKey.BIRTH: Box(322, 532, 520, 64),
}


def read_specimen() -> ReadPaper:
    """A card as if it had been read, with one field that the machine is not sure of."""
    texts = {
        FieldKey.NAME: FACE.name,
        FieldKey.SEX: FACE.sex,
        FieldKey.NATION: FACE.nation,
        FieldKey.ADDRESS: FACE.address,
        FieldKey.NUMBER: FACE.number,
        FieldKey.BIRTH: "1949-12-31",
    }
    proven = {FieldKey.NUMBER, FieldKey.BIRTH, FieldKey.SEX}
    fields = tuple(
        ReadField(key, text, 0.71 if key is FieldKey.ADDRESS else 0.98, BOXES[key], key in proven)
        for key, text in texts.items()
    )
    return ReadPaper(ReadingKind.ID_CARD_FRONT, frame_of(id_card_front(FACE)), fields)


def assisted(stage: Stage) -> VisitWalk:
    """Staff stand beside the person, and the reader is gone."""
    stage.equipment.has_reading = True
    item = item_called("elder_allowance")
    stage.window.open(lambda around: VisitWalk(replace(around, staff=ASSISTANT), item))
    walk = stage.window.walk
    assert isinstance(walk, VisitWalk)
    walk.flow.next()
    stage.tell(CardFailed(Fault.READER_GONE))
    return walk


def _look(stage: Stage) -> None:
    assisted(stage)
    stage.press("photograph_card")
    stage.tell(PreviewSeen(on_desk(Specimen.CARD), None))


def _no_card(stage: Stage) -> None:
    _look(stage)
    stage.press("reading_shoot")
    stage.tell(PaperNotRead(stage.equipment.readings))
    stage.tell(PreviewSeen(on_desk(Specimen.CARD), None))


def _camera_gone(stage: Stage) -> None:
    _look(stage)
    stage.tell(CameraFailed(Fault.CAMERA_GONE))


def compare(stage: Stage) -> None:
    """Every field beside its cut-out."""
    _look(stage)
    stage.press("reading_shoot")
    stage.tell(PaperRead(read_specimen(), stage.equipment.readings))


def _wrong(stage: Stage) -> None:
    compare(stage)
    stage.press("wrong_name")


def _family(stage: Stage) -> None:
    stage.equipment.has_reading = True
    agency(stage, item_called("dibao_apply"), Step.FAMILY)
    stage.press("photograph_card")
    stage.press("reading_shoot")
    stage.tell(PaperRead(read_specimen(), stage.equipment.readings))
    stage.press("reading_agree")


def _zone(request: int) -> ZoneSeen:
    cut = pixels_of(frame_of(passport_page(CHINESE_PASSPORT)))[-280:-30]
    return ZoneSeen(CHINESE_PASSPORT, KEY, frame_of(cut), request)


def _document_offered(stage: Stage) -> None:
    stage.equipment.has_reading = stage.equipment.has_documents = True
    stage.window.show_visit(item_called("elder_allowance"))
    walk = stage.window.walk
    assert isinstance(walk, VisitWalk)
    walk.flow.next()


def _document_look(stage: Stage) -> None:
    _document_offered(stage)
    stage.press("use_document")
    stage.tell(PreviewSeen(on_desk(Specimen.CARD), None))


def document_compare(stage: Stage) -> None:
    """The zone beside what was read of it."""
    _document_look(stage)
    stage.press("travel_shoot")
    stage.tell(_zone(stage.equipment.readings))


def document_lay(stage: Stage) -> None:
    """The document is awaited on its reader."""
    document_compare(stage)
    stage.press("travel_agree")


def _document_failed(stage: Stage) -> None:
    document_lay(stage)
    stage.tell(DocumentFailed(Fault.CARD_UNREADABLE))


READING_SCENES: Final[Mapping[str, Scene]] = {
    "card_picture_offered": lambda stage: assisted(stage) and None,
    "card_picture_look": _look,
    "card_picture_no_card": _no_card,
    "card_picture_no_camera": _camera_gone,
    "card_picture_compare": compare,
    "card_picture_wrong": _wrong,
    "family_by_picture": _family,
    "document_offered": _document_offered,
    "document_look": _document_look,
    "document_compare": document_compare,
    "document_lay": document_lay,
    "document_failed": _document_failed,
}

"""What reading a photographed paper gives: fields, each with where it stands and how sure it is."""

from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final

from devices.camera.api import Frame
from devices.camera.pictures import frame_of, pixels_of
from devices.camera.reading.text_lines import Box

SURE: Final = 0.9
"""Own choice: on 24 photographed cards every character that was right had more."""


@unique
class ReadingKind(StrEnum):
    """Which paper lies there; the value is the key of its words."""

    ID_CARD_FRONT = "id_card_front"  # 居民身份证, the side with the portrait
    SOCIAL_CARD_FRONT = "social_card_front"  # 社会保障卡
    BANK_CARD = "bank_card"  # 银行卡
    REGISTER_PAGE = "register_page"  # 居民户口簿, 常住人口登记卡
    LICENCE = "licence"  # 营业执照


@unique
class FieldKey(StrEnum):
    """What a field says; the value is the key of its words."""

    NAME = "name"
    SEX = "sex"
    NATION = "nation"
    BIRTH = "birth"
    ADDRESS = "address"
    NUMBER = "number"  # 公民身份号码, which every paper of a person carries
    CARD_NUMBER = "card_number"
    RELATION = "relation"  # 与户主关系
    LICENCE_NUMBER = "licence_number"  # 统一社会信用代码


@dataclass(frozen=True, slots=True)
class ReadField:
    """One field as it was read. A person confirms it before anything is done with it.

    `checked`: a check digit proves it, or it follows from a number whose check digit does.
    """

    key: FieldKey
    text: str = field(repr=False)
    confidence: float
    box: Box  # in the picture of the ReadPaper
    checked: bool = False

    @property
    def sure(self) -> bool:
        """False: look at it twice."""
        return bool(self.text) and (self.checked or self.confidence >= SURE)


@dataclass(frozen=True, slots=True)
class ReadPaper:
    """A paper laid flat and upright, and its fields in the order in which they stand."""

    kind: ReadingKind
    picture: Frame
    fields: tuple[ReadField, ...] = ()

    def text_of(self, key: FieldKey) -> str:
        """What was read there, "" when nothing was."""
        return next((one.text for one in self.fields if one.key is key), "")

    def cut_out(self, one: ReadField) -> Frame:
        """The part of the picture in which the field stands."""
        return frame_of(one.box.cut_from(pixels_of(self.picture)))

"""The holder of a card, as the card itself states it."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum, unique
from typing import Final


@unique
class CardKind(StrEnum):
    """Which card was read. The first four are the chip layouts of the resident ID card family."""

    RESIDENT = "resident"  # 居民身份证
    HMT_PERMIT = "hmt_permit"  # 港澳台居民居住证
    FOREIGNER_2017 = "foreigner_2017"  # 外国人永久居留身份证, issued before December 2023
    FOREIGNER_2023 = "foreigner_2023"  # the same, issued since
    SOCIAL_SECURITY = "social_security"  # 社会保障卡
    PASSPORT = "passport"  # 护照
    HMT_TRAVEL_PERMIT = "hmt_travel_permit"  # 港澳居民来往内地通行证
    TAIWAN_TRAVEL_PERMIT = "taiwan_travel_permit"  # 台湾居民来往大陆通行证


TRAVEL_KINDS: Final = frozenset(
    {CardKind.PASSPORT, CardKind.HMT_TRAVEL_PERMIT, CardKind.TAIWAN_TRAVEL_PERMIT}
)


@unique
class Sex(StrEnum):
    """GB/T 2261.1 (recalled; see code_sets in the catalogue)."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    NOT_STATED = "9"


@dataclass(frozen=True, slots=True)
class Portrait:
    """A face; three bytes a pixel, red first, row by row from the top."""

    width: int
    height: int
    rgb: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class IdentityCard:
    """What one successful read of one card gave us. Frozen, so it may cross threads.

    Everything that could tell who the person is stays out of repr, so out of every log line.
    A card that lacks an item leaves it empty; nothing is ever guessed.
    """

    kind: CardKind
    name: str = field(repr=False)
    number: str = field(repr=False)
    sex: Sex = field(default=Sex.UNKNOWN, repr=False)
    birth: date | None = field(default=None, repr=False)
    nation: str = field(default="", repr=False)  # two digits of GB/T 3304
    address: str = field(default="", repr=False)
    authority: str = field(default="", repr=False)  # 签发机关
    valid_from: date | None = field(default=None, repr=False)
    valid_until: date | None = field(default=None, repr=False)
    long_term: bool = False  # 长期: never expires, valid_until is None
    english_name: str = field(default="", repr=False)
    country: str = field(default="", repr=False)  # ISO 3166 alpha-3, foreigners
    permit_number: str = field(default="", repr=False)  # 通行证号码, HMT permit
    former_number: str = field(default="", repr=False)  # 15-character number before 2023
    card_number: str = field(default="", repr=False)  # number of a social security card
    # Names of the fields above whose characters could not all be read: a person must type them.
    needs_typing: frozenset[str] = frozenset()
    photo: bytes = field(default=b"", repr=False)  # WLT, 1024 bytes, undecoded
    portrait: Portrait | None = None  # the same decoded, where a program for that is installed
    # Photographed and confirmed by people, not read from the chip: it proves nobody's presence.
    by_picture: bool = False

    @property
    def has_face(self) -> bool:
        """Whether the chip that was read bears the photo of its holder."""
        return self.kind is not CardKind.SOCIAL_SECURITY and not self.by_picture

    @property
    def opens_earlier(self) -> bool:
        """Whether its number may open what was answered or shown before, and drafts.

        Whoever photographs a card need not be its holder. That the chip of a passport or permit is
        its issuer's own is not proven (EF.SOD is not looked at): anybody can write one.
        """
        return self.kind not in TRAVEL_KINDS and not self.by_picture

    @property
    def shown_name(self) -> str:
        """The Chinese name, or the English one of a foreigner who has no other."""
        return self.name or self.english_name

    def expired_on(self, day: date) -> bool:
        """True when the card says that it was no longer valid on that day."""
        return self.valid_until is not None and self.valid_until < day

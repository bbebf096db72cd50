"""The contract of any reader for passports and travel permits, and what one read gives."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum, unique
from typing import Protocol

from devices.device import Device
from kiosk.domain.identity import Sex


@unique
class DocumentKind(StrEnum):
    """Which document; see mrz.py for the codes and how sure they are."""

    PASSPORT = "passport"  # 护照
    HMT_RESIDENT = "hmt_resident"  # 港澳居民来往内地通行证
    TAIWAN_RESIDENT = "taiwan_resident"  # 台湾居民来往大陆通行证
    TO_HONG_KONG_MACAO = "to_hong_kong_macao"  # 往来港澳通行证
    TO_TAIWAN = "to_taiwan"  # 大陆居民往来台湾通行证
    OTHER = "other"  # another country's card by Doc 9303-5


@dataclass(frozen=True, slots=True)
class AccessKey:
    """What stands on the document and opens its chip: the ground of Basic Access Control.

    `number`: as in the zone, without fillers at its end; `birth`, `valid_until`: YYMMDD.
    """

    number: str = field(repr=False)
    birth: str = field(repr=False)
    valid_until: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TravelDocument:
    """What a machine-readable zone says. Nothing of it is guessed or put right.

    `needs_typing` names the fields whose check digit is wrong or which are no date, no sex or no
    name: a person must look at them. Names are in Latin letters: the zone has no Chinese ones.
    """

    kind: DocumentKind
    code: str  # of the document, one or two letters
    issuer: str = field(default="", repr=False)  # as printed: alpha-3, or one letter for Germany
    number: str = field(default="", repr=False)
    surname: str = field(default="", repr=False)
    given_names: str = field(default="", repr=False)
    nationality: str = field(default="", repr=False)
    birth: date | None = field(default=None, repr=False)
    sex: Sex = field(default=Sex.UNKNOWN, repr=False)
    valid_until: date | None = field(default=None, repr=False)
    optional: str = field(default="", repr=False)  # what the issuer likes, fillers as spaces
    needs_typing: frozenset[str] = frozenset()


class TravelDocumentReader(Device, Protocol):
    """Kept by the PC/SC reader and the simulator alike."""

    def card_present(self) -> bool:
        """Whether a document lies there, read or not; exchanged unseen: one False.

        Cheap (at most 1 s). Raises DeviceError with READER_GONE only.
        """
        ...

    def read_document(self, key: AccessKey) -> TravelDocument:
        """Open the chip with what stands on the document and read the zone inside (DG1).

        About a second. That the chip is the issuer's own is not proven: its signature (SOD) is not
        looked at. Raises DeviceError with CARD_REMOVED, CARD_KIND_UNKNOWN (no travel document, or
        a zone of unknown kind), CARD_UNREADABLE (also when the key is not this document's, or the
        chip opens only by PACE) or READER_GONE.
        """
        ...

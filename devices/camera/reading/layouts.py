"""Where the fields stand on each paper, and which check character each paper carries.

Zones are shares of the paper's width and height. The ID card's were measured on drawn cards
(reference/scanning.md section 4) and made wide, since its print shifts from card to card; those of
the other papers on this program's own drawn specimens. No real paper was at hand: the standards
GA 448 and LD/T 32 that fix them could not be read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from devices.camera.reading.alphabets import Alphabet
from devices.camera.reading.check_characters import is_bank_card, is_credit_code
from devices.camera.reading.paper import FieldKey, ReadingKind
from kiosk.domain import id_number


@dataclass(frozen=True, slots=True)
class Zone:
    """Where one field's print may stand, without its label."""

    key: FieldKey
    left: float
    top: float
    right: float
    bottom: float
    alphabet: Alphabet
    lines: int = 1  # at most


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of paper. `proof`: the field with a check character, by which upright is known."""

    kind: ReadingKind
    ratio: float  # of width to height, to know which way it lies
    line_height: float  # of a usual line, as a share of the height
    zones: tuple[Zone, ...]
    proof: FieldKey
    proves: Callable[[str], bool]


_ID_1: Final = 85.60 / 53.98  # ISO/IEC 7810
_K, _A = FieldKey, Alphabet

LAYOUTS: Final = {
    layout.kind: layout
    for layout in (
        Layout(
            ReadingKind.ID_CARD_FRONT,
            ratio=_ID_1,
            line_height=0.062,
            zones=(
                Zone(_K.NAME, 0.15, 0.06, 0.64, 0.215, _A.NAME),
                Zone(_K.SEX, 0.15, 0.225, 0.275, 0.35, _A.NAME),
                Zone(_K.NATION, 0.375, 0.225, 0.64, 0.35, _A.NAME),
                Zone(_K.ADDRESS, 0.15, 0.49, 0.64, 0.8, _A.ADDRESS, lines=4),
                Zone(_K.NUMBER, 0.295, 0.8, 0.95, 0.98, _A.CITIZEN_NUMBER),
            ),
            proof=_K.NUMBER,
            proves=id_number.is_valid,
        ),
        Layout(
            ReadingKind.SOCIAL_CARD_FRONT,
            ratio=_ID_1,
            line_height=0.06,
            zones=(
                Zone(_K.NAME, 0.47, 0.3, 0.95, 0.44, _A.NAME),
                Zone(_K.NUMBER, 0.47, 0.44, 0.97, 0.58, _A.CITIZEN_NUMBER),
                Zone(_K.CARD_NUMBER, 0.47, 0.58, 0.95, 0.72, _A.CAPITALS_DIGITS),
            ),
            proof=_K.NUMBER,
            proves=id_number.is_valid,
        ),
        Layout(
            ReadingKind.BANK_CARD,
            ratio=_ID_1,
            line_height=0.08,
            zones=(Zone(_K.CARD_NUMBER, 0.04, 0.5, 0.97, 0.74, _A.DIGITS),),
            proof=_K.CARD_NUMBER,
            proves=is_bank_card,
        ),
        Layout(
            ReadingKind.REGISTER_PAGE,
            ratio=143 / 105,  # millimetres of the booklet's page
            line_height=0.03,
            zones=(
                Zone(_K.NAME, 0.235, 0.115, 0.545, 0.18, _A.NAME),
                Zone(_K.RELATION, 0.755, 0.115, 0.95, 0.18, _A.NAME),
                Zone(_K.SEX, 0.755, 0.197, 0.95, 0.262, _A.NAME),
                Zone(_K.NATION, 0.755, 0.278, 0.95, 0.343, _A.NAME),
                Zone(_K.NUMBER, 0.235, 0.523, 0.545, 0.587, _A.CITIZEN_NUMBER),
            ),
            proof=_K.NUMBER,
            proves=id_number.is_valid,
        ),
        Layout(
            ReadingKind.LICENCE,
            ratio=297 / 210,  # 营业执照 is A4, landscape
            line_height=0.03,
            zones=(
                Zone(_K.LICENCE_NUMBER, 0.06, 0.3, 0.34, 0.4, _A.CAPITALS_DIGITS),
                Zone(_K.NAME, 0.19, 0.42, 0.55, 0.5, _A.ANYTHING),
            ),
            proof=_K.LICENCE_NUMBER,
            proves=is_credit_code,
        ),
    )
}

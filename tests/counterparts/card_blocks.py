"""Writes the 256 bytes that an ID card chip would hold for an invented person.

Written from reference/cards.md section 2, apart from the program's own reading code.
"""

from datetime import date

from kiosk.domain.identity import CardKind, IdentityCard


def field(text: str, size: int) -> bytes:
    """`size` bytes of UTF-16LE, padded with spaces. Raises ValueError when the text is too long."""
    raw = text.encode("utf-16-le", "surrogatepass")
    if len(raw) > size:
        raise ValueError(f"{len(raw)} bytes do not fit into {size}")
    return raw + b"\x20\x00" * ((size - len(raw)) // 2)


def block_of(card: IdentityCard) -> bytes:
    """The chip text of a card of one of the four ID card layouts."""
    sex = field(card.sex.value, 2)
    birth = field(_digits(card.birth), 16)
    valid = field(_digits(card.valid_from), 16) + field(
        "长期" if card.long_term else _digits(card.valid_until), 16
    )
    match card.kind:
        case CardKind.RESIDENT:
            block = (
                field(card.name, 30) + sex + field(card.nation, 4) + birth
                + field(card.address, 70) + field(card.number, 36) + field(card.authority, 30)
                + valid + field("", 36)
            )  # fmt: skip
        case CardKind.HMT_PERMIT:
            block = (
                field(card.name, 30) + sex + field("", 4) + birth
                + field(card.address, 70) + field(card.number, 36) + field(card.authority, 30)
                + valid + field(card.permit_number, 18) + field("01", 4) + field("", 6)
                + field("J", 2) + field("", 6)
            )  # fmt: skip
        case CardKind.FOREIGNER_2017:
            block = (
                field(card.english_name, 120) + sex + field(card.number, 30)
                + field(card.country, 6) + field(card.name, 30) + valid + birth
                + field("01", 4) + field("1100", 8) + field("I", 2) + field("", 6)
            )  # fmt: skip
        case CardKind.FOREIGNER_2023:
            old = card.former_number
            english = field(card.english_name, 70 + 22)
            block = (
                field(card.name, 30) + sex + field("01", 4) + birth + english[:70]
                + field(card.number, 36) + field("", 30) + valid + english[70:]
                + field(card.country, 6) + field("Y", 2) + field(old[5:7] + old[13:14], 6)
            )  # fmt: skip
        case CardKind.SOCIAL_SECURITY:
            raise ValueError("a social security card has no such text")
    assert len(block) == 256
    return block


def _digits(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else ""

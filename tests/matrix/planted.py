"""Values of a person who does not exist, and a search for them in every byte below some folders."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from devices.id_card.specimens import RESIDENT
from kiosk.domain.id_number import check_character
from kiosk.domain.identity import IdentityCard

_DIGITS: Final = "22240119631204217"
NAME: Final = "欧阳探针"
NUMBER: Final = _DIGITS + check_character(_DIGITS)
ADDRESS: Final = "吉林省延吉市示范镇柳条沟屯九组"
PHONE: Final = "13904337719"
WORDS: Final = "打井的钱还差七百块，求乡里帮一把"
ACCOUNT: Final = "6217850900081239077"
ON_A_PAGE: Final = "WITNESS-7F3A9C-ON-A-PAGE"
ON_A_PAPER: Final = "WITNESS-51D0EE-ON-A-PAPER"
VALUES: Final = {
    "name": NAME,
    "number": NUMBER,
    "address": ADDRESS,
    "phone": PHONE,
    "typed words": WORDS,
    "answer": ACCOUNT,
    "page": ON_A_PAGE,
    "paper": ON_A_PAPER,
}
ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
CARD: Final[IdentityCard] = replace(RESIDENT, name=NAME, number=NUMBER, address=ADDRESS)
_NEEDLES: Final = [
    (what, value.encode(encoding)) for what, value in VALUES.items() for encoding in ENCODINGS
]


def found_below(folders: Iterable[Path]) -> Iterator[str]:
    """Which value lies in plain sight, and in which file."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                content = path.read_bytes()
                whats = {what for what, needle in _NEEDLES if needle in content}
                yield from (f"the {what} can be read in {path.name}" for what in sorted(whats))


def lay_out(folder: Path) -> None:
    """Write each of them into a file of its own in each encoding, for the proof of the search."""
    folder.mkdir()
    for what, value in VALUES.items():
        for encoding in ENCODINGS:
            content = b"before " + value.encode(encoding) + b" after"
            (folder / f"{what} {encoding}").write_bytes(content)


def jpeg_with(jpeg: bytes, words: str) -> bytes:
    """The same picture with a comment in it (segment COM; ITU-T T.81 B.2.4.5, recalled)."""
    comment = words.encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]

"""Six kinds of receipt printer, five kinds of words, and whether what came out is right.

Decided on the dots of the emulated printer: a line is right when it looks as a printer draws it
that has every character, or when the slip is the picture that was to be printed, dot for dot.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, unique
from itertools import product
from typing import Final

from PIL import Image

from devices.receipt_printer.escpos_job import job_pieces
from devices.receipt_printer.layout import Layout, UnprintableReceipt
from devices.receipt_printer.profile import PrinterProfile
from kiosk.domain.receipt import Receipt
from tests.counterparts.escpos_parser import Rom, Slip, SlipParser, text_drawn
from tests.counterparts.raster_reader import raster_of

# 34 characters of names, Extensions A to E: reference/printing.md section 1.4
RARE: Final = "䶮㙓㛃㭎㐱㸌䥽䴖䓖䢺䴓䗪䓨𬭩𬭬𫖯𬀩𫘧𬱖𬴂𬍛𬺈𪨰𫰛𬜬𬉼𫓧𬭬𠅤𬕂𨱏𬶐𫍯𬣙"


@unique
class Fate(Enum):
    """What became of a line."""

    TEXT = "right as text"
    PICTURE = "right as picture"
    REFUSED = "refused before printing"
    WRONG = "wrong"


@dataclass(frozen=True)
class Kind:
    """How a printer behaves."""

    rom: Rom
    on: bool  # double-byte mode at power-on

    def __str__(self) -> str:
        return f"{self.rom}/{'on' if self.on else 'off'}"


KINDS: Final = tuple(
    Kind(rom, on) for rom, on in product(("gb18030", "gbk", "gb2312"), (True, False))
)


def corpora() -> dict[str, list[str]]:
    """The five kinds of words; the same each time."""
    chosen = random.Random(1)
    hanzi = [
        bytes([row, cell]).decode("gb2312")
        for row in range(0xB0, 0xF8)
        for cell in range(0xA1, 0xFF)
        if not (row == 0xD7 and cell > 0xF9)
    ]
    return {
        "common text": ["".join(chosen.choices(hanzi, k=12)) for _ in range(100)],
        "rare names": [f"王{char}" for char in RARE],
        "punctuation": [
            *("：", "《》", "——", "①②③", "℃", "￥", "※", "（　）", "，。、；？！", "“”‘’", "·"),
            *("受理：《通知》（样）", "编号 No. 1/2-3，第①项", "……"),
        ],
        "Korean": ["연변조선족자치주", "거주증명서", "주민등록", "접수표", "연변 주민"],
        "amounts": ["金额：¥12.00 元", "¥5", "￥1,234.56", "共计 300.00 元整", "叁佰元整"],
    }


def printed(job: bytes, kind: Kind, *, width: int = 576) -> Slip:
    """What that printer makes of the bytes."""
    parser = SlipParser(width=width, rom=kind.rom, hanzi_at_power_on=kind.on)
    parser.buffer += job
    while parser.next_step() is not None:
        pass
    return parser.take_slip()


def ours(words: str, kind: Kind, layout: Layout) -> Fate:
    """One line on a slip of its own, by the profile of that printer."""
    receipt = Receipt("", "", (), notes=(words,))
    profile = PrinterProfile(character_set=kind.rom, text=True)
    try:
        job = b"".join(job_pieces(receipt, layout=layout, profile=profile))
    except UnprintableReceipt:
        return Fate.REFUSED
    slip = printed(job, kind)
    if slip.unknown or not slip.cut:
        return Fate.WRONG
    if b"\x1dv0" in job:
        wanted = layout.picture(receipt).convert("L")
        alike = same_ink(slip.picture(), wanted) and same_ink(raster_of(job), wanted)
        return Fate.PICTURE if alike else Fate.WRONG
    return Fate.TEXT if is_drawn(slip, words) else Fate.WRONG


def is_drawn(slip: Slip, words: str) -> bool:
    """Whether the slip shows that line as it should look, and besides it at most rules."""
    rule = text_drawn("-" * (slip.width // 12))
    inked = [row for row in slip.rows if _ink(row) is not None]
    shown = [row for row in inked if not same_ink(row, rule)]
    right = (words, words.replace("¥", "￥"))
    return len(shown) == 1 and any(same_ink(shown[0], text_drawn(one)) for one in right)


def same_ink(one: Image.Image, other: Image.Image) -> bool:
    """The same dots, wherever they stand on the paper."""
    first, second = _ink(one), _ink(other)
    return first is not None and second is not None and first.tobytes() == second.tobytes()


def _ink(picture: Image.Image) -> Image.Image | None:
    box = picture.point(lambda grey: 255 - grey).getbbox()
    return picture.crop(box) if box else None


def share(fates: Sequence[Fate], *wanted: Fate) -> float:
    """How many of them, 0 to 1."""
    return sum(fate in wanted for fate in fates) / len(fates)

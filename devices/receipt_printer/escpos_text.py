"""Turns a slip into text for printers whose Hanzi are known: a tenth of the bytes of a picture.

Commands by the public ESC/POS command reference of Epson (read in excerpts); the order and what
printers make of it: reference/printing.md sections 1.1 to 1.3. Only what the printer's memory has
is sent; everything else is refused, and the slip goes as a picture.
"""

import re
from collections.abc import Iterator
from typing import Final

import numpy as np
from PIL import Image

from devices.receipt_printer.escpos_raster import ending, raster_bands
from devices.receipt_printer.profile import CharacterSet, PrinterProfile
from devices.receipt_printer.slip_code import slip_code
from kiosk.domain.receipt import Receipt

DOUBLE_BYTE_LENGTH: Final = 2
BEGIN: Final = b"\x1b@\x1da\x00\x1bt\x00\x1bR\x00"  # ESC @, GS a 0, ESC t 0, ESC R 0: US signs
DOUBLE_BYTE: Final = b"\x1c&"  # FS &: never rely on how it was switched on
DOUBLE: Final = b"\x1d!\x11\x1c!\x0c"  # GS ! for letters, FS ! for Hanzi: neither does both for all
TALL: Final = b"\x1d!\x01\x1c!\x08"
SINGLE: Final = b"\x1d!\x00\x1c!\x00"
CENTRE, LEFT = b"\x1ba\x01", b"\x1ba\x00"
BOLD, LIGHT = b"\x1bE\x01", b"\x1bE\x00"
_QR_DOTS: Final = 5  # a module
_QR_BORDER: Final = 4  # modules: ISO/IEC 18004 (not read)
_QR_ROOM: Final = b"\x1bJ\x14"  # as much white above and below a native code
_RUNS: Final = re.compile(r"[!-~]+|.", re.DOTALL)  # Latin words and numbers stay whole
_NOT_FIRST: Final = frozenset(
    "，。、；：？！）》”’·%"
)  # in a line, where the one before can go along
_NUMBER: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z/-]{3,31}")


class NotInCharacterSet(Exception):
    """The printer has no sign for some character. Does not name it."""


def encoded(words: str, character_set: CharacterSet) -> bytes:
    """One byte for ASCII, two for everything else, so bytes are columns too.

    ¥ becomes ￥. The four-byte area of GB18030 (Extensions A and B, Hangul) is in no common
    printer and refused. Raises NotInCharacterSet.
    """
    out = bytearray()
    for char in words.replace("¥", "￥"):
        if " " <= char <= "~":
            out += char.encode("ascii")
            continue
        try:
            raw = char.encode("gb18030")
            known = len(raw) == DOUBLE_BYTE_LENGTH and bool(raw.decode(character_set or "ascii"))
        except UnicodeError:
            known = False
        if not known:
            raise NotInCharacterSet
        out += raw
    return bytes(out)


def wrapped(words: str, columns: int, character_set: CharacterSet) -> Iterator[bytes]:
    """The words in lines of at most that many columns. Raises NotInCharacterSet."""
    line, before = b"", b""  # `before`: what the last run was, if it may go down to the next line
    for run in _RUNS.findall(words):
        code = encoded(run, character_set)
        if len(line) + len(code) > columns:
            if run in _NOT_FIRST and before and line != before:
                yield line[: -len(before)]
                line = before
            elif line:
                yield line
                line = b""
                code = code.lstrip(b" ")
            while len(code) > columns:  # longer than a line: broken anywhere
                yield code[:columns]
                code = code[columns:]
        line += code
        before = code
    if line.strip() or not words:
        yield line


def text_pieces(receipt: Receipt, profile: PrinterProfile) -> tuple[bytes, ...]:
    """The job in pieces that may be parted; raises NotInCharacterSet before anything is sent."""
    if receipt.with_korean:
        raise NotInCharacterSet
    begin = BEGIN + (DOUBLE_BYTE if profile.double_byte == "switched" else b"")
    return (begin, *_body(receipt, profile), ending(can_cut=profile.can_cut))


def _body(receipt: Receipt, profile: PrinterProfile) -> Iterator[bytes]:
    def lines(words: str, columns: int = profile.columns) -> bytes:
        return b"".join(
            line + b"\n" for line in wrapped(words, columns, profile.character_set) if words
        )

    def centred(words: str, style: bytes = b"", columns: int = profile.columns) -> bytes:
        return CENTRE + style + lines(words, columns) + SINGLE + LEFT

    rule = b"-" * profile.columns + b"\n"
    half = profile.columns // 2
    for mark in receipt.marks:
        yield centred(f"【{mark}】", TALL)
    yield centred(receipt.title, DOUBLE, half)
    yield centred(receipt.site) + rule
    rows = receipt.lines
    if rows and _NUMBER.fullmatch(rows[0][1]):
        (label, value), rows = rows[0], rows[1:]
        style, columns = (DOUBLE, half) if len(value) <= half else (TALL, profile.columns)
        yield centred(label) + centred(value, style, columns) + rule
    for label, value in rows:
        yield BOLD + lines(f"{label}：").rstrip(b"\n") + LIGHT + _beside(label, value, profile)
    if receipt.materials:
        yield rule + BOLD + lines(receipt.materials_title) + LIGHT
        for at, material in enumerate(receipt.materials, 1):
            yield lines(f"{at}. {material}")
    if receipt.notes:
        yield rule
        for note in receipt.notes:
            yield lines(note)
    if receipt.qr:
        yield rule
        yield from _qr(receipt.qr, profile)
        yield centred(receipt.qr_words)
    if receipt.footer:
        yield rule + centred(receipt.footer)


def _beside(label: str, value: str, profile: PrinterProfile) -> bytes:
    """The value after its label where it fits in the line, else below it with two columns free."""
    used = len(encoded(f"{label}：", profile.character_set))
    code = encoded(value, profile.character_set)
    if used + len(code) <= profile.columns:
        return code + b"\n"
    below = wrapped(value, profile.columns - 2, profile.character_set)
    return b"\n" + b"".join(b"  " + line + b"\n" for line in below)


def _qr(content: str, profile: PrinterProfile) -> Iterator[bytes]:
    if profile.native_qr:
        raw = content.encode()
        stored = (len(raw) + 3).to_bytes(2, "little") + b"1P0" + raw
        yield (
            CENTRE
            + _QR_ROOM
            + b"\x1d(k\x04\x001A2\x00"  # model 2
            + b"\x1d(k\x03\x001C"
            + bytes([_QR_DOTS])
            + b"\x1d(k\x03\x001E1"  # error level M
            + b"\x1d(k"
            + stored
            + b"\x1d(k\x03\x001Q0"  # print what was stored
            + _QR_ROOM
            + LEFT
        )
        return
    try:
        code = slip_code(content)
    except ValueError:  # segno.DataOverflowError
        raise NotInCharacterSet from None
    side = int(code.symbol_size(border=_QR_BORDER)[0])
    dots = min(_QR_DOTS, profile.width_dots // side)
    if dots < 3:  # noqa: PLR2004 - too fine for a scanner; the picture's layout knows more
        raise NotInCharacterSet
    modules = np.array([list(row) for row in code.matrix_iter(border=_QR_BORDER)], bool)
    black = np.kron(modules, np.ones((dots, dots), bool))
    # In the middle by its own white: bands of different widths would each be centred by ESC a.
    black = np.pad(black, ((0, 0), ((profile.width_dots - side * dots) // 2, 0)))
    yield from raster_bands(Image.fromarray(~black))

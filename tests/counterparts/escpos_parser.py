"""Reads the bytes of a print job as a receipt printer does and draws the slip."""

import io
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import numpy as np
import segno
from PIL import Image, ImageDraw, ImageFont

Rom = Literal["gb18030", "gbk", "gb2312"]

NOTO = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
NOTO_SC = 2  # the face for Chinese in the collection
MISSING = "▯"
# GB/T 2312 (recalled): the interpunct is 01-04, the dash 01-10; Python's codec says others.
AS_PRINTED = {"\u30fb": "·", "\u2015": "—"}

DLE, ESC, FS, GS = 0x10, 0x1B, 0x1C, 0x1D
# Lengths of commands that are read over; ESC/POS command reference, read in excerpts.
ESC_ONE_PARAMETER = frozenset(b"!-3ACEGJMRVTadert{ ")
ESC_NO_PARAMETER = frozenset(b"2@LSim")
GS_ONE_PARAMETER = frozenset(b"!BaIfhHrbw")


class Incomplete(Exception):
    """More bytes are needed before the next command can be carried out."""


@dataclass
class Slip:
    """What came out of the printer: `picture()` draws it with a margin of 16 dots."""

    width: int
    rows: list[Image.Image] = field(default_factory=list)
    text: str = ""
    unknown: list[bytes] = field(default_factory=list)
    cut: bool = False

    def picture(self) -> Image.Image:
        height = sum(row.height for row in self.rows)
        page = Image.new("L", (self.width + 32, height + 32), 255)
        top = 16
        for row in self.rows:
            page.paste(row, (16, top))
            top += row.height
        return page


@dataclass
class Step:
    """What one command asks of the machine around the parser."""

    used: int
    raw: bytes = b""
    question: bytes = b""  # DLE EOT n or GS r n
    cut: bool = False


class SlipParser:
    """Takes bytes in any pieces. `rom` is what the printer's Hanzi memory holds."""

    def __init__(self, *, width: int = 576, rom: Rom = "gb18030", hanzi_at_power_on: bool = True):
        self.width = width
        self.rom = rom
        self.hanzi_at_power_on = hanzi_at_power_on
        self.hanzi = hanzi_at_power_on
        self.buffer = bytearray()
        self.slip = Slip(width)
        self._reset()

    def next_step(self) -> Step | None:
        """Carries out the command at the front of the buffer; None when it is not complete."""
        if not self.buffer:
            return None
        try:
            step = self._step()
        except Incomplete:
            return None
        step.raw = bytes(self.buffer[: step.used])
        del self.buffer[: step.used]
        return step

    def take_slip(self) -> Slip:
        """The slip so far; the next command starts a new one."""
        self._end_line()
        slip, self.slip = self.slip, Slip(self.width)
        return slip

    def restart(self) -> None:
        """Switched off and on: the slip so far is torn off, every mode is as at power-on."""
        self.buffer.clear()
        self._reset()
        self.slip = Slip(self.width)

    # -- commands

    def _need(self, count: int) -> int:
        if len(self.buffer) < count:
            raise Incomplete
        return count

    def _step(self) -> Step:
        first = self.buffer[0]
        if first in {DLE, ESC, FS, GS}:
            self._need(2)
            return {DLE: self._dle, ESC: self._esc, FS: self._fs, GS: self._gs}[first]()
        if first == ord("\n"):
            self._new_line()
        elif 0x20 <= first < 0x80:
            self._put(chr(first))
        elif first >= 0x80:
            return Step(self._high_byte())
        return Step(1)

    def _high_byte(self) -> int:
        if not self.hanzi:
            self._put(bytes(self.buffer[:1]).decode("cp437"))
            return 1
        used = self._need(2)
        if 0x30 <= self.buffer[1] <= 0x39:  # the four-byte form of GB18030
            if self.rom != "gb18030":
                self._put(MISSING)
                return used
            used = self._need(4)
        try:
            char = bytes(self.buffer[:used]).decode(self.rom)
        except UnicodeDecodeError:
            char = MISSING
        self._put(AS_PRINTED.get(char, char) if self.rom == "gb2312" else char)
        return used

    def _dle(self) -> Step:
        used = self._need(3)
        asked = self.buffer[1] == 0x04
        return Step(used, question=bytes(self.buffer[:3]) if asked else b"")

    def _esc(self) -> Step:
        code = self.buffer[1]
        if code in ESC_NO_PARAMETER:
            if code == ord("@"):
                self._reset()
            if code in b"im":
                return self._cut(2)
            return Step(2)
        if code not in ESC_ONE_PARAMETER:
            return self._unknown(2)
        used = self._need(3)
        value = self.buffer[2]
        match chr(code):
            case "!":
                self._high, self._wide = 1 + (value >> 4 & 1), 1 + (value >> 5 & 1)
            case "a":
                self._align = value & 3
            case "d":
                for _ in range(value):
                    self._new_line()
            case "J":
                self._end_line()
                self._add(Image.new("L", (self.width, value), 255))
        return Step(used)

    def _fs(self) -> Step:
        code = chr(self.buffer[1])
        if code in "&.":
            self.hanzi = code == "&"
            return Step(2)
        if code in "!-WC":
            used = self._need(3)
            if code == "!":
                self._hanzi_wide = 1 + (self.buffer[2] >> 2 & 1)
                self._hanzi_high = 1 + (self.buffer[2] >> 3 & 1)
            return Step(used)
        return Step(self._need(4)) if code == "S" else self._unknown(2)

    def _gs(self) -> Step:
        buffer, code = self.buffer, chr(self.buffer[1])
        if buffer[1] in GS_ONE_PARAMETER:
            used = self._need(3)
            if code == "!":
                self._wide, self._high = (buffer[2] >> 4 & 7) + 1, (buffer[2] & 7) + 1
            return Step(used, question=bytes(buffer[:3]) if code == "r" else b"")
        if code in "LW":
            return Step(self._need(4))
        if code == "V":
            self._need(3)
            return self._cut(self._need(4 if buffer[2] in (65, 66) else 3))
        if code == "v":
            self._need(8)
            row_bytes = int.from_bytes(buffer[4:6], "little")
            rows = int.from_bytes(buffer[6:8], "little")
            used = self._need(8 + row_bytes * rows)
            if row_bytes and rows:
                self._raster(bytes(buffer[8:used]), row_bytes, rows)
            return Step(used)
        if code == "(":
            self._need(5)
            used = self._need(5 + int.from_bytes(buffer[3:5], "little"))
            if buffer[2] == ord("k"):
                self._two_dimensional(bytes(buffer[5:used]))
            return Step(used)
        return self._unknown(2)

    def _two_dimensional(self, said: bytes) -> None:
        """GS ( k of a QR code: module size, error level, content, print."""
        match said[:2]:
            case b"1C":
                self._qr_dots = said[2]
            case b"1E":
                self._qr_level = "lmqh"[said[2] - 0x30]
            case b"1P":
                self._qr_content = said[3:]
            case b"1Q":
                self._end_line()
                code = segno.make(self._qr_content.decode(), error=self._qr_level, micro=False)
                out = io.BytesIO()
                code.save(out, kind="png", scale=self._qr_dots, border=0)
                self._place(Image.open(out).convert("L"))

    def _unknown(self, used: int) -> Step:
        self.slip.unknown.append(bytes(self.buffer[:used]))
        return Step(used)

    # -- drawing

    def _reset(self) -> None:
        self.hanzi = self.hanzi_at_power_on
        self._align, self._wide, self._high = 0, 1, 1
        self._hanzi_wide, self._hanzi_high = 1, 1
        self._glyphs: list[Image.Image] = []
        self._qr_dots, self._qr_level, self._qr_content = 3, "l", b""

    def _add(self, row: Image.Image) -> None:
        if row.height:
            self.slip.rows.append(row)

    def _place(self, image: Image.Image) -> None:
        row = Image.new("L", (self.width, image.height), 255)
        spare = self.width - image.width
        row.paste(image, ({1: spare // 2, 2: spare}.get(self._align, 0), 0))
        self._add(row)

    def _raster(self, bits: bytes, row_bytes: int, rows: int) -> None:
        self._end_line()
        dots = np.unpackbits(np.frombuffer(bits, np.uint8)).reshape(rows, row_bytes * 8)
        self._place(Image.fromarray(np.where(dots, 0, 255).astype(np.uint8)))

    def _put(self, char: str) -> None:
        """GS ! enlarges letters only, as on many cheap boards; Hanzi need FS !."""
        glyph = _glyph(char)
        latin = ord(char) < 0x80
        wide = self._wide if latin else self._hanzi_wide
        high = self._high if latin else self._hanzi_high
        glyph = glyph.resize((glyph.width * wide, glyph.height * high), 0)
        if sum(one.width for one in self._glyphs) + glyph.width > self.width:
            self._new_line()
        self._glyphs.append(glyph)
        self.slip.text += char

    def _new_line(self) -> None:
        height = max((glyph.height for glyph in self._glyphs), default=24)
        line = Image.new("L", (sum(glyph.width for glyph in self._glyphs), height + 6), 255)
        left = 0
        for glyph in self._glyphs:
            line.paste(glyph, (left, height - glyph.height))
            left += glyph.width
        self._glyphs = []
        self._place(line)
        self.slip.text += "\n"

    def _end_line(self) -> None:
        if self._glyphs:
            self._new_line()

    def _cut(self, used: int) -> Step:
        self._end_line()
        self.slip.cut = True
        return Step(used, cut=True)


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(NOTO, 24, index=NOTO_SC)


def text_drawn(words: str) -> Image.Image:
    """Some words in a row, mode "L", as a printer draws them that has all of them."""
    glyphs = [_glyph(char) for char in words]
    line = Image.new("L", (sum(glyph.width for glyph in glyphs), 24), 255)
    left = 0
    for glyph in glyphs:
        line.paste(glyph, (left, 0))
        left += glyph.width
    return line


def _glyph(char: str) -> Image.Image:
    image = Image.new("L", (12 if ord(char) < 0x80 else 24, 24), 255)
    draw = ImageDraw.Draw(image)
    draw.text((image.width / 2, 12), char, font=_font(), fill=0, anchor="mm")
    return image.point(lambda grey: 255 if grey > 140 else 0)

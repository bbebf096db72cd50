"""Draws the slip that the resident takes home, dot by dot as the printer will print it."""

import io
import json
import re
from pathlib import Path
from typing import Final

import segno
import typst
from PIL import Image

from devices.device import DeviceError
from devices.receipt_printer.escpos_raster import black_and_white
from kiosk.domain.fault import Fault
from kiosk.domain.receipt import Receipt

DOTS_PER_MM: Final = 8  # 203 dpi heads; ESC/POS printers of 80 mm and 58 mm paper alike
WIDTHS: Final = (576, 384)  # printable dots of 80 mm and of 58 mm paper
DEBIAN_NOTO: Final = Path("/usr/share/fonts/opentype/noto")  # package fonts-noto-cjk
FONT: Final = "Noto Sans CJK SC"  # Hanzi with Extensions A-E in names, Hangul, Latin

_HERE: Final = Path(__file__).parent
_NUMBER: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z/-]{3,31}")
_LONG_RUN: Final = re.compile(r"[!-~]{19,}")  # longer than a line: a web address, a foreign number
_QR_MOST_DOTS: Final = 8  # a module: 1 mm
_QR_GOOD_DOTS: Final = 4  # half a millimetre; finer only when the paper is too narrow
_QR_LEAST_DOTS: Final = 3
_QR_SIDE: Final = 296  # dots; 37 mm, larger only for codes that would get too fine
_QR_BORDER: Final = 2  # modules; slip.typ's space makes it the 4 of ISO/IEC 18004 (not read)


class SlipLayout:
    """Composes slips for one paper width. One thread; keeps the fonts loaded.

    `width_dots` is 576 (80 mm paper) or 384 (58 mm). The first slip takes 0.2 s, each further one
    about 70 ms on two shared cores, 10 of them to check for missing characters. Nothing is written
    to disk.
    """

    def __init__(self, width_dots: int = 576, *, fonts: Path = DEBIAN_NOTO) -> None:
        if width_dots not in WIDTHS:
            raise ValueError(f"no slip layout for {width_dots} dots; there is one for {WIDTHS}")
        self.width_dots = width_dots
        self._compiler = typst.Compiler(
            str(_HERE / "slip.typ"),
            root=str(_HERE),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
        )

    def picture(self, receipt: Receipt) -> Image.Image:
        """The slip as a picture of mode "1" (0 black, 255 white), exactly `width_dots` wide.

        The first line is set in large digits when its value is a bare number such as
        220182-000137: it is what the resident reads out on the telephone.
        Raises DeviceError with RECEIPT_UNPRINTABLE when a character is in none of the fonts or
        the QR content is too long; the message names neither.
        """
        inputs = {"slip": json.dumps(self._words(receipt), ensure_ascii=False)}
        try:
            # Only a PDF/A mode refuses a missing glyph, a picture shows a box.
            self._compiler.compile(sys_inputs=inputs, format="pdf", pdf_standards=["a-2b"])
            png = self._compiler.compile(sys_inputs=inputs, format="png", ppi=DOTS_PER_MM * 25.4)
        except typst.TypstError as error:
            # its text holds the character and so a piece of a name: not handed on
            missing = "could not be displayed" in error.message
            raise DeviceError(
                Fault.RECEIPT_UNPRINTABLE,
                "a character is in none of the fonts" if missing else "no room for these words",
            ) from None
        assert isinstance(png, bytes)
        with Image.open(io.BytesIO(png)) as drawn:
            page = black_and_white(drawn)
        assert page.width == self.width_dots
        return page

    def _words(self, receipt: Receipt) -> dict[str, object]:
        lines = [(label, _breakable(value)) for label, value in receipt.lines]
        number = None
        if receipt.lines and _NUMBER.fullmatch(receipt.lines[0][1]):
            label, value = receipt.lines[0]
            number, lines = (label, value.replace("-", "-\u200b")), lines[1:]
        qr_svg, qr_dots = self._qr(receipt.qr)
        return {
            "width_mm": self.width_dots / DOTS_PER_MM,
            "fonts": [FONT],
            "title": receipt.title,
            "site": receipt.site,
            "number": number,
            "lines": lines,
            "label_em": max((len(label) for label, _ in lines), default=0),
            "materials": [_breakable(material) for material in receipt.materials],
            "notes": [_breakable(note) for note in receipt.notes],
            "qr_svg": qr_svg,
            "qr_mm": qr_dots / DOTS_PER_MM,
            "footer": receipt.footer,
            "words": {"materials": receipt.materials_title, "qr": receipt.qr_words},
        }

    def _qr(self, content: str) -> tuple[str, int]:
        """The code as SVG and its side in dots, a whole number of dots a module."""
        if not content:
            return "", 0
        try:
            code = segno.make(content, error="m", micro=False)
        except ValueError:  # segno.DataOverflowError
            raise DeviceError(Fault.RECEIPT_UNPRINTABLE, "the QR content is too long") from None
        modules = int(code.symbol_size(border=_QR_BORDER)[0])
        dots = min(_QR_MOST_DOTS, _QR_SIDE // modules)
        if dots < _QR_GOOD_DOTS:
            dots = min(_QR_GOOD_DOTS, (self.width_dots - 2 * DOTS_PER_MM) // modules)
        if dots < _QR_LEAST_DOTS:
            raise DeviceError(Fault.RECEIPT_UNPRINTABLE, "the QR content is too long")
        return code.svg_inline(border=_QR_BORDER), dots * modules


def _breakable(words: str) -> str:
    """Lets a run of Latin letters that is longer than a line be broken anywhere."""
    return _LONG_RUN.sub(lambda run: "\u200b".join(run[0]), words)

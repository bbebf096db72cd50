"""Draws the slip that the resident takes home, dot by dot as the printer will print it."""

import io
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from PIL import Image

from devices.receipt_printer.escpos_raster import black_and_white
from devices.receipt_printer.layout import UnprintableReceipt
from devices.receipt_printer.slip_code import slip_code
from kiosk.domain.receipt import Receipt
from kiosk.domain.unprintable import Unprintable
from kiosk.papers.compose import Paper, PaperError, Template, Typesetter, shared_typesetter
from kiosk.papers.fonts import SANS, missing_glyphs

DOTS_PER_MM: Final = 8  # 203 dpi heads; ESC/POS printers of 80 mm and 58 mm paper alike
WIDTHS: Final = (576, 384)  # printable dots of 80 mm and of 58 mm paper
KOREAN_FILE: Final = Path(__file__).with_name("slip_words.ko_CN.toml")

_NUMBER: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z/-]{3,31}")
_LONG_RUN: Final = re.compile(r"[!-~]{19,}")  # longer than a line: a web address, a foreign number
_LONGEST_PART: Final = 16  # between hyphens
_QR_MOST_DOTS: Final = 8  # a module: 1 mm
_QR_GOOD_DOTS: Final = 4  # half a millimetre; finer only when the paper is too narrow
_QR_LEAST_DOTS: Final = 3
_QR_SIDE: Final = 296  # dots; 37 mm, larger only for codes that would get too fine
_QR_BORDER: Final = 2  # modules; slip.typ's space makes it the 4 of ISO/IEC 18004 (not read)


class SlipLayout:
    """Composes slips for one paper width.

    `width_dots` is 576 (80 mm paper) or 384 (58 mm). The first slip takes a quarter second, each
    further one about 20 ms. Nothing is written to disk.
    """

    def __init__(self, width_dots: int = 576, *, typesetter: Typesetter | None = None) -> None:
        if width_dots not in WIDTHS:
            raise ValueError(f"no slip layout for {width_dots} dots; there is one for {WIDTHS}")
        self.width_dots = width_dots
        self._typesetter = typesetter or shared_typesetter()

    def picture(self, receipt: Receipt) -> Image.Image:
        """The slip as a picture of mode "1" (0 black, 255 white), exactly `width_dots` wide.

        The first line is set in large digits when its value is a bare number such as
        220182-000137: it is what the resident reads out on the telephone.
        Raises UnprintableReceipt when a character is in none of the fonts (and then names it
        with its field, but not in its message) or the QR content is too long.
        """
        paper = self.paper(receipt)
        try:
            (png,) = self._typesetter.pictures(paper, ppi=DOTS_PER_MM * 25.4)
        except PaperError as error:
            raise UnprintableReceipt(str(error), error.missing) from None
        with Image.open(io.BytesIO(png)) as drawn:
            page = black_and_white(drawn)
        if page.width != self.width_dots:  # a template of the county that sets its own width
            raise UnprintableReceipt("the template is not as wide as the paper")
        return page

    def paper(self, receipt: Receipt) -> Paper:
        """The slip as its template is given it. Raises UnprintableReceipt."""
        missing = tuple(dict.fromkeys(_missing_in(receipt)))
        if missing:
            raise UnprintableReceipt("a character is in none of the fonts", missing)
        return Paper(Template.SLIP, receipt.title, self._words(receipt))

    def _words(self, receipt: Receipt) -> dict[str, object]:
        said = _Said(receipt)
        lines = [(said(label), said(value)) for label, value in receipt.lines]
        number = None
        if receipt.lines and _NUMBER.fullmatch(receipt.lines[0][1]):
            label, value = receipt.lines[0]
            number, lines = (said(label), value.replace("-", "-\u200b")), lines[1:]
        qr_svg, qr_dots = self._qr(receipt.qr)
        return {
            "width_mm": self.width_dots / DOTS_PER_MM,
            "fonts": SANS,
            "marks": [said(mark) for mark in receipt.marks],
            "title": said(receipt.title),
            "site": receipt.site,
            "number": number,
            "lines": lines,
            "label_em": max((len(label[0]) for label, _ in lines), default=0),
            "materials": [said(material) for material in receipt.materials],
            "notes": [said(note) for note in receipt.notes],
            "qr_svg": qr_svg,
            "qr_mm": qr_dots / DOTS_PER_MM,
            "footer": said(receipt.footer),
            "words": {"materials": said(receipt.materials_title), "qr": said(receipt.qr_words)},
        }

    def _qr(self, content: str) -> tuple[str, int]:
        """The code as SVG and its side in dots, a whole number of dots a module."""
        if not content:
            return "", 0
        try:
            code = slip_code(content)
        except ValueError:  # segno.DataOverflowError
            raise UnprintableReceipt("the QR content is too long") from None
        modules = int(code.symbol_size(border=_QR_BORDER)[0])
        dots = min(_QR_MOST_DOTS, _QR_SIDE // modules)
        if dots < _QR_GOOD_DOTS:
            dots = min(_QR_GOOD_DOTS, (self.width_dots - 2 * DOTS_PER_MM) // modules)
        if dots < _QR_LEAST_DOTS:
            raise UnprintableReceipt("the QR content is too long")
        return code.svg_inline(border=_QR_BORDER), dots * modules


class _Said:
    """Words with their Korean, "" where there is none or none is wanted."""

    def __init__(self, receipt: Receipt) -> None:
        self._korean: dict[str, str] = {}
        if receipt.with_korean:
            self._korean = {**korean_words(), **dict(receipt.korean)}

    def __call__(self, words: str) -> tuple[str, str]:
        return _breakable(words), self._korean.get(words, "") or self._of_head(words)

    def _of_head(self, words: str) -> str:
        """What stands in brackets behind known words is a time or a name, and stays."""
        head, bracket, rest = words.partition("（")
        korean = self._korean.get(head, "") if bracket else ""
        return f"{korean}{bracket}{rest}" if korean else ""


@cache
def korean_words() -> Mapping[str, str]:
    """Chinese words of slips and their Korean: a draft, which the file itself says."""
    return dict(tomllib.loads(KOREAN_FILE.read_text("utf-8"))["words"])


def _missing_in(receipt: Receipt) -> Iterator[Unprintable]:
    """With the words beside it, so that the person knows which of the fields is meant."""
    titled = receipt.title
    fields = [(titled, words) for words in (receipt.title, receipt.site, receipt.footer)]
    fields += [(titled, words) for words in (*receipt.marks, *receipt.notes)]
    fields += [(receipt.materials_title, material) for material in receipt.materials]
    fields += [(label, words) for label, value in receipt.lines for words in (label, value)]
    for place, words in fields:
        for character in missing_glyphs(words):
            yield Unprintable(place, character)


def _breakable(words: str) -> str:
    """Lets Latin letters that are longer than a line be broken: at hyphens, else anywhere."""

    def broken(run: re.Match[str]) -> str:
        parts = run[0].split("-")
        if len(parts) > 1 and max(map(len, parts)) <= _LONGEST_PART:
            return "-\u200b".join(parts)
        return "\u200b".join(run[0])

    return _LONG_RUN.sub(broken, words)

"""Makes the entrustment 授权委托书 by which an applicant lets somebody else handle a case: A4.

It states what the guide's row asks for: who entrusts whom with which item, and both signatures.
Agency is free (T-38 of reference/domain.md), so nothing of money stands on it.
"""

import io
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import typst
from PIL import Image

DEBIAN_NOTO: Final = Path("/usr/share/fonts/opentype/noto")  # package fonts-noto-cjk
PIXELS_PER_INCH: Final = 150  # as photographed pages have about: reference/scanning.md
JPEG_QUALITY: Final = 80
_HERE: Final = Path(__file__).parent


class Unprintable(Exception):
    """A character of the paper is in none of the fonts. Does not name it."""


@dataclass(frozen=True, slots=True)
class Signed:
    """One of the two who sign. `signature`: JPEG of the pad, b"" for a line to sign by hand."""

    name: str = field(repr=False)
    number: str = field(repr=False)
    signature: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Entrustment:
    """Who lets whom handle what."""

    applicant: Signed
    agent: Signed
    relation: str  # the agent's to the applicant, in the catalogue's words
    item: str
    office: str
    site: str
    day: date


@dataclass(frozen=True, slots=True)
class Paper:
    """The same page twice: for the printer, and as the picture that goes with the case."""

    pdf: bytes = field(repr=False)
    jpeg: bytes = field(repr=False)
    width: int  # pixels of the picture
    height: int


def entrustment_paper(entrustment: Entrustment, *, fonts: Path = DEBIAN_NOTO) -> Paper:
    """One A4 page. The words are data, never markup; the same words give the same PDF.

    About a second, most of it for loading the fonts: not on the interface's thread. Nothing is
    written to the disk. Raises Unprintable.
    """
    words = {
        "applicant": _signed(entrustment.applicant),
        "agent": _signed(entrustment.agent),
        "relation": entrustment.relation,
        "item": entrustment.item,
        "office": entrustment.office,
        "site": entrustment.site,
        "day": [entrustment.day.year, entrustment.day.month, entrustment.day.day],
    }
    compiler = typst.Compiler(
        str(_HERE / "entrustment.typ"),
        root=str(_HERE),
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
        sys_inputs={"entrustment": json.dumps(words, ensure_ascii=False)},
    )
    try:
        pdf = compiler.compile(format="pdf", pdf_standards=["a-2b"])
        png = compiler.compile(format="png", ppi=PIXELS_PER_INCH)
    except typst.TypstError:  # its text holds the character and so a piece of a name
        raise Unprintable from None
    assert isinstance(pdf, bytes)
    assert isinstance(png, bytes)  # a list would be several pages
    with Image.open(io.BytesIO(png)) as picture:
        jpeg = io.BytesIO()
        picture.convert("L").save(jpeg, "JPEG", quality=JPEG_QUALITY)
        return Paper(pdf, jpeg.getvalue(), picture.width, picture.height)


def _signed(person: Signed) -> dict[str, object]:
    return {
        "name": person.name,
        "number": person.number,
        "signature": list(person.signature),  # typst reads no base64
    }

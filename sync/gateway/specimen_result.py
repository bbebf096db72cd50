"""Makes the result notice of the demo's office: A4, dignified, and marked 样张 all over.

Only the demo's reviewing command uses it. On a real terminal the issuing office makes and seals
its documents, and the terminal prints them unchanged.
"""

import json
from datetime import date
from pathlib import Path
from typing import Final

import typst

DEBIAN_NOTO: Final = Path("/usr/share/fonts/opentype/noto")  # package fonts-noto-cjk
_HERE: Final = Path(__file__).parent


def specimen_result_pdf(
    *,
    title: str,
    official_number: str,
    name: str,
    item: str,
    office: str,
    issued: date,
    fonts: Path = DEBIAN_NOTO,
) -> bytes:
    """One A4 page as PDF/A-2b (checked by typst itself, not by another validator).

    The same words give the same bytes. Nothing is written to disk; about half a second, most of
    it for loading the fonts. Raises ValueError, which does not name the character, when a
    character is in none of the fonts.
    """
    words = {
        "title": title,
        "official_number": official_number,
        "name": name,
        "item": item,
        "office": office,
        "issued": [issued.year, issued.month, issued.day],
    }
    compiler = typst.Compiler(
        str(_HERE / "specimen_result.typ"),
        root=str(_HERE),
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
    )
    try:
        pdf = compiler.compile(
            sys_inputs={"notice": json.dumps(words, ensure_ascii=False)},
            format="pdf",
            pdf_standards=["a-2b"],
        )
    except typst.TypstError:  # its text holds the character and so a piece of a name
        raise ValueError("a character of this notice is in none of the fonts") from None
    assert isinstance(pdf, bytes)
    return pdf

"""Sets a paper with its template, as PDF for the printer or as pictures for the screen."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from pathlib import Path
from typing import Final

import typst

DEBIAN_NOTO: Final = Path("/usr/share/fonts/opentype/noto")  # package fonts-noto-cjk
SCREEN_PPI: Final = 110  # A4 is 910 dots wide: as wide as the page of a standing screen
_HERE: Final = Path(__file__).parent


@unique
class Template(StrEnum):
    """The value is the name of the template's file."""

    GUIDE = "guide.typ"
    FORM = "form.typ"


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on it. Words reach the template as JSON, never as markup."""

    template: Template
    title: str
    words: Mapping[str, object]


class PaperError(Exception):
    """It cannot be set, such as for a character that is in none of the fonts; not named."""


def pdf(paper: Paper, *, fonts: Path = DEBIAN_NOTO) -> bytes:
    """A4 pages as PDF. The same words give the same bytes; nothing is written to disk.

    About half a second, most of it for loading the fonts: not on the interface's thread. Raises
    PaperError.
    """
    try:
        made = _compiler(paper, fonts).compile(
            sys_inputs=_inputs(paper), format="pdf", pdf_standards=["a-2b"]
        )
    except typst.TypstError as error:
        raise _told(error) from None
    assert isinstance(made, bytes)
    return made


def pictures(paper: Paper, *, fonts: Path = DEBIAN_NOTO) -> tuple[bytes, ...]:
    """Each page as PNG for the screen. As slow as `pdf`. Raises PaperError."""
    try:
        made = _compiler(paper, fonts).compile(
            sys_inputs=_inputs(paper), format="png", ppi=SCREEN_PPI
        )
    except typst.TypstError as error:
        raise _told(error) from None
    assert made is not None
    return (made,) if isinstance(made, bytes) else tuple(made)


def _compiler(paper: Paper, fonts: Path) -> typst.Compiler:
    return typst.Compiler(
        str(_HERE / paper.template),
        root=str(_HERE),
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
    )


def _inputs(paper: Paper) -> dict[str, str]:
    return {"paper": json.dumps(dict(paper.words), ensure_ascii=False)}


def _told(error: typst.TypstError) -> PaperError:
    """Its own text holds the character: not handed on."""
    missing = "could not be displayed" in error.message
    return PaperError("no glyph for a character" if missing else "cannot be set")

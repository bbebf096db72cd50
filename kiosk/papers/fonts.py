"""The letters of every paper: Noto Sans and Serif, Chinese and Korean (OFL), which come as wheels.

They are part of the package, so that a paper looks the same on every machine. The wheels hold only
the Regular weight. Bold is made by the templates with a stroke of .03 em round each letter:
on a thermal head and on paper it cannot be told from a bold cut, and a second weight would cost
25 MB of disk and of memory.
"""

from functools import cache
from pathlib import Path
from typing import Final

import pylopdf_fonts_ko
import pylopdf_fonts_zh_cn

SANS: Final = ("Noto Sans SC", "Noto Sans KR")  # the names that templates use, Hanzi first
SERIF: Final = ("Noto Serif SC", "Noto Serif KR")

# Drawn by no font, and rightly: they only join, part or choose (Unicode: default ignorable).
_WITHOUT_INK: Final = frozenset(
    map(chr, (*range(0x200B, 0x2010), 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)))
) | frozenset(map(chr, range(0xE0100, 0xE01F0)))
_SPACES: Final = frozenset("\t\n\r ")


def font_files(*, serif: bool = False) -> tuple[Path, ...]:
    """The files of `SANS` or `SERIF`, in that order."""
    wheels = (pylopdf_fonts_zh_cn, pylopdf_fonts_ko)
    return tuple(wheel.serif_path() if serif else wheel.sans_path() for wheel in wheels)


def font_folders() -> tuple[Path, ...]:
    """Where those files lie."""
    return tuple(file.parent for file in font_files())


def missing_glyphs(text: str, *, serif: bool = False) -> tuple[str, ...]:
    """The characters of the text that no font here has, each once, in their order.

    For the person in front of the machine, never for a log: they may be of a name. The first call
    takes 0.2 s, each further one microseconds.
    """
    known = _known(serif)
    return tuple(dict.fromkeys(char for char in text if char not in known))


@cache
def _known(serif: bool) -> frozenset[str]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - not needed before the first paper

    known = _WITHOUT_INK | _SPACES
    for file in font_files(serif=serif):
        with TTFont(file, lazy=True) as font:
            known |= frozenset(map(chr, font.getBestCmap()))
    return known

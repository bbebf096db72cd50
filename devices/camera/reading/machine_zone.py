"""Reads the machine-readable zone (机读码) of a passport or permit that lies under the camera."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from devices.camera.api import Frame
from devices.camera.page_edges import find_page
from devices.camera.pictures import Pixels, frame_of, pixels_of
from devices.camera.reading.alphabets import Alphabet
from devices.camera.reading.api import LineReader
from devices.camera.reading.text_lines import Box, ink_of, lines_in
from devices.camera.straighten import straighten

# Doc 9303-3 section 4 (recalled): OCR-B size 1, ten letters to the inch; the zone is as wide as
# 44 letters of the 125 mm of a passport, and as 30 of the 85.6 mm of a card.
_LINE_HEIGHTS: Final = (0.03, 0.02)  # of a letter by the width of the document: card, passport
_LEAST_WIDTH: Final = 0.75  # of the document's width
_MARGIN: Final = 0.3  # of a line's height around its letters
_LENGTHS: Final = {30: 3, 44: 2}  # letters of a line: how many lines
_SLACK: Final = 4  # letters that a line may be too short or too long
_DOUBTED: Final = 0.9  # O read as 0 had 0.3 to 0.6 on 18 drawn zones, right letters mostly more
_DOTS: Final = 300  # of the longer side of A4: as fine as the camera sees it


@dataclass(frozen=True, slots=True)
class ReadZone:
    """The lines as read, nothing put right, and where they stand, for a person to compare."""

    lines: tuple[str, ...] = field(repr=False)
    unsure: tuple[frozenset[int], ...]  # places in each line that the recogniser doubts
    picture: Frame = field(repr=False)  # the cut-out with all lines


def read_zone(frame: Frame, reader: LineReader) -> ReadZone | None:
    """The zone of the document under the camera; None: no document, or none with a zone.

    Any way up. About a second on one core of a desktop processor.
    """
    found = find_page(frame)
    if found is None:
        return None
    page = pixels_of(straighten(frame, found.corners, dpi=_DOTS))
    turns = (0, 2, 1, 3) if page.shape[1] >= page.shape[0] else (1, 3, 0, 2)
    for turn in turns:
        zone = _zone_in(np.ascontiguousarray(np.rot90(page, turn)), reader)
        if zone is not None:
            return zone
    return None


def _zone_in(page: Pixels, reader: LineReader) -> ReadZone | None:
    """Of a page that lies upright; the zone is the lowest print that fills the whole width."""
    height, width = page.shape[:2]
    ink = ink_of(page)
    below = Box(0, height // 3, width, height - height // 3)
    for share in _LINE_HEIGHTS:
        letter = max(8, round(share * width))
        wide = [
            line
            for line in lines_in(ink, below, line_height=letter)
            if line.width > _LEAST_WIDTH * width
        ]
        for length, count in _LENGTHS.items():
            if len(wide) >= count:
                zone = _read(page, wide[-count:], length, round(_MARGIN * letter), reader)
                if zone is not None:
                    return zone
    return None


def _read(
    page: Pixels, lines: list[Box], length: int, margin: int, reader: LineReader
) -> ReadZone | None:
    limits = page.shape[1], page.shape[0]
    texts: list[str] = []
    unsure: list[frozenset[int]] = []
    for line in reversed(lines):  # the last line is the first to show that it is none
        read = reader.read(line.grown(margin, limits).cut_from(page), Alphabet.MACHINE_ZONE)
        if abs(len(read.text) - length) > _SLACK:
            return None
        texts.append(read.text)
        doubted = (at for at, one in enumerate(read.characters) if one.confidence < _DOUBTED)
        unsure.append(frozenset(doubted))
    left, right = min(one.left for one in lines), max(one.right for one in lines)
    whole = Box(left, lines[0].top, right - left, lines[-1].bottom - lines[0].top)
    cut = whole.grown(margin, limits).cut_from(page)
    return ReadZone(tuple(texts[::-1]), tuple(unsure[::-1]), frame_of(np.ascontiguousarray(cut)))

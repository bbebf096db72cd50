"""Reads the fields of a paper that was laid flat, by the layout of its kind."""

from dataclasses import replace
from typing import Final

import numpy as np

from devices.camera.api import Frame
from devices.camera.page_edges import find_page
from devices.camera.pictures import Flags, Pixels, frame_of, pixels_of
from devices.camera.reading.api import LineReader, ReadLine
from devices.camera.reading.layouts import LAYOUTS, Layout, Zone
from devices.camera.reading.paper import FieldKey, ReadField, ReadingKind, ReadPaper
from devices.camera.reading.text_lines import Box, ink_of, lines_in
from devices.camera.straighten import straighten
from kiosk.domain import id_number
from kiosk.domain.identity import Sex

_MARGIN: Final = 0.16  # of a line's height around its print; the recogniser was taught with some
_SEXES: Final = {Sex.MALE: "男", Sex.FEMALE: "女"}
_HALF_TURN: Final = 2


def read_photograph(frame: Frame, kind: ReadingKind, reader: LineReader) -> ReadPaper | None:
    """The paper under the camera; None when no paper is seen there.

    A card takes about 0.3 s on one core of a desktop processor, the search for it included.
    """
    found = find_page(frame)
    if found is None:
        return None
    return read_paper(straighten(frame, found.corners), kind, reader)


def read_paper(page: Frame, kind: ReadingKind, reader: LineReader) -> ReadPaper:
    """The fields of a page that was laid flat, whichever way up it lies.

    Never fails: what cannot be read has an empty text and a confidence of 0. The check character
    tells upright from upside down; without a right one the surer of both ways counts.
    """
    layout = LAYOUTS[kind]
    lying = _sideways(pixels_of(page), layout)
    best: ReadField | None = None
    upright = lying
    for turns in (0, _HALF_TURN):
        turned = np.ascontiguousarray(np.rot90(lying, turns))
        proof = _read_zone(turned, ink_of(turned), _zone_of(layout), layout, reader)
        right = layout.proves(proof.text)
        if best is None or right or (len(proof.text), proof.confidence) > _weight(best):
            best, upright = replace(proof, checked=right), turned
        if right:
            break
    assert best is not None
    ink = ink_of(upright)
    fields = [
        best if zone.key is layout.proof else _read_zone(upright, ink, zone, layout, reader)
        for zone in layout.zones
    ]
    return ReadPaper(kind, frame_of(upright), tuple(_completed(fields)))


def _weight(one: ReadField) -> tuple[int, float]:
    return len(one.text), one.confidence


def _sideways(pixels: Pixels, layout: Layout) -> Pixels:
    """With its longer side where the paper has its own."""
    height, width = pixels.shape[:2]
    if (width < height) == (layout.ratio < 1):
        return pixels
    return np.ascontiguousarray(np.rot90(pixels))


def _zone_of(layout: Layout) -> Zone:
    return next(zone for zone in layout.zones if zone.key is layout.proof)


def _read_zone(
    page: Pixels, ink: Flags, zone: Zone, layout: Layout, reader: LineReader
) -> ReadField:
    height, width = page.shape[:2]
    left, top = round(zone.left * width), round(zone.top * height)
    whole = Box(left, top, round(zone.right * width) - left, round(zone.bottom * height) - top)
    line_height = max(4, round(layout.line_height * height))
    lines = lines_in(ink, whole, line_height=line_height)
    if zone.lines == 1 and lines:
        lines = (max(lines, key=lambda line: line.width * line.height),)
    lines = lines[: zone.lines]
    margin = round(_MARGIN * line_height)
    read: list[ReadLine] = []
    for line in lines:
        cut = line.grown(margin, (width, height)).cut_from(page)
        read.append(reader.read(cut, zone.alphabet))
    text = "".join(line.text for line in read)
    confidence = min((line.confidence for line in read), default=0.0)
    return ReadField(zone.key, text, confidence, _around(lines, whole, margin, (width, height)))


def _around(lines: tuple[Box, ...], whole: Box, margin: int, limits: tuple[int, int]) -> Box:
    """The cut-out that a person compares: all lines of the field, or its place without any."""
    if not lines:
        return whole
    left, top = min(line.left for line in lines), min(line.top for line in lines)
    right, bottom = max(line.right for line in lines), max(line.bottom for line in lines)
    return Box(left, top, right - left, bottom - top).grown(margin, limits)


def _completed(fields: list[ReadField]) -> list[ReadField]:
    """A proven number says birthday and sex; a sex that was read otherwise is in doubt."""
    number = next((one for one in fields if one.key is FieldKey.NUMBER), None)
    if number is None or not number.checked:
        return fields
    said = _SEXES[id_number.sex(number.text)]
    completed = []
    for one in fields:
        agrees = one.key is FieldKey.SEX and one.text == said
        completed.append(replace(one, checked=True) if agrees else one)
    birth = id_number.birth_date(number.text)
    if birth is not None:
        completed.append(
            ReadField(FieldKey.BIRTH, birth.isoformat(), number.confidence, number.box, True)
        )
    return completed

"""Zones of drawn documents, photographed, read, put right: the whole way to what opens the chip."""

from datetime import date

import numpy as np
import pytest

from devices.camera.pictures import frame_of
from devices.camera.reading.machine_zone import read_zone
from devices.camera.reading.pp_ocr import PpOcrLineReader
from devices.camera.reading.specimen_cards import Face, id_card_front, photographed
from devices.camera.reading.specimen_zones import OCR_B, card_back, passport_page
from devices.travel_document.mrz import access_key_of
from devices.travel_document.specimens import CHINESE_PASSPORT, HMT_RESIDENT, TO_HONG_KONG_MACAO
from devices.travel_document.zone_repair import repaired


@pytest.mark.parametrize("zone", [CHINESE_PASSPORT, HMT_RESIDENT, TO_HONG_KONG_MACAO])
def test_a_photographed_zone_opens_its_chip(reader: PpOcrLineReader, zone: str) -> None:
    assert OCR_B.is_file()
    sheet = passport_page(zone) if zone.count("\n") == 1 else card_back(zone)
    if zone is HMT_RESIDENT:
        sheet = np.ascontiguousarray(sheet[::-1, ::-1])  # laid down upside down
    random = np.random.default_rng([3, len(zone)])
    picture, _ = photographed(sheet, random, share=0.62, size=(1600, 1200))
    read = read_zone(frame_of(picture), reader)
    assert read is not None
    assert repaired(read.lines, read.unsure) == zone
    assert read.picture.width > read.picture.height
    assert zone[:9] not in repr(read)
    access_key_of(repaired(read.lines, read.unsure), date(2026, 5, 12))


def test_a_card_without_a_zone_has_none(reader: PpOcrLineReader) -> None:
    picture, _ = photographed(id_card_front(Face()), np.random.default_rng(1), size=(1600, 1200))
    assert read_zone(frame_of(picture), reader) is None


def test_an_empty_desk_has_none(reader: PpOcrLineReader) -> None:
    assert read_zone(frame_of(np.full((600, 800, 3), 90, np.uint8)), reader) is None

"""After each paper the reader of print holds nothing of it."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from devices.camera.api import Frame
from devices.camera.pictures import Pixels, frame_of
from devices.camera.reading.alphabets import Alphabet
from devices.camera.reading.api import ReadLine
from devices.camera.reading.paper import ReadingKind
from devices.camera.reading.pp_ocr import PpOcrLineReader
from devices.camera.reading.specimen_cards import Face, id_card_front, photographed
from devices.camera.reading.specimen_zones import photographed_document
from devices.travel_document.specimens import CHINESE_PASSPORT
from kiosk.flow.equipment import Event, PaperNotRead, PaperRead, ZoneSeen
from kiosk.paper_reading import PaperReading


class Counting(PpOcrLineReader):
    """Counts the lines since it last forgot."""

    lines = 0
    fails = False

    def read(self, line: Pixels, alphabet: Alphabet = Alphabet.ANYTHING) -> ReadLine:
        self.lines += 1
        if self.fails:
            raise RuntimeError("a mistake of ours")
        return super().read(line, alphabet)

    def forget(self) -> None:
        super().forget()
        self.lines = 0


def a_card() -> Frame:
    random = np.random.default_rng(7)
    return frame_of(photographed(id_card_front(Face()), random, share=0.6, size=(1600, 1200))[0])


def ask_card(reading: PaperReading, told: Callable[[Event], None]) -> None:
    reading.read(ReadingKind.ID_CARD_FRONT, 1, told, a_card())


def ask_zone(reading: PaperReading, told: Callable[[Event], None]) -> None:
    reading.read_zone(1, told, photographed_document(CHINESE_PASSPORT))


@pytest.mark.logs_expected
@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize(("ask", "wanted"), [(ask_card, PaperRead), (ask_zone, ZoneSeen)])
def test_the_reader_forgets_after_each_paper_but_lets_nobody_wait(
    ask: Callable[[PaperReading, Callable[[Event], None]], None],
    wanted: type[Event],
    fails: bool,
) -> None:
    reader = Counting()
    reader.fails = fails
    told: list[tuple[type[Event], int]] = []
    reading = PaperReading(lambda: reader, lambda: date(2026, 11, 28))
    reading.thread.start()
    ask(reading, lambda event: told.append((type(event), reader.lines)))
    assert reading.thread.stop(seconds=20)
    [(kind, lines)] = told
    assert kind is (PaperNotRead if fails else wanted)
    assert lines > 0, "told first, forgotten then"
    assert reader.lines == 0


def test_a_desk_without_a_paper_is_no_trouble() -> None:
    told: list[Event] = []
    reading = PaperReading(PpOcrLineReader, lambda: date(2026, 11, 28))
    reading.thread.start()
    reading.read_zone(1, told.append, frame_of(np.full((600, 800, 3), 90, np.uint8)))
    assert reading.thread.stop(seconds=20)
    assert told == [PaperNotRead(1)]

"""Whoever waits for a photographed paper is answered, whatever its picture does to the reader."""

from collections.abc import Iterator
from queue import SimpleQueue

import cv2
import pytest

from devices.camera.api import Frame
from devices.camera.pictures import frame_of
from devices.camera.reading.api import LineReader
from devices.camera.reading.paper import ReadingKind
from devices.camera.reading.specimen_cards import Face, id_card_front
from kiosk.flow.equipment import Event, PaperNotRead
from kiosk.paper_reading import PaperReading
from ui.specimens import MOMENT

FRAME = Frame(4, 2, bytes(24))
TROUBLE = [cv2.error("resize"), ValueError("shape"), OSError("model file"), MemoryError()]


def _failing(error: Exception) -> LineReader:
    raise error


@pytest.fixture(params=TROUBLE, ids=lambda error: type(error).__name__)
def reading(request: pytest.FixtureRequest) -> Iterator[PaperReading]:
    made = PaperReading(lambda: _failing(request.param), MOMENT.date)
    made.thread.start()
    yield made
    made.thread.stop()


@pytest.mark.logs_expected
def test_a_reader_that_fails_is_answered_and_the_thread_goes_on(
    reading: PaperReading, caplog: pytest.LogCaptureFixture
) -> None:
    told: SimpleQueue[Event] = SimpleQueue()
    reading.read(ReadingKind.ID_CARD_FRONT, 7, told.put, FRAME)
    assert told.get(timeout=20) == PaperNotRead(7)
    reading.read_zone(8, told.put, frame_of(id_card_front(Face())))
    assert told.get(timeout=20) == PaperNotRead(8)
    reading.thread.stop()
    assert sum("reading failed" in line for line in caplog.messages) == 2  # nothing is hushed up

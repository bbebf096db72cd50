from datetime import date

import pytest

from devices.travel_document.document_watch import (
    DocumentEvent,
    DocumentFailed,
    DocumentRead,
    DocumentTaken,
    DocumentWatch,
)
from devices.travel_document.mrz import access_key_of
from devices.travel_document.simulated_reader import SimulatedTravelDocumentReader
from devices.travel_document.specimens import CHINESE_PASSPORT, HMT_RESIDENT
from kiosk.domain.fault import Fault

TODAY = date(2026, 5, 12)
KEY = access_key_of(CHINESE_PASSPORT, TODAY)


class Bench:
    def __init__(self) -> None:
        self.reader = SimulatedTravelDocumentReader(lambda: TODAY)
        self.told: list[DocumentEvent] = []
        self.watch = DocumentWatch(self.reader, self.told.append)
        self.watch.begin(KEY)

    def poll(self, times: int = 3) -> list[DocumentEvent]:
        for _ in range(times):
            self.watch.poll()
        told, self.told[:] = list(self.told), []
        return told


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_document_is_read_once_each_time_it_is_laid_down(bench: Bench) -> None:
    assert bench.poll() == []
    bench.reader.lay_down(CHINESE_PASSPORT)
    (event,) = bench.poll()
    assert isinstance(event, DocumentRead)
    assert event.document.number == "EA1234567"
    bench.reader.take_away()
    assert bench.poll() == [DocumentTaken()]
    bench.reader.lay_down(CHINESE_PASSPORT)
    assert len(bench.poll()) == 1


def test_lifting_what_was_not_read_tells_nothing(bench: Bench) -> None:
    bench.reader.lay_down(HMT_RESIDENT)
    bench.poll()
    bench.reader.take_away()
    assert bench.poll() == []


def test_another_document_is_asked_once_and_refused(bench: Bench) -> None:
    bench.reader.lay_down(HMT_RESIDENT)
    assert bench.poll(5) == [DocumentFailed(Fault.CARD_UNREADABLE)]


def test_another_kind_of_card_is_refused(bench: Bench) -> None:
    bench.reader.lay_down("")
    assert bench.poll() == [DocumentFailed(Fault.CARD_KIND_UNKNOWN)]


def test_a_reader_that_went_is_told_once_and_used_when_it_is_back(bench: Bench) -> None:
    bench.poll()
    bench.reader.unplug()
    assert bench.poll(5) == [DocumentFailed(Fault.READER_GONE)]
    bench.reader.plug_in()
    bench.reader.lay_down(CHINESE_PASSPORT)
    (event,) = bench.poll()
    assert isinstance(event, DocumentRead)


def test_nobody_is_asked_without_a_key(bench: Bench) -> None:
    bench.watch.end()
    bench.reader.lay_down(CHINESE_PASSPORT)
    assert bench.poll() == []


def test_a_terminal_without_such_a_reader_says_so() -> None:
    told: list[DocumentEvent] = []
    watch = DocumentWatch(None, told.append)
    watch.begin(KEY)
    watch.poll()
    watch.poll()
    assert told == [DocumentFailed(Fault.READER_GONE)]
    watch.end()

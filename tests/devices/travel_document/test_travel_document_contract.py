"""What every reader for travel documents keeps: the simulator, and PC/SC with the real service."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from devices.device import DeviceError, DeviceState
from devices.id_card.specimens import SOCIAL_SECURITY
from devices.travel_document.api import AccessKey, TravelDocumentReader
from devices.travel_document.mrz import access_key_of, document_of
from devices.travel_document.pcsc_reader import PcscTravelDocumentReader
from devices.travel_document.simulated_reader import SimulatedTravelDocumentReader
from devices.travel_document.specimens import EVERY_ZONE, PASSPORT
from kiosk.domain.fault import Fault
from tests.counterparts.pcsc_card import PcscService
from tests.counterparts.waiting import wait_until

TODAY = date(2026, 11, 28)


def today() -> date:
    return TODAY


@dataclass(frozen=True, slots=True)
class Bench:
    """A reader and hands."""

    reader: TravelDocumentReader
    lay_down: Callable[[str], None]
    lay_other: Callable[[], None]
    take_away: Callable[[], None]
    unplug: Callable[[], None]
    plug_in: Callable[[], None]

    def opened_with(self, zone: str) -> TravelDocumentReader:
        self.reader.open()
        self.lay_down(zone)
        wait_until(self.reader.card_present, what="the document is noticed")
        return self.reader


@pytest.fixture
def simulator() -> Iterator[Bench]:
    reader = SimulatedTravelDocumentReader(today)
    yield Bench(
        reader,
        reader.lay_down,
        lambda: reader.lay_down(""),
        reader.take_away,
        reader.unplug,
        reader.plug_in,
    )
    reader.close()


@pytest.fixture(scope="module")
def service() -> Iterator[PcscService]:
    with PcscService() as running:
        yield running


@pytest.fixture
def pcsc(service: PcscService) -> Iterator[Bench]:
    service.stop_service()
    service.remove()
    service.start_service()
    reader = PcscTravelDocumentReader(service.reader_name, today)

    def lay_down(zone: str) -> None:
        key = access_key_of(zone, TODAY)
        flat = zone.replace("\n", "")
        service.insert_passport(flat, (key.number, key.birth, key.valid_until))

    yield Bench(
        reader,
        lay_down,
        lambda: service.insert(SOCIAL_SECURITY),
        service.remove,
        service.stop_service,
        service.start_service,
    )
    reader.close()


@pytest.fixture(params=["simulator", pytest.param("pcsc", marks=pytest.mark.counterpart)])
def bench(request: pytest.FixtureRequest) -> Bench:
    chosen = request.getfixturevalue(request.param)
    assert isinstance(chosen, Bench)
    return chosen


def fault_of(ask: Callable[[], object]) -> Fault:
    with pytest.raises(DeviceError) as caught:
        ask()
    return caught.value.fault


def test_a_new_reader_is_closed_and_says_so_without_failing(bench: Bench) -> None:
    assert bench.reader.name
    assert bench.reader.status().state is DeviceState.GONE
    assert fault_of(bench.reader.card_present) is Fault.READER_GONE
    key = access_key_of(PASSPORT, TODAY)
    assert fault_of(lambda: bench.reader.read_document(key)) is Fault.READER_GONE


@pytest.mark.parametrize("zone", EVERY_ZONE)
def test_a_document_opens_with_its_own_zone(bench: Bench, zone: str) -> None:
    reader = bench.opened_with(zone)
    document = reader.read_document(access_key_of(zone, TODAY))
    assert document == document_of(zone, TODAY)
    assert reader.read_document(access_key_of(zone, TODAY)) == document
    assert reader.card_present()


def test_a_document_does_not_open_with_another_zone(bench: Bench) -> None:
    reader = bench.opened_with(PASSPORT)
    wrong = AccessKey("L898902C4", "740812", "120415")
    assert fault_of(lambda: reader.read_document(wrong)) is Fault.CARD_UNREADABLE
    assert reader.read_document(access_key_of(PASSPORT, TODAY)).surname == "ERIKSSON"


def test_a_card_of_another_kind_is_told(bench: Bench) -> None:
    bench.reader.open()
    bench.lay_other()
    wait_until(bench.reader.card_present)
    key = access_key_of(PASSPORT, TODAY)
    assert fault_of(lambda: bench.reader.read_document(key)) is Fault.CARD_KIND_UNKNOWN


def test_a_document_that_was_taken_is_told(bench: Bench) -> None:
    reader = bench.opened_with(PASSPORT)
    bench.take_away()
    wait_until(lambda: not reader.card_present(), what="the absence is noticed")
    key = access_key_of(PASSPORT, TODAY)
    assert fault_of(lambda: reader.read_document(key)) is Fault.CARD_REMOVED


def test_a_reader_that_goes_is_told_and_can_be_opened_when_it_is_back(bench: Bench) -> None:
    reader = bench.opened_with(PASSPORT)
    bench.unplug()
    assert reader.status().state is DeviceState.GONE
    assert fault_of(reader.card_present) is Fault.READER_GONE
    bench.plug_in()
    again = bench.opened_with(PASSPORT)
    assert again.read_document(access_key_of(PASSPORT, TODAY)).surname == "ERIKSSON"


@pytest.mark.counterpart
def test_the_service_log_holds_nothing_of_the_document(service: PcscService, pcsc: Bench) -> None:
    pcsc.opened_with(PASSPORT).read_document(access_key_of(PASSPORT, TODAY))
    assert "ERIKSSON" not in service.log()

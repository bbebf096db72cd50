"""States of card readers that end in a read within three seconds of their mending.

Each test brings one state about with a real counterpart (pty, pcscd), mends it, and is told how
long it took until the card was read: `recovery_s` of its properties, and with -s on the console.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Timer

import pytest

from devices.card_trace.sam_trace import SamReplay
from devices.card_trace.trace_file import Entry, What
from devices.id_card.api import IdentityReader
from devices.id_card.card_watch import CardEvent, CardFailed, CardRead, CardTaken, CardWatch
from devices.id_card.found_sam_reader import FoundSamReader
from devices.id_card.pcsc_id_reader import PcscIdCardReader
from devices.id_card.photo_hook import PhotoHook
from devices.id_card.portrait_reader import PortraitReader
from devices.id_card.sam_search import SamSearch, serial_ports
from devices.id_card.sam_serial_reader import SamSerialReader
from devices.id_card.specimens import RARE_NAME, RESIDENT, SOCIAL_SECURITY
from devices.social_card.pcsc_reader import PcscSocialCardReader
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from tests.counterparts.card_blocks import block_of
from tests.counterparts.pcsc_card import PcscService
from tests.counterparts.sam_reader_pty import (
    FIND,
    READ,
    SAM_NUMBER,
    SELECT,
    SELF_CHECK,
    SamReaderPty,
    frame,
)
from tests.counterparts.waiting import wait_until

AT_MOST = 3.0
OTHER = replace(SOCIAL_SECURITY, name="样本乙", number="110101199001010015", card_number="B2")
NAME_ITEM = "00B209"
Record = Callable[[str, object], None]


class Watched:
    """A reader that is polled as the terminal does, and what it told."""

    def __init__(self, reader: IdentityReader, record: Record) -> None:
        self.events: list[CardEvent] = []
        self._watch = CardWatch(reader, self.events.append)
        self._record = record

    def until(self, wanted: Callable[[CardEvent], bool], *, seconds: float = 20) -> CardEvent:
        """Poll until such an event was told, among those since the last call."""
        found: list[CardEvent] = []

        def told() -> bool:
            self._watch.poll()
            found.extend(event for event in self.events if wanted(event))
            self.events.clear()
            return bool(found)

        wait_until(told, seconds=seconds, what="the event")
        return found[0]

    def fails(self, *faults: Fault) -> None:
        event = self.until(lambda event: isinstance(event, CardFailed | CardRead))
        assert isinstance(event, CardFailed), "it was read all the same"
        assert event.fault in faults, event.fault

    def taken(self) -> None:
        """The reader no longer sees a card."""
        self.until(lambda event: isinstance(event, CardTaken))

    def reads(self, card: IdentityCard, *, within: float = AT_MOST) -> IdentityCard:
        """From now, which is when the state is mended."""
        began = time.monotonic()
        event = self.until(lambda event: isinstance(event, CardRead))
        took = time.monotonic() - began
        self._record("recovery_s", round(took, 2))
        sys.stdout.write(f"recovered in {took:.2f} s\n")
        assert isinstance(event, CardRead)
        assert event.card.number == card.number
        assert took < within
        return event.card

    def close(self) -> None:
        self._watch.close()


@pytest.fixture
def watched(record_property: Record) -> Iterator[Callable[[IdentityReader], Watched]]:
    all_of_them: list[Watched] = []

    def watch(reader: IdentityReader) -> Watched:
        all_of_them.append(Watched(reader, record_property))
        return all_of_them[-1]

    yield watch
    for one in all_of_them:
        one.close()


@pytest.fixture
def pty() -> Iterator[SamReaderPty]:
    with SamReaderPty() as far_side:
        yield far_side


@pytest.fixture
def searching(tmp_path: Path) -> FoundSamReader:
    return FoundSamReader(
        SamSearch(lambda: serial_ports(devices=tmp_path)),
        lambda place: SamSerialReader(place.path, baud=place.baud),
    )


Watch = Callable[[IdentityReader], Watched]


def test_id_reader_port_renumbered_is_found_again(
    tmp_path: Path, pty: SamReaderPty, searching: FoundSamReader, watched: Watch
) -> None:
    (tmp_path / "ttyUSB0").symlink_to(pty.port)
    seen = watched(searching)
    pty.lay_down(block_of(RESIDENT))
    seen.reads(RESIDENT)
    seen.taken()
    pty.unplug()
    (tmp_path / "ttyUSB0").unlink()
    seen.fails(Fault.READER_GONE)
    pty.plug_in()
    pty.lay_down(block_of(RARE_NAME))
    (tmp_path / "ttyUSB1").symlink_to(pty.port)
    seen.reads(RARE_NAME)


def test_id_reader_baud_changed_while_it_was_unplugged(
    tmp_path: Path, pty: SamReaderPty, searching: FoundSamReader, watched: Watch
) -> None:
    (tmp_path / "ttyUSB0").symlink_to(pty.port)
    seen = watched(searching)
    pty.lay_down(block_of(RESIDENT))
    seen.reads(RESIDENT)
    seen.taken()
    pty.unplug()
    seen.fails(Fault.READER_GONE)
    pty.baud = 9600  # the last that is tried
    pty.plug_in()
    pty.lay_down(block_of(RARE_NAME))
    seen.reads(RARE_NAME)


def test_id_reader_not_there_at_start_is_found_when_it_comes(
    tmp_path: Path, pty: SamReaderPty, searching: FoundSamReader, watched: Watch
) -> None:
    seen = watched(searching)
    seen.fails(Fault.READER_GONE)
    (tmp_path / "ttyACM0").symlink_to(pty.port)
    pty.lay_down(block_of(RESIDENT))
    seen.reads(RESIDENT)


def test_id_reader_distrusted_by_three_cards_reads_the_fourth(
    pty: SamReaderPty, watched: Watch
) -> None:
    seen = watched(SamSerialReader(pty.port))
    pty.answer_next(SELECT, 0x31, times=15)
    for fault in (Fault.CARD_UNREADABLE, Fault.CARD_UNREADABLE, Fault.READER_DEFECT):
        pty.lay_down(block_of(RESIDENT))
        seen.fails(fault)
        pty.take_away()
        seen.taken()
    pty.lay_down(block_of(RESIDENT))
    seen.reads(RESIDENT)


def test_id_reader_self_test_failed_is_used_when_it_is_well(
    pty: SamReaderPty, watched: Watch
) -> None:
    pty.answer_next(SELF_CHECK, 0x60, times=2)
    pty.lay_down(block_of(RESIDENT))
    seen = watched(SamSerialReader(pty.port))
    seen.fails(Fault.READER_DEFECT)
    seen.reads(RESIDENT)


def test_id_reader_keeps_its_number_to_itself(pty: SamReaderPty, watched: Watch) -> None:
    pty.stay_silent(SAM_NUMBER)
    pty.lay_down(block_of(RESIDENT))
    watched(SamSerialReader(pty.port)).reads(RESIDENT)


def test_id_card_swapped_in_mid_read_is_never_mixed(pty: SamReaderPty, watched: Watch) -> None:
    pty.lay_down(block_of(RESIDENT))
    pty.when_asked(READ, lambda: pty.lay_down(block_of(RARE_NAME)))
    card = watched(SamSerialReader(pty.port)).reads(RARE_NAME)
    assert (card.name, card.address) == (RARE_NAME.name, RARE_NAME.address)


def test_id_reader_answers_late_and_damaged_in_turn(pty: SamReaderPty, watched: Watch) -> None:
    pty.answer_late(FIND)
    pty.damage_next(SELECT)
    pty.garble_next(READ, b"\xaa\xaa\xaa\x96")
    pty.lay_down(block_of(RESIDENT))
    watched(SamSerialReader(pty.port)).reads(RESIDENT)


@pytest.mark.parametrize(
    "source", ["import time; time.sleep(60)", "import os; os.kill(os.getpid(), 11)"]
)
def test_photo_program_hangs_or_crashes(pty: SamReaderPty, watched: Watch, source: str) -> None:
    pty.lay_down(block_of(RESIDENT))
    hook = PhotoHook((sys.executable, "-c", source))
    card = watched(PortraitReader(SamSerialReader(pty.port), hook)).reads(RESIDENT)
    assert card.portrait is None


def test_recorded_reader_goes_and_comes_back(watched: Watch) -> None:
    def exchange(at: float, asked: str, body: bytes) -> list[Entry]:
        request = bytes.fromhex(asked)
        return [
            Entry(at, "id_card", What.SENT, request),
            Entry(at + 0.01, "id_card", What.CAME, frame(body)),
        ]

    opened = exchange(0, "AAAAAA9669000311FFED", b"\0\0\x90")
    read = [
        *exchange(2, "AAAAAA96690003200122", b"\0\0\x9f" + bytes(4)),
        *exchange(2.1, "AAAAAA96690003200221", b"\0\0\x90" + bytes(8)),
        *exchange(2.2, "AAAAAA96690003300330", b"\0\0\x91"),
        *exchange(2.3, "AAAAAA96690003300132", b"\0\0\x90\1\0\0\0" + block_of(RESIDENT)),
    ]
    gone = Entry(1, "id_card", What.GONE)
    replay = SamReplay([*opened, gone, *opened, *read], pace=0)
    seen = watched(SamSerialReader("a trace", open_port=replay.open_port))
    seen.fails(Fault.READER_GONE)
    seen.reads(RESIDENT)


# -- over the real card service


@pytest.fixture(scope="module")
def running() -> Iterator[PcscService]:
    with PcscService() as service:
        yield service


@pytest.fixture
def service(running: PcscService) -> PcscService:
    running.stop_service()  # it would notice only after a while that the last card went
    running.remove()
    running.start_service()
    return running


@pytest.mark.counterpart
@pytest.mark.parametrize("slot", [0, 1], ids=["contact", "contactless"])
def test_social_card_removed_in_mid_read(service: PcscService, watched: Watch, slot: int) -> None:
    seen = watched(PcscSocialCardReader(service.slot_names[slot]))
    service.insert(SOCIAL_SECURITY, protocol=slot, slot=slot)
    service.pull_at(NAME_ITEM, slot=slot)
    seen.fails(Fault.CARD_REMOVED, Fault.CARD_UNREADABLE)
    service.insert(SOCIAL_SECURITY, protocol=slot, slot=slot)
    seen.reads(SOCIAL_SECURITY)


@pytest.mark.counterpart
def test_social_card_swapped_in_mid_read_is_never_mixed(
    service: PcscService, watched: Watch
) -> None:
    seen = watched(PcscSocialCardReader(service.reader_name))
    service.insert(SOCIAL_SECURITY)
    service.pull_at(NAME_ITEM, then=OTHER)
    card = seen.reads(OTHER, within=AT_MOST + 1)  # counted from the first card's insertion
    assert (card.name, card.card_number) == (OTHER.name, OTHER.card_number)


@pytest.mark.counterpart
def test_pcscd_dead_in_mid_read_and_restarted(service: PcscService, watched: Watch) -> None:
    seen = watched(PcscSocialCardReader(service.reader_name))
    service.insert(SOCIAL_SECURITY)
    stopping = Timer(0.0, service.stop_service)
    stopping.start()
    seen.fails(Fault.READER_GONE, Fault.CARD_REMOVED)
    stopping.join()
    service.start_service()
    seen.reads(SOCIAL_SECURITY)


@pytest.mark.counterpart
def test_id_card_in_blocks_removed_in_mid_read(service: PcscService, watched: Watch) -> None:
    seen = watched(PcscIdCardReader(service.reader_name))
    service.insert_id_card(block_of(RESIDENT))
    service.pull_at("FFB000")
    seen.fails(Fault.CARD_REMOVED, Fault.CARD_UNREADABLE)
    service.insert_id_card(block_of(RESIDENT))
    seen.reads(RESIDENT)


@pytest.mark.counterpart
def test_social_card_in_the_reader_of_id_cards_gives_way_to_an_id_card(
    service: PcscService, watched: Watch
) -> None:
    seen = watched(PcscIdCardReader(service.reader_name))
    service.insert(SOCIAL_SECURITY)
    seen.fails(Fault.CARD_KIND_UNKNOWN)
    service.remove()
    seen.taken()
    service.insert_id_card(block_of(RESIDENT))
    seen.reads(RESIDENT)

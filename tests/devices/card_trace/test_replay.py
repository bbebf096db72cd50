"""Recorded over a pty and over the real card service: no person in the file, the same behaviour."""

import io
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import date

import pytest

from devices.card_trace.apdu_trace import RecordingCardReader, ReplayedCardReader
from devices.card_trace.sam_trace import SamReplay, recording
from devices.card_trace.trace_file import Entry, TraceWriter, What, read_trace
from devices.device import DeviceError
from devices.id_card.api import IdentityReader
from devices.id_card.card_watch import CardEvent, CardFailed, CardRead, CardTaken, CardWatch
from devices.id_card.sam_line import open_serial_port
from devices.id_card.sam_serial_reader import SamSerialReader
from devices.id_card.specimens import FOUR_LAYOUTS, RESIDENT, SOCIAL_SECURITY
from devices.smart_card.pcsc_slot import PcscSlot
from devices.social_card.records import read_social_card
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from tests.counterparts.card_blocks import block_of, field
from tests.counterparts.pcsc_card import PcscService
from tests.counterparts.sam_reader_pty import READ, READ_ADDRESS, SELECT, SamReaderPty
from tests.counterparts.waiting import wait_until

TODAY = date(2026, 11, 28)
PHOTO = b"WLf" + bytes(range(1, 256)) * 4 + b"x"
# Wholly invented, and like nothing that a replacement says.
PLANTED = replace(
    RESIDENT,
    name="欧阳䶮霖",
    number="222401196203079010",
    nation="10",
    birth=date(1962, 3, 7),
    address="吉林省延吉市朝阳川镇柳荫村7组",
    authority="延吉市公安局",
    valid_from=date(2019, 4, 18),
    valid_until=date(2039, 4, 18),
    long_term=False,
)
MOVED = "吉林省敦化市翰章乡榆林街9号"
SOCIAL = replace(
    SOCIAL_SECURITY,
    name="欧阳䶮霖·古丽",
    number="222401196203079010",
    birth=date(1962, 3, 7),
    nation="10",
    valid_from=date(2019, 4, 18),
    valid_until=date(2039, 4, 18),
    card_number="Q98765431",
)
ENCODINGS = ("utf-16-le", "utf-16-be", "utf-8", "gb18030")


def planted_values(*cards: IdentityCard) -> Iterator[str]:
    """Everything of these people that is longer than two characters, and pieces of names."""
    for card in cards:
        for one in fields(card):
            value = getattr(card, one.name)
            if isinstance(value, date):
                yield f"{value:%Y%m%d}"
            elif isinstance(value, str) and len(value) > 2 and one.name != "kind":
                yield value
                yield value[:3]


def assert_nobody_is_in(text: str, *cards: IdentityCard, more: Sequence[str] = ()) -> None:
    entries = read_trace(text)
    came = b"".join(entry.content for entry in entries)
    haystacks = [text.encode(), came, came.hex().upper().encode()]
    for value in (*planted_values(*cards), *more):
        for encoding in ENCODINGS:
            raw = value.encode(encoding)
            for found in (raw, raw.hex().upper().encode()):
                assert not any(found in hay for hay in haystacks), (value, encoding)
        if value.isdigit() and len(value) % 2 == 0:  # as BCD
            assert bytes.fromhex(value) not in came, value
    assert PHOTO[:16] not in came


class Behaviour:
    """What a watch tells, with people reduced to what the program makes of them."""

    def __init__(self, reader: IdentityReader) -> None:
        self.events: list[object] = []
        self.watch = CardWatch(reader, self._told)

    def _told(self, event: CardEvent) -> None:
        match event:
            case CardRead(card):
                lengths = {
                    one.name: len(value)
                    for one in fields(card)
                    if isinstance(value := getattr(card, one.name), str | bytes)
                }
                days = tuple(day is None for day in (card.birth, card.valid_from, card.valid_until))
                expired = card.expired_on(TODAY)
                self.events.append(
                    ("read", card.kind, lengths, days, expired, card.long_term, card.needs_typing)
                )
            case CardFailed(fault):
                self.events.append(fault)
            case CardTaken():
                self.events.append("taken")

    def poll_until(self, count: int) -> None:
        def enough() -> bool:
            self.watch.poll()
            return len(self.events) >= count

        wait_until(enough, what=f"{count} events, not {self.events}")


def sam_trace(act: Callable[[SamReaderPty, Behaviour], None]) -> tuple[str, list[object]]:
    """The file of a session over a pty, and how it went."""
    file = io.StringIO()
    with SamReaderPty(piece=37) as far_side:
        far_side.photo = PHOTO
        note = TraceWriter(file).for_device("id_card")
        port = recording(open_serial_port, note, lambda: TODAY)
        seen = Behaviour(SamSerialReader(far_side.port, open_port=port))
        act(far_side, seen)
        seen.watch.close()
    return file.getvalue(), seen.events


def replayed(text: str, count: int, *, pace: float = 0) -> list[object]:
    replay = SamReplay(read_trace(text), pace=pace)
    seen = Behaviour(SamSerialReader("a trace", open_port=replay.open_port))
    seen.poll_until(count)
    return seen.events


def lay_down_and_lift(far_side: SamReaderPty, seen: Behaviour) -> None:
    far_side.lay_down(block_of(PLANTED), field(MOVED, 70))
    seen.poll_until(2)


@pytest.mark.parametrize("card", [*FOUR_LAYOUTS, PLANTED], ids=lambda card: card.kind.value)
def test_a_trace_of_each_layout_behaves_as_it_did(card: IdentityCard) -> None:
    def act(far_side: SamReaderPty, seen: Behaviour) -> None:
        far_side.lay_down(block_of(card))
        seen.poll_until(2)

    text, events = sam_trace(act)
    assert replayed(text, len(events)) == events


def test_nothing_of_the_person_is_in_a_trace_of_a_sam_reader() -> None:
    text, events = sam_trace(lay_down_and_lift)
    assert_nobody_is_in(text, PLANTED, more=(MOVED, MOVED[3:7]))
    assert replayed(text, len(events)) == events


def test_a_trace_of_a_bad_day_holds_nobody_and_goes_wrong_in_the_same_way() -> None:
    def act(far_side: SamReaderPty, seen: Behaviour) -> None:
        far_side.damage_next(READ)
        far_side.lay_down(block_of(PLANTED), field(MOVED, 70))
        seen.poll_until(2)  # its text was lost on the line, and it was hidden
        far_side.answer_late(SELECT)
        far_side.damage_next(READ_ADDRESS)
        far_side.garble_next(READ, block_of(PLANTED)[:60])
        far_side.lay_down(block_of(PLANTED), field(MOVED, 70))
        seen.poll_until(4)
        far_side.lay_down(block_of(PLANTED))
        far_side.when_asked(READ, far_side.unplug)
        seen.poll_until(5)

    text, events = sam_trace(act)
    assert events[0] is Fault.CARD_UNREADABLE
    assert events[-1] is Fault.READER_GONE
    assert_nobody_is_in(text, PLANTED, more=(MOVED, MOVED[3:7]))
    assert replayed(text, len(events), pace=1) == events


def test_half_an_answer_holds_no_half_person(monkeypatch: pytest.MonkeyPatch) -> None:
    from devices.id_card.sam_frame import Command  # noqa: PLC0415
    from devices.id_card.sam_line import PATIENCE  # noqa: PLC0415

    monkeypatch.setitem(PATIENCE, Command.READ_TEXT_AND_PHOTO, 0.1)

    def act(far_side: SamReaderPty, seen: Behaviour) -> None:
        far_side.cut_short_next(READ, after=200)
        far_side.lay_down(block_of(PLANTED))
        seen.poll_until(2)

    text, events = sam_trace(act)
    assert events[0] is Fault.CARD_UNREADABLE
    assert_nobody_is_in(text, PLANTED)
    assert replayed(text, len(events)) == events


def test_a_trace_at_its_own_pace_takes_as_long() -> None:
    text, events = sam_trace(lay_down_and_lift)
    entries = read_trace(text)
    began = time.monotonic()
    assert replayed(text, len(events), pace=1) == events
    took = sum(
        later.at - earlier.at
        for earlier, later in itertools.pairwise(entries)
        if later.what is What.CAME
    )
    assert time.monotonic() - began >= took


@pytest.fixture(scope="module")
def service() -> Iterator[PcscService]:
    with PcscService() as running:
        yield running


def social_entries(
    service: PcscService, act: Callable[[Behaviour], None]
) -> tuple[str, list[object], Sequence[Entry]]:
    file = io.StringIO()
    service.remove()
    service.start_service()
    slot = PcscSlot(service.reader_name)
    slot.open()
    wait_until(lambda: not slot.card_present())
    note = TraceWriter(file).for_device("social_card")
    seen = Behaviour(RecordingCardReader(slot, read_social_card, note, lambda: TODAY))
    act(seen)
    seen.watch.close()
    return file.getvalue(), seen.events, read_trace(file.getvalue())


@pytest.mark.counterpart
@pytest.mark.parametrize("card", [{"generation": 1}, {"strict_lengths": True}, {"protocol": 1}])
def test_a_trace_of_a_social_card_holds_nobody_and_behaves_as_it_did(
    service: PcscService, card: dict[str, int]
) -> None:
    holder = replace(SOCIAL, name="欧阳䶮霖") if card.get("generation") == 1 else SOCIAL

    def act(seen: Behaviour) -> None:
        service.insert(holder, **card)
        seen.poll_until(1)
        service.remove()
        seen.poll_until(2)

    text, events, entries = social_entries(service, act)
    assert events[1] == "taken"
    assert_nobody_is_in(text, holder)
    again = Behaviour(ReplayedCardReader(entries, read_social_card, pace=0))
    again.poll_until(2)
    assert again.events == events


@pytest.mark.counterpart
def test_a_trace_of_failures_over_the_card_service_fails_in_the_same_way(
    service: PcscService,
) -> None:
    def act(seen: Behaviour) -> None:
        service.insert(SOCIAL, generation=3)
        seen.poll_until(1)
        service.remove()
        seen.poll_until(2)
        service.stop_service()
        seen.poll_until(3)

    text, events, entries = social_entries(service, act)
    assert events == [Fault.CARD_NEEDS_AUTHORISED_READER, "taken", Fault.READER_GONE]
    assert_nobody_is_in(text, SOCIAL)
    again = Behaviour(ReplayedCardReader(entries, read_social_card, pace=0))
    again.poll_until(3)
    assert again.events == events


def test_a_trace_that_ends_in_a_read_makes_the_card_unreadable() -> None:
    entries = [Entry(0, "social_card", What.CARD), Entry(0, "social_card", What.READ)]
    reader = ReplayedCardReader(entries, read_social_card, pace=0)
    reader.open()
    assert reader.card_present()
    with pytest.raises(DeviceError) as caught:
        reader.read_identity()
    assert caught.value.fault is Fault.CARD_UNREADABLE

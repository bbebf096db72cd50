"""Gives one answer to a parser and raises when the parser does what it must not do."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any, Final, TypeVar
from unittest.mock import patch

import cups
import pyipp
from PIL import Image

from devices.card_trace.apdu_trace import ReplayedCardReader
from devices.card_trace.clean_frames import clean_frames
from devices.card_trace.sam_trace import SamReplay
from devices.card_trace.trace_file import TraceError, read_trace
from devices.device import DeviceError, DeviceStatus
from devices.id_card.card_text import read_card_text
from devices.id_card.pcsc_blocks import read_id_card
from devices.id_card.photo_hook import picture_of
from devices.id_card.sam_frame import (
    Answer,
    AnswerParser,
    Command,
    Damage,
    fault_of,
    request,
    text_and_photo,
)
from devices.page_printer.api import PrintJobId, PrintJobStatus
from devices.page_printer.cups_printer import CupsPagePrinter
from devices.page_printer.ipp_witness import DeviceWord, IppWitness
from devices.receipt_printer import escpos_printer
from devices.receipt_printer.connection import NetworkConnection
from devices.receipt_printer.escpos_line import EscPosLine, LineLost
from devices.smart_card.tlv import fields_of
from devices.social_card.records import read_social_card
from devices.staff_card.api import Pin, PinWrong, Proof, StaffCardFace
from devices.staff_card.piv import look_at, prove_with
from devices.travel_document.api import AccessKey, TravelDocument
from devices.travel_document.chip import zone_of
from devices.travel_document.mrz import access_key_of, document_of
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from kiosk.domain.receipt import Receipt
from tests.counterparts.passport import VirtualPassport
from tests.matrix.parser_answers import PIN, Changes

T = TypeVar("T")

TODAY: Final = date(2026, 11, 28)
KEY: Final = AccessKey("L898902C", "690806", "940623")
SLIP: Final = Receipt(title="回执", site="示范站", lines=())
HASTY: Final = escpos_printer.Patience(connect=0.1, answer=0.001, send=0.2, finish=0.001)
CARD_FAULTS: Final = frozenset(
    {Fault.CARD_UNREADABLE, Fault.CARD_KIND_UNKNOWN, Fault.CARD_NEEDS_AUTHORISED_READER}
)
EVERY_FAULT: Final = frozenset(Fault)
SLIP_FAULTS: Final = frozenset(
    fault for fault in Fault if fault.value in ("P01", "P02", "P03", "P04")
)
MOST_ZONE: Final = 200  # bytes that the virtual passport's file can hold
PROOF_BITS: Final = 0x90  # GS r 1 has neither; without such a byte nothing was printed


def sam_frames(pieces: list[bytes]) -> None:
    """Frames come out whole or as damage; whatever they hold can be looked at."""
    parser = AnswerParser()
    for piece in pieces:
        for found in parser.feed(piece):
            assert isinstance(found, Answer | Damage)
            if isinstance(found, Answer):
                assert isinstance(fault_of(found.status), Fault)
                assert {found.may_answer(command) for command in Command} <= {True, False}
                parts = text_and_photo(found.content)
                assert parts is None or len(parts[0]) == 256


def sam_text(answer: tuple[bytes, bytes]) -> None:
    """A card, with what could not be read named."""
    block, address = answer
    card = _only(CARD_FAULTS, lambda: read_card_text(block, newest_address=address))
    assert card is None or card.needs_typing <= set(IdentityCard.__dataclass_fields__)


def sam_cleaned(pieces: list[bytes]) -> None:
    """As long as before, with as much damage at its ends."""
    stream = b"".join(pieces)
    assert len(clean_frames(stream, b"", TODAY)) == len(stream)


def block_card(answer: tuple[Any, Changes]) -> None:
    """A card, with what could not be read named."""
    card = _only(CARD_FAULTS, lambda: read_id_card(_saying(*answer)))
    assert card is None or card.needs_typing <= set(IdentityCard.__dataclass_fields__)


def card_trace(text: str) -> None:
    """A trace that is a device, or none at all; its cards fail with faults of cards."""
    try:
        entries = read_trace(text)
    except TraceError:
        return
    with patch.object(time, "sleep"):  # its times may be anything
        reader = ReplayedCardReader(entries, read_id_card)
        _only(EVERY_FAULT, reader.open)
        _only(EVERY_FAULT, reader.card_present)
        _only(EVERY_FAULT, reader.read_identity)
        port = SamReplay(entries).open_port("", 0)
        with suppress(OSError):
            port.write(request(Command.FIND))
            port.read(9)


def photo(answer: bytes) -> None:
    """A portrait of the right size, or none."""
    found = picture_of(answer)
    assert found is None or len(found.rgb) == found.width * found.height * 3


def tlv(content: bytes) -> None:
    """Values from inside the content, however deep."""
    for value in fields_of(content).values():
        assert len(value) <= len(content)
        assert all(inner in value for inner in fields_of(value).values())


def social_card(answer: tuple[Any, Changes]) -> None:
    """A card, with what could not be read named."""
    card = _only(CARD_FAULTS, lambda: read_social_card(_saying(*answer)))
    assert card is None or card.needs_typing <= set(IdentityCard.__dataclass_fields__)


def staff_card(answer: tuple[Any, Changes]) -> None:
    """A key and tries, then a proof or a wrong PIN."""
    face = _only(CARD_FAULTS, lambda: look_at(_saying(*answer)))
    assert isinstance(face, StaffCardFace | None)
    proof = _only(CARD_FAULTS, lambda: prove_with(_saying(*answer), b"challenge", Pin(PIN)))
    assert isinstance(proof, Proof | PinWrong | None)


def travel_document(answer: tuple[str, Changes]) -> None:
    """Letters, which then are a document or are not."""
    zone, changes = answer
    inside = zone if len(zone.encode()) <= MOST_ZONE else ""
    say = _saying(lambda: VirtualPassport(inside, KEY.number, KEY.birth, KEY.valid_until), changes)
    found = _only(CARD_FAULTS, lambda: zone_of(say, KEY, lambda size: b"\x01" * size))
    if found is not None:
        mrz(found)


def mrz(zone: str) -> None:
    """A document, with what is unsure named; and no key of one that is unsure."""
    document = _only(CARD_FAULTS, lambda: document_of(zone, TODAY))
    key = _only(CARD_FAULTS, lambda: access_key_of(zone, TODAY))
    if document is None:
        assert key is None
        return
    assert document.needs_typing <= set(TravelDocument.__dataclass_fields__)
    assert document.birth is None or document.birth <= TODAY
    assert document.birth is not None or "birth" in document.needs_typing
    assert key is None or not {"number", "birth", "valid_until"} & document.needs_typing


class _Line(EscPosLine):
    """An open port on which a printer says what it was given to say, then hangs up."""

    def __init__(self, words: list[bytes]) -> None:
        self.words = list(words)
        self.can_answer, self.is_plain_file = True, False

    def send(self, data: bytes, *, limit: float) -> None:
        """Takes everything."""

    def close(self) -> None:
        """Nothing to do."""

    def _read(self, left: float) -> bytes:
        if not self.words:
            raise LineLost("closed by the printer")
        return self.words.pop(0)


class _Dot:
    """The smallest slip."""

    def picture(self, receipt: Receipt) -> Image.Image:
        """One line of dots."""
        return Image.new("1", (8, 1))


def receipt_printer(words: list[bytes]) -> None:
    """A status, then a slip that is called printed only after a byte that can be the proof."""
    with patch.object(escpos_printer, "EscPosLine", lambda *_, **__: _Line(words)):
        where = NetworkConnection("printer.invalid")
        printer = escpos_printer.EscPosPrinter(where, layout=_Dot(), patience=HASTY)
        assert isinstance(printer.status(), DeviceStatus)
        called_printed = _only(SLIP_FAULTS, lambda: printer.print_receipt(SLIP) is None)
        if called_printed:
            assert any(byte & PROOF_BITS == 0 for word in words for byte in word)


def ipp_witness(answer: bytes) -> None:
    """A word or none; asked for a job too."""
    with patch.object(pyipp.IPP, "_request", _always(answer)):
        witness = IppWitness("ipp://printer.invalid/ipp", user="kiosk")
        for name in (None, "job"):
            word = witness.ask(name)
            assert word is None or isinstance(word, DeviceWord)
            assert word is None or all(isinstance(reason, str) for reason in word.reasons)


def page_printer(answer: tuple[dict[str, Any], dict[str, Any], bytes]) -> None:
    """A status of the printer and one of a job, whatever cupsd and the printer say."""
    queue, job, word = answer

    class Connection:
        """Of libcups."""

        def __init__(self, **_: object) -> None: ...

        def getPrinterAttributes(self, *_: object, **__: object) -> dict[str, Any]:  # noqa: N802
            return queue

        def getJobAttributes(self, *_: object, **__: object) -> dict[str, Any]:  # noqa: N802
            return job

        def cancelJob(self, *_: object) -> None: ...  # noqa: N802

    with (
        patch.object(cups, "Connection", Connection),
        patch.object(pyipp.IPP, "_request", _always(word)),
    ):
        printer = CupsPagePrinter("queue", device_uri="ipp://printer.invalid/ipp")
        assert isinstance(printer.status(), DeviceStatus)
        assert isinstance(printer.job_status(PrintJobId("7 name")), PrintJobStatus)


def _only(faults: frozenset[Fault], ask: Callable[[], T]) -> T | None:
    """What is asked for, or None after a DeviceError with one of these; the rest goes through."""
    try:
        return ask()
    except DeviceError as error:
        if error.fault not in faults:
            raise AssertionError(f"{error.fault.name} is not of the contract") from error
        return None


def _saying(made: Callable[[], Any], changes: Changes) -> Callable[[bytes], bytes]:
    card, asked = made(), 0

    def transmit(command: bytes) -> bytes:
        nonlocal asked
        asked += 1
        answer: bytes = card.answer(command)
        return changes.get(asked - 1, answer)

    return transmit


def _always(answer: bytes) -> Callable[..., Any]:
    async def said(*_: object, **__: object) -> bytes:
        return answer

    return said

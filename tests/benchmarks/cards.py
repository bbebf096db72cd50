"""Card laid to form filled: beside the pure time of the line, and beside a bare pyscard script."""

import os
import statistics
import termios
import time
from collections.abc import Callable
from datetime import date
from queue import SimpleQueue
from typing import Final

from smartcard.CardRequest import CardRequest
from smartcard.CardType import AnyCardType
from smartcard.System import readers as system_readers

from devices.id_card.api import IdentityReader
from devices.id_card.card_watch import CardRead, CardTaken
from devices.id_card.sam_frame import Command, request
from devices.id_card.sam_serial_reader import SamSerialReader
from devices.id_card.specimens import RESIDENT, SOCIAL_SECURITY
from devices.social_card.apdu import SSSE
from devices.social_card.pcsc_reader import PcscSocialCardReader
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.device_threads import DeviceThreads
from kiosk.domain.identity import IdentityCard
from kiosk.flow.equipment import Event, Ticket
from kiosk.flow.prefill import prefilled
from kiosk.stick_watch import StickWatch
from tests.counterparts.card_blocks import block_of
from tests.counterparts.pcsc_card import PcscService
from tests.counterparts.sam_reader_pty import SamReaderPty

NAME: Final = "cards"
BAUD: Final = 115200
BITS_PER_BYTE: Final = 10
# Request and answer of find, select, newest address (none) and text with photo: cards.md 1.3, 1.4.
ASKED: Final = (
    Command.FIND,
    Command.SELECT,
    Command.READ_NEWEST_ADDRESS,
    Command.READ_TEXT_AND_PHOTO,
)
FRAMES: Final = ((10, 15), (10, 19), (10, 11), (10, 1295))
MOST_OF_LINE: Final = 1.5
MOST_OF_SCRIPT: Final = 1.3
ITEM: Final = next(iter(packaged_catalog()))
TODAY: Final = date(2026, 11, 28)
LINE_ROUNDS: Final = 25
SCRIPT_ROUNDS: Final = 15
NOTICED: Final = 1.2  # seconds after which pcscd and the terminal know that a card went


class Terminal:
    """A reader on its thread as in the program, with somebody who waits for a card."""

    def __init__(self, reader: IdentityReader) -> None:
        self._told: SimpleQueue[Event] = SimpleQueue()
        self._threads = DeviceThreads(
            readers=(reader,),
            camera=None,
            receipt_printer=None,
            page_printer=None,
            stick=StickWatch(find=lambda: None, keys=None, open_store=_nobody, line=_nobody),
            announce=self._heard,
            send_soon=lambda: None,
        )
        self._threads.start()
        self.waits(True)

    def waits(self, on: bool) -> None:
        """Whether somebody waits for a card."""
        self._threads.watch_cards(on)

    def _heard(self, event: Event, ticket: Ticket | None = None) -> None:
        del ticket
        if isinstance(event, CardRead | CardTaken):
            self._told.put(event)

    def form_filled(self) -> IdentityCard:
        """Wait for a card and fill the form from it."""
        while not isinstance(event := self._told.get(timeout=15), CardRead):
            continue
        answers = prefilled(ITEM, event.card, site_code="222401001001", today=TODAY)
        assert answers
        return event.card

    def card_taken(self) -> None:
        """Wait until it is noticed that the card went."""
        while not isinstance(self._told.get(timeout=15), CardTaken):
            continue

    def stop(self) -> None:
        """End its threads."""
        self._threads.stop()


def _nobody() -> object:
    raise AssertionError("nobody carries anything here")


def run() -> dict[str, float]:
    """Prints two tables; the figures are medians of seconds and their ratios."""
    return {**_line(), **_script()}


def _line() -> dict[str, float]:
    """ID card over a pty whose far side takes as long as a line of that speed does."""
    pure = sum(map(sum, FRAMES)) * BITS_PER_BYTE / BAUD
    took, bare = [], []
    with SamReaderPty(paced=True, piece=64) as far_side, SamReaderPty(paced=True, piece=64) as twin:
        terminal = Terminal(SamSerialReader(far_side.port))
        block = block_of(RESIDENT)
        for turn in range(LINE_ROUNDS):
            time.sleep(0.4 + 0.037 * (turn % 9))  # at any moment between two looks
            began = time.monotonic()
            far_side.lay_down(block)
            card = terminal.form_filled()
            took.append(time.monotonic() - began)
            assert card.number == RESIDENT.number
            terminal.card_taken()
            far_side.take_away()
            bare.append(_bare_line(twin, block))
        terminal.stop()
    median = statistics.median(took)
    script = statistics.median(bare)
    print(f"resident ID card, {BAUD} baud, {LINE_ROUNDS} cards; milliseconds, and times the line")
    for words, seconds in (
        ("pure time of the frames on the line", pure),
        ("the same frames by a bare script, now", script),
        ("card laid to form filled, median", median),
        ("  quickest", min(took)),
        ("  slowest", max(took)),
    ):
        print(f"  {words:38}{seconds * 1000:8.1f}{seconds / pure:7.2f}")
    print(f"  at most {MOST_OF_LINE} times the line: {median / pure:.2f}")
    return {
        "line_seconds": pure,
        "bare_line_seconds": script,
        "id_card_seconds": median,
        "id_card_ratio": median / pure,
    }


def _bare_line(far_side: SamReaderPty, block: bytes) -> float:
    """The same questions in the same order, and nothing but reading until their bytes are there."""
    far_side.lay_down(block)
    port = os.open(far_side.port, os.O_RDWR | os.O_NOCTTY)
    try:
        speed = termios.tcgetattr(port)
        speed[4] = speed[5] = termios.B115200
        termios.tcsetattr(port, termios.TCSANOW, speed)
        began = time.monotonic()
        for asked, (_, size) in zip(ASKED, FRAMES, strict=True):
            os.write(port, request(asked))
            left = size
            while left > 0:
                left -= len(os.read(port, left))
        return time.monotonic() - began
    finally:
        os.close(port)


def _script() -> dict[str, float]:
    """Social security card through pcscd: the terminal and a bare script by turns."""
    ours: list[float] = []
    bare: list[float] = []
    with PcscService() as service:
        terminal = Terminal(PcscSocialCardReader(service.reader_name))
        for _ in range(SCRIPT_ROUNDS):
            ours.append(_inserted(service, terminal.form_filled))
            terminal.waits(False)  # it goes on looking, but reads nothing
            time.sleep(NOTICED)
            bare.append(_inserted(service, lambda: _bare_script(service.reader_name)))
            time.sleep(NOTICED)
            terminal.waits(True)
        terminal.stop()
    own, other = statistics.median(ours), statistics.median(bare)
    print(f"social security card through pcscd, {SCRIPT_ROUNDS} cards each")
    print(f"  bare pyscard script, inserted to read {other * 1000:7.1f} ms")
    print(f"  inserted to form filled, median       {own * 1000:7.1f} ms", end="")
    print(f"   ratio {own / other:.2f} (at most {MOST_OF_SCRIPT})")
    return {"script_seconds": other, "social_seconds": own, "social_ratio": own / other}


def _inserted(service: PcscService, done: Callable[[], object]) -> float:
    service.insert(SOCIAL_SECURITY)
    began = time.monotonic()
    done()
    took = time.monotonic() - began
    service.remove()
    return took


def _bare_script(name: str) -> bytes:
    """What the same nine items cost whoever writes it with pyscard alone."""
    reader = next(one for one in system_readers() if str(one).startswith(name))
    # In a variable: pyscard 2.3 lets its context go with it.
    waited = CardRequest(timeout=10, cardType=AnyCardType(), readers=[reader]).waitforcard()
    connection = waited.connection
    connection.connect()
    try:
        return b"".join(_bare_items(connection.transmit))
    finally:
        connection.disconnect()


def _bare_items(transmit: Callable[[list[int]], tuple[list[int], int, int]]) -> list[bytes]:
    def ask(command: bytes) -> bytes:
        content, sw1, sw2 = transmit(list(command))
        while sw1 == 0x61:
            more, sw1, sw2 = transmit([0x00, 0xC0, 0x00, 0x00, sw2])
            content = content + more
        assert (sw1, sw2) == (0x90, 0x00), (sw1, sw2)
        return bytes(content)

    ask(b"\x00\xa4\x04\x00" + bytes([len(SSSE)]) + SSSE)
    found = []
    for file, tags in ((0x05, b"\x05\x06\x07"), (0x06, b"\x08\x09\x4e\x0a\x0b\x0d")):
        ask(bytes([0x00, 0xA4, 0x02, 0x00, 0x02, 0xEF, file]))
        found += [ask(bytes([0x00, 0xB2, tag, 0x00, 0x00])) for tag in tags]
    return found

"""Takes down what goes between this terminal and its card readers, for those who write drivers."""

import time
from collections.abc import Callable
from datetime import date
from typing import Final

from devices.card_trace.apdu_trace import RecordingCardReader
from devices.card_trace.sam_trace import recording
from devices.card_trace.trace_file import TraceWriter
from devices.id_card.api import IdentityReader
from devices.id_card.card_watch import CardEvent, CardWatch
from devices.id_card.pcsc_blocks import read_id_card
from devices.id_card.sam_line import open_serial_port
from devices.smart_card.pcsc_slot import PcscSlot
from devices.social_card.records import read_social_card
from kiosk.card_drivers import ID_CARD, SOCIAL_CARD, id_card_reader_for
from kiosk.settings import DeviceSettings

SECONDS_BETWEEN_LOOKS: Final = 0.1


def recorded_readers(
    settings: DeviceSettings, writer: TraceWriter, today: Callable[[], date]
) -> list[IdentityReader]:
    """The card readers of the settings, which note what they do; simulated ones are left out.

    The reader of staff cards is never recorded: a PIN goes over its line.
    """
    readers: list[IdentityReader] = []
    kind, _, address = settings.id_card.partition(":")
    note = writer.for_device(ID_CARD)
    if kind == "pcsc":
        readers.append(RecordingCardReader(PcscSlot(address), read_id_card, note, today))
    elif kind == "sam":
        open_port = recording(open_serial_port, note, today)
        sam = id_card_reader_for(settings, open_port=open_port)
        assert sam is not None
        readers.append(sam)
    for social in (settings.social_card, settings.social_card_contactless):
        kind, _, address = social.partition(":")
        if kind == "pcsc":
            note = writer.for_device(SOCIAL_CARD)
            readers.append(RecordingCardReader(PcscSlot(address), read_social_card, note, today))
    return readers


def watch_all(
    readers: list[IdentityReader],
    told: Callable[[IdentityReader, CardEvent], None],
    *,
    seconds: float,
    pause: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Read whatever is laid down for so long, one reader after the other, and close them."""

    def watched(reader: IdentityReader) -> CardWatch:
        return CardWatch(reader, lambda event: told(reader, event))

    watches = [watched(reader) for reader in readers]
    end = clock() + seconds
    try:
        while clock() < end:
            for watch in watches:
                watch.poll()
            pause(SECONDS_BETWEEN_LOOKS)
    finally:
        for watch in watches:
            watch.close()

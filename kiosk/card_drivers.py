"""Which readers of identity cards this terminal has, by its settings."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from devices.card_trace.apdu_trace import Read, ReplayedCardReader
from devices.card_trace.sam_trace import KIND as SAM
from devices.card_trace.sam_trace import SamReplay
from devices.card_trace.trace_file import Entry, TraceError, What, read_trace
from devices.id_card.api import IdentityReader
from devices.id_card.found_sam_reader import SEARCH_SECONDS, FoundSamReader
from devices.id_card.pcsc_blocks import read_id_card
from devices.id_card.pcsc_id_reader import PcscIdCardReader
from devices.id_card.photo_hook import PhotoHook
from devices.id_card.portrait_reader import PortraitReader
from devices.id_card.sam_line import OpenPort, open_serial_port
from devices.id_card.sam_search import SamSearch, serial_ports
from devices.id_card.sam_serial_reader import SamSerialReader
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.social_card.pcsc_reader import PcscSocialCardReader
from devices.social_card.records import read_social_card
from kiosk.settings import NONE, DeviceSettings

AUTO: Final = "auto"
ID_CARD: Final = "id_card"  # names of devices in a trace
SOCIAL_CARD: Final = "social_card"


def card_readers_for(
    settings: DeviceSettings, *, search_seconds: float = SEARCH_SECONDS
) -> tuple[IdentityReader, ...]:
    """The drivers that the settings name; touches no device.

    `search_seconds`: how long one `open` of a reader that has to be looked for may look. Raises
    TraceError (a ValueError) for a trace that is none.
    """
    readers: list[IdentityReader] = []
    id_card = id_card_reader_for(settings, search_seconds=search_seconds)
    if id_card is not None and settings.photo_program:
        hook = PhotoHook(settings.photo_program, limit_seconds=settings.photo_seconds)
        readers.append(PortraitReader(id_card, hook))
    elif id_card is not None:
        readers.append(id_card)
    for social in (settings.social_card, settings.social_card_contactless):
        kind, _, address = social.partition(":")
        if kind == "replay":
            readers.append(replayed_reader(Path(address), SOCIAL_CARD))
        elif kind != NONE:
            readers.append(PcscSocialCardReader(address))
    return tuple(readers)


def id_card_reader_for(
    settings: DeviceSettings,
    *,
    open_port: OpenPort = open_serial_port,
    search_seconds: float = SEARCH_SECONDS,
) -> IdentityReader | None:
    """The reader of resident ID cards; `open_port`: another way to its serial port."""
    kind, _, address = settings.id_card.partition(":")
    match kind:
        case "none":
            return None
        case "simulated":
            return SimulatedIdentityReader()
        case "pcsc":
            return PcscIdCardReader(address)
        case "replay":
            return replayed_reader(Path(address), ID_CARD)
        case _ if address != AUTO:
            return SamSerialReader(address, open_port=open_port)
    taken = others_ports(settings)
    return FoundSamReader(
        SamSearch(lambda: serial_ports(taken), open_port=open_port),
        lambda place: SamSerialReader(place.path, baud=place.baud, open_port=open_port),
        search_seconds=search_seconds,
    )


def others_ports(settings: DeviceSettings) -> tuple[str, ...]:
    """Serial ports that the settings give to other devices; a search must not talk to them."""
    values = (getattr(settings, name) for name in type(settings).model_fields)
    addresses = (value.partition(":") for value in values if isinstance(value, str))
    return tuple(path for kind, _, path in addresses if kind in ("serial", "file"))


def replayed_reader(file: Path, device: str, *, pace: float = 1.0) -> IdentityReader:
    """The reader of a trace, as a device. Raises TraceError, also when it cannot be read."""
    try:
        entries = [entry for entry in read_trace(file.read_text("utf-8")) if entry.device == device]
    except (OSError, UnicodeDecodeError) as error:
        raise TraceError(f"{file}: {type(error).__name__}") from error
    if not entries:
        raise TraceError(f"{file}: nothing of {device} was recorded")
    if _is_of_a_sam(entries):
        return SamSerialReader(str(file), open_port=SamReplay(entries, pace=pace).open_port)
    read: Read = read_id_card if device == ID_CARD else read_social_card
    return ReplayedCardReader(entries, read, pace=pace)


def _is_of_a_sam(entries: Sequence[Entry]) -> bool:
    return any(
        entry.what is What.OPENED and entry.content.startswith(SAM.encode()) for entry in entries
    )

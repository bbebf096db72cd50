"""Which readers of identity cards this terminal has, by its settings."""

from typing import Final

from devices.id_card.api import IdentityReader
from devices.id_card.found_sam_reader import SEARCH_SECONDS, FoundSamReader
from devices.id_card.pcsc_id_reader import PcscIdCardReader
from devices.id_card.sam_line import OpenPort, open_serial_port
from devices.id_card.sam_search import SamSearch, serial_ports
from devices.id_card.sam_serial_reader import SamSerialReader
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.social_card.pcsc_reader import PcscSocialCardReader
from kiosk.settings import NONE, DeviceSettings

AUTO: Final = "auto"


def card_readers_for(
    settings: DeviceSettings, *, search_seconds: float = SEARCH_SECONDS
) -> tuple[IdentityReader, ...]:
    """The drivers that the settings name; touches no device.

    `search_seconds`: how long one `open` of a reader that has to be looked for may look.
    """
    readers: list[IdentityReader] = []
    id_card = id_card_reader_for(settings, search_seconds=search_seconds)
    if id_card is not None:
        readers.append(id_card)
    for social in (settings.social_card, settings.social_card_contactless):
        if social != NONE:
            readers.append(PcscSocialCardReader(_address(social)))
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


def _address(setting: str) -> str:
    return setting.partition(":")[2]

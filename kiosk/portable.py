"""What a portable has beside other terminals: a receiver that may know where it is."""

from collections.abc import Callable

from devices.location.api import Position
from devices.location.gpsd import GpsdReceiver
from kiosk.domain.mode import Mode
from kiosk.settings import Settings


def position_of(settings: Settings) -> Callable[[], Position | None]:
    """Who knows where we are: gpsd on a portable, nobody elsewhere."""
    host, _, port = settings.mode.position.rpartition(":")
    if settings.mode.kind is not Mode.PORTABLE or not host:
        return lambda: None
    return GpsdReceiver(host, int(port)).position

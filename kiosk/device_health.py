"""The last word of every device, for the flow."""

import threading
from dataclasses import replace

from devices.device import DeviceStatus
from kiosk.flow.equipment import Announce, DeviceKind, DeviceLooked, Ticket
from kiosk.flow.health import Health


class DeviceHealth:
    """Told by the devices' threads; asked by any."""

    def __init__(self, announce: Announce) -> None:
        self._announce = announce
        self._lock = threading.Lock()
        self._health = Health()

    def __call__(self) -> Health:
        """How everything stands now; returns at once."""
        return self._health

    def told(
        self,
        kind: DeviceKind,
        name: str,
        status: DeviceStatus | None,
        *,
        asked_by: Ticket | None = None,
    ) -> None:
        """Announced to everybody when it differs from before, and to whoever asked."""
        looked = DeviceLooked(kind, status, name)
        with self._lock:
            known = self._health.devices
            key = (kind, name)
            is_new = key not in known or _bare(known[key]) != _bare(status)
            self._health = self._health.heard(looked)
        if is_new:
            self._announce(looked)
        elif asked_by is not None:
            self._announce(looked, asked_by)


def _bare(status: DeviceStatus | None) -> DeviceStatus | None:
    """Without its detail, which may be another one each time."""
    return None if status is None else replace(status, detail="")

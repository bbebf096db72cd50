"""The last word of every device, for the flow."""

import threading
from dataclasses import replace

from kiosk.flow.equipment import Announce, DeviceLooked, Ticket
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
        looked: DeviceLooked,
        *,
        asked_by: Ticket | None = None,
    ) -> None:
        """Announced to everybody when it differs from before, and to whoever asked."""
        with self._lock:
            before = self._health.devices.get((looked.device, looked.place))
            is_new = before is None or _bare(before) != _bare(looked)
            self._health = self._health.heard(looked)
        if is_new:
            self._announce(looked)
        elif asked_by is not None:
            self._announce(looked, asked_by)


def _bare(looked: DeviceLooked) -> DeviceLooked:
    """Without its detail, which may be another one each time."""
    status = looked.status
    return replace(looked, status=None if status is None else replace(status, detail=""))

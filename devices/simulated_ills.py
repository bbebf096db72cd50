"""What every simulated device can suffer: a fault that lasts, and calls that do not come back."""

import threading

from devices.device import DeviceError
from kiosk.domain.fault import Fault


class SimulatedIlls:
    """Switched from any thread; the device's own calls ask `suffer`."""

    def __init__(self) -> None:
        self._fault: Fault | None = None
        self._works = threading.Event()
        self._works.set()

    def break_down(self, fault: Fault) -> None:
        """Every call fails for this reason from now on."""
        self._fault = fault

    def hang(self) -> None:
        """No call comes back from now on."""
        self._works.clear()

    def recover(self) -> None:
        """It works again; what hung comes back."""
        self._fault = None
        self._works.set()

    def suffer(self) -> None:
        """Hang, or raise DeviceError; nothing while it is well."""
        self._works.wait()
        if self._fault is not None:
            raise DeviceError(self._fault, "asked for by the simulation")

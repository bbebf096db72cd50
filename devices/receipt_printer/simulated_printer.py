"""A receipt printer that exists only in memory, for the demo and the tests."""

import io
import threading
from collections import deque
from typing import Final

from PIL import Image

from devices.device import DeviceError, DeviceState, DeviceStatus
from devices.receipt_printer.layout import Layout
from kiosk.domain.fault import Fault
from kiosk.domain.receipt import Receipt

_SLIPS_KEPT: Final = 20


class SimulatedReceiptPrinter:
    """Draws slips as the real printer would. Its switches may be moved from any thread."""

    def __init__(self, *, layout: Layout) -> None:
        self._layout = layout
        self._lock = threading.Lock()
        self._slips: deque[bytes] = deque(maxlen=_SLIPS_KEPT)
        self._plugged = True
        self._paper = True
        self._cover_open = False
        self._mute = False

    @property
    def name(self) -> str:
        return "simulated receipt printer"

    def open(self) -> None:
        if not self._plugged:
            raise DeviceError(Fault.RECEIPT_PRINTER_GONE)

    def close(self) -> None:
        """Nothing to let go."""

    def status(self) -> DeviceStatus:
        fault = self._fault()
        if fault is None:
            return DeviceStatus(DeviceState.READY)
        gone = fault is Fault.RECEIPT_PRINTER_GONE
        return DeviceStatus(DeviceState.GONE if gone else DeviceState.NEEDS_HELP, fault)

    def print_receipt(self, receipt: Receipt) -> None:
        picture = self._layout.picture(receipt)
        fault = self._fault()
        if fault is not None:
            raise DeviceError(fault)
        out = io.BytesIO()
        # sheet white all round, as the paper is wider than the print head
        sheet = Image.new("1", (picture.width + 64, picture.height + 48), 1)
        sheet.paste(picture, (32, 24))
        sheet.save(out, "PNG")
        with self._lock:
            self._slips.append(out.getvalue())
        if self._mute:
            raise DeviceError(Fault.RECEIPT_UNCERTAIN, "the simulated printer keeps silent")

    @property
    def slips(self) -> tuple[bytes, ...]:
        """The slips not yet torn off, oldest first, at most 20, each as PNG."""
        with self._lock:
            return tuple(self._slips)

    def tear_off(self) -> tuple[bytes, ...]:
        """Takes the slips away, as the resident does; oldest first, each as PNG."""
        with self._lock:
            slips = tuple(self._slips)
            self._slips.clear()
        return slips

    def take_paper_out(self) -> None:
        """The roll is gone."""
        self._paper = False

    def put_paper_in(self) -> None:
        """A new roll."""
        self._paper = True

    def open_cover(self) -> None:
        """The lid stands open."""
        self._cover_open = True

    def close_cover(self) -> None:
        """The lid is shut."""
        self._cover_open = False

    def unplug(self) -> None:
        """The cable is out."""
        self._plugged = False

    def plug_in(self) -> None:
        """The cable is in again."""
        self._plugged = True

    def fall_silent(self) -> None:
        """Still prints, but does not say so: every slip becomes RECEIPT_UNCERTAIN."""
        self._mute = True

    def speak_again(self) -> None:
        """Confirms its slips again."""
        self._mute = False

    def _fault(self) -> Fault | None:
        if not self._plugged:
            return Fault.RECEIPT_PRINTER_GONE
        if self._cover_open:
            return Fault.RECEIPT_COVER_OPEN
        return None if self._paper else Fault.RECEIPT_PAPER_OUT

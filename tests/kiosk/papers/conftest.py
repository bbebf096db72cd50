"""The slip that the printers' tests print too."""

from tests.devices.receipt_printer.conftest import layout, narrow_layout, receipt

__all__ = ["layout", "narrow_layout", "receipt"]

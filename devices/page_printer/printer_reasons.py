"""What a printer's own keywords say to people."""

from collections.abc import Iterable
from typing import Final

from kiosk.domain.fault import Fault

# Beginnings of printer-state-reasons (RFC 8011 section 5.4.12, PWG 5100.9; read in excerpts). Ends
# such as -warning say nothing: a tray that is empty comes as media-empty-warning through CUPS.
FAULT_BY_REASON: Final = (
    ("media-jam", Fault.PAGE_JAM),
    ("cover-open", Fault.PAGE_COVER_OPEN),
    ("door-open", Fault.PAGE_COVER_OPEN),
    ("interlock-open", Fault.PAGE_COVER_OPEN),
    ("media-empty", Fault.PAGE_MEDIA_EMPTY),
    ("media-needed", Fault.PAGE_MEDIA_EMPTY),
    ("input-tray-missing", Fault.PAGE_MEDIA_EMPTY),
    ("toner-empty", Fault.PAGE_TONER_EMPTY),
    ("marker-supply-empty", Fault.PAGE_TONER_EMPTY),
    ("offline", Fault.PAGE_PRINTER_GONE),
    ("shutdown", Fault.PAGE_PRINTER_GONE),
    ("paused", Fault.PAGE_PAUSED),
    ("moving-to-paused", Fault.PAGE_PAUSED),
)


def fault_of(reasons: Iterable[str]) -> Fault | None:
    """The first fault of the table that any of the printer-state-reasons begins with."""
    told = tuple(reasons)
    for beginning, fault in FAULT_BY_REASON:
        if any(reason.startswith(beginning) for reason in told):
            return fault
    return None

"""Health of all devices in one view: may a case be taken here now, and which steps cannot be done?

What a device cannot do has a way on; a missing printer or reader is never a dead end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from devices.device import DeviceState, DeviceStatus
from kiosk.domain.fault import Fault
from kiosk.domain.service_item import Need, ServiceItem
from kiosk.flow.equipment import DeviceKind, DeviceLooked
from kiosk.flow.steps import Step, steps_for

GONE: Final = MappingProxyType(
    {
        DeviceKind.ID_CARD: Fault.READER_GONE,
        DeviceKind.STAFF_CARD: Fault.READER_GONE,
        DeviceKind.TRAVEL_DOCUMENT: Fault.READER_GONE,
        DeviceKind.CAMERA: Fault.CAMERA_GONE,
        DeviceKind.RECEIPT_PRINTER: Fault.RECEIPT_PRINTER_GONE,
        DeviceKind.PAGE_PRINTER: Fault.PAGE_PRINTER_GONE,
    }
)
CARD_STEPS: Final = frozenset({Step.AGENT, Step.READ_CARD, Step.FAMILY})
# A printer that prints but cannot say so is asked about each time; that stops nobody.
_WORKS: Final = frozenset({None, Fault.RECEIPT_UNCERTAIN})


@unique
class WayOn(StrEnum):
    """What people do without a device; the value is the key of its words."""

    BY_STAFF = "by_staff"  # wait until it is back, the desk of staff, or another service point
    PHOTOGRAPH_NUMBER = "photograph_number"  # the number and its code on the screen, by telephone
    READ_ON_SCREEN = "read_on_screen"  # the paper on the screen; printed another day
    PHOTOGRAPH_CARD = "photograph_card"  # beside staff, compared by people
    USE_DOCUMENT = "use_document"  # whoever has a passport or permit lays it down


WAYS_ON: Final = MappingProxyType(
    {
        DeviceKind.ID_CARD: WayOn.BY_STAFF,
        DeviceKind.CAMERA: WayOn.BY_STAFF,
        DeviceKind.RECEIPT_PRINTER: WayOn.PHOTOGRAPH_NUMBER,
        DeviceKind.PAGE_PRINTER: WayOn.READ_ON_SCREEN,
    }
)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A device that does not work now, and what that means for an item.

    `steps`: what cannot be done here. `stops`: the case cannot be finished without it.
    """

    device: DeviceKind
    fault: Fault
    way_on: WayOn
    steps: tuple[Step, ...] = ()
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """What every device said last. A kind that has said nothing yet counts as working."""

    devices: Mapping[tuple[DeviceKind, int], DeviceLooked] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def heard(self, looked: DeviceLooked) -> "Health":
        """With one device's newest word."""
        known = {**self.devices, (looked.device, looked.place): looked}
        return Health(MappingProxyType(known))

    def of(self, kind: DeviceKind) -> tuple[tuple[str, DeviceStatus | None], ...]:
        """Every device of that kind by its name, what works first; empty: none was looked at.

        None in place of a status: the settings name none of that kind.
        """
        known = [(one.name, one.status) for one in self.devices.values() if one.device is kind]
        return tuple(sorted(known, key=lambda one: _fault(kind, one[1]) is not None))

    def fault(self, kind: DeviceKind) -> Fault | None:
        """Why no device of that kind works now; None when one does, or none was looked at.

        Two readers count as one: people use the one that works.
        """
        faults = [_fault(kind, status) for _, status in self.of(kind)]
        if not faults or None in faults:
            return None
        return next((fault for fault in faults if fault is not GONE[kind]), GONE[kind])

    def may_take_a_case(self) -> Fault | None:
        """What keeps this terminal from taking any case now: no card can be read. Else None."""
        return self.fault(DeviceKind.ID_CARD)

    def obstacles(
        self, item: ServiceItem, *, by_picture: bool = False, by_document: bool = False
    ) -> tuple[Obstacle, ...]:
        """What somebody who begins this item should know before; what stops it first.

        `by_picture`: an ID card may be photographed in this visit; `by_document`: a passport or
        permit may be laid down. Then a reader that is gone stops nobody but an agent, whose own
        card must be read.
        """
        steps = steps_for(item)
        cards = tuple(step for step in steps if step in CARD_STEPS)
        photographs = Step.MATERIALS in steps
        needed = any(
            page.need is Need.REQUIRED and not page.fetched for page in item.pages_to_photograph()
        )
        without_reader = WAYS_ON[DeviceKind.ID_CARD]
        if self.fault(DeviceKind.CAMERA) is None and Step.AGENT not in cards:
            if by_picture:
                without_reader = WayOn.PHOTOGRAPH_CARD
            elif by_document and self.fault(DeviceKind.TRAVEL_DOCUMENT) is None:
                without_reader = WayOn.USE_DOCUMENT
        ways_on = {**WAYS_ON, DeviceKind.ID_CARD: without_reader}
        concerned = {
            DeviceKind.ID_CARD: (cards, bool(cards) and without_reader is WayOn.BY_STAFF),
            DeviceKind.CAMERA: ((Step.MATERIALS,) if photographs else (), needed),
            DeviceKind.RECEIPT_PRINTER: ((Step.DONE,), False),
            DeviceKind.PAGE_PRINTER: ((Step.DONE,), False),
        }
        told = [
            Obstacle(kind, fault, ways_on[kind], of, stops=stops)
            for kind, (of, stops) in concerned.items()
            if of and (fault := self.fault(kind)) is not None
        ]
        return tuple(sorted(told, key=lambda one: not one.stops))


def _fault(kind: DeviceKind, status: DeviceStatus | None) -> Fault | None:
    """Why that one does not work; the settings may name none."""
    if status is None:
        return GONE[kind]
    if status.state in (DeviceState.READY, DeviceState.BUSY) or status.fault in _WORKS - {None}:
        return None
    return status.fault or GONE[kind]

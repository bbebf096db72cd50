"""What sync tells, as events of the interface."""

from collections.abc import Callable, Sequence

from kiosk.domain.fault import Fault
from kiosk.flow.equipment import CasesChanged, CatalogChanged, Event, NetworkChanged


class Announcing:
    """A listener of the sync thread. Any thread."""

    def __init__(self, announce: Callable[[Event], None]) -> None:
        self._announce = announce

    def cases_changed(self, case_ids: Sequence[str]) -> None:
        """These cases have something new."""
        self._announce(CasesChanged(tuple(case_ids)))

    def network_changed(self, fault: Fault | None) -> None:
        """None: the gateway answers."""
        self._announce(NetworkChanged(fault))

    def catalog_changed(self, version: str) -> None:
        """A newer catalogue counts from the next visit on."""
        self._announce(CatalogChanged(version))

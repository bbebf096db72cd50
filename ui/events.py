"""Carries what devices and sync report across to the interface's thread."""

from PySide6.QtCore import QObject, Signal

from kiosk.flow.equipment import Event


class EventBridge(QObject):
    """`happened` is heard on the thread that made the bridge, whichever thread announces."""

    happened = Signal(object)  # one of kiosk.flow.equipment.Event

    def announce(self, event: Event) -> None:
        """Callable from any thread; returns at once; order per thread is kept."""
        self.happened.emit(event)

"""Carries what devices and sync report across to the interface's thread."""

import threading

from PySide6.QtCore import QObject, Signal

from kiosk.flow.equipment import Event, PreviewSeen, Ticket


class EventBridge(QObject):
    """`happened` is heard on the thread that made the bridge, whichever thread announces.

    Dropped on the way: an event whose ticket is no longer valid, and a camera picture that nobody
    has looked at when the next one comes, so that a slow interface never has a queue of pictures.
    """

    happened = Signal(object)  # one of kiosk.flow.equipment.Event
    _crossed = Signal(object, object)
    _picture_crossed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._picture: tuple[PreviewSeen, Ticket | None] | None = None
        self._crossed.connect(self._arrived)
        self._picture_crossed.connect(self._picture_arrived)

    def announce(self, event: Event, ticket: Ticket | None = None) -> None:
        """See kiosk.flow.equipment.Announce. Per thread the order is kept, but for pictures."""
        if not isinstance(event, PreviewSeen):
            self._crossed.emit(event, ticket)
            return
        with self._lock:
            on_its_way = self._picture is not None
            self._picture = (event, ticket)
        if not on_its_way:
            self._picture_crossed.emit()

    def _picture_arrived(self) -> None:
        with self._lock:
            picture, self._picture = self._picture, None
        if picture is not None:
            self._arrived(*picture)

    def _arrived(self, event: Event, ticket: Ticket | None) -> None:
        if ticket is None or ticket.valid:
            self.happened.emit(event)

"""Where each device of a terminal is worked: its driver, its watch, its thread, its health.

A driver that hangs is replaced by a fresh one of the same settings, and so is its watch.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, Generic, TypeVar

from devices.camera.api import DocumentCamera, Frame
from devices.device import Device, DeviceError, DeviceState, DeviceStatus
from devices.id_card.api import IdentityReader
from devices.id_card.card_watch import CardFailed, CardWatch
from devices.staff_card.api import StaffCardReader
from devices.staff_card.staff_card_watch import StaffCardFailed, StaffCardWatch
from kiosk.camera_watch import CameraWatch
from kiosk.device_health import DeviceHealth
from kiosk.device_thread import DeviceThread, Lost, Work
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import Announce, CameraFailed, DeviceKind, DeviceLooked, Event, Ticket
from kiosk.flow.health import GONE

# Seconds between two looks.
# Somebody waits: a card shall not lie there longer than its frames need (./run bench cards).
CARD_WANTED: Final = 0.03
CARD_GONE: Final = 0.3  # the reader
CARD_IDLE: Final = 0.5
PICTURES: Final = 0.05
STAFF_WANTED: Final = 0.3
CAMERA_TROUBLE: Final = 0.5  # opening one that fails costs more than a picture
CAMERA_IDLE: Final = 1.0  # whether it is plugged in; it stays off
STAFF_IDLE: Final = 2.0
PRINTER_FINE: Final = 5.0
PRINTER_TROUBLE: Final = 1.0  # so that it is back within three seconds of its return
READ_WITHIN: Final = 15.0  # seconds of a captured page; a look has device_thread.POLL_PATIENCE
# Seconds of one look at a card reader, which may open, feel and read in one: 3.5 with the search
# (FoundSamReader), 1 and 5 (id_card/api.py), and up to 3 for a face (PhotoHook).
CARD_WITHIN: Final = 15.0

D = TypeVar("D", bound=Device)
T = TypeVar("T")


class _Told:
    """What a device tells, for the visit that asked it last. Belongs to the device's thread."""

    def __init__(self, announce: Announce, is_current: Callable[[], bool]) -> None:
        self._announce = announce
        self._is_current = is_current
        self.ticket = Ticket()

    def __call__(self, event: Event) -> None:
        """A thread that was left behind is not heard: the next person may be there by now."""
        if self._is_current():
            self._announce(event, self.ticket)

    def asked_with(self, ticket: Ticket) -> None:
        self.ticket = ticket


class Seat(Generic[D]):
    """One device. `device` is the driver that counts now; use it on the thread alone."""

    def __init__(
        self,
        kind: DeviceKind,
        device: D | None,
        again: Callable[[], D | None],
        *,
        announce: Announce,
        health: DeviceHealth,
        place: int = 0,
        poll_within: float | None = None,
    ) -> None:
        """`again`: a fresh driver for a thread that takes over; touches no device.

        `place`: among several of a kind. `poll_within`: see DeviceThread.
        """
        self.kind = kind
        self._place = place
        self.device = device
        self._again = again
        self._announce = announce
        self._health = health
        self.thread = DeviceThread(
            kind.value if device is None else device.name,
            poll=self._poll,
            poll_within=poll_within,
            take_over=self._take_over,
            at_end=self._end,
        )
        self._told = _Told(announce, self.thread.is_current)

    def ask(self, work: Work, *, within: float | None = None, lost: Lost | None = None) -> None:
        """See DeviceThread."""
        self.thread.ask(work, within=within, lost=lost)

    def look(self, ticket: Ticket) -> None:
        """Look at it thoroughly and tell whoever asked; also when it hangs."""

        def work() -> None:
            self._tell(self._status(), asked_by=ticket)
            self.thread.look_within(PRINTER_TROUBLE)

        def lost(_begun: bool) -> None:
            self._tell_hanging(asked_by=ticket)

        self.ask(work, within=READ_WITHIN, lost=lost)

    def heard(self, tell: Callable[[T], object]) -> Callable[[T], None]:
        """`tell`, as long as the device's thread that calls it is not left behind."""

        def told(what: T) -> None:
            if self.thread.is_current():
                tell(what)

        return told

    def _status(self) -> DeviceStatus | None:
        """A device that nobody uses is closed: opened for the look, and let go again."""
        device = self.device
        if device is None:
            return None
        status = device.status()
        if status.state is not DeviceState.GONE:
            return status
        try:
            device.open()
            return device.status()
        except DeviceError as error:
            gone = error.fault is GONE[self.kind]
            state = DeviceState.GONE if gone else DeviceState.NEEDS_HELP
            return DeviceStatus(state, error.fault, str(error))
        finally:
            device.close()

    def _poll(self, watching: bool) -> float | None:
        del watching
        status = self._status()
        self._tell(status)
        if status is None:
            return None
        well = status.state in (DeviceState.READY, DeviceState.BUSY)
        return PRINTER_FINE if well else PRINTER_TROUBLE

    def _end(self) -> None:
        if self.device is not None:
            self.device.close()

    def _tell(self, status: DeviceStatus | None, *, asked_by: Ticket | None = None) -> None:
        """What the device's own thread has seen; a thread that was left behind is not heard."""
        if self.thread.is_current():
            self._tell_of(status, asked_by)

    def _tell_hanging(self, *, asked_by: Ticket | None = None) -> None:
        """On any thread."""
        hanging = DeviceStatus(DeviceState.GONE, GONE[self.kind], "does not come back")
        self._tell_of(hanging, asked_by)

    def _tell_of(self, status: DeviceStatus | None, asked_by: Ticket | None) -> None:
        name = "" if self.device is None else self.device.name
        looked = DeviceLooked(self.kind, status, name, self._place)
        self._health.told(looked, asked_by=asked_by)

    def _take_over(self) -> Work:
        old = self.device
        self.device = self._again()
        self._tell_hanging()
        self._renew()
        return old.close if old is not None else lambda: None

    def _renew(self) -> None:
        """Whatever hangs on the driver anew, and whoever waits is told. On any thread."""


class CardSeat(Seat[IdentityReader]):
    """A reader of identity cards; looked at all the time, so that no lifting is missed."""

    def __init__(
        self,
        device: IdentityReader,
        again: Callable[[], IdentityReader | None],
        *,
        announce: Announce,
        health: DeviceHealth,
        place: int = 0,
    ) -> None:
        super().__init__(
            DeviceKind.ID_CARD,
            device,
            again,
            announce=announce,
            health=health,
            place=place,
            poll_within=CARD_WITHIN,
        )
        self._wanted = False
        self._watch = CardWatch(device, self._told)
        self._watch.want(False)

    def want(self, on: bool, ticket: Ticket) -> None:
        """Read cards for that visit from now on, or stop."""

        def work() -> None:
            self._told.asked_with(ticket)
            self._wanted = on
            self._watch.want(on)

        self.ask(work)
        if on and self.thread.hangs:  # the page shall not wait for it
            self._announce(CardFailed(Fault.READER_GONE), ticket)
        self.thread.look_now()

    def _status(self) -> DeviceStatus | None:
        watch = self._watch  # another one has its place when the poll hung
        watch.poll()
        return watch.status

    def _poll(self, watching: bool) -> float | None:
        del watching
        status = self._status()
        self._tell(status)
        if not self._wanted:
            return CARD_IDLE
        well = status is not None and status.state is DeviceState.READY
        return CARD_WANTED if well else CARD_GONE

    def _renew(self) -> None:
        assert self.device is not None, "it was there before"
        self._watch = CardWatch(self.device, self._told, takes_over=True)
        self._watch.want(self._wanted)
        if self._wanted:
            self._announce(CardFailed(Fault.READER_GONE), self._told.ticket)


class CameraSeat(Seat[DocumentCamera]):
    """The camera; off unless somebody looks."""

    def __init__(
        self,
        device: DocumentCamera | None,
        again: Callable[[], DocumentCamera | None],
        *,
        announce: Announce,
        health: DeviceHealth,
    ) -> None:
        super().__init__(DeviceKind.CAMERA, device, again, announce=announce, health=health)
        self._watching = False
        self._watch = CameraWatch(device, self._told)

    def watch(self, on: bool, ticket: Ticket) -> None:
        """Show pictures to that visit from now on, or stop and forget the last one."""
        self.ask(partial(self._told.asked_with, ticket))
        self.thread.watch(on)
        if not on:
            self.ask(self._forget)
        elif self.thread.hangs:
            self._announce(CameraFailed(Fault.CAMERA_GONE), ticket)

    def capture(self, material: str, ticket: Ticket) -> None:
        """Take the sheet that lies there."""

        def work() -> None:
            self._told.asked_with(ticket)
            self._watch.capture(material)

        def lost(_begun: bool) -> None:
            self._announce(CameraFailed(Fault.CAMERA_GONE), ticket)

        self.ask(work, within=READ_WITHIN, lost=lost)

    def hand_over(self, take: Callable[[Frame], None], ticket: Ticket) -> None:
        """The newest picture, for work that is done elsewhere."""

        def work() -> None:
            self._told.asked_with(ticket)
            self._watch.hand_over(self.heard(take))

        def lost(_begun: bool) -> None:
            self._announce(CameraFailed(Fault.CAMERA_GONE), ticket)

        self.ask(work, within=READ_WITHIN, lost=lost)

    def _forget(self) -> None:
        self._watch.forget()

    def _status(self) -> DeviceStatus | None:
        if self.device is None or not self._watching:
            return super()._status()
        return self._seen()

    def _poll(self, watching: bool) -> float | None:
        self._watching = watching
        if self.device is None:
            self._tell(None)
            return None
        if watching:
            self._watch.poll()
        if not self.thread.is_current():
            return None  # camera and watch are another thread's by now
        self._tell(self._seen())
        if not watching:
            return CAMERA_IDLE
        return PICTURES if self._watch.fault is None else CAMERA_TROUBLE

    def _seen(self) -> DeviceStatus:
        """By the last picture while somebody looks; else whether it is plugged in."""
        assert self.device is not None, "asked of a camera only"
        fault = self._watch.fault
        if fault is None and not self.device.is_there():
            fault = Fault.CAMERA_GONE
        if fault is None:
            return DeviceStatus(DeviceState.READY)
        gone = fault is Fault.CAMERA_GONE
        return DeviceStatus(DeviceState.GONE if gone else DeviceState.NEEDS_HELP, fault)

    def _renew(self) -> None:
        self._watch = CameraWatch(self.device, self._told)
        if self._watching:
            self._announce(CameraFailed(Fault.CAMERA_GONE), self._told.ticket)


class StaffSeat(Seat[StaffCardReader]):
    """The reader of staff cards; let go while nobody signs in, since another seat may share it.

    It tells whoever is there, not only the visit that asked.
    """

    def __init__(
        self,
        device: StaffCardReader | None,
        again: Callable[[], StaffCardReader | None],
        *,
        announce: Announce,
        health: DeviceHealth,
    ) -> None:
        super().__init__(DeviceKind.STAFF_CARD, device, again, announce=announce, health=health)
        self._watching = False
        self._watch = StaffCardWatch(device, self._tell_everybody)

    def watch(self, on: bool) -> None:
        """Look for a card from now on, or stop."""
        self.ask(lambda: self._watch.begin() if on else self._watch.end())
        self.thread.watch(on)
        if on and self.thread.hangs:
            self._announce(StaffCardFailed(Fault.READER_GONE))

    def work(self, work: Callable[[StaffCardWatch], object]) -> None:
        """Something with the card that lies there."""
        self.ask(
            lambda: work(self._watch),
            within=READ_WITHIN,
            lost=lambda _begun: self._announce(StaffCardFailed(Fault.READER_GONE)),
        )

    def _tell_everybody(self, event: Event) -> None:
        if self.thread.is_current():
            self._announce(event)

    def _poll(self, watching: bool) -> float | None:
        self._watching = watching
        if not watching:
            return STAFF_IDLE if super()._poll(watching) is not None else None
        watch = self._watch  # another one has its place when the poll hung
        watch.poll()
        if self.device is not None:
            self._tell(watch.status)
        return STAFF_WANTED

    def _status(self) -> DeviceStatus | None:
        return self._watch.status if self._watching and self.device else super()._status()

    def _renew(self) -> None:
        self._watch = StaffCardWatch(self.device, self._tell_everybody)
        if self._watching:
            self._announce(StaffCardFailed(Fault.READER_GONE))

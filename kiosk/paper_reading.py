"""Reads the print on a photographed paper, on a thread of its own: the picture stays fluent."""

import logging
from collections.abc import Callable
from datetime import date
from functools import partial

from devices.camera.api import Frame
from devices.camera.reading.api import LineReader, ReadingMissing
from devices.camera.reading.machine_zone import read_zone
from devices.camera.reading.paper import ReadingKind
from devices.camera.reading.read_paper import read_photograph
from devices.device import DeviceError
from devices.travel_document.mrz import access_key_of
from devices.travel_document.zone_repair import repaired
from kiosk.device_thread import DeviceThread
from kiosk.flow.equipment import Event, PaperNotRead, PaperRead, ZoneSeen

log = logging.getLogger(__name__)


class PaperReading:
    """`open_reader` is called once, on that thread, with the first paper; None: none is read."""

    def __init__(
        self, open_reader: Callable[[], LineReader] | None, today: Callable[[], date]
    ) -> None:
        self._open_reader = open_reader
        self._today = today
        self._reader: LineReader | None = None
        self.thread = DeviceThread("reading")

    @property
    def is_there(self) -> bool:
        """Whether this terminal has models to read with."""
        return self._open_reader is not None

    def read(
        self, kind: ReadingKind, request: int, told: Callable[[Event], None], frame: Frame
    ) -> None:
        """From any thread; returns at once. Tells PaperRead or PaperNotRead, whatever happens."""
        self._answer(request, told, partial(self._read, kind, request, frame))

    def read_zone(self, request: int, told: Callable[[Event], None], frame: Frame) -> None:
        """The same for a machine-readable zone. Tells ZoneSeen or PaperNotRead."""
        self._answer(request, told, partial(self._read_zone, request, frame))

    def _answer(
        self, request: int, told: Callable[[Event], None], read: Callable[[], Event | None]
    ) -> None:
        def work() -> None:
            answer: Event | None = None
            try:
                answer = read()
            except ReadingMissing as error:
                log.warning("no print is read here: %s", error)
            finally:  # a page waits, whatever the picture did to its reader
                told(answer or PaperNotRead(request))
                self._forget()

        self.thread.ask(work)

    def _read_zone(self, request: int, frame: Frame) -> Event | None:
        read = read_zone(frame, self._opened())
        if read is None:
            return None
        zone = repaired(read.lines, read.unsure)
        try:
            key = access_key_of(zone, self._today())
        except DeviceError:
            key = None
        return ZoneSeen(zone, key, read.picture, request)

    def _read(self, kind: ReadingKind, request: int, frame: Frame) -> Event | None:
        paper = read_photograph(frame, kind, self._opened())
        return None if paper is None else PaperRead(paper, request)

    def _forget(self) -> None:
        """After the answer, so that nobody waits for it: the reader holds the last line read."""
        if self._reader is not None:
            self._reader.forget()

    def _opened(self) -> LineReader:
        if self._reader is None:
            if self._open_reader is None:
                raise ReadingMissing("the settings name no camera, or no models are installed")
            self._reader = self._open_reader()
        return self._reader

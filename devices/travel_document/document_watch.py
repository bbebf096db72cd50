"""Waits for a passport or permit on the reader and opens it once with the key of its own print."""

from collections.abc import Callable
from dataclasses import dataclass

from devices.device import DeviceError
from devices.travel_document.api import AccessKey, TravelDocument, TravelDocumentReader
from kiosk.domain.fault import Fault


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """The chip opened, and this is what it says."""

    document: TravelDocument


@dataclass(frozen=True, slots=True)
class DocumentFailed:
    """What lies there did not open with that key, or the reader went (READER_GONE)."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class DocumentTaken:
    """The document that was read lies there no more."""


DocumentEvent = DocumentRead | DocumentFailed | DocumentTaken


class DocumentWatch:
    """One series of events per document laid down. Every method belongs to the reader's thread.

    A document is asked once each time it is laid down, since a chip must not be asked with a wrong
    key again and again. One that slipped away during its read is asked again when it is back.
    """

    def __init__(
        self, reader: TravelDocumentReader | None, report: Callable[[DocumentEvent], None]
    ) -> None:
        """`reader`: None where this terminal has none; then every look is READER_GONE."""
        self._reader = reader
        self._report = report
        self._key: AccessKey | None = None
        self._opened = False
        self._done = False  # with what lies there
        self._was_read = False  # what lies there
        self._trouble: Fault | None = None

    @property
    def fault(self) -> Fault | None:
        """What is wrong with the reader itself, by the last look."""
        return self._trouble

    def begin(self, key: AccessKey) -> None:
        """From now on a document with that key is awaited."""
        self._key = key
        self._done = self._was_read = False
        self._trouble = None

    def end(self) -> None:
        """Nobody waits any more: forget the key and let the reader go."""
        self._key = None
        self._opened = self._was_read = False
        if self._reader is not None:
            self._reader.close()

    def poll(self) -> None:
        """Look once; about three times a second. Takes as long as a read. Never raises."""
        if self._key is None:
            return
        try:
            self._look(self._ready(), self._key)
        except DeviceError as error:
            self._opened = False
            if self._reader is not None:
                self._reader.close()
            if self._trouble is not error.fault:  # told once, not with every look
                self._trouble = error.fault
                self._report(DocumentFailed(error.fault))
            return
        self._trouble = None

    def _ready(self) -> TravelDocumentReader:
        if self._reader is None:
            raise DeviceError(Fault.READER_GONE, "there is none")
        if not self._opened:
            self._reader.open()
            self._opened = True
        return self._reader

    def _look(self, reader: TravelDocumentReader, key: AccessKey) -> None:
        if not reader.card_present():
            if self._was_read:
                self._report(DocumentTaken())
            self._done = self._was_read = False
            return
        if self._done:
            return
        try:
            document = reader.read_document(key)
        except DeviceError as error:
            if error.fault is Fault.READER_GONE:
                raise
            self._done = error.fault is not Fault.CARD_REMOVED
            self._report(DocumentFailed(error.fault))
            return
        self._done = self._was_read = True
        self._report(DocumentRead(document))

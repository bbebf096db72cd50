"""Prints A4 documents through the print system, and believes the printer rather than CUPS.

The only file that imports pycups (2.0.4). Measured: with a job in the printer and its power cut,
CUPS said "completed" for a page that never came out. So PRINTED needs the printer's own word.
"""

import contextlib
import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeVar

import cups

from devices.device import DeviceError, DeviceState, DeviceStatus
from devices.page_printer.api import PrintJobId, PrintJobState, PrintJobStatus, unheard
from devices.page_printer.ipp_witness import DeviceWord, IppJobState, IppWitness
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
)

# The standard name of A4 (PWG 5101.1): a queue without a PPD passes it through as it is, and
# printers refuse a bare "A4".
_OPTIONS: Final = {
    "media": "iso_a4_210x297mm",
    "sides": "one-sided",
    "print-scaling": "none",
}
_QUEUE_PROCESSING: Final = 4  # printer-state, RFC 8011 section 5.4.11
_QUEUE_STOPPED: Final = 5
_PIECE: Final = 64 * 1024
_MISSES_BEFORE_GONE: Final = 2  # one late answer of a busy printer is not a power cut
_HTTP_CONTINUE: Final = 100
_QUEUE_ATTRIBUTES: Final = ["printer-state", "printer-state-reasons", "device-uri"]

_Answer = TypeVar("_Answer")
_log = logging.getLogger(__name__)


class _NoAnswer(Exception):
    """cupsd is not there or does not answer in time."""


class _NoSuchThing(Exception):
    """cupsd knows no such queue or job."""


class _Refused(Exception):
    """cupsd said no."""


@dataclass(frozen=True, slots=True)
class _Queue:
    state: int
    reasons: tuple[str, ...]
    device_uri: str


class CupsPagePrinter:
    """One CUPS queue whose printer speaks IPP (ipp:// or ipps://, also by ipp-usb).

    With a `device_uri` of another kind nobody can be asked, so every job ends FAILED with
    PAGE_UNCERTAIN. The document goes to cupsd over the line and into no file of ours; cupsd keeps
    it in its own spool until the job has ended (PreserveJobFiles No). One thread; each question
    is given up after `limit` seconds.
    """

    def __init__(
        self,
        queue: str,
        *,
        server: str = "127.0.0.1",
        port: int = 631,
        device_uri: str | None = None,
        limit: float = 1.0,
        hand_in: float = 5.0,
        grace: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Seconds: `limit` for each question, `hand_in` for handing a document over.

        `grace`: how long a printer may be silent, or go on, after CUPS ended a job.
        """
        self._queue = queue
        self._server, self._port = server, port
        self._limit, self._hand_in = limit, hand_in
        self._grace, self._clock = grace, clock
        self._witness = self._witness_at(device_uri) if device_uri else None
        self._uri_given = device_uri is not None
        self._last_call: threading.Thread | None = None
        self._ended: dict[PrintJobId, PrintJobStatus] = {}
        self._waiting_since: dict[PrintJobId, float] = {}
        self._misses = 0

    @property
    def name(self) -> str:
        return f"A4 printer, queue {self._queue}"

    def open(self) -> None:
        """Looks the queue up. Raises DeviceError(PAGE_PRINTER_GONE)."""
        try:
            self._look()
        except (_NoAnswer, _NoSuchThing, _Refused) as error:
            raise DeviceError(Fault.PAGE_PRINTER_GONE, str(error)) from None

    def close(self) -> None:
        """No connection is kept."""

    def status(self) -> DeviceStatus:
        """Asks cupsd and the printer itself; about 15 ms, at most twice the limit."""
        try:
            queue = self._look()
        except (_NoAnswer, _NoSuchThing, _Refused) as error:
            return DeviceStatus(DeviceState.GONE, Fault.PAGE_PRINTER_GONE, str(error))
        word = self._word(None)
        if self._witness is not None and word is None:
            return DeviceStatus(
                DeviceState.GONE, Fault.PAGE_PRINTER_GONE, "the printer does not answer"
            )
        fault = _fault(queue.reasons if word is None else word.reasons)
        if fault is not None:
            gone = fault is Fault.PAGE_PRINTER_GONE
            return DeviceStatus(DeviceState.GONE if gone else DeviceState.NEEDS_HELP, fault)
        if queue.state == _QUEUE_STOPPED:
            return DeviceStatus(
                DeviceState.NEEDS_HELP, Fault.PAGE_PRINTER_GONE, "the queue is stopped in CUPS"
            )
        busy = queue.state == _QUEUE_PROCESSING
        detail = (
            "" if self._witness else f"{queue.device_uri.split(':')[0]} printers cannot be asked"
        )
        return DeviceStatus(DeviceState.BUSY if busy else DeviceState.READY, detail=detail)

    def print_pdf(
        self,
        pdf: bytes,
        *,
        title: str,
        copies: int = 1,
        numbered: Callable[[PrintJobId], None] = unheard,
    ) -> PrintJobId:
        """See `api.PagePrinter`; about 5 ms. Each job's name is `title` and eight random digits."""
        if not pdf.startswith(b"%PDF-") or copies < 1:
            raise DeviceError(Fault.PAGE_JOB_REFUSED, "not a PDF document or no copy")
        name = f"{title} {secrets.token_hex(4)}"  # the printer is asked for this name later
        given_up = threading.Event()

        def create(connection: Any) -> int:
            job = int(connection.createJob(self._queue, name, {**_OPTIONS, "copies": str(copies)}))
            if given_up.is_set():
                connection.cancelJob(job)
            return job

        def submit(connection: Any) -> None:
            try:
                answer = connection.startDocument(self._queue, number, name, "application/pdf", 1)
                for at in range(0, len(pdf), _PIECE):
                    piece = pdf[at : at + _PIECE]
                    answer = connection.writeRequestData(piece, len(piece))
                if answer != _HTTP_CONTINUE or given_up.is_set():
                    raise _Refused("the document was not taken")
                connection.finishDocument(self._queue)
                if given_up.is_set():
                    raise _Refused("too late")
            except Exception:
                with contextlib.suppress(Exception):
                    connection.cancelJob(number)
                raise

        try:
            number = self._ask(create, limit=self._hand_in)
            # with its name, so that a restarted terminal can still ask the printer for it; cupsd
            # tells job names only to people who log in
            job = PrintJobId(f"{number} {name}")
            try:
                numbered(job)
            except Exception:
                self.cancel(job)
                raise
            self._ask(submit, limit=self._hand_in)
        except (_NoAnswer, _NoSuchThing) as error:
            given_up.set()  # should cupsd wake up, the job is taken back
            raise DeviceError(Fault.PAGE_PRINTER_GONE, str(error)) from None
        except _Refused as error:
            raise DeviceError(Fault.PAGE_JOB_REFUSED, str(error)) from None
        return job

    def job_status(self, job: PrintJobId) -> PrintJobStatus:
        """See `api.PagePrinter`; about 20 ms, at most three times the limit."""
        known = self._ended.get(job)
        if known is not None:
            return known
        status = self._job_status(job)
        if status.state in {PrintJobState.PRINTED, PrintJobState.FAILED}:
            self._ended[job] = status
            self._waiting_since.pop(job, None)
        return status

    def cancel(self, job: PrintJobId) -> None:
        """See `api.PagePrinter`."""
        try:
            self._ask(lambda connection: connection.cancelJob(_number(job)))
        except (_NoAnswer, _NoSuchThing, _Refused) as error:
            _log.info("job %s was not cancelled: %s", job, error)

    # -- what became of a job

    def _job_status(self, job: PrintJobId) -> PrintJobStatus:
        try:
            queue, state = self._look(), self._job_state(job)
        except _NoAnswer:
            queue, state = None, None
        except (_NoSuchThing, _Refused):
            queue, state = (
                None,
                IppJobState.COMPLETED,
            )  # cupsd forgot it: as good as its "completed"
        name = job.partition(" ")[2]
        word = self._word(name) if name else None
        if word is not None and word.job is IppJobState.COMPLETED:
            return PrintJobStatus(PrintJobState.PRINTED)
        if state is None:
            return PrintJobStatus(PrintJobState.STUCK, Fault.PAGE_PRINTER_GONE)
        if state.has_ended:
            return self._after_the_end(job, state, word)
        fault = self._fault_now(queue, word)
        if fault is not None:
            return PrintJobStatus(PrintJobState.STUCK, fault)
        if state is IppJobState.PROCESSING:
            return PrintJobStatus(PrintJobState.PRINTING)
        return PrintJobStatus(PrintJobState.WAITING)

    def _after_the_end(
        self, job: PrintJobId, state: IppJobState, word: DeviceWord | None
    ) -> PrintJobStatus:
        """CUPS has done with the job, and the printer has not called it completed."""
        given_back = PrintJobStatus(PrintJobState.FAILED, Fault.PAGE_JOB_REFUSED)
        uncertain = PrintJobStatus(PrintJobState.FAILED, Fault.PAGE_UNCERTAIN)
        if self._witness is None or " " not in job:
            return given_back if state is IppJobState.CANCELED else uncertain
        if word is not None and (word.job is None or word.job.has_ended):
            return uncertain if state is IppJobState.COMPLETED else given_back
        if word is not None and state is IppJobState.COMPLETED:
            # handed over in whole, the paper is on its way
            self._waiting_since.pop(job, None)
            fault = _fault(word.reasons)
            if fault is not None:
                return PrintJobStatus(PrintJobState.STUCK, fault)
            return PrintJobStatus(PrintJobState.PRINTING)
        # The printer is silent, or still works on a job that was taken back: it gets some time.
        since = self._waiting_since.setdefault(job, self._clock())
        if self._clock() - since > self._grace:
            return uncertain
        fault = Fault.PAGE_PRINTER_GONE if word is None else _fault(word.reasons)
        return PrintJobStatus(PrintJobState.STUCK, fault or Fault.PAGE_JOB_REFUSED)

    def _fault_now(self, queue: _Queue | None, word: DeviceWord | None) -> Fault | None:
        if word is not None:
            fault = _fault(word.reasons)
        elif self._witness is not None and self._misses >= _MISSES_BEFORE_GONE:
            fault = Fault.PAGE_PRINTER_GONE
        else:
            fault = _fault(queue.reasons) if queue is not None else None
        if fault is None and queue is not None and queue.state == _QUEUE_STOPPED:
            return Fault.PAGE_PRINTER_GONE
        return fault

    def _word(self, job_name: str | None) -> DeviceWord | None:
        if self._witness is None:
            return None
        word = self._witness.ask(job_name)
        self._misses = 0 if word is not None else self._misses + 1
        return word

    # -- questions to cupsd

    def _look(self) -> _Queue:
        answer = self._ask(
            lambda connection: connection.getPrinterAttributes(
                self._queue, requested_attributes=_QUEUE_ATTRIBUTES
            )
        )
        queue = _Queue(
            state=int(answer.get("printer-state", _QUEUE_STOPPED)),
            reasons=_texts(answer.get("printer-state-reasons")),
            device_uri=str(answer.get("device-uri", "")),
        )
        if not self._uri_given and self._witness is None:
            self._witness = self._witness_at(queue.device_uri)
        return queue

    def _job_state(self, job: PrintJobId) -> IppJobState:
        def ask(connection: Any) -> IppJobState:
            answer = connection.getJobAttributes(_number(job), requested_attributes=["job-state"])
            return IppJobState(int(answer["job-state"]))  # where nonsense counts as no answer

        return self._ask(ask)

    def _witness_at(self, device_uri: str) -> IppWitness | None:
        if not device_uri.startswith(("ipp://", "ipps://")):
            return None
        return IppWitness(device_uri, user=str(cups.getUser()), limit=self._limit)

    def _ask(self, question: Callable[[Any], _Answer], *, limit: float | None = None) -> _Answer:
        """Asks on a thread of its own: libcups waits for minutes when cupsd hangs."""
        if self._last_call is not None and self._last_call.is_alive():
            raise _NoAnswer("cupsd still owes the last answer")
        answers: SimpleQueue[_Answer | Exception] = SimpleQueue()

        def call() -> None:
            try:
                # createJob looks the queue up at libcups' own default server, kept per thread
                cups.setServer(self._server)
                cups.setPort(self._port)
                answers.put(question(cups.Connection(host=self._server, port=self._port)))
            except Exception as error:  # noqa: BLE001 - handed to the caller below
                answers.put(error)

        self._last_call = threading.Thread(target=call, name="cupsd question", daemon=True)
        self._last_call.start()
        try:
            answer = answers.get(timeout=self._limit if limit is None else limit)
        except Empty:
            raise _NoAnswer("cupsd does not answer") from None
        if not isinstance(answer, Exception):
            return answer
        if isinstance(answer, cups.IPPError):
            status = answer.args[0]
            if status == cups.IPP_NOT_FOUND:
                raise _NoSuchThing("unknown to cupsd") from None
            if status == cups.IPP_SERVICE_UNAVAILABLE or status >= cups.IPP_INTERNAL_ERROR:
                raise _NoAnswer(f"cupsd answered {status:#x}") from None
            raise _Refused(f"cupsd answered {status:#x}") from None
        if isinstance(answer, _Refused | _NoSuchThing):
            raise answer
        raise _NoAnswer(f"cupsd: {type(answer).__name__}") from None


def _number(job: PrintJobId) -> int:
    number = job.partition(" ")[0]
    if not number.isdecimal():
        raise _NoSuchThing("not a job of this print system")
    return int(number)


def _fault(reasons: tuple[str, ...]) -> Fault | None:
    """The first fault of the table that any reason begins with."""
    for beginning, fault in FAULT_BY_REASON:
        if any(reason.startswith(beginning) for reason in reasons):
            return fault
    return None


def _texts(value: Any) -> tuple[str, ...]:
    """pycups gives one keyword or a list; "none" is no keyword."""
    texts = (value,) if isinstance(value, str) else tuple(value or ())
    return tuple(text for text in texts if text != "none")

"""One queue of CUPS: what is handed in, what cupsd says of it, each question with a time limit.

The only file that imports pycups (2.0.4).
"""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeVar

import cups

from devices.page_printer.cups_job import CupsJob
from devices.page_printer.ipp_witness import IppJobState, texts_of

PROCESSING: Final = 4  # printer-state, RFC 8011 section 5.4.11
STOPPED: Final = 5
_PIECE: Final = 64 * 1024
_HTTP_CONTINUE: Final = 100
_JOBS_LOOKED_AT: Final = 100
_ATTRIBUTES: Final = [
    *("printer-state", "printer-state-reasons", "device-uri", "sides-supported"),
]

_Answer = TypeVar("_Answer")


class NoAnswer(Exception):
    """cupsd is not there or does not answer in time."""


class NoSuchThing(Exception):
    """cupsd knows no such queue or job."""


class Refused(Exception):
    """cupsd said no. `is_paused`: the queue takes no jobs at present."""

    def __init__(self, words: str, *, is_paused: bool = False) -> None:
        super().__init__(words)
        self.is_paused = is_paused


@dataclass(frozen=True, slots=True)
class QueueLook:
    """What cupsd says of the queue."""

    state: int  # PROCESSING, STOPPED or 3 (idle)
    reasons: tuple[str, ...]  # printer-state-reasons, without "none"
    device_uri: str
    sides: tuple[str, ...]  # sides-supported


@dataclass(frozen=True, slots=True)
class QueueJob:
    """What cupsd says of a job. `begun`: it once went to the printer (RFC 8011 section 5.3.14)."""

    state: IppJobState
    begun: bool = True


class CupsQueue:
    """Holds no connection. One thread; libcups may hang, so each question has its own."""

    def __init__(self, name: str, *, server: str, port: int, limit: float, hand_in: float) -> None:
        """Seconds: `limit` for each question, `hand_in` for handing a document over."""
        self._name = name
        self._server, self._port = server, port
        self._limit, self._hand_in = limit, hand_in
        self._last_call: threading.Thread | None = None

    @property
    def user(self) -> str:
        """As whom jobs are handed in."""
        return str(cups.getUser())

    def look(self) -> QueueLook:
        """Raises NoAnswer (nonsense too), NoSuchThing, Refused; so do all below."""

        def ask(connection: Any) -> QueueLook:
            answer = connection.getPrinterAttributes(self._name, requested_attributes=_ATTRIBUTES)
            return QueueLook(
                state=int(answer.get("printer-state", STOPPED)),
                reasons=texts_of(answer.get("printer-state-reasons")),
                device_uri=str(answer.get("device-uri", "")),
                sides=texts_of(answer.get("sides-supported")),
            )

        return self._ask(ask)

    def create(self, name: str, options: dict[str, str]) -> CupsJob:
        """A job without a document yet."""
        given_up = threading.Event()

        def ask(connection: Any) -> CupsJob:
            number = int(connection.createJob(self._name, name, options))
            answer = connection.getJobAttributes(number, requested_attributes=["job-uuid"])
            uuid = str(answer.get("job-uuid", ""))
            if given_up.is_set() or not uuid:
                connection.cancelJob(number)
                raise Refused("a job that cannot be told from others")
            return CupsJob(number, uuid, name)

        return self._handing_in(ask, given_up)

    def send(self, job: CupsJob, pdf: bytes) -> None:
        """The document of that job, over the line and into no file of ours.

        A job that could not be handed in completely in time is taken back, even when cupsd wakes
        up after this returned.
        """
        given_up = threading.Event()

        def ask(connection: Any) -> None:
            _attributes_of(connection, job)
            try:
                document = (job.number, job.name, "application/pdf", 1)
                answer = connection.startDocument(self._name, *document)
                for at in range(0, len(pdf), _PIECE):
                    piece = pdf[at : at + _PIECE]
                    answer = connection.writeRequestData(piece, len(piece))
                if answer != _HTTP_CONTINUE or given_up.is_set():
                    raise Refused("the document was not taken")
                connection.finishDocument(self._name)
                if given_up.is_set():
                    raise Refused("too late")
            except Exception:
                with contextlib.suppress(Exception):
                    connection.cancelJob(job.number)
                raise

        self._handing_in(ask, given_up)

    def _handing_in(self, ask: Callable[[Any], _Answer], given_up: threading.Event) -> _Answer:
        try:
            return self._ask(ask, limit=self._hand_in)
        except (NoAnswer, NoSuchThing):
            given_up.set()
            raise

    def job(self, job: CupsJob) -> QueueJob:
        """Nonsense counts as no answer; another job of that number is NoSuchThing."""

        def ask(connection: Any) -> QueueJob:
            answer = _attributes_of(connection, job, "job-state", "time-at-processing")
            begun = answer.get("time-at-processing", 1) is not None
            return QueueJob(IppJobState(int(answer["job-state"])), begun)

        return self._ask(ask)

    def cancel(self, job: CupsJob) -> None:
        """Take the job back where it is not printed yet; never another one of that number."""

        def ask(connection: Any) -> None:
            _attributes_of(connection, job)
            connection.cancelJob(job.number)

        self._ask(ask)

    def kept_documents(self) -> int:
        """How many documents of jobs that have ended cupsd still has, of its last 100 such jobs."""

        def ask(connection: Any) -> int:
            jobs = connection.getJobs(
                which_jobs="completed",
                limit=_JOBS_LOOKED_AT,
                requested_attributes=["job-id", "number-of-documents"],
            )
            return sum(int(job.get("number-of-documents", 0)) for job in jobs.values())

        return self._ask(ask)

    def go_on(self) -> None:
        """Let a paused queue print and take jobs again; cupsd asks who may."""

        def enable(connection: Any) -> None:
            connection.enablePrinter(self._name)
            connection.acceptJobs(self._name)

        self._ask(enable)

    def _ask(self, question: Callable[[Any], _Answer], *, limit: float | None = None) -> _Answer:
        """Asks on a thread of its own: libcups waits for minutes when cupsd hangs."""
        if self._last_call is not None and self._last_call.is_alive():
            raise NoAnswer("cupsd still owes the last answer")
        answers: SimpleQueue[_Answer | Exception] = SimpleQueue()

        def call() -> None:
            try:
                # createJob looks the queue up at libcups' own default server, kept per thread
                cups.setServer(self._server)
                cups.setPort(self._port)
                cups.setPasswordCB(lambda _prompt: "")  # never ask on a terminal
                answers.put(question(cups.Connection(host=self._server, port=self._port)))
            except Exception as error:  # noqa: BLE001 - handed to the caller below
                answers.put(error)

        self._last_call = threading.Thread(target=call, name="cupsd question", daemon=True)
        self._last_call.start()
        try:
            answer = answers.get(timeout=self._limit if limit is None else limit)
        except Empty:
            raise NoAnswer("cupsd does not answer") from None
        self._last_call = None  # on a busy machine it ends a while after its answer
        if not isinstance(answer, Exception):
            return answer
        raise _told(answer) from None


def _attributes_of(connection: Any, job: CupsJob, *wanted: str) -> dict[str, Any]:
    """What cupsd says of that job. Raises NoSuchThing where its number has become another's."""
    if not job.uuid:
        raise NoSuchThing("a job of which only the number is known")
    answer: dict[str, Any] = connection.getJobAttributes(
        job.number, requested_attributes=["job-uuid", *wanted]
    )
    if answer["job-uuid"] != job.uuid:
        raise NoSuchThing("another job has that number")
    return answer


def _told(error: Exception) -> Exception:
    """As one of the three above."""
    if isinstance(error, cups.IPPError):
        status = error.args[0]
        if status == cups.IPP_NOT_FOUND:
            return NoSuchThing("unknown to cupsd")
        if status in (cups.IPP_NOT_ACCEPTING, cups.IPP_PRINTER_IS_DEACTIVATED):
            return Refused("the queue takes no jobs", is_paused=True)
        if status == cups.IPP_SERVICE_UNAVAILABLE or status >= cups.IPP_INTERNAL_ERROR:
            return NoAnswer(f"cupsd answered {status:#x}")
        return Refused(f"cupsd answered {status:#x}")
    if isinstance(error, Refused | NoSuchThing):
        return error
    return NoAnswer(f"cupsd: {type(error).__name__}")

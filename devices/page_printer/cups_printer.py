"""Prints A4 documents through the print system, and believes the printer rather than CUPS.

Measured: with a job in the printer and its power cut, CUPS said "completed" for a page that never
came out. So PRINTED needs the printer's own word.
"""

import logging
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from devices.device import DeviceError, DeviceState, DeviceStatus
from devices.page_printer.api import (
    PrintJobId,
    PrintJobState,
    PrintJobStatus,
    Sides,
    SpoolRisk,
    unheard,
)
from devices.page_printer.cups_job import CupsJob, name_of
from devices.page_printer.cups_queue import (
    PROCESSING,
    STOPPED,
    CupsQueue,
    NoAnswer,
    NoSuchThing,
    QueueLook,
    Refused,
)
from devices.page_printer.followed_job import FollowedJob
from devices.page_printer.ipp_witness import DeviceWord, IppJobState, IppWitness
from devices.page_printer.printer_reasons import fault_of
from devices.page_printer.spool import WORD, spool_risks
from kiosk.domain.fault import Fault

# The standard name of A4 (PWG 5101.1): a queue without a PPD passes it through as it is, and
# printers refuse a bare "A4".
_OPTIONS: Final = {"media": "iso_a4_210x297mm", "print-scaling": "none"}
_MISSES_BEFORE_GONE: Final = 2  # one late answer of a busy printer is not a power cut
_ENDED: Final = (PrintJobState.PRINTED, PrintJobState.FAILED)
_GIVEN_BACK: Final = PrintJobStatus(PrintJobState.FAILED, Fault.PAGE_JOB_REFUSED)
_NEVER_BEGUN: Final = PrintJobStatus(PrintJobState.FAILED, Fault.PAGE_JOB_REFUSED, no_paper=True)
_UNCERTAIN: Final = PrintJobStatus(PrintJobState.FAILED, Fault.PAGE_UNCERTAIN)
_MAY_COME: Final = PrintJobStatus(PrintJobState.FAILED, Fault.PAGE_UNCERTAIN, may_come=True)
_log = logging.getLogger(__name__)


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
        printer_uuid: str = "",
        limit: float = 1.0,
        hand_in: float = 5.0,
        grace: float = 10.0,
        patience: float = 60.0,
        spool_word: Path = WORD,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Seconds: `limit` for each question, `hand_in` for handing a document over.

        `printer_uuid`: of the printer that stands here; without it the first one that answers is
        the one. `grace`: how long a printer may be silent, or go on, after CUPS ended a job.
        `patience`: how long it may print without an end until it counts as stalled.
        `spool_word`: what the start of cupsd says of its spool, see `spool.py`.
        """
        self._name, self._server, self._spool_word = queue, server, spool_word
        self._queue = CupsQueue(queue, server=server, port=port, limit=limit, hand_in=hand_in)
        self._limit, self._grace, self._patience = limit, grace, patience
        self._clock = clock
        self._uri_given = device_uri
        self._uri = ""
        self._uuid = printer_uuid
        self._witness: IppWitness | None = None
        self._witness_at(device_uri or "")
        self._jobs: dict[PrintJobId, FollowedJob] = {}
        self._take_back: set[PrintJobId] = set()
        self._misses = 0

    @property
    def name(self) -> str:
        return f"A4 printer, queue {self._name}" + (f", {self._uuid}" if self._uuid else "")

    def open(self) -> None:
        """Looks the queue up. Raises DeviceError(PAGE_PRINTER_GONE)."""
        try:
            self._look()
        except (NoAnswer, NoSuchThing, Refused) as error:
            raise DeviceError(Fault.PAGE_PRINTER_GONE, str(error)) from None

    def close(self) -> None:
        """No connection is kept."""

    def status(self) -> DeviceStatus:
        """Asks cupsd and the printer itself; about 15 ms, at most twice the limit."""
        try:
            queue = self._look()
        except (NoAnswer, NoSuchThing, Refused) as error:
            return DeviceStatus(DeviceState.GONE, Fault.PAGE_PRINTER_GONE, str(error))
        word = self._word(None)
        if self._witness is not None and word is None:
            return DeviceStatus(
                DeviceState.GONE, Fault.PAGE_PRINTER_GONE, "the printer does not answer"
            )
        if word is not None and self._is_wrong(word):
            return DeviceStatus(
                DeviceState.GONE, Fault.PAGE_WRONG_PRINTER, "another printer answers there"
            )
        fault = fault_of(queue.reasons if word is None else word.reasons)
        if fault is not None:
            gone = fault is Fault.PAGE_PRINTER_GONE
            return DeviceStatus(DeviceState.GONE if gone else DeviceState.NEEDS_HELP, fault)
        if queue.state == STOPPED:
            return DeviceStatus(
                DeviceState.NEEDS_HELP, Fault.PAGE_PAUSED, "the queue is stopped in CUPS"
            )
        detail = (
            "" if self._witness else f"{queue.device_uri.split(':')[0]} printers cannot be asked"
        )
        busy = queue.state == PROCESSING
        return DeviceStatus(DeviceState.BUSY if busy else DeviceState.READY, detail=detail)

    def print_pdf(
        self,
        pdf: bytes,
        *,
        title: str,
        copies: int = 1,
        sides: Sides = Sides.ONE,
        numbered: Callable[[PrintJobId], None] = unheard,
    ) -> PrintJobId:
        """See `api.PagePrinter`; about 15 ms. A job's name is `title` and eight random digits."""
        if not pdf.startswith(b"%PDF-") or copies < 1:
            raise DeviceError(Fault.PAGE_JOB_REFUSED, "not a PDF document or no copy")
        name = f"{title} {secrets.token_hex(4)}"  # the printer is asked for this name later
        try:
            queue = self._look()
            word = self._word(None)
            if word is not None and self._is_wrong(word):
                raise DeviceError(Fault.PAGE_WRONG_PRINTER, "another printer answers there")
            able = sides is Sides.ONE or sides.value in queue.sides
            options = _OPTIONS | {
                "copies": str(copies),
                "sides": (sides if able else Sides.ONE).value,
            }
            made = self._queue.create(name, options)
            job = made.written
            self._jobs[job] = FollowedJob(up_time=word.up_time if word is not None else 0)
            try:
                numbered(job)
            except Exception:
                self.cancel(job)
                raise
            self._queue.send(made, pdf)
        except (NoAnswer, NoSuchThing) as error:
            raise DeviceError(Fault.PAGE_PRINTER_GONE, str(error)) from None
        except Refused as error:
            fault = Fault.PAGE_PAUSED if error.is_paused else Fault.PAGE_JOB_REFUSED
            raise DeviceError(fault, str(error)) from None
        return job

    def job_status(self, job: PrintJobId) -> PrintJobStatus:
        """See `api.PagePrinter`; about 20 ms, at most three times the limit."""
        followed = self._jobs.setdefault(job, FollowedJob())
        if followed.ended is not None:
            return followed.ended
        status = self._job_status(job, followed)
        if status.state in _ENDED and not status.may_come:
            followed.ended = status
        return status

    def cancel(self, job: PrintJobId) -> None:
        """See `api.PagePrinter`. While cupsd is away it is kept in mind."""
        self._take_back.add(job)
        self._take_jobs_back()

    def resume(self, job: PrintJobId) -> None:
        """See `api.PagePrinter`. The printer gets its `patience` anew."""
        self._jobs.setdefault(job, FollowedJob()).works_since = None
        try:
            if self._look().state == STOPPED:
                self._queue.go_on()
        except (NoAnswer, NoSuchThing, Refused) as error:
            _log.info("the queue was not let go: %s", error)

    def spool_risks(self) -> tuple[SpoolRisk, ...]:
        """See `api.PagePrinter`."""
        return spool_risks(self._server, self._spool_word)

    def kept_documents(self) -> int:
        """See `api.PagePrinter`. The last 100 jobs of cupsd, whoever handed them in."""
        try:
            return self._queue.kept_documents()
        except (NoAnswer, NoSuchThing, Refused):
            return 0

    # -- what became of a job

    def _job_status(self, job: PrintJobId, followed: FollowedJob) -> PrintJobStatus:
        queue: QueueLook | None = None
        state: IppJobState | None = None
        begun = True
        try:
            queue = self._look()
            known = self._queue.job(_read(job))
            state, begun = known.state, known.begun
        except NoAnswer:
            pass
        except (NoSuchThing, Refused):
            state = IppJobState.COMPLETED  # cupsd forgot it: as good as its "completed"
        name = name_of(job)
        word = self._word(name) if name else None
        if word is not None and self._is_wrong(word):
            return self._at_another_printer(job, word, followed, state)
        if word is not None:
            # off and on again since: what it had, it has forgotten
            forgot = begun and word.up_time < followed.up_time
            followed.was_inside = followed.was_inside or forgot or word.job is not None
            followed.up_time = word.up_time
        if word is not None and word.job is IppJobState.COMPLETED:
            if state is None or not state.has_ended:
                # cupsd would hand it over once more after its next start
                self.cancel(job)
            return PrintJobStatus(PrintJobState.PRINTED)
        if state is None:
            return PrintJobStatus(PrintJobState.STUCK, Fault.PAGE_PRINTER_GONE)
        if not state.has_ended and followed.may_be_out(word):
            # CUPS would send it once more, and two papers might come of it
            self.cancel(job)
            return PrintJobStatus(PrintJobState.PRINTING)
        if state.has_ended:
            if not begun and not followed.was_inside and (word is None or word.job is None):
                return _NEVER_BEGUN
            return self._after_the_end(job, state, word, followed)
        return self._on_its_way(state, queue, word, followed)

    def _on_its_way(
        self,
        state: IppJobState,
        queue: QueueLook | None,
        word: DeviceWord | None,
        followed: FollowedJob,
    ) -> PrintJobStatus:
        followed.waits_since = None
        fault = self._fault_now(queue, word)
        if fault is not None:
            followed.works_since = None
            return PrintJobStatus(PrintJobState.STUCK, fault)
        if state is IppJobState.PROCESSING:
            return self._working(followed)
        return PrintJobStatus(PrintJobState.WAITING)

    def _working(self, followed: FollowedJob) -> PrintJobStatus:
        now = self._clock()
        if followed.works_since is None:
            followed.works_since = now
        if now - followed.works_since > self._patience:
            return PrintJobStatus(PrintJobState.STUCK, Fault.PAGE_STALLED)
        return PrintJobStatus(PrintJobState.PRINTING)

    def _after_the_end(
        self,
        job: PrintJobId,
        state: IppJobState,
        word: DeviceWord | None,
        followed: FollowedJob,
    ) -> PrintJobStatus:
        """CUPS has done with the job, and the printer has not called it completed."""
        if self._witness is None or not name_of(job):
            return _GIVEN_BACK if state is IppJobState.CANCELED else _UNCERTAIN
        if word is not None and (word.job is None or word.job.has_ended):
            # What went to the printer and is not known there went with its power; what was taken
            # back there after a side had come out may lie in the tray.
            doubtful = word.job is None or word.paper_out or state is IppJobState.COMPLETED
            return _UNCERTAIN if doubtful else _GIVEN_BACK
        if word is not None and state is IppJobState.COMPLETED:
            # handed over in whole, the paper is on its way
            followed.waits_since = None
            fault = fault_of(word.reasons)
            if fault is not None:
                followed.works_since = None
                return PrintJobStatus(PrintJobState.STUCK, fault)
            return self._working(followed)
        # The printer is silent, or still works on a job that was taken back: it gets some time.
        now = self._clock()
        if followed.waits_since is None:
            followed.waits_since = now
        if now - followed.waits_since > self._grace:
            return _MAY_COME
        fault = Fault.PAGE_PRINTER_GONE if word is None else fault_of(word.reasons)
        return PrintJobStatus(PrintJobState.STUCK, fault or Fault.PAGE_JOB_REFUSED)

    def _at_another_printer(
        self, job: PrintJobId, word: DeviceWord, followed: FollowedJob, state: IppJobState | None
    ) -> PrintJobStatus:
        """Its paper would lie before strangers: taken back, and said as it is."""
        if state is not None and not state.has_ended:
            self.cancel(job)
            return PrintJobStatus(PrintJobState.STUCK, Fault.PAGE_WRONG_PRINTER)
        if state is None:
            return PrintJobStatus(PrintJobState.STUCK, Fault.PAGE_WRONG_PRINTER)
        let_go = (None, IppJobState.CANCELED, IppJobState.ABORTED)
        if followed.was_inside or word.job not in let_go or state is IppJobState.COMPLETED:
            return _UNCERTAIN
        return PrintJobStatus(PrintJobState.FAILED, Fault.PAGE_WRONG_PRINTER)

    def _fault_now(self, queue: QueueLook | None, word: DeviceWord | None) -> Fault | None:
        if word is not None:
            fault = fault_of(word.reasons)
        elif self._witness is not None and self._misses >= _MISSES_BEFORE_GONE:
            fault = Fault.PAGE_PRINTER_GONE
        else:
            fault = fault_of(queue.reasons) if queue is not None else None
        if fault is None and queue is not None and queue.state == STOPPED:
            return Fault.PAGE_PAUSED
        return fault

    # -- who is asked

    def _look(self) -> QueueLook:
        look = self._queue.look()
        if self._uri_given is None:
            self._witness_at(look.device_uri)
        self._take_jobs_back()
        return look

    def _word(self, job_name: str | None) -> DeviceWord | None:
        if self._witness is None:
            return None
        word = self._witness.ask(job_name)
        self._misses = 0 if word is not None else self._misses + 1
        if word is not None and not self._uuid:
            self._uuid = word.printer
        return word

    def _is_wrong(self, word: DeviceWord) -> bool:
        return bool(self._uuid) and word.printer != self._uuid

    def _witness_at(self, device_uri: str) -> None:
        """Another one when the queue leads elsewhere now."""
        if device_uri == self._uri:
            return
        self._uri = device_uri
        speaks_ipp = device_uri.startswith(("ipp://", "ipps://"))
        self._witness = (
            IppWitness(device_uri, user=self._queue.user, limit=self._limit) if speaks_ipp else None
        )

    def _take_jobs_back(self) -> None:
        for job in tuple(self._take_back):
            try:
                self._queue.cancel(_read(job))
            except NoAnswer:
                return  # asked again with the next question
            except (NoSuchThing, Refused) as error:
                _log.info("the print system does not take job %s back: %s", job, error)
                # one that forgets at its start may have left it in the printer
                if self._witness is not None and name_of(job):
                    self._witness.take_back(name_of(job))
            self._take_back.discard(job)


def _read(job: PrintJobId) -> CupsJob:
    try:
        return CupsJob.read(job)
    except ValueError as error:
        raise NoSuchThing(str(error)) from None

"""Shows and prints what the office issued: checked first, unchanged, never twice by accident."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, unique

from devices.device import DeviceError
from devices.page_printer.api import PrintJobState, PrintJobStatus
from kiosk.domain.case import Case
from kiosk.domain.fault import Fault
from kiosk.domain.printed import (
    COUNTS,
    RESIDENT,
    VOIDS,
    PaperKind,
    PrintEntry,
    PrintOrder,
    PrintOutcome,
    ReprintReason,
    papers_out,
)
from kiosk.domain.progress import IssuedDocument
from kiosk.flow.equipment import CasesChanged, DocumentMoved, Equipment, Event, PrintsSettled
from offline_store.api import ScreenStore, StoreError

CheckPaper = Callable[[bytes, Case], str]
"""Whether that file may be shown and printed for that case: "", or why not (the value of
kiosk.papers.signed_paper.RefusedPaper). A pure function, on any thread."""

REVOKED = "revoked"  # of these values the one that makes papers which are out void
TITLE = "Doorstep document"  # in queues and logs: names nobody


@unique
class CertificateStep(StrEnum):
    """How it stands; the value is the key of its words."""

    OPENING = "opening"  # it is read and checked
    SHOWN = "shown"  # may be printed
    REFUSED = "refused"  # `refusal` says why
    VOID = "void"  # the province took it back: what is out no longer counts
    PRINTING = "printing"
    SETTLING = "settling"  # an earlier print: the printer is asked
    UNCERTAIN = "uncertain"  # nobody knows whether it lies in the tray
    SPENT = "spent"  # all its papers are out
    DONE = "done"  # it came out just now


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of reading the file: a picture of its first page, or why it is refused."""

    picture: bytes = field(default=b"", repr=False)  # PNG
    refusal: str = ""
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class CertificateView:
    """Everything the page needs. Replaced, never changed."""

    case: Case
    document: IssuedDocument
    step: CertificateStep = CertificateStep.OPENING
    picture: bytes = field(default=b"", repr=False)
    refusal: str = ""
    entries: tuple[PrintEntry, ...] = ()  # of this document, oldest first
    job: PrintJobStatus | None = None  # while it is in the printer
    fault: Fault | None = None
    staff: bool = False  # may say that nothing came out, and print once more with a reason
    told_no: bool = False  # the resident says that nothing came out

    @property
    def left(self) -> int | None:
        """How many papers may still be printed; None: the office does not count them."""
        allowed = self.document.copies
        return max(0, allowed - papers_out(self.entries)) if allowed else None

    @property
    def may_reprint(self) -> bool:
        """By staff, with a reason, once it is clear what became of the papers before."""
        clear = self.step in (CertificateStep.SPENT, CertificateStep.DONE)
        return self.staff and clear and bool(self.picture)  # a picture: it was checked

    @property
    def was_printed(self) -> bool:
        """A paper of it is out or may be out."""
        return any(entry.outcome in COUNTS for entry in self.entries)


class CertificateFlow:
    """One document of one case, for the holder of the card. Lives on the interface's thread."""

    def __init__(
        self,
        store: ScreenStore,
        case: Case,
        document: IssuedDocument,
        *,
        equipment: Equipment,
        check: CheckPaper,
        picture: Callable[[bytes], bytes],
        now: Callable[[], datetime],
        on_change: Callable[[CertificateView], None],
        staff_id: str = "",
        offline: bool = False,
    ) -> None:
        """`picture`: PNG of the first page; raises DeviceError. `staff_id`: who is signed in.

        `offline`: the province cannot be asked now; the ledger notes it.
        """
        self._store = store
        self._equipment = equipment
        self._check = check
        self._picture = picture
        self._now = now
        self._on_change = on_change
        self._staff_id = staff_id
        self.offline = offline
        self._pdf = b""  # checked
        self._unchecked = b""
        self.view = CertificateView(case, document, staff=bool(staff_id))

    @property
    def pdf(self) -> bytes:
        """The document as it will be printed, b"" where it may not be."""
        return self._pdf

    def begin(self) -> None:
        """The ledger first: what is open is settled before anything else is offered."""
        self._look()
        if any(entry.is_open for entry in self.view.entries):
            self._equipment.settle_prints()

    def reading(self) -> Callable[[], Opened] | None:
        """Work for another thread, some 100 ms; its result goes to `opened`. None: a fault."""
        case, check, picture = self.view.case, self._check, self._picture
        try:
            pdf = self._unchecked = self._store.document(self.view.document.sha256)
        except (StoreError, KeyError) as error:
            fault = error.fault if isinstance(error, StoreError) else Fault.PAPER_GONE
            self._show(replace(self.view, step=CertificateStep.REFUSED, fault=fault))
            return None

        def work() -> Opened:
            refusal = check(pdf, case)
            if refusal:
                return Opened(refusal=refusal)
            try:
                return Opened(picture(pdf))
            except DeviceError:
                return Opened(fault=Fault.PAPER_GONE)

        return work

    def opened(self, opened: Opened | None) -> None:
        """It was read. None: our own mistake kept it from being read."""
        found = opened or Opened(fault=Fault.PROGRAM_DEFECT)
        pdf, self._unchecked = self._unchecked, b""
        self._pdf = b"" if found.refusal or found.fault is not None else pdf
        self._look(
            replace(self.view, picture=found.picture, refusal=found.refusal, fault=found.fault)
        )

    def print_it(self) -> None:
        """One paper. Nothing happens where none may be printed."""
        if self.view.step is CertificateStep.SHOWN:
            self._hand_in(None)

    def reprint(self, reason: ReprintReason) -> None:
        """Once more, by staff."""
        if self.view.may_reprint:
            self._hand_in(reason)

    def cancel(self) -> None:
        """Take it back where it has not come out."""
        self._equipment.cancel_document()

    def came_out(self, yes: bool) -> None:
        """A person has looked into the tray.

        Of a paper that the office counts, only staff can say that nothing came out.
        """
        entry = next((one for one in self.view.entries if one.is_open), None)
        if entry is None or self.view.step is not CertificateStep.UNCERTAIN:
            return
        if not yes and not self._staff_id and self.view.document.copies:
            self._show(replace(self.view, told_no=True))
            return
        outcome = PrintOutcome.PRINTED if yes else PrintOutcome.FAILED
        told_by = self._staff_id or RESIDENT
        with self._store_trouble_shown():
            self._store.end_print(entry.print_id, outcome, told_by=told_by, now=self._now())
            self._look(replace(self.view, job=None), done=yes)

    def happened(self, event: Event) -> None:
        """The printer, the ledger, the province."""
        match event:
            case DocumentMoved(status=status) if self.view.step is CertificateStep.PRINTING:
                self._moved(status)
            case PrintsSettled() if self.view.step is not CertificateStep.PRINTING:
                self._look()
            case CasesChanged() if self.view.step is not CertificateStep.PRINTING:
                self._look()
            case _:
                pass

    def leave(self) -> None:
        """A paper that has not begun to come out is taken back; nothing of it stays here."""
        if self.view.step is CertificateStep.PRINTING:
            self._equipment.cancel_document()
        self._pdf = self._unchecked = b""
        self.view = replace(self.view, picture=b"")

    def _hand_in(self, reason: ReprintReason | None) -> None:
        if not self._pdf:
            return
        document = self.view.document
        order = PrintOrder(
            kind=PaperKind.CERTIFICATE,
            case_id=document.case_id,
            paper=document.sha256,
            by=self._staff_id,
            reason=reason,
            provisional=self.offline,
        )
        waiting = PrintJobStatus(PrintJobState.WAITING)
        self._show(replace(self.view, step=CertificateStep.PRINTING, job=waiting, fault=None))
        self._equipment.print_document(self._pdf, title=TITLE, order=order)

    def _moved(self, status: PrintJobStatus) -> None:
        if status.state in (PrintJobState.PRINTED, PrintJobState.FAILED):
            fault = None if status.fault is Fault.PAGE_UNCERTAIN else status.fault
            view = replace(self.view, step=CertificateStep.SHOWN, job=None, fault=fault)
            self._look(view, done=status.state is PrintJobState.PRINTED)
        else:
            self._show(replace(self.view, job=status))

    def _look(self, view: CertificateView | None = None, *, done: bool = False) -> None:
        """Show `view` as the store and the ledger have it now."""
        view = view or self.view
        with self._store_trouble_shown():
            case = self._store.case(view.case.case_id)
            entries = tuple(
                entry
                for entry in self._store.prints_of(case.case_id)
                if entry.order.paper == view.document.sha256
            )
            view = replace(view, case=case, entries=entries)
            self._show(replace(view, step=_step_of(view, done=done)))

    @contextmanager
    def _store_trouble_shown(self) -> Iterator[None]:
        try:
            yield
        except (StoreError, KeyError) as error:
            fault = error.fault if isinstance(error, StoreError) else Fault.PAPER_GONE
            self._show(replace(self.view, step=CertificateStep.REFUSED, fault=fault, job=None))

    def _show(self, view: CertificateView) -> None:
        self.view = view
        self._on_change(view)


def _step_of(view: CertificateView, *, done: bool) -> CertificateStep:
    """What an open print of it says comes first: that paper may lie in the tray now."""
    open_now = [entry for entry in view.entries if entry.is_open]
    if view.case.state in VOIDS or view.refusal == REVOKED:
        return CertificateStep.VOID
    if open_now:
        uncertain = open_now[0].outcome is PrintOutcome.UNCERTAIN
        return CertificateStep.UNCERTAIN if uncertain else CertificateStep.SETTLING
    if view.refusal or (view.fault is not None and not view.picture):
        return CertificateStep.REFUSED
    if done or (view.step is CertificateStep.DONE and view.was_printed):
        return CertificateStep.DONE
    if view.left == 0:
        return CertificateStep.SPENT
    return CertificateStep.SHOWN if view.picture else CertificateStep.OPENING

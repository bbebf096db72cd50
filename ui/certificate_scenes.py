"""A certificate on its way to paper, in every state: to be looked at, see ui/shots.py."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC
from functools import cache
from typing import Final

from devices.page_printer.api import PrintJobState, PrintJobStatus
from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.printed import (
    PRINTER,
    TERMINAL,
    PaperKind,
    PrintOrder,
    PrintOutcome,
    ReprintReason,
)
from kiosk.flow.certificate_flow import Opened
from kiosk.flow.equipment import DocumentMoved, NetworkChanged
from sync.gateway.specimen_result import specimen_result_pdf
from ui.certificate_walk import CertificateWalk
from ui.pages.certificate import CertificatePage
from ui.progress_walk import ProgressWalk
from ui.specimens import MOMENT, SITE, specimen_cases
from ui.staff_scenes import fill_desk, sign_in
from ui.stage import Scene, Stage

CASE, (DOCUMENT, *_) = specimen_cases()[0]
BUTTON: Final = f"print_{DOCUMENT.sha256[:8]}"
ORDER: Final = PrintOrder(PaperKind.CERTIFICATE, CASE.case_id, DOCUMENT.sha256)


@cache
def specimen_pdf() -> bytes:
    """A specimen result; half a second the first time."""
    return specimen_result_pdf(
        title=DOCUMENT.title,
        official_number=CASE.official_number,
        name=CASE.applicant_name,
        item=CASE.item_title,
        office=SITE.name,
        issued=MOMENT.date(),
    )


def enter(stage: Stage, order: PrintOrder, outcome: PrintOutcome, told_by: str = PRINTER) -> None:
    """A line of the ledger, half an hour ago."""
    moment = MOMENT.astimezone(UTC)
    print_id = stage.store.begin_print(order, now=moment)
    stage.store.end_print(print_id, outcome, told_by=told_by, now=moment)


def show_certificate(
    stage: Stage,
    *,
    copies: int = 1,
    refusal: str = "",
    outcome: PrintOutcome | None = None,
    read: bool = True,
) -> CertificateWalk:
    """The certificate of the decided case, opened from its page with the card on the reader."""
    stage.tell(NetworkChanged(None))
    if outcome is not None:
        enter(stage, ORDER, outcome, TERMINAL)
    stage.progress(0)
    stage.store.put(CASE, replace(DOCUMENT, copies=copies))
    progress = stage.window.walk
    assert isinstance(progress, ProgressWalk)
    progress.flow.cases_changed()
    stage.store.contents[DOCUMENT.sha256] = specimen_pdf()
    stage.press(BUTTON)
    walk = stage.window.walk
    assert isinstance(walk, CertificateWalk)
    walk.reading.forget()
    if read:
        walk.flow.opened(Opened(refusal=refusal) if refusal else Opened(b"PNG"))
        page = stage.window.page
        if isinstance(page, CertificatePage) and not refusal:
            page.sheet.render_now()
    return walk


def _printing(status: PrintJobStatus) -> Scene:
    def scene(stage: Stage) -> None:
        show_certificate(stage).next()
        stage.tell(DocumentMoved(status))

    return scene


def _done(stage: Stage) -> None:
    show_certificate(stage).next()
    enter(stage, ORDER, PrintOutcome.PRINTED)
    stage.tell(DocumentMoved(PrintJobStatus(PrintJobState.PRINTED)))


def _told_no(stage: Stage) -> None:
    show_certificate(stage, outcome=PrintOutcome.UNCERTAIN)
    stage.press("certificate_no")


def _offline(stage: Stage) -> None:
    show_certificate(stage)
    stage.tell(NetworkChanged(Fault.NETWORK_DOWN))


def _revoked(stage: Stage, case: int | None = None) -> None:
    """The certificate was printed, and its office has taken it back."""
    stage.store.revoked = {DOCUMENT.sha256}
    enter(stage, ORDER, PrintOutcome.PRINTED)
    stage.progress(case)


def _void_case(stage: Stage) -> None:
    case = specimen_cases()[5][0]
    assert case.state is CaseState.REFUSED
    receipt = PrintOrder(PaperKind.RECEIPT, case.case_id, case.receipt_number, provisional=True)
    enter(stage, receipt, PrintOutcome.PRINTED)
    enter(stage, PrintOrder(PaperKind.ENTRUSTMENT, case.case_id), PrintOutcome.PRINTED)
    stage.progress(5)


def _with(**given: object) -> Callable[[Stage], object]:
    return lambda stage: show_certificate(stage, **given)  # type: ignore[arg-type]


def fill_ledger(stage: Stage) -> None:
    """A morning at the printers."""
    fill_desk(stage)
    case = specimen_cases()[1][0]
    stage.store.put(CASE, replace(DOCUMENT, copies=1))
    enter(stage, PrintOrder(PaperKind.TRIAL, by="s-018"), PrintOutcome.FAILED)
    receipt = PrintOrder(PaperKind.RECEIPT, case.case_id, case.receipt_number, provisional=True)
    enter(stage, receipt, PrintOutcome.PRINTED)
    enter(stage, ORDER, PrintOutcome.PRINTED)
    again = replace(ORDER, by="s-017", reason=ReprintReason.DAMAGED)
    enter(stage, again, PrintOutcome.PRINTED)
    other = specimen_cases()[4][0]
    lost = PrintOrder(PaperKind.CERTIFICATE, other.case_id, "f" * 64)
    enter(stage, lost, PrintOutcome.UNCERTAIN, TERMINAL)


def show_ledger(stage: Stage, *presses: str, filled: bool = True) -> None:
    """Opened from the desk."""
    if filled:
        fill_ledger(stage)
    sign_in(stage)
    stage.press("desk_ledger")
    for name in presses:
        stage.press(name)


CERTIFICATE_SCENES: Final[Mapping[str, Scene]] = {
    "certificate_opening": _with(read=False),
    "certificate": _with(),
    "certificate_offline": _offline,
    "certificate_refused": _with(refusal="other_person"),
    "certificate_void": _with(refusal="revoked", outcome=PrintOutcome.PRINTED),
    "certificate_printing": _printing(PrintJobStatus(PrintJobState.PRINTING)),
    "certificate_media_empty": _printing(
        PrintJobStatus(PrintJobState.STUCK, Fault.PAGE_MEDIA_EMPTY)
    ),
    "certificate_gone": _printing(PrintJobStatus(PrintJobState.FAILED, Fault.PAGE_PRINTER_GONE)),
    "certificate_unfit": _printing(PrintJobStatus(PrintJobState.FAILED, Fault.PRINT_SERVICE_UNFIT)),
    "certificate_uncertain": _with(outcome=PrintOutcome.UNCERTAIN),
    "certificate_told_no": _told_no,
    "certificate_spent": _with(outcome=PrintOutcome.PRINTED),
    "certificate_done": _done,
    "progress_void": _void_case,
    "progress_revoked": lambda stage: _revoked(stage, 0),
    "progress_revoked_list": _revoked,
    "ledger": show_ledger,
    "ledger_empty": lambda stage: show_ledger(stage, filled=False),
    "ledger_reprint": lambda stage: show_ledger(stage, "reprint_4"),
}

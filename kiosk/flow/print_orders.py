"""How the print ledger names what a page prints."""

from dataclasses import replace

from kiosk.domain.case import Case
from kiosk.domain.printed import NO_CASE, PaperKind, PrintOrder


def receipt_order(case: Case) -> PrintOrder:
    """The slip of a confirmed case; provisional until the province gave it a number."""
    return PrintOrder(
        PaperKind.RECEIPT,
        case.case_id,
        case.receipt_number,
        provisional=not case.official_number,
    )


def form_order(case: Case) -> PrintOrder:
    """The form of a confirmed case; provisional as its slip is."""
    return replace(receipt_order(case), kind=PaperKind.FORM)


def entrustment_order(case: Case | None, *, offline: bool) -> PrintOrder:
    """The entrustment of a case that is being taken in; provisional where it bears the mark."""
    case_id = NO_CASE if case is None else case.case_id
    return PrintOrder(PaperKind.ENTRUSTMENT, case_id, provisional=offline)

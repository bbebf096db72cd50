"""Blocks of one case's page: what is to be corrected or paid, and what is left of the limit."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from kiosk.domain.case import CaseState
from kiosk.domain.correction import CorrectionRow, Part
from kiosk.domain.payment import PaymentDue, yuan
from kiosk.domain.service_item import ServiceItem
from kiosk.domain.working_days import Remaining
from kiosk.flow.progress_flow import ProgressView
from ui.local_time import date_words, moment_words
from ui.texts import LIST_MARK, Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.pieces import column, frame, push_button, words


def row_words(row: CorrectionRow, item: ServiceItem | None, texts: Texts) -> str:
    """One row of the office's list: what it is, what is wrong with it, and the clerk's note."""
    if row.part is Part.SIGNATURE:
        name: str = texts.say("correction.signature")
    else:
        known = {} if item is None else {f.key: f.label for f in item.fields}
        known |= {} if item is None else {m.key: m.name for m in item.materials}
        name = known.get(row.key, row.key)
    said = texts.say("correction.row", name=name, flaw=texts.say(f"flaw.{row.flaw}"))
    return texts.say("correction.note", row=said, note=row.note) if row.note else said


def remarks_block(view: ProgressView, *, texts: Texts, scale: Scale) -> QFrame | None:
    """Everything the office said, at once; to do just that again is the next button's."""
    case = view.chosen
    if case is None or not (case.remarks or (view.asked and case.state is CaseState.CORRECTION)):
        return None
    refused, letter = case.state is CaseState.REFUSED, case.state is CaseState.DECIDED
    done = view.corrected
    tone = "bad" if refused else "blue" if letter or done else "warn"
    block = frame("notice", tone=tone)
    inside = column(scale, block, gap=Space.NEAR, edge=Space.GAP)
    key = "refused" if refused else "answer" if letter else "remarks"
    inside.addWidget(words(texts.say(f"progress.{key}_title"), "large", tone=tone, strong=True))
    if not (view.may_print or view.staff_may_read) and case.applicant_number:
        inside.addWidget(words(texts.say("progress.remarks_need_card")))
        return block
    rows = view.asked.asked if view.asked and case.state is CaseState.CORRECTION else ()
    said = [row_words(row, view.item, texts) for row in rows] or list(case.remarks)
    for n, line in enumerate(said, start=1):
        inside.addWidget(words(line if letter else f"{n}. {line}", "large"))
    if case.state is not CaseState.CORRECTION:
        return block
    if done is not None:
        at = moment_words(done.confirmed_at, texts) if done.confirmed_at else ""
        waiting = "waiting" if done.state is CaseState.QUEUED else "arrived"
        handed_in = words(texts.say(f"correction.{waiting}", at=at), "large", strong=True)
        handed_in.setObjectName("corrected")
        inside.addWidget(handed_in)
    elif view.may_correct:
        inside.addWidget(words(texts.say("correction.rest_stays"), "body", strong=True))
    else:
        inside.addWidget(words(texts.say("correction.not_here"), tone="quiet"))
    return block


def limit_block(limit: Remaining, *, texts: Texts, scale: Scale) -> QFrame:
    """How many days are left, until which day, and whether that is sure."""
    unit = texts.say("limit.working" if limit.working else "limit.plain")
    key = "today" if limit.left == 0 else "left" if limit.left > 0 else "over"
    tone = "warn" if limit.left < 0 else "blue"
    block = frame("notice", tone=tone)
    inside = column(scale, block, gap=Space.TIGHT, edge=Space.GAP)
    day = date_words(limit.last_day, texts)
    said = texts.say(f"limit.{key}", count=abs(limit.left), unit=unit, day=day)
    title = words(said, "large", tone=tone, strong=True)
    title.setObjectName("limit")
    inside.addWidget(title)
    if not limit.certain:
        years = LIST_MARK.join(map(str, limit.untold))
        may_change = words(texts.say("limit.uncertain", year=years), tone="warn", strong=True)
        may_change.setObjectName("limit_may_change")
        inside.addWidget(may_change)
    return block


def payment_block(
    due: PaymentDue, on_pay: Callable[[], None], *, texts: Texts, scale: Scale
) -> QFrame:
    """What is to be paid, with the button that shows the code; or that it was paid."""
    tone = "good" if due.paid else "warn"
    block = frame("notice", tone=tone)
    inside = column(scale, block, gap=Space.TIGHT, edge=Space.GAP)
    key = "paid_title" if due.paid else "due_title"
    title = texts.say(f"payment.{key}", yuan=yuan(due.amount))
    inside.addWidget(words(title, "large", tone=tone, strong=True))
    inside.addWidget(words(texts.say("payment.what", subject=due.subject)))
    if not due.paid:
        button = push_button(texts.say("payment.pay"), "strong", on_pay)
        button.setObjectName("pay")
        inside.addWidget(button)
    return block

"""Blocks of one case's page: what is to be corrected or paid, and what is left of the limit."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from kiosk.domain.case import CaseState
from kiosk.domain.correction import CorrectionRow, Part
from kiosk.domain.masked_name import masked_name
from kiosk.domain.payment import PaymentDue, yuan
from kiosk.domain.printed import VOIDS
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


def who_is_needed(view: ProgressView, texts: Texts) -> str:
    """Who has to be here with their card for what only the agent answers."""
    if view.needs_both:
        return texts.say("correction_agent.both")
    agent = view.chosen.handling.agent if view.chosen is not None else None
    if agent is None:  # not known here any more
        return texts.say("correction_agent.needed")
    return texts.say("correction_agent.needed_named", name=masked_name(agent.name))


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
    if not view.may_read:
        inside.addWidget(words(texts.say("progress.remarks_need_card")))
        return block
    rows = view.asked.asked if view.asked and case.state is CaseState.CORRECTION else ()
    said = [row_words(row, view.item, texts) for row in rows] or list(case.remarks)
    if view.may_correct and view.needs_agent:  # first: whoever is alone here need not read on
        inside.addWidget(words(who_is_needed(view, texts), "large", strong=True))
    for n, line in enumerate(said, start=1):
        inside.addWidget(words(line if letter else f"{n}. {line}", "large"))
    if case.state is not CaseState.CORRECTION:
        return block
    if done is not None:
        at = moment_words(done.confirmed_at, texts) if done.confirmed_at else ""
        queued = "held" if done.handling.held else "waiting"
        waiting = queued if done.state is CaseState.QUEUED else "arrived"
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


def void_block(
    view: ProgressView, print_slip: Callable[[], object], *, texts: Texts, scale: Scale
) -> QFrame:
    """作废: which papers of the case no longer count, and the slip that says so."""
    block = frame("notice", tone="bad")
    inside = column(scale, block, gap=Space.NEAR, edge=Space.GAP)
    refused = view.chosen is not None and view.chosen.state in VOIDS
    key = "title" if refused else "revoked_title"
    title = words(texts.say(f"void.{key}"), "large", tone="bad", strong=True)
    title.setObjectName("void_title")
    inside.addWidget(title)
    inside.addWidget(words(texts.say("void.body")))
    for paper in view.void:
        at = moment_words(paper.at, texts)
        name = texts.say(f"print.kind.{paper.order.kind}")
        inside.addWidget(words(texts.say("void.paper", name=name, at=at), "large"))
    button = push_button(texts.say("certificate.void_slip"), "secondary", print_slip)
    button.setObjectName("void_slip")
    inside.addWidget(button)
    return block

"""The pages about what comes after a case, in every state: see ui/shots.py."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, cast

from devices.id_card.card_watch import CardRead
from devices.id_card.specimens import FAMILY, RESIDENT
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.case import Case, CaseId, CaseKind, CaseState
from kiosk.domain.correction import CorrectionRow, Flaw, Part
from kiosk.domain.fault import Fault
from kiosk.domain.handling import ALONE, Agent, AgentKind, Handling
from kiosk.domain.payment import PaymentDue
from kiosk.domain.progress import StateChange
from kiosk.domain.service_item import Capture, Letter, ServiceItem
from kiosk.flow.equipment import CodeSeen, Event, NetworkChanged
from kiosk.flow.online import HandedOver, PaymentHeard, TakenOver
from kiosk.flow.receipts import query_code
from kiosk.flow.steps import Step
from ui.evaluation_walk import evaluation_of
from ui.more_walk import MoreWalk
from ui.pages.form import FormPage
from ui.pages.search import SearchPage
from ui.progress_walk import ProgressWalk
from ui.specimens import MOMENT, SITE, item_called, specimen_cases
from ui.stage import Scene, Stage
from ui.to_phone_walk import to_phone
from ui.visit_walk import VisitWalk


def rows_of(item: ServiceItem) -> tuple[CorrectionRow, ...]:
    """A list of the office with every kind of row that the item has."""
    rows = [
        CorrectionRow(Part.FIELD, field.key, Flaw.WRONG, "少了一位数字")
        for field in item.questions()
        if field.key == "contact_mobile"
    ]
    rows += [
        CorrectionRow(Part.MATERIAL, material.key, Flaw.UNCLEAR, "反光，看不清第二行")
        for material in item.pages_to_photograph()[:1]
    ]
    if item.needs_signature:
        rows.append(CorrectionRow(Part.SIGNATURE, "", Flaw.MISSING))
    return tuple(rows)


def agents_rows(item: ServiceItem) -> tuple[CorrectionRow, ...]:
    """What only the agent answers: how they stand to the applicant, and their card."""
    [card] = [m for m in item.materials if m.agent_only and Capture.CARD in m.captures]
    return (
        CorrectionRow(Part.FIELD, "agent_relation", Flaw.WRONG, "与委托书上写的不一样"),
        CorrectionRow(Part.MATERIAL, card.key, Flaw.EXPIRED),
    )


def put_correction(
    stage: Stage,
    *,
    corrected: CaseState | None = None,
    handling: Handling = ALONE,
    asked: Callable[[ServiceItem], tuple[CorrectionRow, ...]] = rows_of,
) -> Case:
    """A case that the office sent back two days ago; it may have been corrected already."""
    item = item_called("dibao_apply")
    case = replace(
        specimen_cases()[1][0],
        item_code=item.code,
        item_title=item.title,
        answers={"contact_mobile": "13800000000"},
        handling=Handling(agent=handling.agent),
    )
    rows = asked(item)
    stage.store.put(replace(case, remarks=tuple(row.key for row in rows)))
    stage.store.changes[case.case_id][-1] = StateChange(
        case.case_id,
        CaseState.CORRECTION,
        "补正",
        MOMENT - timedelta(days=2),
        asked=rows,
        round=1,
    )
    if corrected is not None:
        stage.store.put(
            replace(
                case,
                case_id=CaseId("01960000-0000-7000-8000-0000000000c1"),
                kind=CaseKind.CORRECTION,
                about=case.case_id,
                round=1,
                state=corrected,
                confirmed_at=MOMENT,
                handling=handling,
            )
        )
    return case


def show_correction(stage: Stage, **how: Any) -> None:
    """The case's page, opened with the card. `how`: see put_correction."""
    stage.tell(NetworkChanged(None))
    case = put_correction(stage, **how)
    stage.window.show_progress()
    walk = stage.window.walk
    assert isinstance(walk, ProgressWalk)
    stage.tell(CardRead(RESIDENT))
    walk.flow.choose(case.case_id)


def show_decided_by_slip(stage: Stage) -> None:
    """A result that is for its holder alone, opened with the slip that an agent has."""
    stage.tell(NetworkChanged(None))
    item, (case, papers) = item_called("no_crime_cert"), specimen_cases()[0]
    stage.store.put(
        replace(case, item_code=item.code, item_title=item.title, remarks=("已出具",)), *papers
    )
    stage.window.show_progress()
    stage.tell(CodeSeen(query_code(case, SITE)))


def _redo(stage: Stage, until: Step) -> None:
    show_correction(stage)
    assert stage.window.walk is not None
    stage.window.walk.next()
    walk = stage.window.walk
    assert isinstance(walk, VisitWalk)
    stage.fill(walk, until)


_BY_AGENT: Final = Handling(agent=Agent(AgentKind.RELATIVE, "样本代办", FAMILY[1].number))


def _agents_part(stage: Stage) -> None:
    show_correction(stage, handling=_BY_AGENT, asked=agents_rows)


def _agents_card(stage: Stage, *, other: bool = False) -> None:
    _agents_part(stage)
    assert stage.window.walk is not None
    stage.window.walk.next()
    if other:
        stage.tell(CardRead(FAMILY[2]))


def _limit(*, days_ago: int) -> Scene:
    def scene(stage: Stage) -> None:
        stage.tell(NetworkChanged(None))
        item = item_called("dibao_apply")
        begun = MOMENT - timedelta(days=days_ago + 1)
        case = replace(
            specimen_cases()[3][0], item_code=item.code, item_title=item.title, confirmed_at=begun
        )
        stage.store.put(case)
        stage.store.changes[case.case_id] = [
            StateChange(case.case_id, CaseState.RECEIVED, "", begun),
            StateChange(
                case.case_id, CaseState.ACCEPTED, "受理", MOMENT - timedelta(days=days_ago)
            ),
        ]
        stage.window.show_progress()
        walk = stage.window.walk
        assert isinstance(walk, ProgressWalk)
        stage.tell(CardRead(RESIDENT))
        walk.flow.choose(case.case_id)

    return scene


def _evaluate(*presses: str) -> Scene:
    def scene(stage: Stage) -> None:
        stage.store.put(specimen_cases()[0][0])
        stage.window.open(evaluation_of(specimen_cases()[0][0]))
        for name in presses:
            stage.press(name)

    return scene


def _more(*presses: str) -> Scene:
    def scene(stage: Stage) -> None:
        stage.window.open(MoreWalk)
        for name in presses:
            stage.press(name)

    return scene


def _answers(stage: Stage) -> None:
    _more("more_consultation")(stage)
    cast(SearchPage, stage.window.page).chosen.emit(item_called("dibao_apply"))


def _complaint(until: Step) -> Scene:
    def scene(stage: Stage) -> None:
        _more("more_complaint", "more_nameless")(stage)
        stage.fill(cast(VisitWalk, stage.window.walk), until)

    return scene


def _answered(stage: Stage) -> None:
    item = packaged_catalog().letter(Letter.CONSULTATION)
    assert item is not None
    case = replace(
        specimen_cases()[0][0],
        item_code=item.code,
        item_title=item.title,
        kind=CaseKind.LETTER,
        remarks=("周一到周五都能办，带身份证和户口簿就行。户口簿不用复印。",),
    )
    stage.store.put(case)
    stage.window.show_progress()
    stage.tell(CardRead(RESIDENT))
    cast(ProgressWalk, stage.window.walk).flow.choose(case.case_id)


_DUE: Final = PaymentDue("o1", "补卡工本费", 1600, "SIMULATED-PAYMENT/o1/1600", paid=False)


def _due(*, paid: bool, then: str = "") -> Scene:
    def scene(stage: Stage) -> None:
        stage.tell(NetworkChanged(None))
        walk = stage.progress(3)
        case = walk.flow.view.chosen
        assert case is not None
        stage.tell(PaymentHeard(case.case_id, replace(_DUE, paid=paid)))
        if then:
            stage.press(then)

    return scene


def _paid(stage: Stage) -> None:
    _due(paid=False, then="pay")(stage)
    case = specimen_cases()[3][0]
    stage.tell(PaymentHeard(case.case_id, replace(_DUE, paid=True)))


def _phone(stage: Stage) -> None:
    stage.tell(NetworkChanged(None))
    _more("more_phone")(stage)


def _form_online(stage: Stage) -> None:
    stage.tell(NetworkChanged(None))
    stage.visit(item_called("elder_allowance"), Step.FORM)


def _handing(*events: Event, online: bool = True) -> Scene:
    """At the foot of a form that may go on with the telephone."""

    def scene(stage: Stage) -> None:
        if online:
            stage.tell(NetworkChanged(None))
        stage.visit(item_called("elder_allowance"), Step.FORM)
        page = stage.window.page
        assert isinstance(page, FormPage)
        stage.settle()
        if online:
            stage.press("to_phone")
            for event in events:
                stage.tell(event)
        stage.settle()
        page.see_foot()

    return scene


def _phone_gone(stage: Stage) -> None:
    stage.tell(NetworkChanged(None))
    _more("more_phone")(stage)
    stage.tell(CodeSeen("DSH1/" + "0" * 32 + "/" + "A" * 43))
    stage.tell(TakenOver())


def _phone_busy(stage: Stage) -> None:
    stage.tell(NetworkChanged(None))
    _more("more_phone")(stage)
    stage.tell(CodeSeen("DSH1/" + "0" * 32 + "/" + "A" * 43))


FOLLOW_SCENES: Final[Mapping[str, Scene]] = {
    "more": lambda stage: stage.window.open(MoreWalk),
    "more_questions": _more("more_consultation"),
    "more_answers": _answers,
    "more_name": _more("more_complaint"),
    "complaint_form": _more("more_complaint", "more_nameless"),
    "complaint_review": _complaint(Step.REVIEW),
    "complaint_done": _complaint(Step.DONE),
    "appointment_card": _more("more_appointment"),
    "letter_answered": _answered,
    "payment_due": _due(paid=False),
    "payment": _due(paid=False, then="pay"),
    "payment_paid": _paid,
    "phone": _phone,
    "phone_gone": _phone_gone,
    "to_phone": lambda stage: stage.window.open(to_phone("DSH1/" + "0" * 32 + "/" + "A" * 43)),
    "phone_busy": _phone_busy,
    "form_to_phone": _form_online,
    "form_to_phone_busy": _handing(),
    "form_to_phone_failed": _handing(HandedOver("", Fault.GATEWAY_UNREACHABLE)),
    "form_to_phone_offline": _handing(online=False),
    "holder_only": show_decided_by_slip,
    "correction_asked": show_correction,
    "correction_form": lambda stage: _redo(stage, Step.FORM),
    "correction_materials": lambda stage: _redo(stage, Step.MATERIALS),
    "correction_review": lambda stage: _redo(stage, Step.REVIEW),
    "correction_done": lambda stage: _redo(stage, Step.DONE),
    "correction_waiting": lambda stage: show_correction(stage, corrected=CaseState.QUEUED),
    "correction_held": lambda stage: show_correction(
        stage, corrected=CaseState.QUEUED, handling=Handling(held=True, taken_by="S1")
    ),
    "correction_agents": _agents_part,
    "correction_agent_card": _agents_card,
    "correction_other_agent": lambda stage: _agents_card(stage, other=True),
    "correction_arrived": lambda stage: show_correction(stage, corrected=CaseState.RECEIVED),
    "limit_left": _limit(days_ago=4),
    "limit_over": _limit(days_ago=90),
    "evaluation": _evaluate(),
    "evaluation_chosen": _evaluate("level_2", "point_1"),
    "evaluation_thanks": _evaluate("level_1", "hand_in"),
}

"""Agency handling and the family's cards in every state, to be looked at: see ui/shots.py."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from devices.id_card.card_watch import CardRead
from devices.id_card.specimens import FAMILY, RESIDENT
from kiosk.catalog.specimen_answers import specimen_answer
from kiosk.domain.answers import CELL_END, ROW_END
from kiosk.domain.fault import Fault
from kiosk.domain.service_item import ServiceItem
from kiosk.domain.staff import Role, StaffMember
from kiosk.flow.equipment import NetworkChanged, PageCaptured
from kiosk.flow.family import rows_of
from kiosk.flow.steps import Step
from kiosk.flow.visit_plan import VisitPlan
from ui.approval_walk import ApprovalWalk
from ui.batch_walk import BatchWalk
from ui.pages.entrust import EntrustPage
from ui.pages.handled_page import handled
from ui.specimens import SITE, item_called, specimen_page
from ui.staff_openings import agency as agency_opening
from ui.staff_openings import batch as batch_opening
from ui.stage import Scene, Stage
from ui.visit_walk import VisitWalk

ASSISTANT: Final = StaffMember(
    "22240199900101", "样本代办", frozenset({Role.ASSISTANT, Role.FIELD}), SITE.code
)
COLLEAGUE: Final = StaffMember("22240199900102", "样本同事", frozenset({Role.CLERK}), SITE.code)
AGENT: Final = replace(FAMILY[1], name="样本代办")


def brought_to(stage: Stage, walk: VisitWalk, until: Step) -> VisitWalk:
    """A visit with agent and family whose pages before `until` are done."""
    flow = handled(walk.flow)
    doing: Mapping[Step, Callable[[], None]] = {
        Step.AGENT: lambda: stage.tell(CardRead(AGENT)),
        Step.READ_CARD: lambda: stage.tell(CardRead(RESIDENT)),
        Step.FAMILY: lambda: stage.tell(CardRead(FAMILY[0])),
        Step.FORM: lambda: _answer(walk),
        Step.MATERIALS: lambda: _photograph(walk),
        Step.SIGN: lambda: flow.signed(specimen_page("signature", "测试甲", wide=True)),
        Step.SIGN_FAMILY: lambda: stage.sign_family(flow),
        Step.SIGN_AGENT: lambda: flow.signed_by_agent(specimen_page("", "样本代办", wide=True)),
        Step.ENTRUST: lambda: flow.entrusted(specimen_page("", "授权委托书")),
    }
    while flow.view.step is not until:
        before = flow.view.step
        doing.get(before, lambda: None)()
        if flow.view.step is before:
            flow.next()
        assert flow.view.step is not before, f"{before}: {flow.view.complaints}"
    return walk


def agency(
    stage: Stage, item: ServiceItem, until: Step, *, staff: StaffMember | None = None
) -> VisitWalk:
    """Somebody, with `staff` an assistant, handles that item for somebody else."""
    plan = VisitPlan(agency=True)
    stage.window.open(lambda around: VisitWalk(replace(around, staff=staff), item, plan=plan))
    walk = stage.window.walk
    assert isinstance(walk, VisitWalk)
    return brought_to(stage, walk, until)


def _answer(walk: VisitWalk) -> None:
    flow = walk.flow
    for question in flow.view.item.questions():
        if not flow.view.answers.get(question.key) or flow.view.complaints.get(question.key):
            flow.answer(question.key, specimen_answer(question))
    table = flow.view.item.family_table
    if table is not None:  # the rows that the cards filled, with the other columns
        flow.answer(table.key, flow.view.answers[table.key])


def _photograph(walk: VisitWalk) -> None:
    for material in walk.flow.view.item.pages_to_photograph():
        walk.flow.page_taken(specimen_page(material.key, material.name))


def _step(key: str, until: Step) -> Scene:
    return lambda stage: agency(stage, item_called(key), until)


def _family(stage: Stage, *, again: bool = False) -> None:
    agency(stage, item_called("dibao_apply"), Step.FAMILY)
    for card in FAMILY[:4]:
        stage.tell(CardRead(card))
    if again:
        stage.tell(CardRead(FAMILY[0]))


def _family_to(stage: Stage, until: Step, *, cards: int = 3) -> VisitWalk:
    """A family whose cards were laid down and whose table is whole."""
    stage.window.show_visit(item_called("dibao_apply"))
    walk = stage.window.walk
    assert isinstance(walk, VisitWalk)
    brought_to(stage, walk, Step.READ_CARD)
    stage.tell(CardRead(RESIDENT))
    for card in FAMILY[:cards]:
        stage.tell(CardRead(card))
    walk.flow.next()
    table = walk.flow.view.item.family_table
    assert table is not None
    rows = rows_of(table, walk.flow.view.answers[table.key])
    whole = [[cell or "0" for cell in cells] for cells in rows]
    walk.flow.answer(table.key, ROW_END.join(CELL_END.join(cells) for cells in whole))
    return brought_to(stage, walk, until)


def _family_signs(stage: Stage, *presses: str, cards: int = 3) -> None:
    walk = _family_to(stage, Step.SIGN_FAMILY, cards=cards)
    flow = handled(walk.flow)
    if flow.who_sign:
        first = flow.who_sign[0]
        flow.member_signed(first.number, specimen_page("", first.name, wide=True))
    for name in presses:
        stage.press(name)


def _paper(stage: Stage, *, offline: bool = False) -> None:
    agency(stage, item_called("elder_card"), Step.ENTRUST)
    stage.tell(NetworkChanged(Fault.NETWORK_DOWN if offline else None))
    page = stage.window.page
    assert isinstance(page, EntrustPage)
    stage.make_whole()
    page.make_now()


def _alone(stage: Stage) -> None:
    stage.window.show_visit(item_called("dibao_apply"))
    walk = stage.window.walk
    assert isinstance(walk, VisitWalk)
    brought_to(stage, walk, Step.READ_CARD)


def _checking(stage: Stage) -> None:
    walk = agency(stage, item_called("pension_enroll"), Step.MATERIALS, staff=ASSISTANT)
    page = walk.flow.view.item.pages_to_photograph()[0]
    stage.tell(PageCaptured(specimen_page(page.key, page.name)))


def _held(stage: Stage, *, until: Step = Step.DONE) -> VisitWalk:
    item = replace(item_called("elder_card"), second_person=True)
    return agency(stage, item, until, staff=ASSISTANT)


def _approval(stage: Stage, staff: StaffMember = COLLEAGUE) -> None:
    _held(stage)
    stage.window.open(lambda around: ApprovalWalk(replace(around, staff=staff)))


def batch_of(stage: Stage, *, people: int = 0, again: bool = False) -> None:
    """A batch in which so many people have been."""
    item = item_called("disabled_two_subsidy")
    stage.window.open(lambda around: BatchWalk(replace(around, staff=ASSISTANT), item))
    walk = stage.window.walk
    assert isinstance(walk, BatchWalk)
    walk.next()
    for card in (RESIDENT, *FAMILY)[:people]:
        stage.tell(CardRead(card))
        assert walk.person is not None
        brought_to(stage, walk.person, Step.DONE)
        walk.next()
    if again:
        stage.tell(CardRead(RESIDENT))


def _batch_common(stage: Stage) -> None:
    item = item_called("disabled_two_subsidy")
    stage.window.open(lambda around: BatchWalk(replace(around, staff=ASSISTANT), item))


AGENCY_SCENES: Final[Mapping[str, Scene]] = {
    "agency_offered": _alone,
    "agency_agent": _step("dibao_apply", Step.AGENT),
    "agency_holder_only": _step("no_crime_cert", Step.AGENT),
    "agency_applicant": _step("dibao_apply", Step.READ_CARD),
    "agency_form": _step("elder_card", Step.FORM),
    "agency_sign": _step("elder_card", Step.SIGN_AGENT),
    "agency_paper": _paper,
    "agency_paper_offline": lambda stage: _paper(stage, offline=True),
    "agency_review": _step("elder_card", Step.REVIEW),
    "agency_check_page": _checking,
    "agency_choose": lambda stage: stage.window.open(agency_opening),
    "batch_choose": lambda stage: stage.window.open(batch_opening),
    "approval_held": _held,
    "approval": _approval,
    "approval_own": lambda stage: _approval(stage, ASSISTANT),
    "batch_common": _batch_common,
    "batch_first": batch_of,
    "batch_some": lambda stage: batch_of(stage, people=3),
    "batch_again": lambda stage: batch_of(stage, people=3, again=True),
    "family_cards": _family,
    "family_signs": _family_signs,
    "family_absent": lambda stage: _family_signs(stage, "sign_family_other", "absent_away"),
    "family_nobody": lambda stage: _family_signs(stage, cards=0),
    "family_review": lambda stage: _family_to(stage, Step.REVIEW),
    "family_twice": lambda stage: _family(stage, again=True),
}

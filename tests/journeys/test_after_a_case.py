"""Journeys after a case: correction after a refusal, progress and print, complaint, payment.

The window over the encrypted store and an embedded gateway. Pictures go to the folder that
DOORSTEP_PICTURES names.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from devices.id_card.card_watch import CardRead
from devices.id_card.specimens import RESIDENT
from devices.page_printer.api import PrintJobState, PrintJobStatus
from kiosk.domain.case import Case, CaseKind, CaseState
from kiosk.domain.correction import CorrectionRow, Flaw, Part
from kiosk.domain.printed import PRINTER, PaperKind, PrintOutcome
from kiosk.flow.certificate_flow import CertificateStep
from kiosk.flow.equipment import CodeSeen, DocumentMoved, NetworkChanged
from kiosk.flow.steps import Step
from sync.gateway.review import CorrectionsAlreadyAsked
from sync.gateway.specimen_result import specimen_result_pdf
from sync.online import HandedOver, sealed
from tests.journeys.after_a_case import Afterwards
from ui.certificate_walk import CertificateWalk
from ui.more_walk import MoreWalk
from ui.pages.phone import ToPhonePage
from ui.pages.standby import StandbyPage
from ui.progress_walk import ProgressWalk
from ui.specimens import item_called, specimen_page
from ui.visit_walk import VisitWalk

ITEM = "elder_allowance"


@pytest.fixture
def after(qtbot: QtBot, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Afterwards]:
    pictures = Path(os.environ.get("DOORSTEP_PICTURES", str(tmp_path / "pictures")))
    made = Afterwards(tmp_path, pictures / request.node.name.removeprefix("test_"))
    yield made
    made.close()


def handed_in(after: Afterwards) -> Case:
    """A resident has applied; the gateway has it; nothing was rated."""
    walk = after.visit(item_called(ITEM), Step.DONE)
    case = walk.flow.view.case
    assert case is not None
    after.next()
    after.press("skip")
    assert after.send() == 1
    return after.kept.case(case.case_id)


def query(after: Afterwards, case: Case) -> ProgressWalk:
    after.window.show_progress()
    after.tell(CardRead(RESIDENT))
    walk = cast(ProgressWalk, after.window.walk)
    walk.flow.choose(case.case_id)
    return walk


def test_correction_after_a_refusal_online_and_offline(after: Afterwards) -> None:
    case = handed_in(after)
    item = item_called(ITEM)
    material = item.pages_to_photograph()[0]
    rows = (
        CorrectionRow(Part.FIELD, "contact_mobile", Flaw.WRONG, "少一位"),
        CorrectionRow(Part.MATERIAL, material.key, Flaw.UNCLEAR),
    )
    before = after.review.case(case.case_id)
    after.review.ask_corrections(case.case_id, [], rows)
    after.pull()
    query(after, case)
    shown = after.seen()
    for words in ("少一位", "居民户口簿", "看不清"):
        assert words in shown
    after.shot("asked")
    after.next()  # 只补这几项: one touch
    walk = cast(VisitWalk, after.window.walk)
    assert [field.key for field in walk.flow.view.item.questions()] == ["contact_mobile"]
    walk.flow.answer("contact_mobile", "13900139000")
    after.shot("form")
    after.village.gateway.cut()  # the line dies in the middle
    after.fill(walk, Step.MATERIALS)
    walk.flow.page_taken(specimen_page(material.key, "重新拍的"))
    walk.flow.next()
    after.fill(walk, Step.DONE)
    after.shot("done-offline")
    after.next()
    assert isinstance(after.window.page, StandbyPage)  # a correction is not rated
    assert after.send() == 0
    query(after, case)
    assert "联网后自动送出" in after.seen()
    after.shot("waiting")
    after.village.gateway.mend()
    after.kept.wait_no_longer()
    assert after.send() == 1
    assert after.send() == 0
    query(after, case)
    assert "补正材料已送到部门" in after.seen()
    after.shot("arrived")
    now = after.review.case(case.case_id)
    assert now.answers == {**before.answers, "contact_mobile": "13900139000"}
    old = {page.sha256 for page in before.pages if page.material == material.key}
    new = {page.sha256 for page in now.pages if page.material == material.key}
    assert new
    assert not old & new
    assert now.signature == before.signature
    with pytest.raises(CorrectionsAlreadyAsked):
        after.review.ask_corrections(case.case_id, ["还要一张照片"])
    after.review.accept(case.case_id)
    after.pull()
    query(after, case)
    assert "已受理" in after.seen()
    after.shot("accepted")


def test_progress_and_print_and_a_rating_from_the_case(after: Afterwards, qtbot: QtBot) -> None:
    case = handed_in(after)
    after.review.accept(case.case_id)
    after.pull()
    query(after, case)
    assert "工作日" in after.seen()  # what is left of the promised limit
    after.shot("accepted")
    pdf = specimen_result_pdf(
        title="办理结果通知书",
        official_number=case.official_number,
        name=RESIDENT.name,
        item=case.item_title,
        office="示范县民政局（示例）",
        issued=case.started_at.date(),
    )
    after.review.decide(case.case_id, pdf, "办理结果通知书", copies=1)
    after.pull()
    walk = query(after, case)
    [document] = walk.flow.view.documents
    after.press(f"print_{document.sha256[:8]}")
    certificate = after.window.walk
    assert isinstance(certificate, CertificateWalk)
    after.waits(qtbot.waitUntil, lambda: certificate.flow.view.step is CertificateStep.SHOWN)
    after.shot("certificate")
    after.next()
    assert after.equipment.documents == [pdf]
    [order] = [one for one in after.equipment.orders if one.kind is PaperKind.CERTIFICATE]
    now = datetime.now(UTC)
    print_id = after.kept.begin_print(order, now=now)  # as the printer's thread does it
    after.kept.end_print(print_id, PrintOutcome.PRINTED, told_by=PRINTER, now=now)
    after.tell(DocumentMoved(PrintJobStatus(PrintJobState.PRINTED)))
    assert after.kept.case(case.case_id).state is CaseState.DELIVERED
    after.shot("printed")
    after.next()
    after.press("evaluate")
    after.press("level_1")
    after.shot("rated")
    after.press("hand_in")
    after.shot("thanks")
    after.next()
    assert after.send() == 1
    [rating] = after.review.evaluations()
    assert (rating.about, rating.answers["level"]) == (case.case_id, "非常满意")
    query(after, case)
    names = {button.objectName() for button in after.window.page.findChildren(QPushButton)}
    assert "evaluate" not in names  # once
    assert [one.case_id for one in after.review.every()] == [case.case_id]


def test_a_complaint_without_a_name_is_answered_by_its_number(after: Afterwards) -> None:
    after.window.show_home()
    after.press("tile_more")
    after.shot("more")
    after.press("more_complaint")
    after.press("more_nameless")
    walk = cast(VisitWalk, after.window.walk)
    walk.flow.answer("target", "这台机器")
    walk.flow.answer("text", "打印机没有纸了")
    after.shot("form")
    after.fill(walk, Step.DONE)
    after.shot("done")
    case = walk.flow.view.case
    assert case is not None
    walk_over = after.equipment.receipts
    after.next()
    assert isinstance(after.window.page, StandbyPage)  # a letter is not rated
    [slip] = walk_over
    assert RESIDENT.name not in str(slip.lines)
    assert after.send() == 1
    kept = after.review.case(case.case_id)
    assert (kept.kind, kept.applicant_number) == (CaseKind.LETTER, "")
    after.review.answer(case.case_id, "纸已经补上，谢谢提醒。")
    after.pull()
    after.window.show_progress()
    after.tell(CodeSeen(f"{'DS1/'}{case.receipt_number}"))
    assert "纸已经补上" in after.seen()
    after.shot("answered")


def test_a_question_with_a_name_comes_back_answered(after: Afterwards) -> None:
    after.window.open(MoreWalk)
    after.press("more_consultation")
    after.next()
    after.tell(CardRead(RESIDENT))
    walk = cast(VisitWalk, after.window.walk)
    walk.flow.answer("question", "高龄津贴什么时候发？")
    after.fill(walk, Step.DONE)
    case = walk.flow.view.case
    assert case is not None
    assert after.send() == 1
    after.review.answer(case.case_id, "每月十五号前发。")
    after.pull()
    query(after, case)
    assert "每月十五号前发" in after.seen()


def test_payment_with_the_persons_own_telephone(after: Afterwards, qtbot: QtBot) -> None:
    case = handed_in(after)
    office = after.village.gateway.office
    order_id = office.payments.demand(case.case_id, subject="补卡工本费", amount=1600)
    after.tell(NetworkChanged(None))
    walk = query(after, case)
    after.waits(qtbot.waitUntil, lambda: walk.flow.view.due is not None)
    assert "要缴 16.00 元" in after.seen()
    after.shot("due")
    after.press("pay")
    after.shot("code")
    assert "不收现金" in after.seen()
    office.simulated_payments.pay(order_id)

    def is_paid() -> bool:
        after.window.look_at_the_clock()
        return "已缴 16.00 元" in after.seen()

    after.waits(qtbot.waitUntil, is_paid)
    after.shot("paid")
    after.next()
    assert isinstance(after.window.page, StandbyPage)


def test_a_form_goes_on_from_the_telephone_and_to_it(after: Afterwards, qtbot: QtBot) -> None:
    handovers = after.village.gateway.office.handovers
    item = item_called(ITEM)
    form = HandedOver(item_code=item.code, answers={"contact_mobile": "13900139000", "x": "y"})
    handover_id, code, content = sealed(form)
    handovers.put(handover_id, content)
    after.tell(NetworkChanged(None))
    after.window.open(MoreWalk)
    after.press("more_phone")
    after.tell(CodeSeen(code))
    after.waits(qtbot.waitUntil, lambda: isinstance(after.window.walk, VisitWalk))
    walk = cast(VisitWalk, after.window.walk)
    walk.flow.next()
    after.tell(CardRead(RESIDENT))
    assert walk.flow.view.step is Step.FORM
    assert walk.flow.view.answers["contact_mobile"] == "13900139000"
    assert "x" not in walk.flow.view.answers
    after.shot("from-the-telephone")
    assert handovers.take(handover_id, "somebody else") is None
    asked: list[str] = []
    put = handovers.put
    handovers.put = lambda name, sealed_: (asked.append(name), put(name, sealed_))[1]  # type: ignore[method-assign]
    after.press("to_phone")
    after.waits(qtbot.waitUntil, lambda: isinstance(after.window.page, ToPhonePage))
    after.shot("to-the-telephone")
    [name] = asked
    assert handovers.take(name, "phone") is not None

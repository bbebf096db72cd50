"""Every reason against a case is named with its field; a sound case has none."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.answers import CELL_END, Complaint, cell_kind
from kiosk.domain.case import Case, CaseId
from kiosk.domain.handling import (
    AGENT_SIGNATURE,
    MEMBER_SIGNATURE,
    Absence,
    Agent,
    AgentKind,
    FamilyMember,
    Handling,
)
from kiosk.domain.page import PageRef
from kiosk.domain.service_item import (
    STANDARD_COLUMNS,
    FieldType,
    FormField,
    ServiceCatalog,
    ServiceItem,
)
from sync import wire
from sync.gateway.checks import LARGEST_PAGE, MOST_ANSWERS, MOST_PAGES, WORDS, CaseChecks
from tests.counterparts.sample_cases import NOON, NUMBER, draft

CATALOG = packaged_catalog()
ITEM = next(item for item in CATALOG if item.key == "pension_enroll")
ANSWERS = {
    FieldType.ID_NUMBER: NUMBER,
    FieldType.MOBILE: "13800000000",
    FieldType.DATE: "1949-12-31",
    FieldType.DATE_OR_LONG: "长期",
    FieldType.DIVISION: "220104001001",
    FieldType.CONSENT: "yes",
    FieldType.YEAR: "2026",
    FieldType.YEARMONTH: "2026-03",
    FieldType.MONEY: "12.50",
    FieldType.NUMBER: "3",
}


def answer_to(question: FormField) -> str:
    if question.options:
        return question.options[0][0]
    if question.type is FieldType.TABLE:
        columns = question.columns or STANDARD_COLUMNS
        return CELL_END.join(ANSWERS.get(cell_kind(column), "测试") for column in columns)
    return ANSWERS.get(question.type, "测试")


def page(serial: int, material: str) -> PageRef:
    return PageRef(f"{serial:064x}", material, 1000)


def sound(item: ServiceItem = ITEM) -> Case:
    brought = (material.key for material in item.pages_to_photograph())
    return replace(
        draft(),
        item_code=item.code,
        catalog_version=CATALOG.version,
        receipt_number="2201040010010126030500010",
        confirmed_at=NOON,
        answers={question.key: answer_to(question) for question in item.questions()},
        pages=tuple(page(n, key) for n, key in enumerate(brought)),
        signature=page(99, "signature") if item.needs_signature else None,
    )


def reasons(case: Case, catalog: ServiceCatalog | None = CATALOG) -> tuple[str, ...]:
    return CaseChecks(catalog).reasons_against(wire.text_of(case))


@pytest.mark.parametrize("item", list(CATALOG), ids=lambda item: item.key)
def test_a_sound_case_of_every_item_is_taken(item: ServiceItem) -> None:
    assert reasons(sound(item)) == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"case_id": CaseId("01957000-0000-4000-8000-000000000001")}, "case_id"),
        ({"case_id": CaseId("../../etc/passwd")}, "case_id"),
        ({"item_code": "x" * 33}, "item_code: 目录中没有"),
        ({"item_code": "x"}, "item_code: 业务"),
        ({"receipt_number": ""}, "receipt_number"),
        ({"confirmed_at": None}, "confirmed_at"),
        ({"applicant_name": " "}, "applicant_name"),
        ({"applicant_number": "110105194912310021"}, "applicant_number"),
        ({"signature": None}, "signature: 缺少"),
        ({"pages": (page(1, "m99"),)}, "pages[0].material"),
        ({"pages": (PageRef("0" * 64, "m2", LARGEST_PAGE + 1),)}, "pages[0].size"),
        (
            {"pages": (page(1, "m2"), PageRef(page(1, "").sha256, "m2", 999))},
            "pages[1].size: 同一页",
        ),
        ({"pages": tuple(page(n, "m2") for n in range(MOST_PAGES + 1))}, "pages: 超过"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(changes: dict[str, Any], reason: str) -> None:
    found = reasons(replace(sound(), **changes))
    assert any(given.startswith(reason) for given in found), found


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("contact_mobile", "1380000000"),
        ("contact_mobile", ""),
        ("applicant_id_no", "110105194912310021"),
        ("applicant_birth", "1949-02-30"),
        ("reg_type", "不存在的选项"),
        ("commitment", ""),
        ("village_code", "22"),
    ],
)
def test_a_wrong_answer_is_named(key: str, answer: str) -> None:
    case = sound()
    found = reasons(replace(case, answers={**case.answers, key: answer}))
    assert [given.partition(":")[0] for given in found] == [f"answers.{key}"]


def test_a_table_is_checked_as_the_terminal_checks_it() -> None:
    case = sound(next(item for item in CATALOG if item.key == "dibao_apply"))
    found = reasons(replace(case, answers={**case.answers, "assets": "房屋\t三间"}))
    assert found == (f"answers.assets: {WORDS[Complaint.TABLE]}",)


def test_every_complaint_has_words_for_the_clerk() -> None:
    assert set(WORDS) == set(Complaint)


def called(key: str) -> ServiceItem:
    return next(item for item in CATALOG if item.key == key)


def test_a_paper_that_nobody_else_has_must_be_there() -> None:
    case = replace(sound(called("residence_permit")), pages=())
    assert [given.split(":")[0] for given in reasons(case)] == ["pages.m2"]  # the photograph


def test_what_the_province_can_fetch_itself_is_never_missing() -> None:
    assert reasons(replace(sound(), pages=())) == ()


def test_a_question_that_the_answers_did_not_open_is_not_missed() -> None:
    case = sound(called("mi_enroll"))
    answers = {**case.answers, "person_category": "1"}
    del answers["guardian_id_no"]
    assert reasons(replace(case, answers=answers)) == ()
    wrong = {**answers, "person_category": "2", "guardian_id_no": "1"}
    assert reasons(replace(case, answers=wrong)) == (
        "answers.guardian_id_no: 公民身份号码有误(校验码不符)",
    )


def test_all_reasons_are_given_at_once() -> None:
    case = replace(sound(), applicant_name="", confirmed_at=None, signature=None)
    assert len(reasons(case)) == 3


def test_a_reason_does_not_quote_the_answer() -> None:
    case = sound()
    wrong = replace(case, answers={**case.answers, "applicant_id_no": "110105194912310021"})
    assert "110105194912310021" not in "".join(reasons(wrong))


def test_too_many_answers_are_refused() -> None:
    case = replace(sound(), answers={str(n): "" for n in range(MOST_ANSWERS + 1)})
    assert any(given.startswith("answers: 超过") for given in reasons(case, None))


def test_a_case_made_with_another_catalogue_is_not_lost() -> None:
    case = replace(sound(), catalog_version="older", answers={}, pages=(), signature=None)
    assert reasons(case) == ()


def test_without_a_catalogue_only_what_always_holds_is_checked() -> None:
    assert reasons(replace(sound(), answers={}), None) == ()


@pytest.mark.parametrize(
    ("number", "taken"),
    [("KAZ110090123105", True), ("KAZ110090123107", False), ("kaz110090123105", False)],
)
def test_a_foreigners_number_of_2017_has_three_letters_and_twelve_digits(
    number: str, taken: bool
) -> None:
    assert (reasons(replace(sound(), applicant_number=number), None) == ()) is taken


def test_a_text_of_the_wire_is_what_is_checked() -> None:
    text = msgspec.structs.replace(wire.text_of(sound()), receipt_number="")
    assert CaseChecks(CATALOG).reasons_against(text) == ("receipt_number: 缺少本地受理凭证号",)


def agency(item: ServiceItem = ITEM) -> Case:
    handled = item.for_agent()
    assert handled.entrustment is not None
    return replace(
        sound(handled),
        pages=(
            *sound(item).pages,
            page(97, handled.entrustment.key),
            page(98, AGENT_SIGNATURE),
        ),
        handling=Handling(agent=Agent(AgentKind.RELATIVE, "测试乙", "440524188001010014")),
    )


@pytest.mark.parametrize(
    "item", [i for i in CATALOG if i.may_be_handled_by_agent], ids=lambda item: item.key
)
def test_an_agents_case_of_every_item_that_knows_agents_is_taken(item: ServiceItem) -> None:
    assert reasons(agency(item)) == ()


def test_an_agent_without_entrustment_or_signature_is_told_so() -> None:
    found = reasons(replace(agency(), pages=sound().pages))
    assert any("授权委托书" in reason for reason in found)
    assert any(reason.startswith(f"pages.{AGENT_SIGNATURE}") for reason in found)


def test_a_familys_signature_must_be_among_the_pages() -> None:
    item = next(one for one in CATALOG if one.family_authorisation is not None)
    signed = page(96, MEMBER_SIGNATURE)
    member = FamilyMember("测试丙", "440524188001010014", by_card=True, signature=signed.sha256)
    absent = FamilyMember("测试丁", "11010519491231002X", absent=Absence.AWAY)
    family = Handling(members=(member, absent))
    case = replace(sound(item), handling=family, pages=(*sound(item).pages, signed))
    assert reasons(case) == ()
    assert reasons(replace(case, pages=sound(item).pages)) == (
        "handling.members[0].signature: 没有这一页签名",
    )
    other = next(one for one in CATALOG if one.family_authorisation is None)
    stray = replace(sound(other), pages=(*sound(other).pages, signed))
    assert any("该事项没有此项材料" in reason for reason in reasons(stray))


def test_nobody_is_their_own_agent_and_some_items_have_none() -> None:
    own = replace(agency(), handling=Handling(agent=Agent(AgentKind.OTHER, "测试甲", NUMBER)))
    assert "handling.agent.number: 代办人与申请人是同一人" in reasons(own)
    alone = next(item for item in CATALOG if not item.may_be_handled_by_agent)
    case = replace(sound(alone), handling=agency().handling)
    assert reasons(case) == ("handling.agent: 该事项不能代办",)

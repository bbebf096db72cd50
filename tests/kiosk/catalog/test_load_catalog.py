"""The catalogue: what comes with the program, and what is refused."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.catalog.complaints import CatalogError
from kiosk.catalog.load_catalog import load_catalog, packaged_catalog, packaged_catalog_file
from kiosk.domain.service_item import HANDLING_REGION, Capture, FieldType, Need, ServiceItem
from kiosk.flow.steps import Step, steps_for

Change = Callable[[dict[str, Any]], None]
REMARKS = re.compile(
    r"recalled|illustrative|\bread\b|转述|未核|待核|他省|同上|终端须|界面|屏幕|阈值|样例|同步|脱敏|去标识化"
)


def changed(change: Change) -> bytes:
    file = json.loads(packaged_catalog_file())
    change(file)
    return json.dumps(file, ensure_ascii=False, indent=1).encode()


def complaints_of(content: bytes) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        load_catalog(content)
    return [str(complaint) for complaint in caught.value.complaints]


def test_the_packaged_catalogue_has_the_seventeen_items() -> None:
    catalog = packaged_catalog()
    assert len(catalog) == 17
    assert catalog.notice  # it says itself that its codes are not official
    assert all(item.illustrative for item in catalog)


def test_only_the_record_of_crimes_is_for_its_holder_alone() -> None:
    assert [i.key for i in packaged_catalog() if i.result_for_holder_only] == ["no_crime_cert"]


def test_the_pension_item_is_read_whole() -> None:
    item = next(i for i in packaged_catalog() if i.key == "pension_enroll")
    assert item.title == "城乡居民基本养老保险参保登记"
    assert item.guide.promised_limit == "3个工作日"
    assert item.guide.statutory_limit == "10个工作日"
    book = item.materials[1]
    assert (book.name, book.need, book.captures) == (
        "居民户口簿(首页和本人页)",
        Need.REQUIRED,
        (Capture.PAGE_CAMERA,),
    )
    assert [m.key for m in item.pages_to_photograph()] == ["m2"]
    assert steps_for(item) == (
        *(Step.GUIDE, Step.READ_CARD, Step.FORM, Step.MATERIALS, Step.SIGN),
        *(Step.REVIEW, Step.DONE),
    )
    levels = next(f for f in item.fields if f.key == "pay_level")
    assert levels.options[0] == ("200", "200元/年")
    assert all(not f.agent_only for f in item.questions())


def test_every_choice_has_something_to_choose_from() -> None:
    chosen = {FieldType.CHOICE, FieldType.MULTICHOICE, FieldType.CODE}
    for item in packaged_catalog():
        for field in item.questions():
            if field.type in chosen and field.source.value in ("user", "idcard"):
                assert field.options, (item.key, field.key)


def test_a_wrong_type_is_named_with_item_field_and_line() -> None:
    content = changed(lambda f: f["items"][3]["form_fields"][8].update(type="mobil"))
    (complaint,) = complaints_of(content)
    line = int(complaint.split()[1].rstrip(":"))
    assert "item mi_enroll, form_fields[8].type: unknown type 'mobil'" in complaint
    assert '"mobil"' in content.decode().splitlines()[line - 1]


def test_a_wrong_json_type_is_named_with_its_line() -> None:
    content = changed(lambda f: f["items"][1]["materials"][0].update(page_num="one"))
    (complaint,) = complaints_of(content)
    line = int(complaint.split()[1].rstrip(":"))
    assert '"one"' in content.decode().splitlines()[line - 1]
    assert "materials[0].page_num" in complaint


def test_all_complaints_come_at_once() -> None:
    def spoil(file: dict[str, Any]) -> None:
        file["items"][0]["form_fields"][0]["type"] = "x"
        file["items"][5]["materials"][1]["capture"] = ["telepathy"]
        file["items"][6]["codes"]["task_handle_item"] = file["items"][0]["codes"][
            "task_handle_item"
        ]

    assert len(complaints_of(changed(spoil))) == 3


def test_a_required_field_beyond_the_guide_blocks_the_catalogue() -> None:
    extra = {
        "key": "spouse_income",
        "label": "配偶收入",
        "type": "money",
        "required": True,
        "source": "user",
        "basis": "query",
    }
    content = changed(lambda f: f["items"][2]["form_fields"].append(extra))
    (complaint,) = complaints_of(content)
    assert "配偶收入: the guide does not ask for it" in complaint


def test_a_form_in_the_guide_allows_its_fields() -> None:
    def drop_the_form(file: dict[str, Any]) -> None:
        item = file["items"][0]
        item["materials"] = [m for m in item["materials"] if "form" not in m["capture"]]

    assert any("联系电话" in text for text in complaints_of(changed(drop_the_form)))


def required(key: str, source: str, kind: str = "text") -> dict[str, Any]:
    return {"key": key, "label": "多问的", "type": kind, "required": True, "source": source}


@pytest.mark.parametrize(
    "extra",
    [
        required("spouse_name", "idcard"),  # the applicant's card does not have it
        required("spouse_income", "system"),
        required("spouse_income", "terminal", "money"),
        required("household", "idcard_repeat", "table"),
        required("account", "ssc_or_user"),
    ],
)
def test_no_source_gets_a_required_question_round_the_guide(extra: dict[str, Any]) -> None:
    content = changed(lambda f: f["items"][2]["form_fields"].append(extra))
    (complaint,) = complaints_of(content)
    assert "多问的: the guide does not ask for it" in complaint


@pytest.mark.parametrize("change", [{"note": "仅代办时需要"}, {"is_need": {"code": "2"}}])
def test_only_a_form_the_applicant_must_hand_in_allows_questions(change: dict[str, Any]) -> None:
    def spoil(file: dict[str, Any]) -> None:
        for material in file["items"][0]["materials"]:
            if "form" in material["capture"]:
                material.update(change)

    assert any("联系电话" in text for text in complaints_of(changed(spoil)))


def test_what_to_look_up_is_asked_only_where_something_is_looked_up_at_once() -> None:
    def spoil(file: dict[str, Any]) -> None:
        file["items"][2]["terminal"]["offline"]["mode"] = "capture_and_queue"

    assert any("险种" in text for text in complaints_of(changed(spoil)))


def test_a_signature_needs_a_row_of_the_guide_that_says_who_signs() -> None:
    content = changed(lambda f: f["items"][0]["materials"][2].update(signature=None))
    (complaint,) = complaints_of(content)
    assert "materials[2].signature" in complaint
    assert "the guide does not say who signs" in complaint


def test_a_material_that_cannot_be_taken_in_is_refused() -> None:
    content = changed(lambda f: f["items"][0]["materials"][1].update(capture=[]))
    (complaint,) = complaints_of(content)
    assert "no way to take it in" in complaint


def test_only_the_applicants_own_card_is_replaced_by_reading_it() -> None:
    others = {
        material.name
        for item in packaged_catalog()
        for material in item.materials
        if Capture.CARD in material.captures and not material.replaced_by_card
    }
    assert others == {
        "居民身份证(全体共同生活家庭成员)",
        "居民身份证(代办人)",
        "中华人民共和国残疾人证",
    }


@pytest.mark.parametrize("item", list(packaged_catalog()), ids=lambda item: item.key)
def test_residents_read_no_remarks_for_the_makers_of_terminals(item: ServiceItem) -> None:
    guide = item.guide
    said = [*guide.conditions, *guide.notes, *guide.legal_basis, guide.fee, guide.result]
    said += [text for pair in guide.flow for text in pair]
    for material in item.materials:
        said += [material.name, material.note, material.exempt_when]
    said += [question.note for question in item.questions()]
    for text in said:
        assert not REMARKS.search(text), text


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"meta": {}, "items": []}'])
def test_a_file_that_is_no_catalogue_is_one_clear_complaint(content: bytes) -> None:
    assert len(complaints_of(content)) == 1


@settings(max_examples=50)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_politely(content: bytes) -> None:
    assert complaints_of(content)


def test_only_who_is_in_sudden_need_goes_before_all_others() -> None:
    catalog = packaged_catalog()
    assert [catalog.item(code).key for code in catalog.urgent()] == ["temp_relief"]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"field": "pickup", "equals": "邮寄"}, "no earlier field 'pickup'"),
        ({"field": "commitment", "equals": "yes"}, "no earlier field 'commitment'"),  # comes later
        ({"field": "reg_type", "equals": "外星"}, "reg_type has no answer '外星'"),
        ({"field": "reg_type"}, "it would never be asked"),
    ],
)
def test_a_question_depends_only_on_an_earlier_one_and_its_answers(
    condition: dict[str, str], said: str
) -> None:
    def spoil(file: dict[str, Any]) -> None:
        fields = {field["key"]: field for field in file["items"][0]["form_fields"]}
        fields["pay_level"]["shown_when"] = condition

    (complaint,) = complaints_of(changed(spoil))
    assert "shown_when" in complaint
    assert said in complaint


def test_what_depends_on_a_question_that_is_not_asked_is_not_asked_either() -> None:
    def depend(file: dict[str, Any]) -> None:
        fields = {field["key"]: field for field in file["items"][0]["form_fields"]}
        fields["pay_level"]["shown_when"] = {"field": "reg_type", "in": ["农业", "居民"]}
        fields["special_group"]["shown_when"] = {"field": "pay_level", "equals": "500"}

    item = next(iter(load_catalog(changed(depend))))
    answers = {"reg_type": "农业", "pay_level": "500", "special_group": "无"}
    asked = {question.key for question in item.asked(answers)}
    assert {"reg_type", "pay_level", "special_group"} <= asked
    kept = item.without_unasked({**answers, "reg_type": "非农业"})
    assert kept == {"reg_type": "非农业"}


def test_every_item_is_found_by_a_life_event_and_by_who_asks() -> None:
    for item in packaged_catalog():
        assert item.life_events
        assert item.persons


def test_an_unknown_online_depth_is_named() -> None:
    content = changed(lambda f: f["items"][0]["online"].update(depth="deep"))
    (complaint,) = complaints_of(content)
    assert "online.depth: unknown depth 'deep'" in complaint


def test_where_several_places_handle_an_item_people_choose() -> None:
    item = next(item for item in packaged_catalog() if item.key == "unemploy_reg")
    assert item.fields[0].key == HANDLING_REGION
    assert len(item.fields[0].options) > 1


def test_the_four_fields_of_the_opinion_are_there() -> None:
    # 劳动就业, 社会保险, 社会救助, 扶贫脱贫: items 1-3, 6-8, 10-12 and 17 of the data file (T-37).
    first = {
        "社会保险": {"pension_enroll", "benefit_qualify", "si_record_print"},
        "就业创业": {"unemploy_reg", "hard_employ"},
        "社会救助": {"dibao_apply", "temp_relief", "anti_poverty_report"},
        "养老助残": {"disabled_two_subsidy", "elder_allowance"},
    }
    catalog = packaged_catalog()
    for theme, keys in first.items():
        assert theme in catalog.themes()
        assert keys <= {item.key for item in catalog if item.theme == theme}

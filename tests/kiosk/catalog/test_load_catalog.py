"""The catalogue: what comes with the program, and what is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.catalog.complaints import CatalogError
from kiosk.catalog.load_catalog import load_catalog, packaged_catalog, packaged_catalog_file
from kiosk.domain.service_item import Capture, FieldType, Need
from kiosk.flow.steps import Step, steps_for

Change = Callable[[dict[str, Any]], None]


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
    assert steps_for(item) == tuple(Step)
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


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"meta": {}, "items": []}'])
def test_a_file_that_is_no_catalogue_is_one_clear_complaint(content: bytes) -> None:
    assert len(complaints_of(content)) == 1


@settings(max_examples=50)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_politely(content: bytes) -> None:
    assert complaints_of(content)

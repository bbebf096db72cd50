"""Finding items by what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalog.find_items import find
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.service_item import ServiceItem

CATALOG = packaged_catalog()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("dibao", "dibao_apply"),
        ("db", "dibao_apply"),
        ("DB", "dibao_apply"),
        ("低保", "dibao_apply"),
        ("lnz", "elder_card"),
        ("gjj", "hpf_query"),
        ("cxjmjbylbx", "pension_enroll"),
        ("wufanzui", "no_crime_cert"),
        ("临时", "temp_relief"),
        ("shibaodaiyu", ""),
        ("dibap", "dibao_apply"),
        ("dbiao", "dibao_apply"),
        ("dibaao", "dibao_apply"),
        ("底保", "dibao_apply"),
        ("老年人优代证", "elder_card"),
        ("高灵津贴", "elder_allowance"),
        ("高津贴", "elder_allowance"),
        ("gaolinjintie", "elder_allowance"),
        ("残疾人", "disabled_two_subsidy"),
    ],
)
def test_what_is_typed_finds_the_item(typed: str, first: str) -> None:
    found = find(CATALOG, typed)
    assert (found[0].key if found else "") == first


def test_nothing_typed_finds_nothing() -> None:
    assert find(CATALOG, "  ") == ()


def test_an_item_is_found_once() -> None:
    found = find(CATALOG, "保险")
    assert len(found) == len(set(found))
    assert len(found) >= 3


def test_what_was_typed_right_stands_before_what_is_only_near() -> None:
    found = find(CATALOG, "yanglao")
    assert found[0].key in ("pension_enroll", "benefit_qualify")


@given(st.text(max_size=24))
def test_whatever_is_typed_finds_items_or_none(typed: str) -> None:
    found = find(CATALOG, typed)
    assert len(found) == len(set(found)) <= len(CATALOG)


@given(st.sampled_from([(item, n) for item in CATALOG for n in range(len(item.title))]), st.data())
def test_a_title_with_one_character_wrong_is_found(
    place: tuple[ServiceItem, int], data: st.DataObject
) -> None:
    item, n = place
    other = data.draw(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5))
    assert item in find(CATALOG, item.title[:n] + other + item.title[n + 1 :])

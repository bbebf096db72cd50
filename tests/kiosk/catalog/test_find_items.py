"""Finding items by what people type."""

import pytest

from kiosk.catalog.find_items import find
from kiosk.catalog.load_catalog import packaged_catalog

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

"""What the card and the terminal answer, so that nobody has to type it."""

from dataclasses import replace
from datetime import date

import pytest

from devices.id_card.specimens import RESIDENT
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.answers import complaint_about
from kiosk.domain.identity import IdentityCard, Sex
from kiosk.domain.service_item import (
    HANDLING_REGION,
    KEYS_OF_CARD,
    KEYS_OF_SYSTEM,
    FieldSource,
    ServiceItem,
)
from kiosk.flow.prefill import prefilled

SITE_CODE = "222401001001"
TODAY = date(2026, 11, 23)
OLD_WOMAN = IdentityCard(
    kind=RESIDENT.kind,
    name="测试甲",
    number="222401194101010021",
    sex=Sex.FEMALE,
    birth=date(1941, 1, 1),  # 85 on that day
    nation="10",
    address="吉林省延吉市朝阳川镇示范村1组",
    long_term=True,
)
# Answered by the card of somebody else, which the terminal does not ask for; all optional.
OF_ANOTHER_PERSON = {"guardian_name", "guardian_id_no"}
CATALOG = packaged_catalog()


def item(key: str) -> ServiceItem:
    return next(item for item in CATALOG if item.key == key)


def band_on(birth: date, today: date = TODAY) -> str | None:
    card = replace(OLD_WOMAN, birth=birth)
    filled = prefilled(item("elder_allowance"), card, site_code=SITE_CODE, today=today)
    return filled.get("age_band")


@pytest.mark.parametrize("item", list(CATALOG), ids=lambda item: item.key)
def test_a_resident_card_answers_everything_that_comes_from_card_or_terminal(
    item: ServiceItem,
) -> None:
    known = {FieldSource.CARD, FieldSource.SYSTEM, FieldSource.TERMINAL}
    filled = prefilled(item, OLD_WOMAN, site_code=SITE_CODE, today=TODAY)
    for question in item.questions():
        if question.key in OF_ANOTHER_PERSON:
            assert not question.required
            assert question.key not in filled
        elif question.source in known:
            assert complaint_about(question, filled[question.key]) is None


def test_the_catalogue_rule_knows_the_keys_that_a_card_answers() -> None:
    filled: set[str] = set()
    for each in CATALOG:
        filled |= set(prefilled(each, OLD_WOMAN, site_code=SITE_CODE, today=TODAY))
    assert filled == KEYS_OF_CARD | KEYS_OF_SYSTEM | {"village_code", HANDLING_REGION}


@pytest.mark.parametrize(
    ("birth", "band"),
    [
        (date(1946, 11, 24), None),  # 80 tomorrow
        (date(1946, 11, 23), "80-89"),
        (date(1936, 11, 24), "80-89"),
        (date(1936, 11, 23), "90-99"),
        (date(1926, 11, 23), "100+"),
        (date(1906, 1, 1), "100+"),
    ],
)
def test_the_age_band_is_the_one_that_holds_the_age(birth: date, band: str | None) -> None:
    assert band_on(birth) == band


def test_no_age_is_guessed_from_a_birth_date_that_could_not_be_read() -> None:
    card = replace(OLD_WOMAN, needs_typing=frozenset({"birth"}))
    filled = prefilled(item("elder_allowance"), card, site_code=SITE_CODE, today=TODAY)
    assert "age_band" not in filled
    assert "applicant_birth" not in filled

"""Who of a family signs beside the applicant."""

from datetime import date

import pytest

from kiosk.domain.handling import FamilyMember
from kiosk.domain.id_number import check_character
from kiosk.flow.family import who_sign

TODAY = date(2026, 5, 12)


def born(day: str) -> FamilyMember:
    body = f"222401{day}902"
    return FamilyMember("样本", body + check_character(body))


@pytest.mark.parametrize(
    ("day", "signs"),
    [("20080512", True), ("20080513", False), ("20200101", False), ("19400101", True)],
)
def test_adult_is_who_is_eighteen_today(day: str, signs: bool) -> None:
    member = born(day)
    assert who_sign([member], applicant="", today=TODAY) == ((member,) if signs else ())


def test_the_applicant_signs_elsewhere() -> None:
    member = born("19700101")
    assert who_sign([member], applicant=member.number, today=TODAY) == ()


@pytest.mark.parametrize("number", ["", "FJH000001", "222401200805139020"])
def test_whose_number_tells_no_age_is_asked_too(number: str) -> None:
    member = FamilyMember("样本", number)
    assert who_sign([member], applicant="x", today=TODAY) == (member,)

from dataclasses import replace
from datetime import date

import pytest

from devices.travel_document.api import TravelDocument
from devices.travel_document.mrz import check_digit, document_of
from devices.travel_document.specimens import CHINESE_PASSPORT, HMT_RESIDENT, TO_HONG_KONG_MACAO
from kiosk.domain.identity import CardKind, Sex
from kiosk.flow.card_from_document import card_of_document, is_identity
from kiosk.flow.prefill import prefilled
from ui.specimens import item_called

TODAY = date(2026, 5, 12)
CITIZEN = "222401195302123318"  # invented; its check character is right


def read(zone: str) -> TravelDocument:
    return document_of(zone, TODAY)


def test_a_permit_stands_for_its_holder() -> None:
    card = card_of_document(read(HMT_RESIDENT))
    assert (card.kind, card.number) == (CardKind.HMT_TRAVEL_PERMIT, "H12345678")
    assert card.shown_name == "YANGBEN GANG"
    assert card.needs_typing == {"name"}  # in Chinese it is nowhere on the chip
    assert card.valid_until == date(2033, 8, 31)


def test_what_it_says_goes_into_the_form() -> None:
    card = card_of_document(read(CHINESE_PASSPORT))
    item = item_called("elder_allowance")
    known = prefilled(item, card, site_code="222401999001", today=TODAY)
    assert known["applicant_id_no"] == "EA1234567"
    assert known["applicant_birth"] == "1981-05-04"
    assert known["applicant_sex"] == Sex.FEMALE.value
    assert "applicant_name" not in known


def test_a_field_in_doubt_is_left_out() -> None:
    document = replace(read(HMT_RESIDENT), needs_typing=frozenset({"birth"}))
    card = card_of_document(document)
    assert card.birth is None
    assert card.needs_typing == {"name", "birth"}


def with_long_number(number: str) -> str:
    """A permit whose number goes on among the optional data (Doc 9303-5 section 4.2.2)."""
    first = f"CRCHN{number[:9]}<{number[9:]}{check_digit(number)}".ljust(30, "<")
    second = "5302123M3308316CHN".ljust(29, "<")
    whole = check_digit(first[5:30] + second[0:7] + second[8:15] + second[18:29])
    return "\n".join((first, second + whole, "YANGBEN<<GANG".ljust(30, "<")))


def test_no_document_has_the_number_of_an_identity_card() -> None:
    permit = read(with_long_number(CITIZEN))
    assert (permit.number, permit.needs_typing) == (CITIZEN, frozenset())
    assert not is_identity(permit)
    assert not is_identity(replace(read(CHINESE_PASSPORT), number="911124198108030024"))
    assert is_identity(read(with_long_number("222401195302123312")))  # any other stays as it is


@pytest.mark.parametrize(
    "document",
    [
        read(TO_HONG_KONG_MACAO),
        replace(read(HMT_RESIDENT), needs_typing=frozenset({"number"})),
        replace(read(HMT_RESIDENT), number=""),
    ],
)
def test_others_do_not(document: TravelDocument) -> None:
    assert not is_identity(document)
    with pytest.raises(ValueError, match="stands for a person"):
        card_of_document(document)

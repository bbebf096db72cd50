from dataclasses import replace
from datetime import date

import pytest

from devices.travel_document.api import TravelDocument
from devices.travel_document.mrz import document_of
from devices.travel_document.specimens import CHINESE_PASSPORT, HMT_RESIDENT, TO_HONG_KONG_MACAO
from kiosk.domain.identity import CardKind, Sex
from kiosk.flow.card_from_document import card_of_document, is_identity
from kiosk.flow.prefill import prefilled
from ui.specimens import item_called

TODAY = date(2026, 5, 12)


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

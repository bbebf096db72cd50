import pytest

from devices.camera.api import Frame
from devices.camera.reading.paper import FieldKey, ReadField, ReadingKind, ReadPaper
from devices.camera.reading.text_lines import Box
from kiosk.domain.identity import CardKind, Sex
from kiosk.flow.card_from_paper import can_be_used, card_of

NUMBER = "11010519491231002X"


def paper(**texts: str) -> ReadPaper:
    known = {"name": "测试甲", "number": NUMBER, "nation": "朝鲜", "address": "样张县", "sex": "男"}
    fields = (
        ReadField(FieldKey(key), text, 0.9, Box(0, 0, 2, 2))
        for key, text in {**known, **texts}.items()
    )
    return ReadPaper(ReadingKind.ID_CARD_FRONT, Frame(2, 2, bytes(12)), tuple(fields))


def test_the_number_decides_sex_and_birthday() -> None:
    card = card_of(paper())
    assert (card.kind, card.name, card.number) == (CardKind.RESIDENT, "测试甲", NUMBER)
    assert (card.sex, card.nation, card.address) == (Sex.FEMALE, "10", "样张县")
    assert card.birth is not None
    assert card.birth.isoformat() == "1949-12-31"
    assert card.by_picture
    assert not card.needs_typing


def test_what_people_call_wrong_is_left_to_typing() -> None:
    card = card_of(paper(), {FieldKey.ADDRESS})
    assert card.address == ""
    assert card.needs_typing == {"address"}


def test_a_nation_that_does_not_exist_is_left_to_typing() -> None:
    card = card_of(paper(nation="汗"))
    assert card.nation == ""
    assert card.needs_typing == {"nation"}


@pytest.mark.parametrize(
    ("read", "wrong"),
    [
        (paper(number="110105194912310021"), frozenset()),
        (paper(number=""), frozenset()),
        (paper(name=""), frozenset()),
        (paper(), frozenset({FieldKey.NAME})),
        (paper(), frozenset({FieldKey.NUMBER})),
    ],
)
def test_without_name_and_proven_number_there_is_no_card(
    read: ReadPaper, wrong: frozenset[FieldKey]
) -> None:
    assert not can_be_used(read, wrong)
    with pytest.raises(ValueError, match="without name or number"):
        card_of(read, wrong)

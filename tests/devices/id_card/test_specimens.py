"""The invented people are consistent in themselves."""

import pytest

from devices.id_card.specimens import EVERYONE, FAMILY, FOUR_LAYOUTS, RARE_NAME, RESIDENT
from kiosk.domain import id_number
from kiosk.domain.identity import TRAVEL_KINDS, CardKind, IdentityCard


@pytest.mark.parametrize("card", EVERYONE, ids=lambda card: card.kind.value)
def test_numbers_agree_with_birth_and_sex(card: IdentityCard) -> None:
    if card.kind is CardKind.FOREIGNER_2017:
        assert len(card.number) == 15
        return
    assert id_number.is_valid(card.number)
    assert id_number.sex(card.number) is card.sex
    if card.kind is not CardKind.FOREIGNER_2023:
        assert id_number.birth_date(card.number) == card.birth


def test_there_is_one_specimen_of_each_chip_layout() -> None:
    of_other_chips = {CardKind.SOCIAL_SECURITY, *TRAVEL_KINDS}
    assert {card.kind for card in FOUR_LAYOUTS} == set(CardKind) - of_other_chips


def test_villagers_live_in_jilin_and_the_family_is_korean_chinese() -> None:
    assert RESIDENT.address == "吉林省延吉市朝阳川镇示范村1组"
    assert "䶮" in RARE_NAME.name
    assert {card.nation for card in FAMILY} == {"10"}
    assert len({card.address for card in FAMILY}) == 1
    assert len({card.number for card in (RARE_NAME, RESIDENT, *FAMILY)}) == 5

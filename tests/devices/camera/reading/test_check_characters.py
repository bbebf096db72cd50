import pytest

from devices.camera.reading.check_characters import (
    credit_check_character,
    is_bank_card,
    is_credit_code,
)
from devices.camera.reading.specimen_cards import credit_code


def test_the_example_of_the_luhn_formula() -> None:
    # the example in the public description of the formula, made as long as a card
    assert is_bank_card("4539578763621486")
    assert not is_bank_card("4539578763621487")


@pytest.mark.parametrize("number", ["", "0", "79927398713", "45395787636214 6", "４" * 16])
def test_other_lengths_and_letters_are_no_bank_card(number: str) -> None:
    assert not is_bank_card(number)


def test_a_public_credit_code() -> None:
    # 91350100M000100Y43 is the specimen that GB 32100-2015 is quoted with (recalled)
    assert is_credit_code("91350100M000100Y43")
    assert not is_credit_code("91350100M000100Y44")
    assert not is_credit_code("91350100M000100O43")


def test_one_wrong_character_is_always_found() -> None:
    code = credit_code(1234)
    assert is_credit_code(code)
    for at in range(17):
        other = "1" if code[at] != "1" else "2"
        changed = code[:at] + other + code[at + 1 : 17]
        assert credit_check_character(changed) != code[17]

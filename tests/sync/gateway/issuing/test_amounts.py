"""Amounts in capitals, as a teller would write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.gateway.issuing.amounts import DIGITS, LIMIT, capital_amount, plain_amount

VALUES = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (30, "叁角整"),
        (100, "壹元整"),
        (1_000, "壹拾元整"),
        (100_530, "壹仟零伍元叁角整"),
        (100_503, "壹仟零伍元零叁分"),
        (16_409_02, "壹万陆仟肆佰零玖元零贰分"),
        (107_000_53, "壹拾万零柒仟元伍角叁分"),
        (6_007_14, "陆仟零柒元壹角肆分"),
        (100_000_000_00, "壹亿元整"),
        (100_000_001_00, "壹亿零壹元整"),
        (10_010_010_00, "壹仟零壹万零壹拾元整"),
    ],
)
def test_as_the_rules_have_it(fen: int, words: str) -> None:
    assert capital_amount(fen) == words


@given(st.integers(1, LIMIT - 1))
def test_it_reads_back_as_the_same_amount(fen: int) -> None:
    assert _read(capital_amount(fen)) == fen


@pytest.mark.parametrize("fen", [-1, LIMIT])
def test_amounts_for_no_paper(fen: int) -> None:
    with pytest.raises(ValueError, match="amount"):
        capital_amount(fen)


def test_in_digits() -> None:
    assert plain_amount(123_456_705) == "1,234,567.05"


def _read(words: str) -> int:
    """A reader that shares nothing with the writer."""
    yuan, _, small = words.removesuffix("整").rpartition("元")
    total = sum(
        DIGITS.index(small[small.index(unit) - 1]) * worth
        for unit, worth in (("角", 10), ("分", 1))
        if unit in small
    )
    whole = group = digit = 0
    for letter in yuan:
        if letter in DIGITS:
            digit = DIGITS.index(letter)
        elif letter in VALUES:
            group, digit = group + digit * VALUES[letter], 0
        else:
            whole = (whole + group + digit) * (10_000 if letter == "万" else 100_000_000)
            group = digit = 0
            if letter == "亿":
                above, whole = whole, 0
                total += above * 100
    return (whole + group + digit) * 100 + total

"""A slip's code proves what was handed in, by the gateway's key alone; and no other code does."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.gateway.signing import SigningKey
from sync.gateway_key import GatewayKey
from sync.proof_code import (
    MOST_ITEM,
    TERMINAL_KEY,
    CodeRefusal,
    CodeRefused,
    SlipSigner,
    Vouched,
    check_code,
    number_in,
    proof_code,
    said_of,
    vouched_bytes,
)
from sync.wire import hash_of

LEAD = "DS1/"
NUMBER = "2224010010010126112800017"
AT = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
SECRET = bytes(range(32))
OFFICE = SigningKey(b"o" * 32)
GATEWAY = GatewayKey(OFFICE.public)
SAID = said_of(AT, item="城乡居民基本养老保险参保登记", person="王**", pages=4, official="1" * 43)


def vouched(secret: bytes = SECRET, office: SigningKey = OFFICE) -> Vouched:
    public = SigningKey(secret).public
    word = vouched_bytes("222401001001-01", public)
    return Vouched("222401001001-01", public, office.signature(TERMINAL_KEY, word))


def code() -> str:
    return SlipSigner(SECRET, vouched()).code(LEAD, NUMBER, SAID)


def why_not(text: str, gateway: GatewayKey = GATEWAY, revoked: tuple[str, ...] = ()) -> CodeRefusal:
    with pytest.raises(CodeRefused) as refused:
        check_code(text, lead=LEAD, gateway=gateway, revoked=revoked)
    return refused.value.reason


def test_a_slip_says_what_was_signed() -> None:
    seen = check_code(code(), lead=LEAD, gateway=GATEWAY)
    assert (seen.number, seen.at, seen.pages, seen.official_end) == (NUMBER, AT, 4, "1" * 12)
    assert (seen.item, seen.person) == ("城乡居民基本养老保险参保登记", "王**")
    assert seen.terminal_id == "222401001001-01"
    assert "王" not in repr(seen)
    assert number_in(code(), LEAD) == NUMBER


def test_it_fits_a_slip() -> None:
    longest = said_of(AT, item="长" * 40, person="欧阳" + "*" * 10, pages=9999, official="9" * 43)
    assert len(longest.item) == MOST_ITEM
    made = segno.make(SlipSigner(SECRET, vouched()).code(LEAD, NUMBER, longest), error="m")
    assert made.version <= 13
    assert made.mode == "alphanumeric"


def test_a_key_that_nobody_vouched_for() -> None:
    stranger = SlipSigner(SECRET, vouched(office=SigningKey(b"x" * 32)))
    assert why_not(stranger.code(LEAD, NUMBER, SAID)) is CodeRefusal.UNKNOWN_TERMINAL
    other = GatewayKey(SigningKey(b"x" * 32).public)
    assert why_not(code(), gateway=other) is CodeRefusal.UNKNOWN_TERMINAL


def test_a_key_that_was_revoked() -> None:
    assert why_not(code(), revoked=(hash_of(vouched().key),)) is CodeRefusal.REVOKED


def test_the_word_is_about_one_key_alone() -> None:
    with pytest.raises(ValueError, match="another key"):
        SlipSigner(b"y" * 32, vouched())


def test_another_number_under_the_same_proof() -> None:
    assert why_not(code().replace(NUMBER, "2224010010010126112800025")) is CodeRefusal.CHANGED


@pytest.mark.parametrize("text", ["", "DS1/" + NUMBER, "https://example.cn", "XX1/1.AAAA"])
def test_other_codes_prove_nothing(text: str) -> None:
    assert why_not(text) is CodeRefusal.NOT_OURS


def test_no_single_character_can_change() -> None:
    good = code()
    for at, letter in enumerate(good[len(LEAD) :], start=len(LEAD)):
        other = "A" if letter != "A" else "B"
        why_not(good[:at] + other + good[at + 1 :])
    why_not(good[:-1])
    why_not(good + "A")
    why_not(good.lower())


def test_a_slip_is_no_proof_of_an_office_and_the_other_way_round() -> None:
    paper = proof_code(NUMBER, SAID, OFFICE.signature)
    assert check_code(paper, lead=LEAD, gateway=GATEWAY).terminal_id == ""
    by_terminal = proof_code(NUMBER, SAID, SigningKey(SECRET).signature)
    assert why_not(by_terminal) is CodeRefusal.CHANGED


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["", LEAD, "DZ1/", LEAD + NUMBER + "."]))
def test_any_text_is_refused_and_nothing_else_happens(text: str, lead: str) -> None:
    with pytest.raises(CodeRefused):
        check_code(lead + text, lead=LEAD, gateway=GATEWAY)


def test_an_item_that_fits_is_not_cut() -> None:
    assert said_of(AT, item="养老", person="").item == "养老"
    assert replace(check_code(code(), lead=LEAD, gateway=GATEWAY)).pages == 4

"""Fields of cards' answers, and that no bytes make them fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.smart_card.tlv import field, fields_of


def test_fields_are_found_with_short_and_long_lengths() -> None:
    assert fields_of(bytes.fromhex("9702 0102 538203E8") + bytes(1000)) == {
        0x97: b"\x01\x02",
        0x53: bytes(1000),
    }


def test_a_tag_of_two_bytes_is_one_tag() -> None:
    # EF.COM of ICAO 9303-10 appendix A; see reference/cards.md section 5
    common = fields_of(bytes.fromhex("60165F0104303130375F36063034303030305C046175766C"))
    assert fields_of(common[0x60]) == {
        0x5F01: b"0107",
        0x5F36: b"040000",
        0x5C: bytes.fromhex("6175766C"),
    }


def test_the_payment_directory_of_another_implementation_is_read() -> None:
    directory = (
        "6F2F840E325041592E5359532E4444463031A51DBF0C1A61184F07A0000000031010500A564953412044454"
        "24954870101"
    )
    inner = fields_of(fields_of(fields_of(bytes.fromhex(directory))[0x6F])[0xA5])[0xBF0C]
    assert fields_of(fields_of(inner)[0x61]) == {
        0x4F: bytes.fromhex("A0000000031010"),
        0x50: b"VISA DEBIT",
        0x87: b"\x01",
    }


@pytest.mark.parametrize("cut", ["", "53", "5F", "5F01", "5304AABBCC", "5382", "5380", "53850000"])
def test_what_is_cut_off_is_left_out(cut: str) -> None:
    kept = field(0x5C, b"\x01")
    assert set(fields_of(kept + bytes.fromhex(cut)).items()) - {(0x53, b"")} == {(0x5C, b"\x01")}


@given(st.binary(max_size=600))
def test_no_bytes_make_the_fields_fail(content: bytes) -> None:
    for value in fields_of(content).values():
        assert len(value) <= len(content)

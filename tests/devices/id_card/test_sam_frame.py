"""The frames of the SAM protocol, against frames published by vendors."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.id_card.sam_frame import (
    Answer,
    AnswerParser,
    Command,
    Damage,
    SamStatus,
    fault_of,
    request,
    sam_number,
    text_and_photo,
)
from kiosk.domain.fault import Fault

FOUND = bytes.fromhex("AAAAAA9669000800009F0000000097")
SELECTED = bytes.fromhex("AAAAAA9669000C00009000000000000000009C")
NO_CARD = bytes.fromhex("AAAAAA9669000400008084")


def parsed(*pieces: bytes) -> list[Answer | Damage]:
    parser = AnswerParser()
    return [found for piece in pieces for found in parser.feed(piece)]


@pytest.mark.parametrize(
    ("command", "frame"),
    [
        (Command.SELF_CHECK, "AAAAAA9669000311FFED"),
        (Command.READ_SAM_NUMBER, "AAAAAA9669000312FFEE"),
        (Command.FIND, "AAAAAA96690003200122"),
        (Command.SELECT, "AAAAAA96690003200221"),
        (Command.READ_TEXT_AND_PHOTO, "AAAAAA96690003300132"),
        (Command.READ_NEWEST_ADDRESS, "AAAAAA96690003300330"),
    ],
)
def test_requests_are_those_that_the_vendors_print(command: Command, frame: str) -> None:
    assert request(command).hex().upper() == frame


@pytest.mark.parametrize(
    ("frame", "status"),
    [
        ("AAAAAA9669000400008084", SamStatus.NO_CARD),
        ("AAAAAA9669000400008185", SamStatus.SELECT_FAILED),
        ("AAAAAA9669000400004145", SamStatus.READ_FAILED),
        ("AAAAAA9669000400009195", SamStatus.NO_SUCH_ITEM),
    ],
)
def test_short_answers_that_the_vendors_print_are_understood(frame: str, status: SamStatus) -> None:
    assert parsed(bytes.fromhex(frame)) == [Answer(status)]


def test_a_find_answer_carries_four_bytes_and_a_select_answer_eight() -> None:
    assert parsed(FOUND + SELECTED) == [
        Answer(SamStatus.FOUND, bytes(4)),
        Answer(SamStatus.OK, bytes(8)),
    ]


def test_rubbish_before_the_preamble_is_skipped() -> None:
    assert parsed(b"\xaa\xaa\x00\x96\x69" + b"\xaa" + FOUND) == [Answer(SamStatus.FOUND, bytes(4))]


def test_a_wrong_checksum_is_told_and_the_next_answer_is_still_found() -> None:
    damaged = FOUND[:-1] + b"\x00"
    assert parsed(damaged + NO_CARD) == [Damage.CHECKSUM, Answer(SamStatus.NO_CARD)]


def test_a_wrong_length_does_not_swallow_the_next_answer() -> None:
    lying = bytes.fromhex("AAAAAA9669000D00009000000000000000009C")
    assert parsed(lying + NO_CARD) == [Damage.CHECKSUM, Answer(SamStatus.NO_CARD)]


@pytest.mark.parametrize("length", ["0000", "0003", "090B", "FFFF"])
def test_lengths_that_no_answer_can_have_are_refused_at_once(length: str) -> None:
    broken = bytes.fromhex("AAAAAA9669" + length)
    assert parsed(broken, NO_CARD) == [Damage.LENGTH, Answer(SamStatus.NO_CARD)]


def test_an_unlisted_status_counts_as_unrecognised() -> None:
    assert parsed(bytes.fromhex("AAAAAA966900040000777300")) == [Answer(SamStatus.UNRECOGNISED)]


def test_content_never_shows_in_a_log_line() -> None:
    assert "content" not in repr(Answer(SamStatus.OK, b"secret"))


def test_an_answer_fits_only_the_commands_that_can_have_it() -> None:
    found, selected = Answer(SamStatus.FOUND, bytes(4)), Answer(SamStatus.OK, bytes(8))
    text = Answer(SamStatus.OK, bytes(4 + 256 + 1024))
    address = Answer(SamStatus.OK, bytes(70))
    fitting = {
        Command.SELF_CHECK: Answer(SamStatus.OK),
        Command.READ_SAM_NUMBER: Answer(SamStatus.OK, bytes(16)),
        Command.FIND: found,
        Command.SELECT: selected,
        Command.READ_NEWEST_ADDRESS: address,
        Command.READ_TEXT_AND_PHOTO: text,
    }
    for command in Command:
        for owner, answer in fitting.items():
            assert answer.may_answer(command) is (owner is command)
        assert Answer(SamStatus.COMMAND_UNKNOWN).may_answer(command)


def test_text_and_photo_are_cut_by_the_lengths_in_the_answer() -> None:
    content = bytes.fromhex("01000003") + b"t" * 256 + b"pho"
    assert text_and_photo(content) == (b"t" * 256, b"pho")
    assert text_and_photo(content + b"x") is None
    assert text_and_photo(content[:-1]) is None
    assert text_and_photo(b"") is None
    assert text_and_photo(bytes.fromhex("00FF0003") + b"t" * 255 + b"pho") is None


# Every SW3 of reference/cards.md section 1.5 that is no success, and what a person should do.
WHAT_TO_DO = {
    0x10: Fault.READER_DEFECT,
    0x11: Fault.READER_DEFECT,
    0x21: Fault.READER_DEFECT,
    0x23: Fault.READER_DEFECT,
    0x24: Fault.CARD_UNREADABLE,
    0x31: Fault.CARD_UNREADABLE,
    0x32: Fault.CARD_UNREADABLE,
    0x33: Fault.CARD_UNREADABLE,
    0x37: Fault.CARD_UNREADABLE,
    0x3F: Fault.CARD_UNREADABLE,
    0x40: Fault.CARD_KIND_UNKNOWN,
    0x41: Fault.CARD_UNREADABLE,
    0x47: Fault.CARD_UNREADABLE,
    0x60: Fault.READER_DEFECT,
    0x66: Fault.READER_DEFECT,
    0x80: Fault.CARD_REMOVED,
    0x81: Fault.CARD_UNREADABLE,
}


@pytest.mark.parametrize(("status", "fault"), WHAT_TO_DO.items())
def test_every_status_that_ends_a_read_says_what_to_do(status: int, fault: Fault) -> None:
    assert fault_of(SamStatus(status)) is fault


def test_no_status_of_the_table_is_forgotten() -> None:
    assert {status.value for status in SamStatus} == WHAT_TO_DO.keys() | {0x90, 0x91, 0x9F}


def test_no_request_asks_for_fingerprints() -> None:
    # 30 10: text, photo and fingerprints (cards.md 1.3); nothing else of the 30 family brings them
    assert b"\x30\x10" not in {command.value for command in Command}
    assert not any(b"\x30\x10" in request(command) for command in Command)


def test_the_number_of_the_sam_reads_as_it_is_printed() -> None:
    frame = "AAAAAA966900140000900500010060773301 87D61200 B168DE3A DB"
    [answer] = parsed(bytes.fromhex(frame))
    assert isinstance(answer, Answer)
    assert sam_number(answer.content) == "05.01-20150112-0001234567-0987654321"
    assert sam_number(answer.content[1:]) == ""


@given(st.lists(st.integers(0, 60)), st.binary(max_size=40).filter(lambda b: b"\x69" not in b))
def test_pieces_of_any_size_give_the_same_answers(cuts: list[int], rubbish: bytes) -> None:
    stream = rubbish + FOUND + SELECTED + rubbish + NO_CARD
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    assert parsed(*(stream[a:b] for a, b in pairwise(edges))) == parsed(stream)
    assert parsed(stream)[-1] == Answer(SamStatus.NO_CARD)


@given(st.lists(st.binary(max_size=80) | st.just(b"\xaa\xaa\xaa\x96\x69"), max_size=60))
def test_no_bytes_make_the_parser_fail(pieces: list[bytes]) -> None:
    for found in parsed(*pieces):
        assert isinstance(found, Answer | Damage)


def test_endless_rubbish_is_not_collected() -> None:
    parser = AnswerParser()
    for _ in range(100):
        assert list(parser.feed(b"\xaa" * 1000)) == []
    assert list(parser.feed(FOUND)) == [Answer(SamStatus.FOUND, bytes(4))]

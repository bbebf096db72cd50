"""What is written instead of a person: as long, of the same class, whatever the bytes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card_trace.clean_answers import AnswerCleaner
from devices.card_trace.clean_frames import clean_frames
from devices.card_trace.invented import invented_block, invented_text, invented_value
from devices.card_trace.trace_file import TraceError, read_trace
from devices.id_card.card_text import KIND_LETTERS, read_card_text
from devices.id_card.characters import all_readable
from devices.id_card.sam_frame import Answer, AnswerParser, Damage
from devices.social_card.apdu import read_record, select_file
from kiosk.domain.id_number import is_valid
from tests.counterparts.sam_reader_pty import frame

TODAY = date(2026, 11, 28)


def shapes(stream: bytes) -> list[object]:
    return [
        found if isinstance(found, Damage) else (found.status, len(found.content))
        for found in AnswerParser().feed(stream)
    ]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("number", "222401196203079010", "110101199001010015"),
        ("number", "222401196203079011", "11010119900101001"),  # and a wrong check character
        ("number", "KAZ110090123105", "USA11009001011"),
        ("number", "12345", None),
        ("until", "20391231", "20991231"),
        ("until", "20191231", "20000101"),
        ("until", "长期", "长期"),
        ("until", "2039123X", None),
        ("sex", "5", None),
        ("country", "KAZ", "USA"),
    ],
)
def test_an_item_keeps_its_class(name: str, text: str, told: str | None) -> None:
    found = invented_value(name, text, TODAY)
    assert (found or "").startswith(told or "") if told else found is None


def test_right_numbers_stay_right_and_wrong_ones_wrong() -> None:
    assert is_valid(str(invented_value("number", "222401196203079010", TODAY)))
    assert not is_valid(str(invented_value("number", "222401196203079011", TODAY)))


def test_a_right_checksum_is_right_again_and_a_wrong_one_wrong() -> None:
    whole = frame(b"\0\0\x90" + b"x" * 70)
    assert shapes(clean_frames(whole, b"", TODAY)) == shapes(whole)
    broken = whole[:-1] + bytes([whole[-1] ^ 1])
    assert shapes(clean_frames(broken, b"", TODAY)) == [Damage.CHECKSUM]


@given(
    st.binary(min_size=248, max_size=248),
    st.sampled_from(sorted(KIND_LETTERS)),
    st.binary(max_size=6),
)
def test_a_block_of_any_bytes_is_read_alike(block: bytes, letter: str, rest: bytes) -> None:
    whole = (block + (letter or " ").encode("utf-16-le") + rest).ljust(256, b"\0")
    cleaned = invented_block(whole, TODAY)
    assert len(cleaned) == 256
    before, after = read_card_text(whole), read_card_text(cleaned)
    assert after.kind is before.kind
    assert all_readable(after.name) is all_readable(before.name)
    assert len(after.name) == len(before.name)


@pytest.mark.parametrize(("letter", "told"), [("Q", "Q"), ("7", "8"), ("䶮", "㐀")])
def test_only_a_letter_of_a_layout_is_kept(letter: str, told: str) -> None:
    block = bytes(248) + letter.encode("utf-16-le") + bytes(6)
    assert invented_block(block, TODAY)[248:250].decode("utf-16-le") == told


@given(st.text(max_size=40))
def test_no_letter_of_a_text_is_left(text: str) -> None:
    raw = text.encode("utf-16-le", "surrogatepass")
    told = invented_text(raw)
    assert len(told) == len(raw)
    for old, new in zip(text, told.decode("utf-16-le", "surrogatepass"), strict=True):
        if old.isalnum():
            assert new in "测试样本示范㐀𠀋8８Xx"
        elif not old.isascii():
            assert new in "·𠀋\ue000\U000f0000\ud800\udc00"
        assert all_readable(old) is all_readable(new)


@given(
    st.lists(
        st.binary(max_size=90)
        | st.just(b"\xaa\xaa\xaa\x96\x69")
        | st.binary(max_size=300).map(lambda content: frame(b"\0\0\x90" + content)),
        max_size=8,
    )
)
def test_any_stream_is_as_long_as_before(pieces: list[bytes]) -> None:
    stream = b"".join(pieces)
    assert len(clean_frames(stream, b"", TODAY)) == len(stream)


@given(st.lists(st.binary(max_size=200).map(lambda content: frame(b"\0\0\x90" + content))))
def test_whole_frames_stay_whole(frames: list[bytes]) -> None:
    stream = b"".join(frames)
    assert shapes(clean_frames(stream, b"", TODAY)) == shapes(stream)


@given(st.integers(0, 255), st.lists(st.binary(max_size=60), min_size=1, max_size=4))
def test_any_answer_of_a_card_is_as_long_and_has_its_status(tag: int, answers: list[bytes]) -> None:
    cleaner = AnswerCleaner(TODAY)
    for answer in answers:
        cleaner.command(read_record(tag))
        told = cleaner.answer(answer)
        assert len(told) == len(answer)
        assert told[-2:] == answer[-2:]


def test_a_character_cut_by_two_items_stays_cut_and_invented() -> None:
    cleaner = AnswerCleaner(TODAY)
    name = "测试·阿卜杜拉·努尔买买提·𠅤本".encode("gb18030")
    told = b""
    for tag, value in ((0x09, name[:30]), (0x4E, name[30:].ljust(20, b"\0"))):
        cleaner.command(read_record(tag))
        record = bytes([tag, len(value)]) + value
        told += cleaner.answer(record + b"\x90\x00")[2:-2]
    text = told.rstrip(b"\0").decode("gb18030")
    assert len(text) == len("测试·阿卜杜拉·努尔买买提·𠅤本")
    assert not set(text) & set("阿卜杜拉努尔买提本𠅤")


def test_a_pin_or_any_other_command_is_never_written() -> None:
    cleaner = AnswerCleaner(TODAY)
    assert cleaner.command(bytes.fromhex("0020000003123456")) == bytes.fromhex("0020000000000000")
    assert cleaner.command(select_file(0xEF05)) == select_file(0xEF05)
    assert cleaner.answer(b"secret\x90\x00")[2:] == bytes(4) + b"\x90\x00"


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", '{"format": "other"}', "\ufeff{}", '{"format": "doorstep card trace 2"}'],
)
def test_what_is_no_trace_is_refused(text: str) -> None:
    with pytest.raises(TraceError, match="line 1"):
        read_trace(text)


@given(st.lists(st.text(max_size=60), max_size=3))
def test_no_lines_make_the_reading_of_a_trace_fail(lines: list[str]) -> None:
    try:
        read_trace("\n".join(['{"format": "doorstep card trace 1"}', *lines]))
    except TraceError as error:
        assert "line" in str(error)  # noqa: PT017


def test_a_frame_that_was_swallowed_by_a_wrong_length_is_clean_too() -> None:
    inner = frame(b"\0\0\x90" + "欧阳".encode("utf-16-le").ljust(70, b" "))
    lying = b"\xaa\xaa\xaa\x96\x69\x01\x00\x00\x00\x90" + inner + bytes(300)
    told = clean_frames(lying, b"", TODAY)
    assert "欧阳".encode("utf-16-le") not in told
    assert [found for found in AnswerParser().feed(told) if isinstance(found, Answer)]

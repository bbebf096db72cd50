"""Commands to cards with a chip and their answers in two parts."""

from hypothesis import given
from hypothesis import strategies as st

from devices.smart_card.commands import MOST_FETCHES, CardAnswer, exchange
from devices.social_card.apdu import read_record, select_application


class Script:
    """A card that gives prepared answers and remembers what it was asked."""

    def __init__(self, *answers: str) -> None:
        self.asked: list[str] = []
        self._answers = [bytes.fromhex(answer) for answer in answers]

    def __call__(self, command: bytes) -> bytes:
        self.asked.append(command.hex().upper())
        return self._answers.pop(0)


def test_a_whole_answer_is_taken_as_it_is() -> None:
    card = Script("0304332E30309000")
    assert exchange(card, read_record(3)) == CardAnswer(0x9000, bytes.fromhex("0304332E3030"))
    assert card.asked == ["00B2030000"]


def test_a_waiting_answer_is_fetched_in_as_many_parts_as_the_card_likes() -> None:
    card = Script("611E", "AABB6101", "CC9000")
    assert exchange(card, select_application()) == CardAnswer(0x9000, b"\xaa\xbb\xcc")
    assert card.asked[1:] == ["00C000001E", "00C0000001"]


def test_a_wrong_length_is_put_right_once() -> None:
    card = Script("6C06", "0304332E30309000")
    assert exchange(card, read_record(3)).status == 0x9000
    assert card.asked[1] == "00B2030006"
    stubborn = Script("6C06", "6C06")
    assert exchange(stubborn, read_record(3)).status == 0x6C06


def test_a_card_that_never_ends_its_answer_is_given_up() -> None:
    assert exchange(lambda _: b"\x61\x10", read_record(3)) == CardAnswer(0)


def test_an_answer_without_a_status_word_has_status_nought() -> None:
    assert exchange(lambda _: b"\x90", read_record(3)) == CardAnswer(0)


def test_content_never_shows_in_a_log_line() -> None:
    assert "content" not in repr(CardAnswer(0x9000, b"secret"))


@given(st.lists(st.binary(max_size=300), min_size=MOST_FETCHES + 2, max_size=MOST_FETCHES + 2))
def test_no_answers_make_the_exchange_fail(answers: list[bytes]) -> None:
    remaining = iter(answers)
    assert 0 <= exchange(lambda _: next(remaining), read_record(8)).status <= 0xFFFF

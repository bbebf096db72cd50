"""Every page that cases lack travels once, in order, and goes on where the gateway says."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.case import Case
from kiosk.domain.page import PageRef
from sync.api import PagesAnswer, PagesWanted
from sync.page_plan import PagePlan, Parcel, Unsendable
from sync.pieces import Piece
from sync.wire import hash_of
from tests.counterparts.sample_cases import draft

CONTENT = {name: name.encode() * 100 for name in "abcdef"}
HASH = {name: hash_of(content) for name, content in CONTENT.items()}
BYTES = {HASH[name]: content for name, content in CONTENT.items()}
SIZE = 100


def case(serial: int, names: str) -> Case:
    pages = tuple(PageRef(HASH[name], "m", SIZE) for name in names)
    return replace(draft(serial), pages=pages)


def plan(*cases: Case, read: Callable[[str], bytes] = BYTES.__getitem__) -> PagePlan:
    made = PagePlan(read=read)
    for one in cases:
        made.add(one, PagesWanted(tuple((page.sha256, 0) for page in one.pages)))
    return made


def names(pieces: Sequence[Piece]) -> str:
    return "".join(next(n for n, h in HASH.items() if h == piece.sha256) for piece in pieces)


def fine(parcel: Parcel) -> PagesAnswer:
    """What a gateway says that has all of it; of a page cut at its end the rest is wanted."""
    partial = tuple((p.sha256, p.end) for p in parcel.pieces if p.end < p.size)
    return PagesAnswer((None,) * len(parcel.asked), partial, frozenset())


def test_everything_in_one_request_when_there_is_room() -> None:
    first, second = case(1, "ab"), case(2, "bc")
    made = plan(first, second)
    parcel = made.next(10_000)
    assert parcel is not None
    assert names(parcel.pieces) == "abc"  # the page of both goes once
    assert parcel.asked == (first, second)
    assert made.next(10_000) is None
    made.answered(parcel, fine(parcel))
    assert made.is_over


def test_a_page_is_cut_and_its_pieces_follow_each_other() -> None:
    one = case(1, "ab")
    made = plan(one)
    first = made.next(150)
    assert first is not None
    assert [(names([p]), p.offset, len(p.content)) for p in first.pieces] == [
        ("a", 0, 100),
        ("b", 0, 50),
    ]
    assert first.asked == ()
    assert made.next(150) is None  # the rest of b waits for its beginning
    made.answered(first, fine(first))
    second = made.next(150)
    assert second is not None
    assert [(p.offset, bytes(p.content)) for p in second.pieces] == [(50, CONTENT["b"][50:])]
    assert second.asked == (one,)


def test_other_pages_go_while_one_is_under_way() -> None:
    made = plan(case(1, "ab"), case(2, "c"))
    first, second = made.next(50), made.next(50)
    third = made.next(1000)
    assert first is not None
    assert second is not None
    assert third is not None
    assert [names(p.pieces) for p in (first, second, third)] == ["a", "b", "c"]
    assert third.asked[0].case_id == case(2, "c").case_id


def test_a_case_whose_last_pages_are_on_two_lanes_is_asked_for_afterwards() -> None:
    one = case(1, "ab")
    made = plan(one)
    first, second = made.next(100), made.next(100)
    assert first is not None
    assert second is not None
    assert (first.asked, second.asked) == ((), ())
    made.answered(second, fine(second))
    assert made.next(100) is None
    made.answered(first, fine(first))
    last = made.next(100)
    assert last == Parcel((), (one,))
    assert made.is_over


def test_it_goes_on_where_the_gateway_says_even_if_that_is_further_back() -> None:
    made = plan(case(1, "a"))
    first = made.next(60)
    assert first is not None
    made.answered(first, PagesAnswer((), ((HASH["a"], 20),), frozenset()))
    second = made.next(60)
    assert second is not None
    assert [(p.offset, p.end) for p in second.pieces] == [(20, 80)]


def test_a_page_that_gets_not_a_byte_further_is_left_to_the_next_time() -> None:
    one, other = case(1, "a"), case(2, "b")
    made = plan(one, other)
    parcel = made.next(10_000)
    assert parcel is not None
    made.answered(parcel, PagesAnswer((None, None), ((HASH["a"], 0),), frozenset()))
    assert made.next(10_000) is None
    assert made.is_over


def test_who_joins_later_does_not_send_what_went_across_meanwhile() -> None:
    made = plan(case(1, "ab"))
    first = made.next(100)
    assert first is not None
    assert names(first.pieces) == "a"
    made.answered(first, fine(first))
    late = case(2, "ac")
    made.add(late, PagesWanted(((HASH["a"], 0), (HASH["c"], 0))))
    second = made.next(10_000)
    assert second is not None
    assert names(second.pieces) == "bc"
    only_that = case(3, "a")
    made.add(only_that, PagesWanted(((HASH["a"], 0),)))
    third = made.next(10_000)
    assert third is not None
    assert (third.pieces, third.asked) == ((), (only_that,))


@pytest.mark.parametrize("named", [-5, 10**9])
def test_an_impossible_place_does_no_harm(named: int) -> None:
    made = plan(case(1, "a"))
    first = made.next(60)
    assert first is not None
    made.answered(first, PagesAnswer((), ((HASH["a"], named),), frozenset()))
    assert 0 <= made.left <= SIZE


def test_a_page_that_no_case_lists_there_takes_its_cases_out() -> None:
    made = plan(case(1, "ab"), case(2, "c"))
    first = made.next(100)
    assert first is not None
    made.answered(first, PagesAnswer((), (), frozenset({HASH["a"]})))
    rest = made.next(1000)
    assert rest is not None
    assert names(rest.pieces) == "c"


def test_what_failed_is_left_to_the_next_time() -> None:
    made = plan(case(1, "a"), case(2, "b"))
    first = made.next(100)
    assert first is not None
    made.failed(first)
    second = made.next(1000)
    assert second is not None
    assert names(second.pieces) == "b"


def test_a_page_that_cannot_be_read_spoils_only_its_own_cases() -> None:
    def read(sha256: str) -> bytes:
        if sha256 == HASH["b"]:
            raise Unsendable("pages: gone")
        return BYTES[sha256]

    cases = case(1, "ab"), case(2, "bc"), case(3, "d")
    made = plan(*cases, read=read)
    parcel = made.next(1000)
    assert parcel is not None
    assert parcel.asked == (cases[2],)
    assert made.spoilt == {one.case_id: "pages: gone" for one in cases[:2]}
    assert "c" not in names(parcel.pieces)


@given(
    st.lists(st.sets(st.sampled_from("abcdef"), min_size=1), min_size=1, max_size=4),
    st.lists(st.integers(1, 250), min_size=1, max_size=60),
    st.randoms(use_true_random=False),
)
def test_however_it_is_cut_and_answered_everything_arrives_once_and_every_case_is_asked(
    groups: list[set[str]], sizes: list[int], chance: random.Random
) -> None:
    cases = [case(n, "".join(sorted(group))) for n, group in enumerate(groups, 1)]
    made = plan(*cases)
    there: dict[str, bytearray] = {sha256: bytearray() for sha256 in BYTES}
    under_way: list[Parcel] = []
    asked: list[str] = []
    for turn in range(2000):
        parcel = made.next(sizes[turn % len(sizes)]) if len(under_way) < 3 else None
        if parcel is not None:
            under_way.append(parcel)
            asked += [one.case_id for one in parcel.asked]
        elif under_way:
            done = under_way.pop(chance.randrange(len(under_way)))
            for piece in done.pieces:
                assert len(there[piece.sha256]) == piece.offset  # in order, nothing twice
                there[piece.sha256] += piece.content
            made.answered(done, fine(done))
        else:
            break
    assert made.is_over
    assert sorted(asked) == [one.case_id for one in cases]
    for sha256 in {page.sha256 for one in cases for page in one.pages}:
        assert there[sha256] == BYTES[sha256]

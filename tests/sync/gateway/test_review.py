"""What the office may do with a case, and that its terminal hears of every step once."""

import pytest

from kiosk.domain.case import CaseState, IllegalMove
from sync.gateway.news import AT_ONCE
from sync.gateway.review import CorrectionsAlreadyAsked, Review
from sync.outbox_sender import OutboxSender
from tests.counterparts.sample_cases import NOON, case_id
from tests.counterparts.village import Village, submit

BOTH_ENGINES = True
ID = case_id(1)


@pytest.fixture
def village(village: Village) -> Village:
    village.confirm(pages=0)
    OutboxSender(village.store, village.client, listener=village.heard).send_due(NOON)
    return village


@pytest.fixture
def review(village: Village) -> Review:
    return village.gateway.review


def news(village: Village, cursor: str = "") -> list[CaseState]:
    return [change.state for change in village.client.pull(cursor, catalog="").changes]


def test_a_case_is_accepted_and_decided(village: Village, review: Review) -> None:
    assert review.accept(ID).state is CaseState.ACCEPTED
    assert review.decide(ID, None, "").state is CaseState.DECIDED
    assert news(village) == [CaseState.ACCEPTED, CaseState.DECIDED]
    assert review.waiting() == []


def test_corrections_are_asked_for_once_with_all_reasons(village: Village, review: Review) -> None:
    review.ask_corrections(ID, ["缺签名", " 照片不清 "])
    with pytest.raises(CorrectionsAlreadyAsked):
        review.ask_corrections(ID, ["还有一条"])
    review.accept(ID)
    with pytest.raises(CorrectionsAlreadyAsked):
        review.ask_corrections(ID, ["还有一条"])
    [first, _] = village.client.pull("", catalog="").changes
    assert first.remarks == ("缺签名", "照片不清")


def test_without_a_reason_nothing_is_refused_or_sent_back(village: Village, review: Review) -> None:
    for step in (review.refuse, review.ask_corrections):
        with pytest.raises(ValueError, match="reason"):
            step(ID, [" "])
    assert review.case(ID).state is CaseState.RECEIVED
    assert news(village) == []


def test_a_refusal_is_final(review: Review) -> None:
    review.refuse(ID, ["不属于受理范围"])
    for step in (review.accept, lambda case: review.decide(case, None, "")):
        with pytest.raises(IllegalMove):
            step(ID)


def test_an_accepted_case_is_not_refused_any_more(review: Review) -> None:
    review.accept(ID)
    with pytest.raises(IllegalMove):
        review.refuse(ID, ["晚了"])


def test_an_unknown_case_is_a_key_error(review: Review) -> None:
    with pytest.raises(KeyError):
        review.accept("nobody")


def test_a_case_that_is_not_whole_is_not_shown_and_not_decided(
    village: Village, review: Review
) -> None:
    half = village.confirm(2, pages=1)
    submit(village.client, half)
    assert [case.case_id for case in review.waiting()] == [ID]
    with pytest.raises(IllegalMove):
        review.accept(half.case_id)


def test_news_come_in_pages_and_each_only_once(village: Village, review: Review) -> None:
    for serial in range(2, AT_ONCE + 4):
        village.confirm(serial, pages=0)
    OutboxSender(village.store, village.client, listener=village.heard).send_due(NOON)
    for case in review.waiting():
        review.accept(case.case_id)
    first = village.client.pull("", catalog="")
    assert (len(first.changes), first.more) == (AT_ONCE, True)
    second = village.client.pull(first.cursor, catalog="")
    assert (len(second.changes), second.more) == (3, False)
    assert village.client.pull(second.cursor, catalog="").changes == ()
    ids = {change.case_id for change in (*first.changes, *second.changes)}
    assert len(ids) == AT_ONCE + 3


@pytest.mark.parametrize("cursor", ["x", "00000000.5.-", "..", "²", "a" * 500, "...…"])
def test_a_cursor_of_another_gateway_starts_at_the_beginning(
    village: Village, review: Review, cursor: str
) -> None:
    review.accept(ID)
    assert news(village, cursor) == [CaseState.ACCEPTED]

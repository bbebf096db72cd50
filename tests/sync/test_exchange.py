"""Cases go up and answers come down over real HTTP, whatever the line does meanwhile."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.case import Case, CaseState
from kiosk.domain.fault import Fault
from sync.api import GatewayUnreachable
from sync.gateway_key import GatewayKey
from sync.outbox_sender import OutboxSender
from sync.puller import Puller
from sync.sending_round import SendReport
from sync.sync_round import SyncRound
from tests.counterparts.sample_cases import NOON
from tests.counterparts.village import TERMINAL_ID, Village, case_ids, send_page, submit

BOTH_ENGINES = True

LATER = NOON + timedelta(hours=1)  # beyond every back-off


def send(village: Village, now: datetime = NOON) -> SendReport:
    return OutboxSender(village.store, village.client, listener=village.heard).send_due(now)


def pull(village: Village) -> None:
    Puller(village.store, village.client, listener=village.heard).pull(NOON)


def assert_arrived_once(village: Village, case: Case) -> None:
    [arrived] = village.gateway.review.waiting()
    assert arrived.case_id == case.case_id
    assert arrived.answers == case.answers
    assert (arrived.pages, arrived.signature) == (case.pages, case.signature)
    for page in case.pages:
        assert village.gateway.review.page(page.sha256) == village.store.page(page.sha256)
    ours = village.store.case(case.case_id)
    assert ours.state is CaseState.RECEIVED
    assert ours.official_number == arrived.official_number
    assert len(ours.official_number) == 43
    assert village.store.waiting() == 0


def test_a_confirmed_case_arrives_with_every_page_and_gets_its_number(village: Village) -> None:
    case = village.confirm()
    report = send(village)
    assert report.acknowledged == (case.case_id,)
    assert report.fault is None
    assert village.heard.cases == [case.case_id]
    assert_arrived_once(village, case)


def test_sending_the_same_case_again_gives_the_same_acknowledgement(village: Village) -> None:
    case = village.confirm()
    send(village)
    first, second = submit(village.client, case), submit(village.client, case)
    assert first == second
    assert len(village.gateway.review.waiting()) == 1


def test_two_cases_of_a_day_get_consecutive_numbers(village: Village) -> None:
    cases = [village.confirm(serial) for serial in (1, 2)]
    send(village)
    numbers = [village.store.case(case.case_id).official_number for case in cases]
    assert [int(number[-4:]) for number in numbers] == [1, 2]


def test_when_the_answer_is_lost_the_case_still_arrives_once(village: Village) -> None:
    case = village.confirm(pages=0)
    village.line.lose_answers(1)  # the text was kept, nobody heard of it
    assert send(village).acknowledged == ()
    village.line.lose_answers(1)
    send(village, LATER)
    assert send(village, LATER + timedelta(hours=1)).acknowledged == (case.case_id,)
    assert_arrived_once(village, case)


def test_when_the_acknowledgement_is_lost_it_is_told_again(village: Village) -> None:
    case = village.confirm(pages=1)
    submit(village.client, case)
    for page in (*case.pages, case.signature):
        assert page is not None
        send_page(village.client, village.store, page)
    village.line.lose_answers(1)  # signed and numbered, but not heard
    assert send(village).acknowledged == ()
    assert len(village.gateway.review.waiting()) == 1
    assert send(village, LATER).acknowledged == (case.case_id,)
    assert_arrived_once(village, case)


def test_a_page_cut_in_the_middle_goes_on_where_it_stopped(village: Village) -> None:
    case = village.confirm(pages=1, side=900)
    size = case.pages[0].size
    assert size > 600_000
    village.line.set(kbit=16_000)  # so that little is under way when the line breaks
    village.line.cut_after(size // 2)
    report = send(village)
    assert report.fault is Fault.GATEWAY_UNREACHABLE
    assert report.put_off == (case.case_id,)
    village.line.mend()
    half = village.line.counts.bytes_up
    assert send(village, LATER).acknowledged == (case.case_id,)
    assert village.line.counts.bytes_up - half < size * 0.6
    assert_arrived_once(village, case)


def test_a_line_that_resets_all_the_time_costs_little_more_than_the_bytes(
    village: Village,
) -> None:
    case = village.confirm(pages=2, side=600)
    payload = sum(page.size for page in case.pages)
    village.line.set(reset_every=100_000, kbit=8000)
    now = NOON
    for _ in range(40):
        if send(village, now).acknowledged:
            break
        now += timedelta(hours=1)
    assert village.line.counts.resets >= 3
    assert village.line.counts.bytes_up < payload * 1.4
    assert_arrived_once(village, case)


def test_without_a_line_nothing_is_lost_and_everything_goes_later(village: Village) -> None:
    cases = [village.confirm(serial, pages=1) for serial in range(1, 4)]
    village.line.cut()
    report = send(village)
    assert report.fault is Fault.GATEWAY_UNREACHABLE
    assert sorted(report.put_off) == sorted(case_ids(cases))
    assert village.store.waiting() == 3
    village.line.mend()
    assert sorted(send(village, LATER).acknowledged) == sorted(case_ids(cases))


def test_behind_a_captive_portal_nothing_is_believed(village: Village) -> None:
    village.confirm()
    village.gateway.show_portal()
    assert send(village).fault is Fault.GATEWAY_FOREIGN
    assert village.store.waiting() == 1
    village.gateway.mend()
    assert send(village, LATER).acknowledged


def test_a_line_cut_at_the_gateway_itself_is_unreachable(village: Village) -> None:
    village.confirm()
    village.gateway.cut()
    assert send(village).fault is Fault.GATEWAY_UNREACHABLE
    village.gateway.mend()
    assert send(village, LATER).acknowledged


def test_an_expired_token_keeps_everything_and_says_refused(village: Village) -> None:
    village.confirm()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    village.client = village.new_client(
        token=village.gateway.add_terminal(TERMINAL_ID, expires_at=yesterday)
    )
    assert send(village).fault is Fault.GATEWAY_REFUSED
    assert village.store.waiting() == 1
    village.client = village.new_client(token=village.gateway.add_terminal(TERMINAL_ID))
    assert send(village, LATER).acknowledged


def test_a_revoked_terminal_is_refused(village: Village) -> None:
    village.gateway.revoke_terminal(TERMINAL_ID)
    assert village.client.reachable() is Fault.GATEWAY_REFUSED


def test_a_dark_line_is_given_up_within_the_timeout(village: Village) -> None:
    village.confirm()
    village.client = village.new_client(block_timeout=0.5, answer_timeout=0.5)
    village.line.darken()
    assert send(village).fault is Fault.GATEWAY_UNREACHABLE
    assert village.store.waiting() == 1


def test_a_case_the_gateway_refuses_is_set_aside_and_the_rest_goes_on(village: Village) -> None:
    good, bad = village.confirm(1), village.confirm(2, pages=1)
    village.store._database.execute(  # as if an older version had let it through
        "UPDATE cases SET item_code = 'x' WHERE case_id = ?", (bad.case_id,)
    )
    report = send(village)
    assert report.acknowledged == (good.case_id,)
    assert report.set_aside == (bad.case_id,)
    [aside] = village.store.aside()
    assert "item_code" in aside.reason


def test_another_text_under_the_same_number_is_set_aside(village: Village) -> None:
    case = village.confirm(pages=0)
    other = village.confirm(2, pages=0)
    forged = replace(case, item_title="另一事项")
    submit(village.client, forged)
    report = send(village)
    assert report.set_aside == (case.case_id,)
    assert report.acknowledged == (other.case_id,)


def test_the_stored_acknowledgement_names_every_hash_and_can_be_checked_later(
    village: Village,
) -> None:
    case = village.confirm()
    send(village)
    [(signed,)] = village.store._database.execute("SELECT acknowledgement FROM cases")
    word = GatewayKey(village.gateway.public_key).acknowledgement(signed)
    assert case.signature is not None
    assert word.pages == (*(page.sha256 for page in case.pages), case.signature.sha256)
    assert (word.case_id, word.terminal_id) == (case.case_id, TERMINAL_ID)


def test_what_the_office_does_comes_down_with_its_document(village: Village) -> None:
    case = village.confirm()
    send(village)
    review = village.gateway.review
    review.accept(case.case_id)
    pull(village)
    assert village.store.case(case.case_id).state is CaseState.ACCEPTED
    review.ask_corrections(case.case_id, ["户口簿首页不清楚", "缺少签名"])
    pull(village)
    assert village.store.case(case.case_id).remarks == ("户口簿首页不清楚", "缺少签名")
    pdf = b"%PDF-1.7 invented"
    review.decide(case.case_id, pdf, "批准通知书")
    pull(village)
    ours = village.store.case(case.case_id)
    assert (ours.state, ours.office_state) == (CaseState.DECIDED, "办结")
    [document] = village.store.documents_of(case.case_id)
    assert village.store.document(document.sha256) == pdf
    assert document.sha256 == hashlib.sha256(pdf).hexdigest()
    assert village.heard.cases.count(case.case_id) == 4


def test_a_pull_that_breaks_off_changes_nothing_and_the_next_brings_all(village: Village) -> None:
    case = village.confirm()
    send(village)
    village.gateway.review.decide(case.case_id, b"%PDF-1.7 invented", "批准通知书")
    before = village.store.cursor()
    village.line.lose_answers(1)
    with pytest.raises(GatewayUnreachable):
        pull(village)
    assert village.store.cursor() == before
    pull(village)
    assert village.store.case(case.case_id).state is CaseState.DECIDED


@pytest.mark.logs_expected
def test_a_document_that_the_gateway_lost_holds_up_no_case(village: Village) -> None:
    decided = village.confirm(1)
    send(village)
    village.gateway.review.decide(decided.case_id, b"%PDF-1.7 invented", "批准通知书")
    packs = village.folder / "gateway" / "pack"
    newest = max((file for file in packs.rglob("*") if file.is_file()), key=lambda f: f.name)
    newest.unlink()
    one = SyncRound(village.store, village.client, listener=village.heard)
    assert one.run(NOON).fault is None
    waiting = village.confirm(2)
    one.run(NOON)
    assert village.store.case(waiting.case_id).state is CaseState.RECEIVED


def test_another_terminal_neither_sees_nor_takes_what_is_not_its_own(
    village: Village,
) -> None:
    case = village.confirm()
    send(village)
    village.gateway.review.decide(case.case_id, b"%PDF-1.7 invented", "批准通知书")
    [change] = village.client.pull("", catalog="").changes
    other = village.new_client(terminal_id="other", token=village.gateway.add_terminal("other"))
    assert other.pull("", catalog="").changes == ()
    with pytest.raises(GatewayUnreachable, match="404"):
        other.fetch(change.documents[0].sha256, offset=0, keep=lambda _: None)
    assert submit(other, case) != submit(village.client, case)

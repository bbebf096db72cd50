"""A correction for each list of the office and one evaluation: taken once, whatever happens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.case import Case, CaseKind, CaseState, IllegalMove
from kiosk.domain.correction import CorrectionRow, Flaw, Part
from kiosk.domain.handling import MEMBER_SIGNATURE, Absence, FamilyMember, Handling
from kiosk.domain.letters import SEALED
from kiosk.domain.page import PageRef
from sync import wire
from sync.api import Acknowledged, Refused
from sync.evaluation_seal import EvaluationSeal
from sync.gateway.follow_ups import Round, corrected
from sync.gateway.review import CorrectionsAlreadyAsked, Review
from sync.outbox_sender import OutboxSender
from sync.puller import Puller
from sync.sending_round import SendReport
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, case_id, draft
from tests.counterparts.village import Village, picture, submit

BOTH_ENGINES = True
FIRST = case_id(1)
ROWS = (
    CorrectionRow(Part.FIELD, "field_01", Flaw.WRONG),
    CorrectionRow(Part.MATERIAL, "m1", Flaw.UNCLEAR, "第二行"),
)
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def village(village: Village) -> Village:
    village.confirm(1)
    send(village)
    return village


@pytest.fixture
def review(village: Village) -> Review:
    return village.gateway.review


def send(village: Village) -> SendReport:
    return OutboxSender(village.store, village.client, listener=village.heard).send_due(LATER)


def pull(village: Village) -> None:
    Puller(village.store, village.client, listener=village.heard).pull(LATER)


def hand_in(village: Village, serial: int, kind: CaseKind, *, number: int = 0, **more: str) -> Case:
    """A case about the first one, confirmed; a correction has a page for m1."""
    begun = replace(
        draft(serial, fields=0), kind=kind, about=FIRST, round=number, answers=dict(more)
    )
    village.store.save_draft(begun)
    if kind is CaseKind.CORRECTION:
        page = village.store.add_page(begun.case_id, replace(picture(serial + 50), material="m1"))
        begun = replace(begun, pages=(page,))
    return village.store.confirm(begun, site=SITE, terminal=TERMINAL, now=LATER)


def test_the_list_comes_down_row_by_row_and_in_words(village: Village, review: Review) -> None:
    review.ask_corrections(FIRST, [], ROWS)
    pull(village)
    [*_, asked] = village.store.changes_of(FIRST)
    assert (asked.state, asked.asked, asked.round) == (CaseState.CORRECTION, ROWS, 1)
    assert village.store.case(FIRST).remarks == ("field_01：不对", "m1：看不清（第二行）")


def test_a_correction_takes_the_place_of_what_it_is_about(village: Village, review: Review) -> None:
    before = review.case(FIRST)
    review.ask_corrections(FIRST, [], ROWS)
    pull(village)
    handed_in = hand_in(village, 2, CaseKind.CORRECTION, number=1, field_01="对了")
    assert send(village).acknowledged == (handed_in.case_id,)
    ours = village.store.case(handed_in.case_id)
    assert ours.official_number == village.store.case(FIRST).official_number
    after = review.case(FIRST)
    assert after.answers == {**before.answers, "field_01": "对了"}
    kept = [page for page in before.pages if page.material != "m1"]
    assert list(after.pages) == [*kept, *handed_in.pages]
    assert after.signature == before.signature
    assert review.page(handed_in.pages[0].sha256) == village.store.page(handed_in.pages[0].sha256)
    assert [case.case_id for case in review.waiting()] == [FIRST]
    assert review.accept(FIRST).state is CaseState.ACCEPTED


def signature(serial: int) -> PageRef:
    return picture(serial, material=MEMBER_SIGNATURE, side=8).reference()


def family(
    case: Case, *members: FamilyMember, pages: tuple[PageRef, ...] = (), number: int = 0
) -> Case:
    """A case with that family; from round 1 on a correction."""
    more = replace(case, pages=pages, handling=Handling(members=members))
    kind = CaseKind.CORRECTION if number else CaseKind.APPLICATION
    return replace(more, kind=kind, about=FIRST if number else None, round=number)


def test_a_correction_does_not_take_away_who_of_the_family_had_signed() -> None:
    first, second = signature(1), signature(2)
    signed = FamilyMember("一", "N1", by_card=True, signature=first.sha256)
    away = FamilyMember("二", "N2", absent=Absence.AWAY)
    left = FamilyMember("三", "N3", by_card=True)
    begun = family(draft(1), signed, away, left, pages=(first,))
    came = FamilyMember("四", "N4", by_card=True)
    later = family(
        draft(2),
        FamilyMember("一改", "N1"),
        FamilyMember("二", "N2", by_card=True),
        came,
        number=1,
    )
    once = corrected(begun, [Round(1, ROWS, wire.text_of(later))])
    assert once.handling.members == (
        replace(signed, name="一改"),
        replace(away, by_card=True),
        came,
    )
    assert once.pages == (first,)
    anew = family(
        draft(3),
        FamilyMember("一", "N1"),
        FamilyMember("二", "N2", signature=second.sha256),
        pages=(second,),
        number=2,
    )
    twice = corrected(once, [Round(2, ROWS, wire.text_of(anew))])
    assert twice.pages == (second,)
    assert twice.handling.members == (
        replace(signed, signature=""),  # that page is no longer among them
        FamilyMember("二", "N2", by_card=True, signature=second.sha256),
    )


def test_a_correction_that_says_nothing_of_the_family_leaves_it() -> None:
    page = signature(1)
    begun = family(draft(1), FamilyMember("一", "N1", signature=page.sha256), pages=(page,))
    after = corrected(begun, [Round(1, ROWS, wire.text_of(family(draft(2), number=1)))])
    assert after.handling.members == begun.handling.members


def test_the_terminal_lists_one_case_and_finds_it_by_either_slip(
    village: Village, review: Review
) -> None:
    review.ask_corrections(FIRST, [], ROWS)
    handed_in = hand_in(village, 2, CaseKind.CORRECTION, number=1)
    [known] = village.store.cases_of(handed_in.applicant_number)
    assert known.case_id == FIRST
    assert village.store.following(FIRST) == [handed_in]
    by_slip = village.store.case_by_receipt(handed_in.receipt_number)
    assert by_slip is not None
    assert by_slip.case_id == FIRST


def test_a_second_list_may_only_be_about_what_came_anew(village: Village, review: Review) -> None:
    review.ask_corrections(FIRST, [], ROWS[1:])
    with pytest.raises(CorrectionsAlreadyAsked):
        review.ask_corrections(FIRST, [], ROWS[1:])  # nothing came yet
    hand_in(village, 2, CaseKind.CORRECTION, number=1)
    send(village)
    with pytest.raises(CorrectionsAlreadyAsked):
        review.ask_corrections(FIRST, [], ROWS)  # the field was in order the first time
    with pytest.raises(CorrectionsAlreadyAsked):
        review.ask_corrections(FIRST, ["还有一条"])
    review.ask_corrections(FIRST, [], ROWS[1:])
    pull(village)
    assert [one.round for one in village.store.changes_of(FIRST) if one.asked] == [1, 2]
    again = hand_in(village, 3, CaseKind.CORRECTION, number=2)
    assert send(village).acknowledged == (again.case_id,)
    assert [one.answer is not None for one in review.rounds(FIRST)] == [True, True]


def test_sending_it_again_is_answered_the_same(village: Village, review: Review) -> None:
    review.ask_corrections(FIRST, [], ROWS)
    handed_in = hand_in(village, 2, CaseKind.CORRECTION, number=1)
    send(village)
    first, second = submit(village.client, handed_in), submit(village.client, handed_in)
    assert isinstance(first, Acknowledged)
    assert first == second


@pytest.mark.logs_expected
def test_a_second_answer_to_the_same_list_is_refused_and_stays(
    village: Village, review: Review
) -> None:
    review.ask_corrections(FIRST, [], ROWS)
    hand_in(village, 2, CaseKind.CORRECTION, number=1)
    send(village)
    second = hand_in(village, 3, CaseKind.CORRECTION, number=1)
    assert send(village).set_aside == (second.case_id,)
    assert village.store.case(second.case_id).pages == second.pages


@pytest.mark.logs_expected
def test_what_nobody_asked_for_is_refused(village: Village) -> None:
    case = hand_in(village, 2, CaseKind.CORRECTION, number=1)
    answer = submit(village.client, case)
    assert answer == Refused(("round: 部门没有要求这一轮补正",))


def test_a_case_is_evaluated_once_and_nobody_at_the_office_desk_sees_it(
    village: Village, review: Review
) -> None:
    rating = hand_in(village, 2, CaseKind.EVALUATION, level="满意")
    assert send(village).acknowledged == (rating.case_id,)
    second = hand_in(village, 3, CaseKind.EVALUATION, level="不满意")
    answer = submit(village.client, second)
    assert answer == Refused(("about: 这个办件已经评价过，不能再评",))
    assert [case.case_id for case in review.waiting()] == [FIRST]
    assert [case.case_id for case in review.every()] == [FIRST]
    [told] = review.evaluations()
    assert (told.about, told.answers["level"]) == (FIRST, "满意")
    assert village.client.pull("", catalog="").changes == ()


def test_a_sealed_evaluation_is_taken_unread_and_opened_for_who_supervises(
    village: Village, review: Review
) -> None:
    said = {"level": "不满意", "words": "等得太久"}
    seal = EvaluationSeal(village.gateway.sealing_key)
    rating = hand_in(village, 2, CaseKind.EVALUATION, **seal(case_id(2), said))
    assert wire.text_of(rating).version == wire.CASE_VERSION  # an older gateway says "later"
    assert send(village).acknowledged == (rating.case_id,)
    [told] = review.evaluations()
    assert told.answers == said
    files = [one for one in village.folder.rglob("*") if one.is_file()]
    assert files
    assert not [one for one in files if "等得太久".encode() in one.read_bytes()]


def test_what_another_gateways_key_opens_stays_closed(village: Village, review: Review) -> None:
    seal = EvaluationSeal(b"\x09" + bytes(31))
    hand_in(village, 2, CaseKind.EVALUATION, **seal(case_id(2), {"level": "满意"}))
    send(village)
    [told] = review.evaluations()
    assert set(told.answers) == {SEALED}


def test_what_follows_a_case_waits_until_that_case_is_whole(village: Village) -> None:
    rating = replace(hand_in(village, 2, CaseKind.EVALUATION, level="满意"), about=case_id(77))
    before = village.store.waiting()
    assert type(submit(village.client, rating)).__name__ == "NotNow"
    assert village.store.waiting() == before


def test_a_letter_is_answered_in_words(village: Village, review: Review) -> None:
    letter = replace(draft(4), kind=CaseKind.LETTER, applicant_name="", applicant_number="")
    village.store.save_draft(letter)
    village.store.confirm(letter, site=SITE, terminal=TERMINAL, now=LATER)
    assert send(village).acknowledged == (letter.case_id,)
    review.answer(letter.case_id, "周一到周五都可以办")
    pull(village)
    ours = village.store.case(letter.case_id)
    assert (ours.state, ours.remarks) == (CaseState.DECIDED, ("周一到周五都可以办",))
    with pytest.raises(IllegalMove):
        review.answer(FIRST, "这不是来信")

"""A family: every adult signs the authorisation or says why not, and nobody's stays behind."""

from dataclasses import replace

import pytest

from devices.id_card.specimens import FAMILY, RARE_NAME, RESIDENT
from kiosk.domain.fault import Fault
from kiosk.domain.handling import MEMBER_SIGNATURE, Absence
from kiosk.flow.family import rows_of
from kiosk.flow.handled_intake import HandledIntake
from kiosk.flow.steps import Step
from offline_store.sqlcipher_store import SqlCipherStore
from tests.kiosk.flow.conftest import page
from tests.kiosk.flow.people import Begin, sign_for_all, walk_on

CHILD = replace(FAMILY[2], name="金小小", number="222401201506309024")


@pytest.fixture
def signing(begin: Begin) -> HandledIntake:
    """A family with two adults beside the applicant, and a child, at the authorisation."""
    flow = begin("dibao_apply")
    walk_on(flow, Step.FAMILY)
    for card in (FAMILY[0], FAMILY[1], CHILD):
        flow.card_read(card)
    table = flow.view.item.family_table
    assert table is not None
    rows = rows_of(table, flow.view.answers[table.key])
    flow.answer(table.key, "\n".join("\t".join(cell or "0" for cell in row) for row in rows))
    walk_on(flow, Step.SIGN_FAMILY)
    return flow


def family_pages(flow: HandledIntake) -> set[str]:
    return {one.sha256 for one in flow.view.pages_of(MEMBER_SIGNATURE)}


def test_every_adult_of_the_family_signs_or_says_why_not(
    signing: HandledIntake, store: SqlCipherStore
) -> None:
    first, second = signing.who_sign  # neither the applicant nor the child
    assert (first.number, second.number) == (FAMILY[0].number, FAMILY[1].number)
    signing.next()
    assert signing.view.step is Step.SIGN_FAMILY
    signing.member_signed(first.number, page("", b"\xff\xd8 first"))
    signing.next()
    assert signing.view.step is Step.SIGN_FAMILY
    signing.member_absent(second.number, Absence.AWAY)
    walk_on(signing, Step.DONE)
    case = signing.view.case
    assert case is not None
    assert store.case(case.case_id) == case
    members = {member.number: member for member in case.handling.members}
    assert len(members) == 4
    signed = members[first.number]
    assert [one.sha256 for one in case.pages if one.material == MEMBER_SIGNATURE] == [
        signed.signature
    ]
    assert signed.absent is None
    assert (members[second.number].signature, members[second.number].absent) == ("", Absence.AWAY)
    assert not members[RESIDENT.number].has_answered
    assert not members[CHILD.number].has_answered
    assert all(member.by_card for member in members.values())


def test_a_signature_takes_the_place_of_the_one_before_and_of_a_reason(
    signing: HandledIntake,
) -> None:
    first, second = signing.who_sign
    signing.member_absent(first.number, Absence.UNWELL)
    signing.member_signed(first.number, page("", b"\xff\xd8 once"))
    signing.member_signed(second.number, page("", b"\xff\xd8 other"))
    signing.member_signed(first.number, page("", b"\xff\xd8 again"))
    [one, two] = signing.who_sign
    assert one.absent is None
    assert family_pages(signing) == {one.signature, two.signature}
    signing.member_signed(second.number, None)
    assert family_pages(signing) == {one.signature}
    signing.member_absent(first.number, Absence.OTHER)
    assert family_pages(signing) == set()
    signing.member_signed("no such number", page("", b"\xff\xd8 stranger"))
    assert family_pages(signing) == set()


def test_who_leaves_the_table_leaves_no_signature_and_who_comes_is_asked(
    signing: HandledIntake,
) -> None:
    first, second = signing.who_sign
    sign_for_all(signing)
    walk_on(signing, Step.REVIEW)
    signing.go_to(Step.FAMILY)
    signing.member_dropped(first.number)
    signing.card_read(RARE_NAME)
    signing.next()
    assert signing.view.step is Step.REVIEW
    signing.confirm()
    assert signing.view.step is Step.SIGN_FAMILY  # the newcomer has not signed
    assert [one.number for one in signing.who_sign] == [second.number, RARE_NAME.number]
    assert family_pages(signing) == {signing.who_sign[0].signature}


def test_signatures_come_back_with_the_draft(
    signing: HandledIntake, begin: Begin, store: SqlCipherStore
) -> None:
    first, _ = signing.who_sign
    signing.member_signed(first.number, page("", b"\xff\xd8 first"))
    signing.tick()
    draft = store.open_draft()
    assert draft is not None
    flow = begin("dibao_apply", draft=draft)
    flow.card_read(RESIDENT)
    assert flow.view.step is Step.SIGN_FAMILY
    assert [one.has_answered for one in flow.who_sign] == [True, False]


def test_a_signature_wiped_just_before_a_power_cut_is_asked_for_again(
    signing: HandledIntake, begin: Begin, store: SqlCipherStore
) -> None:
    first, second = signing.who_sign
    signing.member_signed(first.number, page("", b"\xff\xd8 first"))
    signing.member_absent(second.number, Absence.AWAY)
    signing.tick()
    signing.member_signed(first.number, None)  # and no tick: the draft still names the page
    draft = store.open_draft()
    assert draft is not None
    assert any(member.signature for member in draft.case.handling.members)
    assert MEMBER_SIGNATURE not in {one.material for one in draft.case.pages}
    flow = begin("dibao_apply", draft=draft)
    flow.card_read(FAMILY[0])
    assert flow.view.fault is Fault.CARD_OF_ANOTHER
    flow.card_read(RESIDENT)
    assert flow.view.step is Step.SIGN_FAMILY
    assert [one.has_answered for one in flow.who_sign] == [False, True]
    assert not any(member.signature for member in flow.view.handling.members)
    flow.next()
    assert flow.view.step is Step.SIGN_FAMILY
    flow.tick()
    kept = store.open_draft()
    assert kept is not None
    assert not any(member.signature for member in kept.case.handling.members)


def test_whoever_lives_alone_is_not_held_up(begin: Begin) -> None:
    flow = begin("dibao_apply")
    walk_on(flow, Step.FAMILY)
    table = flow.view.item.family_table
    assert table is not None
    rows = rows_of(table, flow.view.answers[table.key])
    flow.answer(table.key, "\n".join("\t".join(cell or "0" for cell in row) for row in rows))
    walk_on(flow, Step.SIGN_FAMILY)
    assert flow.who_sign == ()
    flow.next()
    assert flow.view.step is Step.REVIEW

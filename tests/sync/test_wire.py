"""The messages: one byte form, no surprises from outside, no personal words in a repr."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.case import Case, CaseId, CaseState
from kiosk.domain.handling import (
    Absence,
    Agent,
    AgentKind,
    FamilyMember,
    FieldVisit,
    Handling,
    Place,
    PlaceSource,
)
from kiosk.domain.page import PageRef, ScanLevel
from sync import told, wire
from sync.wire_handling import AgentEntry, HandlingEntry
from tests.counterparts.sample_cases import NAME, NUMBER, draft

SHA = "ab" * 32
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
pages = st.builds(
    PageRef,
    sha256=hashes,
    material=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    size=st.integers(1, 10**9),
    level=st.sampled_from(ScanLevel),
)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
moments = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]))
places = st.builds(
    Place,
    source=st.sampled_from(PlaceSource),
    words=words,
    latitude=st.none() | st.floats(-90, 90),
    longitude=st.none() | st.floats(-180, 180),
    metres=st.none() | st.floats(0, 10_000),
)
handlings = st.builds(
    Handling,
    agent=st.none() | st.builds(Agent, kind=st.sampled_from(AgentKind), name=words, number=words),
    members=st.lists(
        st.builds(
            FamilyMember,
            name=words,
            number=words,
            by_card=st.booleans(),
            signature=st.just("") | hashes,
            absent=st.none() | st.sampled_from(Absence),
        ),
        max_size=3,
    ).map(tuple),
    taken_by=words,
    held=st.just(False),  # the terminal's own business
    approved_by=words,
    visit=st.none()
    | st.builds(
        FieldVisit,
        begun_at=moments,
        clock_sure=st.booleans(),
        visit_id=words,
        place=st.none() | places,
    ),
)
cases = st.builds(
    Case,
    case_id=words.map(CaseId),
    item_code=words,
    item_title=words,
    catalog_version=words,
    started_at=moments,
    state=st.just(CaseState.QUEUED),
    receipt_number=words,
    applicant_name=words,
    applicant_number=words,
    answers=st.dictionaries(words, words, max_size=5),
    pages=st.lists(pages, max_size=4).map(tuple),
    signature=st.none() | pages,
    confirmed_at=st.none() | moments,
    handling=handlings,
)


@given(cases)
def test_a_case_comes_back_as_it_was_sent(case: Case) -> None:
    sent = wire.canonical(wire.text_of(case))
    text = wire.decoded(sent, wire.CaseText)
    assert wire.case_of(text) == case
    assert wire.canonical(text) == sent


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_unreadable(content: bytes) -> None:
    kinds: tuple[type[Any], ...] = (
        wire.CaseText,
        wire.Signed,
        wire.Acknowledgement,
        wire.ChangesPage,
        wire.Problem,
        wire.ServerTime,
        wire.Received,
        wire.Wanted,
    )
    for kind in kinds:
        try:
            wire.decoded(content, kind)
        except wire.Unreadable:
            continue


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["version", "case_id", "answers", "pages", "type", "cursor", "more"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=10,
    )
)
def test_any_json_is_a_message_or_unreadable(value: object) -> None:
    content = msgspec.json.encode(value)
    kinds: tuple[type[Any], ...] = (wire.CaseText, wire.ChangesPage, wire.Versioned)
    for kind in kinds:
        try:
            wire.decoded(content, kind)
        except wire.Unreadable:
            continue


def test_deeply_nested_bytes_are_unreadable() -> None:
    with pytest.raises(wire.Unreadable):
        wire.decoded(b"[" * 100_000, wire.CaseText)


def test_the_order_of_answers_and_the_time_zone_do_not_change_the_fingerprint() -> None:
    case = draft()
    same = replace(
        case,
        answers=dict(reversed(list(case.answers.items()))),
        started_at=case.started_at.astimezone(timezone(timedelta(hours=8))),
    )
    assert wire.fingerprint(wire.text_of(case)) == wire.fingerprint(wire.text_of(same))


def test_what_decides_over_a_case_takes_no_unknown_field() -> None:
    sent = wire.canonical(wire.text_of(draft()))
    with pytest.raises(wire.Unreadable):
        wire.decoded(sent[:-1] + b',"more":1}', wire.CaseText)


def test_what_only_informs_may_grow() -> None:
    content = b'{"changes":[],"catalog_version":"","cursor":"c","more":false,"later":{"x":1}}'
    assert wire.decoded(content, wire.ChangesPage).cursor == "c"


def test_a_state_that_this_version_does_not_know_is_left_out() -> None:
    entry = wire.ChangeEntry(
        case_id="c", state="suspended", office_state="中止", at=datetime(2026, 3, 5, tzinfo=UTC)
    )
    assert told.change_of(entry) is None


def test_a_repr_shows_nothing_personal() -> None:
    text = wire.text_of(draft())
    assert NAME not in repr(text)
    assert NUMBER not in repr(text)


def test_a_refused_value_is_not_quoted() -> None:
    content = b'{"sha256":"' + NUMBER.encode() + b'","material":"m","size":1}'
    with pytest.raises(wire.Unreadable) as caught:
        wire.decoded(content, wire.PageEntry)
    assert NUMBER not in str(caught.value)


def test_a_text_without_utf8_form_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        wire.canonical(wire.text_of(replace(draft(), applicant_name="\ud800")))


def test_the_same_page_under_two_materials_is_one_page_to_send() -> None:
    case = replace(draft(), pages=(PageRef(SHA, "m1", 5), PageRef(SHA, "m2", 5)))
    assert [page.material for page in wire.text_of(case).every_page()] == ["m1"]


def test_what_was_added_is_left_out_where_it_says_nothing() -> None:
    """A case of before has the bytes, and so the fingerprint, of before."""
    sent = wire.canonical(wire.text_of(draft()))
    assert b"handling" not in sent
    assert b"level" not in sent


def test_an_older_gateway_asks_later_for_what_it_has_no_words_for() -> None:
    """A member of before has the bytes of before; a signature makes the text a newer one."""
    member = FamilyMember("样本", "1", by_card=True)
    before = replace(draft(), handling=Handling(members=(member,)))
    sent = wire.text_of(before)
    assert sent.version == 2
    assert b'"members":[{"by_card":true,"name":"' in wire.canonical(sent)
    assert b"absent" not in wire.canonical(sent)
    for answered in (replace(member, absent=Absence.AWAY), replace(member, signature=SHA)):
        after = replace(draft(), handling=Handling(members=(answered,)))
        assert wire.text_of(after).version == wire.CASE_VERSION
        assert wire.case_of(wire.text_of(after)).handling == after.handling


def test_nothing_of_money_goes_with_an_agency() -> None:
    """Agency is free (T-38): there is no place where a fee could stand."""
    names = {field.name for field in msgspec.structs.fields(HandlingEntry)}
    names |= {field.name for field in msgspec.structs.fields(AgentEntry)}
    names |= {field.name for field in msgspec.structs.fields(wire.CaseText)}
    assert not [name for name in names if any(w in name for w in ("fee", "price", "amount", "pay"))]

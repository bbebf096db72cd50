"""Stored reasons, as sync and the gateway write them."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.objection import SEPARATOR, Objection, OwnTrouble, objections_in


def test_several_reasons_are_told_apart() -> None:
    reason = SEPARATOR.join(["answers.a: no", "pages[2]: bad", "case: worse"])
    assert objections_in(reason) == (
        Objection("answers.a", "no"),
        Objection("pages[2]", "bad"),
        Objection("case", "worse"),
    )


def test_a_semicolon_inside_a_reason_stays_there() -> None:
    assert objections_in("answers.a: one; two") == (Objection("answers.a", "one; two"),)


def test_own_trouble_is_known_by_its_words() -> None:
    assert objections_in("pages: 0123 is not in the store")[0].own is OwnTrouble.MISSING
    assert objections_in("answers.a: no")[0].own is None


@given(st.text())
def test_any_reason_gives_at_least_one(reason: str) -> None:
    assert objections_in(reason)

"""Two texts under one id: both stay, and a clerk sees in what they differ, but no value."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.domain.case import CaseState
from sync import wire
from sync.api import Refused
from sync.gateway.conflicts import differing
from sync.gateway.office import Office
from sync.outbox_sender import OutboxSender
from tests.counterparts.sample_cases import NOON
from tests.counterparts.village import TERMINAL_ID, Village, submit

BOTH_ENGINES = True


def test_both_texts_are_kept_and_told_apart_by_fields(village: Village) -> None:
    first = village.confirm(1, pages=1)
    OutboxSender(village.store, village.client, listener=village.heard).send_due(NOON)
    office: Office = village.gateway._office
    assert office.conflicts() == []
    other = replace(
        first, applicant_name="测试乙", answers={**first.answers, "field3": "别的", "new": "x"}
    )
    for _ in range(2):  # the same other text again is not another conflict
        assert isinstance(submit(village.client, other), Refused)
    token = village.gateway.add_terminal("t2")
    assert isinstance(submit(village.new_client(terminal_id="t2", token=token), first), Refused)
    changed, elsewhere = office.conflicts()
    assert (changed.case_id, changed.state) == (first.case_id, CaseState.RECEIVED)
    assert changed.official_number
    assert changed.fields == ("answers.field3", "answers.new", "applicant_name")
    assert changed.first.terminal_id == changed.later.terminal_id == TERMINAL_ID
    assert changed.first.fingerprint == wire.fingerprint(wire.text_of(first))
    assert changed.later.fingerprint == wire.fingerprint(wire.text_of(other))
    assert (elsewhere.later.terminal_id, elsewhere.fields) == ("t2", ())
    assert "测试" not in repr(office.conflicts())


@pytest.mark.parametrize(
    ("one", "other", "names"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2, "b": 1}, ["a", "b"]),
        ({"answers": {}}, {"answers": {"x": "1", "y": "2"}}, ["answers.x", "answers.y"]),
        ({"answers": {"张三 110105": "1"}}, {"answers": {}}, ["answers.…"]),
        ({"answers": {}}, {}, ["answers"]),
    ],
)
def test_fields_are_named_and_nothing_that_may_be_personal(
    one: dict[str, Any], other: dict[str, Any], names: list[str]
) -> None:
    assert list(differing(one, other)) == names

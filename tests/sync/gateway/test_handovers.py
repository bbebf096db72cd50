"""A form that goes on elsewhere: one taker, half an hour, and the gateway cannot read it."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.gateway.database import Database
from sync.gateway.handovers import LIVES, Handovers
from sync.online import HandedOver, NotAHandover, handover_in, opened, sealed
from tests.counterparts.sample_cases import NOON

FORM = HandedOver(item_code="x", answers={"purpose": "办低保", "contact_mobile": "13800138000"})


class Clock:
    moment = NOON

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def handovers(database: Database, clock: Clock) -> Handovers:
    return Handovers(database, clock.now)


def test_whoever_asks_first_gets_it_again_and_nobody_else_does(handovers: Handovers) -> None:
    handover_id, code, content = sealed(FORM)
    assert handovers.put(handover_id, content)
    assert handover_in(code) == handover_id
    taken = handovers.take(handover_id, "terminal-1")
    assert taken is not None
    assert opened(code, taken) == FORM
    assert handovers.take(handover_id, "terminal-1") == taken  # the answer was lost on the way
    assert handovers.take(handover_id, "terminal-2") is None


def test_sending_it_again_is_fine_and_other_bytes_are_not(handovers: Handovers) -> None:
    handover_id, _, content = sealed(FORM)
    assert handovers.put(handover_id, content)
    assert handovers.put(handover_id, content)
    assert not handovers.put(handover_id, content + b"x")


def test_after_half_an_hour_it_is_gone(handovers: Handovers, clock: Clock) -> None:
    handover_id, _, content = sealed(FORM)
    handovers.put(handover_id, content)
    clock.moment += LIVES
    assert handovers.take(handover_id, "terminal-1") is None
    handovers.put("f" * 32, b"another")
    assert handovers.put(handover_id, b"the id is free again")


def test_what_the_gateway_keeps_has_no_word_of_the_form_in_it() -> None:
    _, _, content = sealed(FORM)
    assert "办低保".encode() not in content
    assert b"13800138000" not in content


def test_another_key_or_other_bytes_open_nothing() -> None:
    _, code, content = sealed(FORM)
    _, other, _ = sealed(FORM)
    for wrong_code, wrong_content in ((other, content), (code, content[:-1]), (code, b"")):
        with pytest.raises(NotAHandover):
            opened(wrong_code, wrong_content)


@given(code=st.text(max_size=120) | st.text("0123456789abcdef/DSH1", max_size=90))
def test_any_text_is_a_code_or_is_not(code: str) -> None:
    found = handover_in(code)
    assert found is None or (len(found) == 32 and code.startswith("DSH1/"))
    if found is None:
        with pytest.raises(NotAHandover):
            opened(code, b"x" * 40)

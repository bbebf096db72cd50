"""A dead battery, a clock ten years ahead or set back: nothing is lost and nothing waits."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.case import CaseState
from kiosk.domain.receipt_number import is_valid
from offline_store.api import Limits, Tidied
from offline_store.file_key import FileKey
from offline_store.lifetime import MOST_OFF
from offline_store.outbox import LONGEST_WAIT
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from tests.counterparts.machine import Machine, lived
from tests.counterparts.sample_cases import (
    NOON,
    NUMBER,
    SITE,
    TERMINAL,
    confirmed_in,
    draft,
    draft_in,
    put_up,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BORN = datetime(1970, 1, 1, 0, 2, tzinfo=UTC)
CLOCKS = {"1970": BORN, "a day back": NOON - DAY, "ten years ahead": NOON + 3650 * DAY}


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def store(folder: Path, key: FileKey, machine: Machine) -> Iterator[SqlCipherStore]:
    opened = open_store(folder, key, clock=lambda: machine.clock, look=machine.look)
    opened.tidy(machine.clock, Limits())
    yield opened
    opened.close()


def a_bit_of_everything(store: SqlCipherStore) -> None:
    """A draft, a waiting case, one that was received, notices and a visit."""
    draft_in(store, 1)
    confirmed_in(store, 2)
    received = confirmed_in(store, 3)
    store.acknowledged(received.case_id, acknowledgement=b"s", official_number="1", now=NOON)
    put_up(store)


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("starts_anew", [False, True])
def test_nothing_goes_early_whatever_the_clock_says(
    store: SqlCipherStore, machine: Machine, clock: str, starts_anew: bool
) -> None:
    a_bit_of_everything(store)
    lived(store, machine, 2 * HOUR)
    if starts_anew:
        machine.restart()
    machine.clock = CLOCKS[clock]
    spared = MOST_OFF if starts_anew else timedelta()  # what a start may take from a limit
    assert lived(store, machine, 20 * HOUR - spared) == Tidied()
    assert store.case(draft(1).case_id).state is CaseState.DRAFT
    assert len(store.cases_of(NUMBER)) == 2
    machine.clock = NOON + 3 * HOUR  # somebody set it right
    lived(store, machine, HOUR)
    assert store.case(draft(1).case_id).pages
    assert store.integrity_problems() == []


def test_a_clock_that_is_set_right_from_1970_does_not_make_a_running_draft_old(
    store: SqlCipherStore, machine: Machine
) -> None:
    machine.clock = BORN
    case = draft_in(store, 1)
    machine.run(HOUR / 2)
    machine.clock = NOON  # fifty-six years later, by its account
    assert store.tidy(machine.clock, Limits()) == Tidied()
    assert store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON).receipt_number


def test_what_was_kept_in_1970_goes_when_it_is_old_and_not_before(
    store: SqlCipherStore, machine: Machine
) -> None:
    machine.clock = BORN
    a_bit_of_everything(store)
    machine.clock = NOON
    assert lived(store, machine, 24 * HOUR) == Tidied()
    assert lived(store, machine, 2 * HOUR) == Tidied(cleared=1)
    assert lived(store, machine, 48 * HOUR) == Tidied(drafts=1)


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_wait_of_before_is_over_within_the_longest_wait_whatever_the_clock_says_now(
    store: SqlCipherStore, clock: str
) -> None:
    waits = (timedelta(seconds=2), HOUR, LONGEST_WAIT)
    for serial, wait in enumerate(waits, 1):
        case = confirmed_in(store, serial, pages=0)
        store.try_again(case.case_id, not_before=NOON + wait)
    now = CLOCKS[clock]
    assert {entry.case_id for entry in store.due(now + LONGEST_WAIT, 9)} == {
        draft(serial).case_id for serial in (1, 2, 3)
    }


def test_a_clock_that_was_an_hour_ahead_delays_nothing_by_a_day(store: SqlCipherStore) -> None:
    case = confirmed_in(store, pages=0)
    store.try_again(case.case_id, not_before=NOON + DAY + timedelta(minutes=5))
    assert [entry.case_id for entry in store.due(NOON, 9)] == [case.case_id]


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_case_confirmed_under_a_wrong_clock_is_sent_in_its_turn(
    store: SqlCipherStore, clock: str
) -> None:
    first = store.confirm(draft(1), site=SITE, terminal=TERMINAL, now=NOON)
    wrong = store.confirm(draft(2), site=SITE, terminal=TERMINAL, now=CLOCKS[clock])
    last = store.confirm(draft(3), site=SITE, terminal=TERMINAL, now=NOON)
    expected = [first.case_id, wrong.case_id, last.case_id]
    for now in (NOON, CLOCKS[clock]):
        assert [entry.case_id for entry in store.due(now, 9)] == expected


def test_a_clock_that_is_always_1970_gives_every_slip_a_number_of_its_own(
    folder: Path, key: FileKey
) -> None:
    numbers = []
    for start in range(40):  # after every power cut it is the same minute again
        store = open_store(folder, key, clock=lambda: BORN)
        for serial in range(3):
            case = draft(100 * start + serial)
            numbers.append(
                store.confirm(case, site=SITE, terminal=TERMINAL, now=BORN).receipt_number
            )
        store.close()
    assert len(set(numbers)) == 120
    assert all(is_valid(number) and number[14:20] == "700101" for number in numbers)
    assert [int(number[20:24]) for number in numbers] == list(range(1, 121))


def test_numbers_of_1970_are_not_given_again_when_their_cases_are_gone(
    store: SqlCipherStore, machine: Machine
) -> None:
    machine.clock = BORN
    for serial in (1, 2):
        case = store.confirm(draft(serial), site=SITE, terminal=TERMINAL, now=BORN)
        store.acknowledged(case.case_id, acknowledgement=b"s", official_number="1", now=BORN)
    assert lived(store, machine, 200 * DAY, every=DAY).removed == 2
    again = store.confirm(draft(3), site=SITE, terminal=TERMINAL, now=BORN)
    assert again.receipt_number[14:24] == "7001010003"

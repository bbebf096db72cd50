"""Notices, home visits, configuration, switches, and when the gateway was last heard."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.case import CaseState
from kiosk.domain.notice import Audience, Notice
from kiosk.domain.progress import StateChange
from kiosk.domain.standing import Heard
from offline_store.api import StoreError
from offline_store.arrivals import Arrivals
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from tests.counterparts.sample_cases import NAME, NOON, VISIT, confirmed_in, document

NOW = datetime(2026, 12, 1, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def notice(number: int, *, hours: float | None = None, audience: str = "everybody") -> Notice:
    return Notice(
        notice_id=f"n{number}",
        title=f"第{number}号通知",
        body="低保年审开始",
        published_at=NOW + number * HOUR,
        until=None if hours is None else NOW + hours * HOUR,
        audience=Audience(audience),
    )


def heard(store: SqlCipherStore, arrivals: Arrivals, now: datetime = NOW) -> None:
    store.apply(arrivals, cursor="1", now=now)


def test_notices_are_shown_to_whom_they_are_for_until_they_end(store: SqlCipherStore) -> None:
    every = (
        notice(1),
        notice(2, hours=5),
        notice(3, audience="staff"),
        notice(4, audience="residents"),
    )
    heard(store, Arrivals(notices=every))

    def ids(audience: Audience, now: datetime) -> list[str]:
        return [one.notice_id for one in store.notices(audience, now)]

    assert ids(Audience.RESIDENTS, NOW) == ["n4", "n2", "n1"]
    assert ids(Audience.STAFF, NOW + 6 * HOUR) == ["n3", "n1"]
    assert store.notices(Audience.EVERYBODY, NOW) == list(every[::-1])


def test_a_notice_is_replaced_and_withdrawn(store: SqlCipherStore) -> None:
    heard(store, Arrivals(notices=(notice(1), notice(2))))
    changed = replace(notice(1), title="更正")
    heard(store, Arrivals(notices=(changed,), withdrawn=("n2", "n99")))
    assert store.notices(Audience.EVERYBODY, NOW) == [changed]


def test_visits_come_soonest_first_and_end(store: SqlCipherStore) -> None:
    others = [
        replace(VISIT, visit_id="v2", wanted_on=None),
        replace(VISIT, visit_id="v3", wanted_on=date(2026, 12, 2), item_code="11"),
    ]
    heard(store, Arrivals(visits=(VISIT, *others)))
    assert store.visits() == [others[1], VISIT, others[0]]
    moved = replace(VISIT, wanted_on=date(2026, 12, 1))
    heard(store, Arrivals(visits=(moved,), ended_visits=("v2", "v9")))
    assert store.visits() == [moved, others[1]]
    assert NAME not in repr(store.visits())
    assert "示范村" not in repr(store.visits())


def test_a_configuration_takes_the_place_of_the_one_before(store: SqlCipherStore) -> None:
    assert store.configuration() is None
    heard(store, Arrivals(configuration=("1", b"{}")))
    heard(store, Arrivals(configuration=("2", b'{"stop_days": 9}')))
    heard(store, Arrivals())
    assert store.configuration() == ("2", b'{"stop_days": 9}')


def test_switches_stay(folder: Path, key: FileKey) -> None:
    store = open_store(folder, key)
    assert store.switch("sending") == ""
    for value in ("paused", "saving"):
        store.set_switch("sending", value)
    store.close()
    store = open_store(folder, key)
    assert (store.switch("sending"), store.switch("other")) == ("saving", "")
    store.close()


def test_every_pull_is_heard_and_says_whether_the_catalogue_is_current(
    store: SqlCipherStore,
) -> None:
    assert store.heard() == Heard()
    heard(store, Arrivals(), NOW)
    assert store.heard() == Heard(NOW, NOW, NOW, NOW)
    heard(store, Arrivals(catalog_is_current=False), NOW + HOUR)
    assert store.heard() == Heard(NOW, NOW + HOUR, NOW, NOW + HOUR)


def test_who_hears_at_first_of_a_newer_catalogue_has_none(store: SqlCipherStore) -> None:
    heard(store, Arrivals(catalog_is_current=False))
    assert store.heard() == Heard(NOW, NOW, None, NOW)


def test_the_first_start_and_the_latest_moment_are_remembered(store: SqlCipherStore) -> None:
    for moment in (NOW, NOW + HOUR, NOW - HOUR):  # the last one: somebody set the clock back
        store.note_clock(moment)
    assert store.heard() == Heard(NOW, None, None, NOW + HOUR)


def test_a_clock_that_is_looked_at_again_and_again_writes_once_a_minute(
    store: SqlCipherStore,
) -> None:
    before = store._database._connection.total_changes
    for second in range(150):
        store.note_clock(NOW + timedelta(seconds=second))
    assert store.heard().latest == NOW + timedelta(seconds=120)
    assert store._database._connection.total_changes - before == 3


@pytest.mark.parametrize("wrong", [datetime(1970, 1, 1, tzinfo=UTC), NOW + 3650 * 24 * HOUR])
def test_a_clock_that_cannot_be_is_not_remembered_as_the_latest(
    store: SqlCipherStore, wrong: datetime
) -> None:
    store.note_clock(NOW)
    store.note_clock(wrong)
    store.note_clock(NOW + HOUR)
    assert store.heard() == Heard(NOW, None, None, NOW + HOUR)


def test_a_terminal_born_in_1970_is_as_old_as_its_first_honest_moment(
    store: SqlCipherStore,
) -> None:
    store.note_clock(datetime(1970, 1, 1, tzinfo=UTC))
    store.note_clock(datetime(1970, 1, 2, tzinfo=UTC))
    store.note_clock(NOW)
    assert store.heard().first_start == NOW
    store.note_clock(NOW + HOUR)
    assert store.heard() == Heard(NOW, None, None, NOW + HOUR)


def test_all_of_a_pull_comes_or_nothing_of_it(store: SqlCipherStore) -> None:
    case = confirmed_in(store)
    paper, _ = document(case.case_id)
    store.note_clock(NOW)
    everything = Arrivals(
        changes=(StateChange(case.case_id, CaseState.ACCEPTED, "受理", NOON),),
        documents=(paper,),  # its bytes were never staged
        catalog=("2", b"{}"),
        configuration=("2", b"{}"),
        notices=(notice(1),),
        visits=(VISIT,),
    )
    with pytest.raises(StoreError):
        store.apply(everything, cursor="9", now=NOW + HOUR)
    assert store.case(case.case_id) == case
    assert (store.cursor(), store.catalog(), store.configuration()) == ("", None, None)
    assert (store.notices(Audience.EVERYBODY, NOW), store.visits()) == ([], [])
    assert store.heard().last_heard is None
    store.stage(paper.sha256, 0, document(case.case_id)[1])
    assert store.apply(everything, cursor="9", now=NOW + HOUR) == (case.case_id,)
    assert (store.cursor(), store.catalog(), store.configuration()) == (
        *("9", ("2", b"{}"), ("2", b"{}")),
    )
    assert store.visits() == [VISIT]
    assert store.heard().last_heard == NOW + HOUR

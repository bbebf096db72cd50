"""The store's age follows the machine's running time, and its clock only for a night."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_store.api import Limits
from offline_store.database import open_database
from offline_store.file_key import FileKey
from offline_store.lifetime import MOST_OFF, Lifetime, uptime
from offline_store.sqlcipher_store import open_store
from tests.counterparts.machine import Machine
from tests.counterparts.sample_cases import NOON

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def age(folder: Path) -> timedelta:
    database = open_database(folder, FileKey(folder / "store.key").key())
    [(lived,)] = database.execute("SELECT lived FROM lifetime")
    database.close()
    return timedelta(seconds=lived)


class Store:
    """A store on that machine, tidied when told."""

    def __init__(self, folder: Path, machine: Machine) -> None:
        self._folder, self._machine = folder, machine
        self.tidy()

    def tidy(self) -> timedelta:
        """How old it says it is."""
        store = open_store(
            self._folder, FileKey(self._folder / "store.key"), look=self._machine.look
        )
        store.tidy(self._machine.clock, Limits())
        store.close()
        return age(self._folder)


@pytest.fixture
def machine() -> Machine:
    return Machine(seconds=5000)  # it ran for a while before the program came


@pytest.fixture
def store(folder: Path, machine: Machine) -> Store:
    return Store(folder, machine)


def test_this_machine_tells_its_running_time() -> None:
    first, second = uptime(), uptime()
    assert first.boot == second.boot
    assert len(first.boot) == 36
    assert 0 < first.seconds <= second.seconds


def test_it_begins_at_nothing_and_grows_with_the_running_time(
    store: Store, machine: Machine
) -> None:
    assert store.tidy() == timedelta()
    machine.run(5 * HOUR)
    assert store.tidy() == 5 * HOUR
    machine.run(30 * DAY)  # as long as the machine runs, no matter how long nobody looked
    assert store.tidy() == 30 * DAY + 5 * HOUR


@pytest.mark.parametrize("leap", [3650 * DAY, -3650 * DAY, -20_500 * DAY])
def test_a_clock_that_leaps_while_the_machine_runs_means_nothing(
    store: Store, machine: Machine, leap: timedelta
) -> None:
    machine.run(HOUR)
    machine.clock += leap
    assert store.tidy() == HOUR
    machine.run(HOUR)
    assert store.tidy() == 2 * HOUR
    machine.clock -= leap
    machine.run(HOUR)
    assert store.tidy() == 3 * HOUR


@pytest.mark.parametrize(
    ("off", "counts"),
    [
        (timedelta(), timedelta()),
        (14 * HOUR, 14 * HOUR),
        (MOST_OFF, MOST_OFF),
        (30 * DAY, MOST_OFF),  # a month in a cupboard: things are kept longer
        (3650 * DAY, MOST_OFF),  # or a clock that runs ahead
        (-3650 * DAY, timedelta()),  # or one that begins anew
    ],
)
def test_the_time_off_is_believed_for_a_night(
    store: Store, machine: Machine, off: timedelta, counts: timedelta
) -> None:
    machine.run(10 * HOUR)
    store.tidy()
    machine.restart(off)
    machine.run(2 * HOUR)  # until somebody looks
    assert store.tidy() == 10 * HOUR + counts + 2 * HOUR


def test_a_machine_that_cannot_tell_its_boots_counts_by_its_clock_for_a_night(
    folder: Path, machine: Machine
) -> None:
    machine.look = lambda: uptime().__class__("", 100)  # type: ignore[method-assign]
    store = Store(folder, machine)
    machine.clock += HOUR
    assert store.tidy() == HOUR
    machine.clock += 3650 * DAY
    assert store.tidy() <= HOUR + MOST_OFF + timedelta(seconds=200)


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["run", "restart", "leap"]),
            st.integers(0, 40 * 86_400),
            st.booleans(),
        ),
        max_size=12,
    )
)
@settings(max_examples=25, deadline=None)
def test_whatever_happens_it_is_never_older_than_it_may_be(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, bool]]
) -> None:
    """It grows, and never by more than the running time and a night for every start."""
    machine = Machine()
    store = Store(tmp_path_factory.mktemp("lifetime") / "store", machine)
    most, before = timedelta(), timedelta()
    for what, seconds, backwards in steps:
        time = timedelta(seconds=seconds)
        match what:
            case "run":
                machine.run(time)
                most += time
            case "restart":
                machine.restart(-time if backwards else time)
                most += MOST_OFF
            case _:
                machine.clock += -time if backwards else time
        now = store.tidy()
        assert before <= now <= most
        before = now


def test_marks_tell_which_note_is_surely_so_old(folder: Path, key: FileKey) -> None:
    machine = Machine()
    database = open_database(folder, key.key())
    lifetime = Lifetime(database, machine.look)
    for hour in range(5):
        lifetime.grow(machine.clock)
        with database.writing():
            database.execute(
                "INSERT INTO audit (at, what, case_id) VALUES ('', 'test', ?)", (str(hour),)
            )
        machine.run(HOUR)
    lifetime.grow(machine.clock)  # 5 hours old; note n + 1 was made after the mark of hour n
    with database.reading():
        noted = [lifetime.noted_before(hours * HOUR) for hours in range(7)]
        assert noted == [5, 4, 3, 2, 1, 0, None]
        assert lifetime.noted_before(HOUR / 2) == 4
    database.close()


def test_half_an_hour_makes_no_mark(folder: Path, key: FileKey) -> None:
    machine = Machine()
    database = open_database(folder, key.key())
    lifetime = Lifetime(database, machine.look)
    for _ in range(5):
        lifetime.grow(NOON)
        machine.run(HOUR / 2)
    assert database.execute("SELECT lived FROM marks") == [(0,), (3600,), (7200,)]
    database.close()

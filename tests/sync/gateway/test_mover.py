"""Packs leave this disk only when every byte of them is elsewhere; trouble there loses nothing."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from sync.gateway.database import Database
from sync.gateway.mover import RESTS, Mover
from sync.gateway.objects_address import objects_at
from sync.gateway.office import Elsewhere, Office
from sync.gateway.packs import Content, Objects, Packs
from sync.wire import hash_of
from tests.counterparts.gateway_process import GatewayProcess
from tests.counterparts.s3_server import S3Server
from tests.counterparts.waiting import wait_until

ONE, TWO = bytes(range(256)) * 40, b"two" * 1000
NOW = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    with S3Server(tmp_path / "s3") as one:
        for name, value in one.keys.items():
            monkeypatch.setenv(name, value)
        yield one


@pytest.fixture
def objects(server: S3Server) -> Objects:
    return objects_at(server.address)


@pytest.fixture
def packs(tmp_path: Path, database: Database, objects: Objects) -> Packs:
    return Packs(tmp_path / "gateway", database, far=objects)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> None:
    (tmp_path / "gateway").mkdir()


def mover(database: Database, packs: Packs, objects: Objects, *, rests: float = 0.0) -> Mover:
    return Mover(database, packs, objects, now=lambda: NOW, rests=rests)


def here(packs: Packs) -> list[str]:
    return list(packs.here())


class Meddled:
    """The real place, but for one call."""

    def __init__(self, objects: Objects, **changed: Callable[..., object]) -> None:
        self._objects = objects
        self.__dict__.update(changed)

    def __getattr__(self, name: str) -> object:
        return getattr(self._objects, name)


def test_what_was_moved_is_read_from_there(
    packs: Packs, database: Database, objects: Objects, server: S3Server
) -> None:
    one = packs.put(ONE)
    database.write(packs.write([Content(hash_of(TWO), TWO)]).note)
    moving = mover(database, packs, objects)
    assert moving.count() == 2
    assert moving.move_all() == 2
    assert here(packs) == []
    assert len(server.kept()) == 2
    assert packs.read(one) == ONE
    assert packs.read(hash_of(TWO)) == TWO
    assert moving.count() == 0
    assert moving.move_all() == 0


def test_what_just_came_stays_a_while(packs: Packs, database: Database, objects: Objects) -> None:
    packs.put(ONE)
    moving = mover(database, packs, objects, rests=RESTS)
    assert moving.move_all() == 0
    [pack] = here(packs)
    long_ago = packs.path(pack).stat().st_mtime - RESTS
    os.utime(packs.path(pack), (long_ago, long_ago))
    assert moving.move_all() == 1


def test_a_pack_without_a_row_is_left_alone(
    packs: Packs, database: Database, objects: Objects, server: S3Server
) -> None:
    packs.write([Content(hash_of(ONE), ONE)])  # not noted: its request may still be under way
    assert mover(database, packs, objects).move_all() == 0
    assert len(here(packs)) == 1
    assert server.kept() == []


def test_while_the_place_is_away_all_stays_here(
    packs: Packs, database: Database, objects: Objects, server: S3Server
) -> None:
    one = packs.put(ONE)
    moving = mover(database, packs, objects)
    server.stop()
    with pytest.raises(OSError, match="objects: "):
        moving.move_all()
    assert packs.read(one) == ONE
    two = packs.put(TWO)
    server.start()
    assert moving.move_all() == 2
    assert packs.read(two) == TWO


def test_a_place_that_keeps_other_bytes_does_not_get_the_only_copy(
    packs: Packs, database: Database, objects: Objects
) -> None:
    one = packs.put(ONE)

    def damaged(name: str, place: int, size: int) -> bytes:
        return bytes(size)

    with pytest.raises(OSError, match="other bytes"):
        mover(database, packs, Meddled(objects, get=damaged)).move_all()  # type: ignore[arg-type]
    assert packs.read(one) == ONE
    assert len(here(packs)) == 1
    assert mover(database, packs, objects).move_all() == 1


def test_a_place_that_forgets_does_not_get_the_only_copy(
    packs: Packs, database: Database, objects: Objects
) -> None:
    packs.put(ONE)

    def forgets(name: str, path: Path) -> None:
        return

    with pytest.raises(OSError, match="did not keep it"):
        mover(database, packs, Meddled(objects, put=forgets)).move_all()  # type: ignore[arg-type]
    assert len(here(packs)) == 1


def test_one_pack_that_will_not_does_not_hold_the_others_of_its_round(
    packs: Packs, database: Database, objects: Objects
) -> None:
    for number in range(5):
        packs.put(bytes([number]) * 100)
    bad = here(packs)[0]

    def put(name: str, path: Path) -> None:
        if name == bad:
            raise OSError("objects: no")
        objects.put(name, path)

    with pytest.raises(OSError, match="objects: no"):
        mover(database, packs, Meddled(objects, put=put)).move_all()  # type: ignore[arg-type]
    assert here(packs) == [bad]


def test_what_a_crash_left_after_the_commit_goes_with_the_next_start(
    packs: Packs, database: Database, objects: Objects
) -> None:
    one = packs.put(ONE)
    [pack] = here(packs)
    moving = mover(database, packs, objects)
    moving.move_all()
    packs.path(pack).write_bytes(ONE)
    packs.put(TWO)
    assert moving.drop_moved() == 1
    assert len(here(packs)) == 1
    assert packs.read(one) == ONE


def test_packs_of_another_machine_are_left_to_it(
    packs: Packs, database: Database, objects: Objects
) -> None:
    packs.put(ONE)
    [pack] = here(packs)
    packs.path(pack).rename(packs.path(pack).with_name("elsewhere"))
    assert mover(database, packs, objects).move_all() == 0


def test_every_command_finds_the_place_again(tmp_path: Path, server: S3Server) -> None:
    gateway = tmp_path / "gateway"
    first = Office(gateway, elsewhere=Elsewhere(objects=server.address))
    first.close()
    again = Office(gateway)
    try:
        assert again.mover is not None
        one = again.packs.put(ONE)
        moving = mover(again._database, again.packs, objects_at(server.address))
        assert moving.move_all() == 1
        assert again.packs.read(one) == ONE
        assert list(again.checkup().run(lambda *_: None)) == []
    finally:
        again.close()


def test_a_gateway_whose_place_is_away_takes_in_and_says_so(
    tmp_path: Path, server: S3Server
) -> None:
    office = Office(tmp_path / "gateway")
    content = office.packs.put(ONE)
    [pack] = office.packs.here()
    path = office.packs.path(pack)
    long_ago = path.stat().st_mtime - 2 * RESTS
    os.utime(path, (long_ago, long_ago))
    office.close()
    server.stop()
    process = GatewayProcess(
        tmp_path / "gateway", options=("--objects", server.address), log=tmp_path / "log"
    )
    process.start()
    try:

        def notes() -> list[str]:
            answer = requests.get(f"{process.base_url}/readyz", timeout=5)
            assert answer.status_code == 200
            found: list[str] = answer.json().get("notes", [])
            return found

        wait_until(lambda: bool(notes()), seconds=60)
        assert notes()[0].startswith("objects: ")
        figures = requests.get(f"{process.base_url}/metrics", timeout=5).text
        assert "doorstep_packs_to_move 1.0" in figures
        assert "doorstep_objects_away 1.0" in figures
    finally:
        process.stop()
    server.start()
    process.start()
    try:
        wait_until(lambda: len(server.kept()) == 1, seconds=60)
        wait_until(lambda: not path.exists(), seconds=60)
        assert notes() == []
    finally:
        process.stop()
    office = Office(tmp_path / "gateway")
    assert office.packs.read(content) == ONE
    office.close()

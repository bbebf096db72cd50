"""A content that is noted is whole, right and on the disk, wherever its pack lies."""

import os
from pathlib import Path

import pytest

from sync.gateway.database import Database
from sync.gateway.old_blobs import take_over
from sync.gateway.packs import Content, Packs, Span
from sync.wire import hash_of

ONE, TWO = bytes(range(256)) * 40, b"two" * 1000


def content(one: bytes) -> Content:
    return Content(hash_of(one), one)


@pytest.fixture
def packs(tmp_path: Path, database: Database) -> Packs:
    return Packs(tmp_path, database)


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "pack").rglob("*") if path.is_file()]


def test_several_contents_share_a_pack_and_each_comes_back(
    packs: Packs, database: Database, tmp_path: Path
) -> None:
    packed = packs.write([content(ONE), content(TWO)])
    assert not packs.has(hash_of(ONE))  # written, but not noted
    database.write(packed.note)
    assert packs.read(hash_of(ONE)) == ONE
    assert packs.read(hash_of(TWO)) == TWO
    assert packs.size(hash_of(TWO)) == len(TWO)
    assert len(files(tmp_path)) == 1
    assert files(tmp_path)[0].stat().st_mode & 0o777 == 0o600


def test_what_is_there_already_stays_where_it_is(packs: Packs, database: Database) -> None:
    first = packs.put(ONE)
    assert packs.put(ONE) == first
    database.write(packs.write([content(ONE), content(TWO)]).note)
    assert packs.read(first) == ONE
    assert database.read("SELECT count(*) FROM content") == [(2,)]


def test_bytes_that_rotted_on_the_disk_are_not_handed_out(packs: Packs, tmp_path: Path) -> None:
    sha256 = packs.put(ONE)
    [file] = files(tmp_path)
    file.write_bytes(b"rot")
    with pytest.raises(OSError, match="damaged"):
        packs.read(sha256)


def test_an_unknown_name_is_a_key_error(packs: Packs) -> None:
    for ask in (packs.read, packs.size):
        with pytest.raises(KeyError):
            ask("ab" * 32)


def test_a_file_that_somebody_else_wrote_becomes_a_pack(
    packs: Packs, database: Database, tmp_path: Path
) -> None:
    body = tmp_path / "body"
    body.write_bytes(b"head" + ONE + b"between" + TWO)
    spans = [Span(hash_of(ONE), 4, len(ONE)), Span(hash_of(TWO), 11 + len(ONE), len(TWO))]
    database.write(packs.adopt(body, spans).note)
    body.unlink()  # the web server removes it
    assert (packs.read(hash_of(ONE)), packs.read(hash_of(TWO))) == (ONE, TWO)


def test_a_pack_that_cannot_be_written_leaves_no_file(
    packs: Packs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("sync.gateway.packs.os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            packs.write([content(ONE)])
    assert files(tmp_path) == []
    packs.put(ONE)


def test_the_bytes_are_on_the_disk_before_the_name_and_the_name_before_the_row(
    packs: Packs, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs.put(TWO)  # makes the day's folder
    order: list[str] = []
    fsync = os.fsync
    monkeypatch.setattr(
        "sync.gateway.packs.os.fsync", lambda fd: (order.append("bytes"), fsync(fd))[1]
    )
    monkeypatch.setattr("sync.gateway.group_commit.sync_folder", lambda _: order.append("name"))
    packed = packs.write([content(ONE)])
    database.write(packed.note)
    order.append("row")
    assert order == ["bytes", "name", "row"]


def test_files_of_before_there_were_packs_are_taken_over(
    database: Database, tmp_path: Path
) -> None:
    for one in (ONE, TWO):
        old = tmp_path / "blob" / hash_of(one)[:2] / hash_of(one)
        old.parent.mkdir(parents=True, exist_ok=True)
        old.write_bytes(one)
    packs = Packs(tmp_path, database)
    assert take_over(tmp_path, database) == 2
    assert take_over(tmp_path, database) == 0
    assert (packs.read(hash_of(ONE)), packs.read(hash_of(TWO))) == (ONE, TWO)
    assert not (tmp_path / "blob").exists()

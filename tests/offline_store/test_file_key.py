"""The key file: made once, closed to others, never replaced behind an existing database."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.fault import Fault
from offline_store.api import StoreError, StoreKey
from offline_store.database import FILE_NAME
from offline_store.file_key import FileKey, key_in
from offline_store.sqlcipher_store import open_store


def fault_of(key: StoreKey) -> Fault:
    with pytest.raises(StoreError) as refused:
        key.key()
    return refused.value.fault


def test_the_key_is_made_once_and_is_for_this_account_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "store.key"
    made = FileKey(path).key()
    assert len(made) == 32
    assert FileKey(path).key() == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["store.key"]


def test_two_keys_are_different(tmp_path: Path) -> None:
    assert FileKey(tmp_path / "one").key() != FileKey(tmp_path / "other").key()


def test_whoever_comes_first_makes_the_key_for_all(tmp_path: Path) -> None:
    keys: list[bytes] = []
    threads = [
        Thread(target=lambda: keys.append(FileKey(tmp_path / "store.key").key())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    key = FileKey(tmp_path / "store.key")
    key.key()
    (tmp_path / "store.key").chmod(mode)
    assert fault_of(key) is Fault.STORE_KEY_WRONG


@pytest.mark.parametrize("content", [b"", b"short", b"zz" * 32, b"\xff" * 40])
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "store.key"
    path.touch(mode=0o600)
    path.write_bytes(content)
    assert fault_of(FileKey(path)) is Fault.STORE_KEY_WRONG


def test_a_key_may_be_raw_or_in_hex() -> None:
    raw = bytes(range(32))
    assert key_in(raw) == key_in(raw.hex().encode()) == key_in(raw.hex().encode() + b"\n") == raw


@given(content=st.binary(max_size=100))
def test_any_content_is_a_key_of_32_bytes_or_refused(content: bytes) -> None:
    key, refused = b"", None
    try:
        key = key_in(content)
    except StoreError as error:
        refused = error.fault
    assert (len(key), refused) in {(32, None), (0, Fault.STORE_KEY_WRONG)}


def test_a_lost_key_is_never_replaced_behind_its_database(tmp_path: Path) -> None:
    key = FileKey(tmp_path / "store.key")
    open_store(tmp_path, key).close()
    (tmp_path / "store.key").rename(tmp_path / "put away")
    assert fault_of(key) is Fault.STORE_KEY_WRONG
    assert not (tmp_path / "store.key").exists()
    (tmp_path / "put away").rename(tmp_path / "store.key")
    open_store(tmp_path, key).close()


def test_the_database_may_lie_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / FILE_NAME).touch()
    key = FileKey(tmp_path / "keys" / "store.key", folder=tmp_path / "store")
    assert fault_of(key) is Fault.STORE_KEY_WRONG


def test_a_destroyed_key_is_gone_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "store.key"
    key = FileKey(path)
    made = key.key()
    with path.open("rb") as still_open:
        key.destroy()
        key.destroy()
        assert made.hex().encode() not in still_open.read()
    assert not path.exists()
    assert "key" not in repr(key) or made.hex() not in repr(key)


def test_a_folder_in_place_of_the_key_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "store.key").mkdir(mode=0o700)
    key = FileKey(tmp_path / "store.key")
    assert fault_of(key) is Fault.STORE_DAMAGED
    with pytest.raises(StoreError):
        key.destroy()


def moving(tmp_path: Path) -> tuple[FileKey, Path, Path]:
    """A key in the folder of its store, as earlier versions kept it, and its new place."""
    folder = tmp_path / "store"
    old, new = folder / "store.key", tmp_path / "store.key"
    if not old.exists() and not new.exists():
        FileKey(old).key()
    return FileKey(new, folder, before=old), old, new


def test_a_key_moves_out_of_the_folder_that_it_locks(tmp_path: Path) -> None:
    key, old, new = moving(tmp_path)
    before = key_in(old.read_bytes())
    open_store(old.parent, FileKey(old)).close()
    with old.open("rb") as still_open:
        assert key.key() == before
        assert before.hex().encode() not in still_open.read()
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert sorted(one.name for one in old.parent.iterdir()) == [FILE_NAME]
    assert key.key() == before
    open_store(old.parent, key).close()


@pytest.mark.parametrize("call", ["link", "unlink", "fsync", "replace"])
def test_whatever_ends_the_program_while_the_key_moves_there_is_one_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    real = getattr(os, call)
    for after in (False, True):
        for number in range(5):
            place = tmp_path / f"{after} {number}"
            key, old, new = moving(place)
            before, left = key_in(old.read_bytes()), [number]

            def end(*words: object, left: list[int] = left, after: bool = after) -> object:
                left[0] -= 1
                if left[0] < 0 and not after:
                    raise KeyboardInterrupt
                done = real(*words)
                if left[0] < 0:
                    raise KeyboardInterrupt
                return done

            with monkeypatch.context() as patched:
                patched.setattr(os, call, end)
                with suppress(KeyboardInterrupt):
                    key.key()
            assert old.exists() or new.exists()
            assert key.key() == before
            assert not old.exists()
            assert [one.name for one in old.parent.iterdir()] == []


def test_two_keys_that_differ_are_refused_and_both_stay(tmp_path: Path) -> None:
    key, old, new = moving(tmp_path)
    FileKey(new).key()
    kept = old.read_bytes(), new.read_bytes()
    assert fault_of(key) is Fault.STORE_KEY_WRONG
    assert (old.read_bytes(), new.read_bytes()) == kept


def may_not_write_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int = errno.EACCES
) -> None:
    """As for an account that may only look there; root, who tests, may always."""
    real = os.open

    def guarded(path: Path, *words: int) -> int:
        if Path(path).parent == folder and words[0] & os.O_CREAT:
            raise OSError(number, os.strerror(number), str(path))
        return real(path, *words)

    monkeypatch.setattr(os, "open", guarded)


@pytest.mark.logs_expected
@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_key_that_may_not_move_stays_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    key, old, new = moving(tmp_path)
    before = key_in(old.read_bytes())
    may_not_write_in(tmp_path, monkeypatch, number)
    assert key.key() == before
    assert not new.exists()
    assert [one.name for one in tmp_path.iterdir()] == ["store"]


@pytest.mark.logs_expected
@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_first_key_that_may_not_lie_beside_the_folder_lies_in_it_until_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    folder = tmp_path / "store"
    key = FileKey(tmp_path / "store.key", folder, before=folder / "store.key")
    with monkeypatch.context() as patched:
        may_not_write_in(tmp_path, patched, number)
        made = key.key()
        open_store(folder, key).close()
        assert key.key() == made
    assert stat.S_IMODE((folder / "store.key").stat().st_mode) == 0o600
    assert key.key() == made  # and now it moves
    assert not (folder / "store.key").exists()
    assert (tmp_path / "store.key").exists()


def test_a_key_that_may_lie_nowhere_is_no_damage_and_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_not_write_in(tmp_path, monkeypatch)
    with pytest.raises(StoreError, match=r"store\.key") as refused:
        FileKey(tmp_path / "store.key").key()
    assert refused.value.fault is Fault.STORE_READ_ONLY


def test_a_key_of_another_account_is_a_wrong_key_and_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    key = FileKey(tmp_path / "store.key")
    key.key()
    monkeypatch.setattr(Path, "read_bytes", forbidden)
    assert fault_of(key) is Fault.STORE_KEY_WRONG


def test_destroying_a_key_that_was_to_move_leaves_none(tmp_path: Path) -> None:
    key, old, new = moving(tmp_path)
    key.destroy()
    assert not old.exists()
    assert not new.exists()

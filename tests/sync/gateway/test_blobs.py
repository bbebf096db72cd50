"""A page under its own name is whole and on the disk; a part says truly how far it came."""

import os
import threading
import time
from pathlib import Path

import pytest

from sync.gateway.blobs import FORGOTTEN_AFTER, Blobs, OffsetWrong, Preempted
from sync.wire import hash_of

CONTENT = bytes(range(256)) * 40
SHA = hash_of(CONTENT)
SIZE = len(CONTENT)
T = "terminal"


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path)


def send(blobs: Blobs, content: bytes, at: int = 0, terminal: str = T) -> None:
    writer = blobs.begin(terminal, SHA, at)
    blobs.write(terminal, SHA, writer, at, content)
    blobs.end(terminal, SHA, writer)


def part_of(folder: Path) -> Path:
    [part] = (folder / "part").iterdir()
    return part


def test_a_page_that_came_whole_is_kept_under_its_name(blobs: Blobs, tmp_path: Path) -> None:
    send(blobs, CONTENT)
    assert blobs.offset(T, SHA, SIZE) is None
    assert blobs.read(SHA) == CONTENT
    assert list((tmp_path / "part").iterdir()) == []


def test_half_a_page_goes_on_where_it_stopped(blobs: Blobs) -> None:
    assert blobs.offset(T, SHA, SIZE) == 0
    send(blobs, CONTENT[:4000])
    assert blobs.offset(T, SHA, SIZE) == 4000
    send(blobs, CONTENT[4000:], at=4000)
    assert blobs.offset(T, SHA, SIZE) is None


def test_a_full_part_left_by_a_crash_is_settled_when_asked(blobs: Blobs, tmp_path: Path) -> None:
    send(blobs, CONTENT)  # the process died before anybody asked
    assert part_of(tmp_path).stat().st_size == SIZE
    again = Blobs(tmp_path)
    assert again.offset(T, SHA, SIZE) is None
    assert again.read(SHA) == CONTENT


def test_a_part_with_wrong_bytes_starts_anew(blobs: Blobs) -> None:
    send(blobs, bytes(SIZE))
    assert blobs.offset(T, SHA, SIZE) == 0
    assert not blobs.has(SHA)
    send(blobs, CONTENT)
    assert blobs.offset(T, SHA, SIZE) is None


def test_a_part_longer_than_the_page_starts_anew(blobs: Blobs) -> None:
    send(blobs, CONTENT + b"more")
    assert blobs.offset(T, SHA, SIZE) == 0


def test_a_gap_is_refused_with_the_place_to_go_on(blobs: Blobs) -> None:
    send(blobs, CONTENT[:100])
    with pytest.raises(OffsetWrong) as caught:
        blobs.begin(T, SHA, 101)
    assert caught.value.offset == 100


def test_an_offset_given_out_before_more_arrived_is_still_good(blobs: Blobs) -> None:
    send(blobs, CONTENT[:8000])
    send(blobs, CONTENT[4000:], at=4000)
    assert blobs.offset(T, SHA, SIZE) is None


def test_a_newer_request_ends_the_older_one(blobs: Blobs) -> None:
    older = blobs.begin(T, SHA, 0)
    blobs.write(T, SHA, older, 0, CONTENT[:100])
    newer = blobs.begin(T, SHA, 100)
    with pytest.raises(Preempted):
        blobs.write(T, SHA, older, 100, b"late bytes")
    blobs.end(T, SHA, older)  # its end does not end the newer one
    blobs.write(T, SHA, newer, 100, CONTENT[100:])
    assert blobs.offset(T, SHA, SIZE) is None


def test_nobody_writes_behind_the_check(blobs: Blobs) -> None:
    writer = blobs.begin(T, SHA, 0)
    blobs.write(T, SHA, writer, 0, CONTENT)
    assert blobs.offset(T, SHA, SIZE) is None
    with pytest.raises(Preempted):
        blobs.write(T, SHA, writer, 0, b"other")
    assert blobs.read(SHA) == CONTENT


def test_one_terminal_cannot_spoil_the_part_of_another(blobs: Blobs) -> None:
    send(blobs, CONTENT[:100])
    send(blobs, bytes(100), terminal="other")
    send(blobs, CONTENT[100:], at=100)
    assert blobs.offset(T, SHA, SIZE) is None


def test_bytes_that_rotted_on_the_disk_are_not_handed_out(blobs: Blobs) -> None:
    sha256 = blobs.put(CONTENT)
    blobs.path(sha256).write_bytes(b"rot")
    with pytest.raises(OSError, match="damaged"):
        blobs.read(sha256)


def test_an_unknown_name_is_a_key_error(blobs: Blobs) -> None:
    with pytest.raises(KeyError):
        blobs.read(SHA)


def test_parts_nobody_finished_in_a_month_are_dropped(blobs: Blobs, tmp_path: Path) -> None:
    send(blobs, CONTENT[:100])
    long_ago = time.time() - FORGOTTEN_AFTER - 1
    os.utime(part_of(tmp_path), (long_ago, long_ago))
    assert Blobs(tmp_path).offset(T, SHA, SIZE) == 0


def test_many_threads_on_one_page_leave_it_whole(blobs: Blobs) -> None:
    def one() -> None:
        for start in range(0, SIZE, 1024):
            try:
                writer = blobs.begin(T, SHA, start)
                blobs.write(T, SHA, writer, start, CONTENT[start : start + 1024])
            except (OffsetWrong, Preempted):
                continue
            blobs.offset(T, SHA, SIZE)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if blobs.offset(T, SHA, SIZE) is not None:
        send(blobs, CONTENT)
    assert blobs.offset(T, SHA, SIZE) is None
    assert blobs.read(SHA) == CONTENT


def test_bytes_reach_the_disk_before_the_name_and_the_name_before_the_answer(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    real_fsync, real_rename = os.fsync, Path.rename

    def fsync(descriptor: int) -> None:
        done.append("fsync " + Path(os.readlink(f"/proc/self/fd/{descriptor}")).parent.name)
        real_fsync(descriptor)

    def rename(self: Path, target: Path) -> Path:
        done.append("rename")
        return real_rename(self, target)

    send(blobs, CONTENT)
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "rename", rename)
    blobs.offset(T, SHA, SIZE)
    # the part, its new name, the folder of that name, the folder of all prefixes
    assert done == ["fsync part", "rename", "fsync blob", f"fsync {folder_of(blobs)}"]


def folder_of(blobs: Blobs) -> str:
    return blobs._whole.parent.name


def test_a_page_whose_name_did_not_reach_the_disk_is_brought_there_before_it_counts(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []

    def refuse(folder: Path) -> None:
        raise OSError(5, "Input/output error")

    send(blobs, CONTENT)
    with monkeypatch.context() as broken:
        broken.setattr("sync.gateway.blobs.sync_folder", refuse)
        with pytest.raises(OSError, match="Input/output"):
            blobs.offset(T, SHA, SIZE)
    monkeypatch.setattr("sync.gateway.blobs.sync_folder", synced.append)
    assert blobs.offset(T, SHA, SIZE) is None
    assert synced == [blobs.path(SHA).parent, blobs.path(SHA).parent.parent]

"""A part says truly how far it came, and nothing of it is ever taken for more than it is."""

import os
import threading
import time
from pathlib import Path

import pytest

from sync.gateway.parts import FORGOTTEN_AFTER, Parts
from sync.wire import hash_of

CONTENT = bytes(range(256)) * 40
SHA = hash_of(CONTENT)
SIZE = len(CONTENT)
T = "terminal"


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return Parts(tmp_path)


def part_of(folder: Path) -> Path:
    [part] = (folder / "part").iterdir()
    return part


def test_half_a_page_goes_on_where_it_stopped(parts: Parts) -> None:
    assert parts.length(T, SHA) == 0
    assert parts.write(T, SHA, 0, CONTENT[:4000]) == 4000
    assert parts.length(T, SHA) == 4000
    assert parts.whole(T, SHA, SIZE) is None
    assert parts.write(T, SHA, 4000, CONTENT[4000:]) == SIZE
    path = parts.whole(T, SHA, SIZE)
    assert path is not None
    assert path.read_bytes() == CONTENT
    parts.drop(T, SHA)
    assert parts.length(T, SHA) == 0


def test_it_is_still_there_after_a_restart(parts: Parts, tmp_path: Path) -> None:
    parts.write(T, SHA, 0, CONTENT[:100])
    assert Parts(tmp_path).length(T, SHA) == 100


def test_a_full_part_with_wrong_bytes_starts_anew(parts: Parts) -> None:
    parts.write(T, SHA, 0, bytes(SIZE))
    assert parts.whole(T, SHA, SIZE) is None
    assert parts.length(T, SHA) == 0


def test_a_part_longer_than_the_page_starts_anew(parts: Parts) -> None:
    parts.write(T, SHA, 0, CONTENT + b"more")
    assert parts.whole(T, SHA, SIZE) is None
    assert parts.length(T, SHA) == 0


def test_what_would_leave_a_gap_is_ignored(parts: Parts) -> None:
    parts.write(T, SHA, 0, CONTENT[:100])
    assert parts.write(T, SHA, 101, b"x") == 100
    assert parts.length(T, SHA) == 100


def test_an_offset_given_out_before_more_arrived_is_still_good(parts: Parts) -> None:
    parts.write(T, SHA, 0, CONTENT[:8000])
    assert parts.write(T, SHA, 4000, CONTENT[4000:6000]) == 8000
    parts.write(T, SHA, 4000, CONTENT[4000:])
    assert parts.whole(T, SHA, SIZE) is not None


def test_one_terminal_cannot_spoil_the_part_of_another(parts: Parts) -> None:
    parts.write(T, SHA, 0, CONTENT[:100])
    parts.write("other", SHA, 0, bytes(100))
    parts.write(T, SHA, 100, CONTENT[100:])
    assert parts.whole(T, SHA, SIZE) is not None


def test_parts_nobody_finished_in_a_month_are_dropped(parts: Parts, tmp_path: Path) -> None:
    parts.write(T, SHA, 0, CONTENT[:100])
    long_ago = time.time() - FORGOTTEN_AFTER - 1
    os.utime(part_of(tmp_path), (long_ago, long_ago))
    assert Parts(tmp_path).length(T, SHA) == 0


def test_a_length_given_out_is_on_the_disk_and_so_is_the_name(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []

    def noted(descriptor: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name.partition(".")[0])

    monkeypatch.setattr("sync.gateway.parts.os.fsync", noted)
    owner = hash_of(T.encode())[:16]
    for end, expected in ((100, [owner, "part"]), (200, [owner])):  # the name once is enough
        parts.write(T, SHA, 0, CONTENT[:end])
        synced.clear()
        parts.length(T, SHA)
        assert synced == expected


def test_many_threads_on_one_page_leave_it_whole(parts: Parts) -> None:
    def send(start: int) -> None:
        at = start
        while at < SIZE:
            at = max(at + 1, parts.write(T, SHA, at, CONTENT[at : at + 700]))

    threads = [threading.Thread(target=send, args=(0,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert parts.whole(T, SHA, SIZE) is not None


def test_whether_anything_has_come_is_known_without_a_look_at_the_disk(tmp_path: Path) -> None:
    parts = Parts(tmp_path)
    assert not parts.exists(T, SHA)
    parts.write(T, SHA, 0, b"some")
    assert parts.exists(T, SHA)
    assert Parts(tmp_path).exists(T, SHA)  # from before this process
    assert not parts.exists("another", SHA)
    parts.drop(T, SHA)
    assert not parts.exists(T, SHA)

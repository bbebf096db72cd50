"""A sealed bundle that comes twice at one moment, or again after a crash, is answered as ever."""

import os
from types import SimpleNamespace

import pytest

from sync import wire
from sync.gateway.stick_arrivals import StickArrivals
from tests.counterparts.village import TERMINAL_ID, Village
from tests.sync.gateway.test_stick_desk import good, made_by_hand


@pytest.fixture
def arrivals(village: Village) -> StickArrivals:
    return village.gateway._office._app._parts.arrivals


def arrived(village: Village, arrivals: StickArrivals) -> tuple[str, int]:
    """Hash and size of a bundle that is here whole."""
    text, pages = good(village)
    bundle = made_by_hand(village, text, *pages)
    name = wire.hash_of(bundle)
    arrivals.parts.write(TERMINAL_ID, name, 0, bundle)
    return name, len(bundle)


def test_two_requests_of_one_bundle_do_not_write_over_each_other(
    village: Village, arrivals: StickArrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, size = arrived(village, arrivals)
    others: list[object] = []

    def fsync(descriptor: int) -> None:
        """The other request comes while the answer of this one is half kept."""
        if not others:
            others.append("under way")
            others[0] = arrivals.take(TERMINAL_ID, name, size)
        os.fsync(descriptor)

    calm = SimpleNamespace(fsync=fsync, fstat=os.fstat)
    monkeypatch.setattr("sync.gateway.stick_arrivals.os", calm)
    answer = arrivals.take(TERMINAL_ID, name, size)
    assert isinstance(answer, bytes)
    assert answer
    assert others == [answer]
    assert arrivals.known(name) == answer
    folder = village.folder / "gateway" / "bundles" / "answer"
    assert [(one.name, one.stat().st_mode & 0o777) for one in folder.iterdir()] == [(name, 0o600)]


def test_an_empty_answer_is_no_answer_and_the_bundle_is_asked_for_again(
    village: Village, arrivals: StickArrivals
) -> None:
    name, size = arrived(village, arrivals)
    kept = village.folder / "gateway" / "bundles" / "answer" / name
    kept.touch()
    assert arrivals.known(name) is None
    answer = arrivals.take(TERMINAL_ID, name, size)
    assert isinstance(answer, bytes)
    assert kept.read_bytes() == answer == arrivals.known(name)


def test_an_answer_that_does_not_fit_on_the_disk_leaves_no_half_file(
    village: Village, arrivals: StickArrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, size = arrived(village, arrivals)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        broken = SimpleNamespace(fsync=full, fstat=os.fstat)
        patch.setattr("sync.gateway.stick_arrivals.os", broken)
        with pytest.raises(OSError, match="No space"):
            arrivals.take(TERMINAL_ID, name, size)
    assert list((village.folder / "gateway" / "bundles" / "answer").iterdir()) == []
    assert isinstance(arrivals.take(TERMINAL_ID, name, size), bytes)

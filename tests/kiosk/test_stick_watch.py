"""A stick is a real folder, the gateway a real one, the store the real store."""

import errno
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.sending import SENDING_SWITCH, Sending
from kiosk.domain.stick import StickResult, StickWork
from kiosk.flow.equipment import CasesChanged, Event, StickEnded, StickMoved, StickSeen
from kiosk.stick_turn import Halt, StickKeys
from kiosk.stick_watch import StickWatch
from offline_store.api import Store, StoreError
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import open_store
from sync.gateway_key import GatewayKey
from sync.stick_export import Sender, StickExport
from sync.stick_folder import Disk, StickFolder
from tests.counterparts.sample_cases import NOON
from tests.counterparts.stick import at_the_gateway, sender
from tests.counterparts.village import Village, confirmed

OTHER = "220104001001-02"


class Point:
    """A service point with a stick, and what was told."""

    def __init__(self, village: Village, folder: Path) -> None:
        self.village = village
        self.stick = folder / "stick"
        self.stick.mkdir()
        self.is_in = True
        self.told: list[Event] = []
        self.everybody: list[Event] = []
        self.keys: StickKeys | None = StickKeys(
            sender(village), GatewayKey(village.gateway.public_key)
        )
        self.opens = village.open_store

    def watch(self) -> StickWatch:
        return StickWatch(
            find=lambda: self.stick if self.is_in else None,
            keys=self.keys,
            open_store=self.opens,
            line=self.village.new_client,
            now=lambda: NOON,
        )

    def carry(self, halt: Halt | None = None) -> StickResult:
        self.told.clear()
        self.watch().carry(self.told.append, self.everybody.append, halt or Halt())
        [ended] = [event for event in self.told if isinstance(event, StickEnded)]
        assert self.told[-1] is ended
        return ended.result

    def works(self) -> list[StickWork]:
        moves = [event.work for event in self.told if isinstance(event, StickMoved)]
        return list(dict.fromkeys(moves))

    def bundles(self) -> list[str]:
        return StickFolder(self.stick).bundles()

    def others_case(self, serial: int = 77) -> str:
        """A case of another terminal lies on the stick."""
        folder = self.village.folder / "other"
        store = open_store(folder, FileKey(folder / "store.key"))
        case = confirmed(store, serial)
        token = self.village.gateway.add_terminal(OTHER)
        key = self.village.gateway.sealing_key
        other = Sender(terminal_id=OTHER, token=token, sealing_key=key)
        StickExport(store, StickFolder(self.stick), other).run(NOON)
        store.close()
        return case.case_id


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    made = Village(tmp_path / "village")
    yield made
    made.close()


@pytest.fixture
def point(village: Village, tmp_path: Path) -> Point:
    return Point(village, tmp_path)


def test_a_stick_is_told_at_once_and_when_it_comes_or_goes(point: Point) -> None:
    watch = point.watch()
    point.is_in = False
    watch.begin(point.told.append)
    watch.poll()
    point.is_in = True
    watch.poll()
    assert point.told == [StickSeen(Fault.STICK_GONE), StickSeen(None)]
    watch.begin(point.told.append)
    assert point.told[2:] == [StickSeen(None)]


def test_a_terminal_that_is_not_enrolled_says_so(point: Point) -> None:
    point.keys = None
    point.watch().begin(point.told.append)
    assert point.told == [StickSeen(Fault.STICK_NOT_ENROLLED)]
    assert point.carry().fault is Fault.STICK_NOT_ENROLLED


def test_what_waits_goes_out_and_the_receipts_come_back(point: Point, village: Village) -> None:
    village.gateway.cut()
    cases = [village.confirm(serial) for serial in (1, 2)]
    assert point.carry() == StickResult(safe=True, on_stick=2)
    assert point.works() == [StickWork.ANSWERS, StickWork.CASES, StickWork.SETTLING]
    assert StickMoved(StickWork.CASES, 1, 2) in point.told
    at_the_gateway(village, point.stick)
    assert point.carry() == StickResult(safe=True, receipts=2)
    assert village.store.case(cases[0].case_id).state is CaseState.RECEIVED
    assert point.everybody == [CasesChanged(tuple(sorted(case.case_id for case in cases)))]
    assert point.bundles() == []


def test_others_cases_go_over_our_line_and_ours_from_another_day_with_them(
    point: Point, village: Village
) -> None:
    point.others_case()
    village.gateway.cut()
    mine = village.confirm(1)
    assert point.carry() == StickResult(safe=True, on_stick=1, not_carried=1)
    village.gateway.mend()
    result = point.carry()
    assert result == StickResult(safe=True, receipts=1, carried=1, for_others=1)
    assert village.store.case(mine.case_id).state is CaseState.RECEIVED
    assert point.carry() == StickResult(safe=True, for_others=1)


def test_staff_who_spare_the_line_do_not_send_others_cases(point: Point, village: Village) -> None:
    point.others_case()
    village.store.set_switch(SENDING_SWITCH, Sending.SAVING.value)
    assert point.carry() == StickResult(safe=True, not_carried=1)


def test_a_torn_bundle_of_another_terminal_is_told(point: Point) -> None:
    case_id = point.others_case()
    path = StickFolder(point.stick).path_of(case_id)
    path.write_bytes(path.read_bytes()[:-50])
    assert point.carry() == StickResult(safe=True, torn=1)


def test_stopped_before_it_began_nothing_is_written(point: Point, village: Village) -> None:
    village.confirm(1)
    halt = Halt()
    halt.ask()
    assert point.carry(halt) == StickResult(cancelled=True, safe=True, left=1)
    assert point.bundles() == []
    assert point.carry().on_stick == 1


def test_stopping_breaks_off_a_line_that_hangs(point: Point, village: Village) -> None:
    point.others_case()
    village.gateway.cut()  # what is asked finds nobody; the halt must hold for a new line too
    halt = Halt()
    line = village.new_client()
    halt.covers(line)
    threading.Thread(target=halt.ask).start()
    assert point.carry(halt).not_carried == 1
    assert line.reachable() is not None


def test_a_stick_pulled_in_the_middle_loses_nothing(
    point: Point, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = village.confirm(1)

    def pulled(_self: Disk, _descriptor: int, _content: bytes) -> int:
        point.is_in = False
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Disk, "write", pulled)
    assert point.carry() == StickResult(fault=Fault.STICK_GONE, left=1)
    assert village.store.case(case.case_id).state is CaseState.QUEUED
    assert village.store.waiting() == 1


@pytest.mark.parametrize(
    ("error", "fault"),
    [(errno.EROFS, Fault.STICK_UNUSABLE), (errno.ENOSPC, Fault.STICK_FULL)],
)
def test_a_stick_that_does_not_take_it_is_told(
    point: Point, village: Village, monkeypatch: pytest.MonkeyPatch, error: int, fault: Fault
) -> None:
    village.confirm(1)

    def fails(_self: Disk, path: Path) -> int:
        if "cases" in str(path):
            raise OSError(error, os.strerror(error))
        return real(_self, path)

    real = Disk.create
    monkeypatch.setattr(Disk, "create", fails)
    assert point.carry() == StickResult(fault=fault, safe=True, left=1)


def test_without_a_store_or_a_stick_it_still_ends(point: Point) -> None:
    def full() -> Store:
        raise StoreError(Fault.STORE_FULL)

    point.is_in = False
    assert point.carry() == StickResult(fault=Fault.STICK_GONE)
    point.is_in, point.opens = True, full
    assert point.carry() == replace(StickResult(), fault=Fault.STORE_FULL)


def test_a_mistake_of_ours_still_ends_the_turn(point: Point) -> None:
    def broken() -> Store:
        raise ZeroDivisionError

    point.opens = broken
    with pytest.raises(ZeroDivisionError):
        point.carry()
    assert point.told == [StickEnded(StickResult(fault=Fault.STICK_UNUSABLE))]

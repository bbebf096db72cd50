"""Resident ID cards and their reader, on a pseudo terminal."""

import fcntl
import os
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from devices.id_card.card_watch import CardTaken
from devices.id_card.found_sam_reader import FoundSamReader
from devices.id_card.sam_search import SamSearch, serial_ports
from devices.id_card.sam_serial_reader import SamSerialReader
from devices.id_card.specimens import HMT_PERMIT, RESIDENT
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import DeviceKind
from tests.counterparts.card_blocks import block_of
from tests.counterparts.sam_reader_pty import (
    FIND,
    READ,
    READ_ADDRESS,
    SELECT,
    SELF_CHECK,
    SamReaderPty,
)
from tests.matrix.device_rig import Rig, seconds_until
from tests.matrix.device_states import state

PTY = "SAM reader on a pty"
KIND = DeviceKind.ID_CARD
OWN, OTHERS = block_of(RESIDENT), block_of(HMT_PERMIT)


@contextmanager
def _at_work(*, want: bool = True) -> Iterator[tuple[SamReaderPty, Rig]]:
    with SamReaderPty() as pty, Rig(readers=(SamSerialReader(pty.port),)) as rig:
        rig.stands(KIND, None)
        rig.threads.watch_cards(want)
        yield pty, rig


def _laid_anew(pty: SamReaderPty, rig: Rig) -> float:
    return seconds_until(lambda: pty.lay_down(OWN), lambda: rig.reads(RESIDENT))


@state("id_card.lifted_early", "卡没读完就拿开 lifted while it is read", PTY, "R02")
def lifted_early() -> float:
    with _at_work() as (pty, rig):
        pty.when_asked(READ, pty.take_away)
        pty.lay_down(OWN)
        rig.refuses(Fault.CARD_REMOVED)
        return _laid_anew(pty, rig)


@state("id_card.slipped", "卡在感应区滑动 slips while it is selected", PTY, "read, or R02")
def slipped() -> float:
    with _at_work() as (pty, rig):
        pty.answer_next(SELECT, 0x81, times=2)
        return _laid_anew(pty, rig)


@state(
    "id_card.swapped", "读到一半换成别人的卡 another card swapped in mid-read", PTY, "never mixed"
)
def swapped() -> float:
    with _at_work() as (pty, rig):
        pty.when_asked(READ, lambda: pty.lay_down(OTHERS))
        return seconds_until(lambda: pty.lay_down(OWN), lambda: rig.reads(HMT_PERMIT))


@state("id_card.reversed", "卡放反、放远 reversed or too far: not felt", PTY, "nothing")
def reversed_card() -> float:
    with _at_work() as (pty, rig):
        pty.answer_next(FIND, 0x80, times=3)
        return _laid_anew(pty, rig)


@state("id_card.not_lifted", "读过的卡一直没拿开 not lifted after it was read", PTY, "read once")
def not_lifted() -> float:
    with _at_work() as (pty, rig):
        pty.lay_down(OWN)
        rig.reads(RESIDENT)
        rig.threads.watch_cards(False)
        rig.threads.watch_cards(True)
        rig.hears(lambda e: isinstance(e, CardTaken), "it is hidden")
        asked = len(pty.requests)
        while len(pty.requests) < asked + 3:
            os.sched_yield()
        assert pty.requests[asked:].count(READ) == 0, "it was read for the next person"
        pty.take_away()
        return _laid_anew(pty, rig)


@state("id_card.forgotten", "上一个人忘了卡 a card forgotten by the person before", PTY, "not read")
def forgotten() -> float:
    with _at_work(want=False) as (pty, rig):
        pty.lay_down(OWN)
        asked = len(pty.requests)
        while len(pty.requests) < asked + 3:
            os.sched_yield()
        assert READ not in pty.requests, "nobody wanted it"
        return seconds_until(lambda: rig.threads.watch_cards(True), lambda: rig.reads(RESIDENT))


@state("id_card.dirty", "卡脏了读不出 dirty: the read fails again and again", PTY, "R03")
def dirty() -> float:
    with _at_work() as (pty, rig):
        pty.answer_next(READ, 0x41, times=5)
        pty.lay_down(OWN)
        rig.refuses(Fault.CARD_UNREADABLE)
        pty.take_away()
        rig.hears(lambda e: isinstance(e, CardTaken), "it was lifted")
        return _laid_anew(pty, rig)


@state("id_card.no_id_card", "放的是银行卡、公交卡 a card of another kind", PTY, "R05")
def no_id_card() -> float:
    with _at_work() as (pty, rig):
        pty.answer_next(SELECT, 0x40)
        pty.lay_down(OWN)
        rig.refuses(Fault.CARD_KIND_UNKNOWN)
        pty.take_away()
        rig.hears(lambda e: isinstance(e, CardTaken), "it was lifted")
        return _laid_anew(pty, rig)


@state("id_card.new_layout", "没见过的新版式 a layout that we do not know", PTY, "R05")
def new_layout() -> float:
    with _at_work() as (pty, rig):
        pty.lay_down(OWN[:248] + "Q".encode("utf-16-le") + OWN[250:])
        rig.refuses(Fault.CARD_KIND_UNKNOWN)
        pty.take_away()
        rig.hears(lambda e: isinstance(e, CardTaken), "it was lifted")
        return _laid_anew(pty, rig)


@state("id_card.wrong_checksum", "线上有干扰 one answer with a wrong checksum", PTY, "read")
def wrong_checksum() -> float:
    with _at_work() as (pty, rig):
        pty.damage_next(SELECT)
        return _laid_anew(pty, rig)


@state("id_card.cut_short", "回答断了 an answer that breaks off", PTY, "read")
def cut_short() -> float:
    with _at_work() as (pty, rig):
        pty.cut_short_next(SELECT, after=6)
        return _laid_anew(pty, rig)


@state("id_card.late", "回答迟到 a late answer that shifts all others", PTY, "read")
def late() -> float:
    with _at_work() as (pty, rig):
        pty.answer_late(FIND)
        return _laid_anew(pty, rig)


@state("id_card.noise", "回答前有杂字节 noise before an answer", PTY, "read")
def noise() -> float:
    with _at_work() as (pty, rig):
        pty.garble_next(READ_ADDRESS, bytes(range(200)))
        return _laid_anew(pty, rig)


@state("id_reader.unplugged", "读卡器的线被拔了 reader unplugged", PTY, "R01")
def unplugged() -> float:
    with _at_work() as (pty, rig):
        pty.unplug()
        rig.refuses(Fault.READER_GONE)
        rig.stands(KIND, Fault.READER_GONE)
        pty.lay_down(OWN)
        return seconds_until(pty.plug_in, lambda: rig.reads(RESIDENT))


@state("id_reader.unplugged_idle", "没人用时被拔了 unplugged while nobody waits", PTY, "R01")
def unplugged_idle() -> float:
    with _at_work(want=False) as (pty, rig):
        pty.unplug()
        rig.stands(KIND, Fault.READER_GONE)
        return seconds_until(pty.plug_in, lambda: rig.stands(KIND, None))


@state("id_reader.unplugged_mid_read", "读到一半被拔了 unplugged in mid-read", PTY, "R01")
def unplugged_mid_read() -> float:
    with _at_work() as (pty, rig):
        pty.when_asked(READ, pty.unplug)
        pty.lay_down(OWN)
        rig.refuses(Fault.READER_GONE)
        return seconds_until(pty.plug_in, lambda: rig.reads(RESIDENT))


@state("id_reader.renumbered", "换了USB口，端口号变了 port renumbered", PTY, "R01")
def renumbered() -> float:
    with _at_work() as (pty, rig):
        was = os.readlink(pty.port)
        pty.unplug()
        rig.refuses(Fault.READER_GONE)
        in_its_place = os.openpty()  # so that the kernel gives the reader another number
        try:
            pty.lay_down(OWN)
            seconds = seconds_until(pty.plug_in, lambda: rig.reads(RESIDENT))
            assert os.readlink(pty.port) != was, "the number is the old one"
        finally:
            for end in in_its_place:
                os.close(end)
        return seconds


@state("id_reader.taken", "端口被别的程序占用 another program holds the port", PTY, "R01")
def taken() -> float:
    with SamReaderPty() as pty:
        other = os.open(pty.port, os.O_RDWR | os.O_NOCTTY)
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.ioctl(other, termios.TIOCEXCL)
        with Rig(readers=(SamSerialReader(pty.port),)) as rig:
            rig.threads.watch_cards(True)
            rig.stands(KIND, Fault.READER_GONE)
            pty.lay_down(OWN)

            def let_go() -> None:
                fcntl.ioctl(other, termios.TIOCNXCL)
                os.close(other)

            return seconds_until(let_go, lambda: rig.reads(RESIDENT))


@state("id_reader.silent", "读卡器不应答 reader has fallen silent", PTY, "R01")
def silent() -> float:
    with _at_work() as (pty, rig):
        for command in (FIND, SELF_CHECK):
            pty.stay_silent(command, times=4)
        rig.refuses(Fault.READER_GONE)
        pty.lay_down(OWN)

        def speaks_again() -> None:
            pty._oddities.clear()

        return seconds_until(speaks_again, lambda: rig.reads(RESIDENT))


def _defect(status: int) -> Callable[[], float]:
    def act() -> float:
        with SamReaderPty() as pty:
            pty.answer_next(SELF_CHECK, status, times=1000)
            with Rig(readers=(SamSerialReader(pty.port),)) as rig:
                rig.threads.watch_cards(True)
                rig.refuses(Fault.READER_DEFECT)
                rig.stands(KIND, Fault.READER_DEFECT)
                pty.lay_down(OWN)
                return seconds_until(pty._forced.clear, lambda: rig.reads(RESIDENT))

    return act


self_check_failed = state(
    "id_reader.self_check", "安全模块自检不过 security module fails its self-check", PTY, "R07"
)(_defect(0x60))
not_authorised = state(
    "id_reader.not_authorised", "安全模块未授权 security module not authorised", PTY, "R07"
)(_defect(0x66))


@state("id_reader.searched", "插到别的口，自动找到 found at another port by search", PTY, "R01")
def searched() -> float:
    with TemporaryDirectory() as ports, SamReaderPty() as pty:
        first, second = Path(ports) / "ttyUSB0", Path(ports) / "ttyUSB1"
        first.symlink_to(pty.port)
        reader = FoundSamReader(
            SamSearch(lambda: serial_ports(devices=Path(ports))),
            lambda place: SamSerialReader(place.path, baud=place.baud),
        )
        with Rig(readers=(reader,)) as rig:
            rig.stands(KIND, None)
            rig.threads.watch_cards(True)
            pty.unplug()
            first.unlink()
            rig.refuses(Fault.READER_GONE)
            pty.plug_in()
            pty.lay_down(OWN)
            return seconds_until(lambda: second.symlink_to(pty.port), lambda: rig.reads(RESIDENT))


@state("id_reader.distrusted", "三张卡都认证不过 three cards distrust the reader", PTY, "R07")
def distrusted() -> float:
    with _at_work() as (pty, rig):
        pty.answer_next(SELECT, 0x31, times=15)
        for fault in (Fault.CARD_UNREADABLE, Fault.CARD_UNREADABLE, Fault.READER_DEFECT):
            pty.lay_down(OWN)
            rig.refuses(fault)
            pty.take_away()
            rig.hears(lambda e: isinstance(e, CardTaken), "it was lifted")
        return _laid_anew(pty, rig)

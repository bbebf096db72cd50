"""Cards with a chip through the system's real card service and a virtual reader."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from devices.device import DeviceError
from devices.id_card.card_watch import CardFailed, CardRead, CardTaken
from devices.id_card.specimens import RESIDENT, SOCIAL_SECURITY
from devices.social_card.pcsc_reader import PcscSocialCardReader
from devices.staff_card.api import Pin
from devices.staff_card.pcsc_staff_card import PcscStaffCardReader
from devices.staff_card.staff_card_watch import (
    StaffCardAnswered,
    StaffCardFailed,
    StaffCardSeen,
    StaffCardTaken,
)
from devices.travel_document.mrz import access_key_of
from devices.travel_document.pcsc_reader import PcscTravelDocumentReader
from devices.travel_document.specimens import EVERY_ZONE, PASSPORT
from kiosk.domain.fault import Fault
from kiosk.drivers import Drivers
from kiosk.flow.equipment import DeviceKind
from tests.counterparts.pcsc_card import PcscService
from tests.counterparts.piv_card import new_key
from tests.counterparts.waiting import wait_until
from tests.matrix.device_rig import LONGEST, Rig, seconds_until
from tests.matrix.device_states import state

PCSC = "pcscd + vpcd"
KIND = DeviceKind.ID_CARD
TODAY = date(2026, 11, 28)
OTHER = RESIDENT


@contextmanager
def _social() -> Iterator[tuple[PcscService, Rig]]:
    with PcscService() as service:
        readers = (PcscSocialCardReader(service.reader_name),)

        def again() -> Drivers:
            return Drivers(readers=(PcscSocialCardReader(service.reader_name),))

        with Rig(readers=readers, again=again) as rig:
            rig.stands(KIND, None)
            rig.threads.watch_cards(True)
            yield service, rig
            service.thaw_service()


def _put_in(service: PcscService, rig: Rig) -> float:
    return seconds_until(
        lambda: service.insert(SOCIAL_SECURITY), lambda: rig.reads(SOCIAL_SECURITY)
    )


def _after(service: PcscService, rig: Rig, fault: Fault) -> float:
    """The wrong card was told, is taken out, and the right one is read."""
    rig.refuses(fault)
    service.remove()
    rig.hears(lambda e: isinstance(e, CardTaken), "it was taken out")
    return _put_in(service, rig)


@state("social_card.reversed", "社保卡插反了 put in upside down: no contact", PCSC, "R03")
def reversed_card() -> float:
    with _social() as (service, rig):
        service.insert_mute()
        return _after(service, rig, Fault.CARD_UNREADABLE)


@state("social_card.other_kind", "插的不是社保卡 a card of another kind", PCSC, "R05")
def other_kind() -> float:
    with _social() as (service, rig):
        service.insert(SOCIAL_SECURITY, generation=0)
        return _after(service, rig, Fault.CARD_KIND_UNKNOWN)


@state("social_card.needs_psam", "三代卡要授权读卡器 third generation without PSAM", PCSC, "R06")
def needs_psam() -> float:
    with _social() as (service, rig):
        service.insert(SOCIAL_SECURITY, generation=3)
        return _after(service, rig, Fault.CARD_NEEDS_AUTHORISED_READER)


@state("social_card.pulled", "卡被拔出 pulled out and put in again", PCSC, "taken")
def pulled() -> float:
    with _social() as (service, rig):
        service.insert(SOCIAL_SECURITY)
        rig.reads(SOCIAL_SECURITY)
        service.remove()
        rig.hears(lambda e: isinstance(e, CardTaken), "it was taken out")
        return _put_in(service, rig)


@state(
    "social_card.swapped", "换成别人的卡 another card in place of the first", PCSC, "never mixed"
)
def swapped() -> float:
    with _social() as (service, rig):
        service.insert(SOCIAL_SECURITY)
        rig.reads(SOCIAL_SECURITY)
        return seconds_until(lambda: service.insert(OTHER), lambda: rig.reads(OTHER))


@state("social_card.other_protocol", "T=1的卡接着T=0的卡 a T=1 card after a T=0 one", PCSC, "read")
def other_protocol() -> float:
    with _social() as (service, rig):
        service.insert(SOCIAL_SECURITY)
        rig.reads(SOCIAL_SECURITY)
        return seconds_until(lambda: service.insert(OTHER, protocol=1), lambda: rig.reads(OTHER))


def _service_back(end: Callable[[PcscService], None]) -> Callable[[], float]:
    def act() -> float:
        with _social() as (service, rig):
            end(service)
            rig.refuses(Fault.READER_GONE)
            rig.stands(KIND, Fault.READER_GONE)
            service.insert(SOCIAL_SECURITY)
            return seconds_until(service.start_service, lambda: rig.reads(SOCIAL_SECURITY))

    return act


stopped = state(
    "pcscd.stopped", "读卡服务停了又启动 card service stopped and started", PCSC, "R01"
)(_service_back(PcscService.stop_service))
killed = state("pcscd.killed", "读卡服务崩溃又启动 card service killed and started", PCSC, "R01")(
    _service_back(PcscService.kill_service)
)


@state("pcscd.restarted_idle", "没人用时服务重启 restarted while nobody waits", PCSC, "R01")
def restarted_idle() -> float:
    with _social() as (service, rig):
        rig.threads.watch_cards(False)
        service.stop_service()
        rig.stands(KIND, Fault.READER_GONE)
        return seconds_until(service.start_service, lambda: rig.stands(KIND, None))


@state("pcscd.slow", "读卡服务慢了两秒 card service answers two seconds late", PCSC, "read")
def slow() -> float:
    with _social() as (service, rig):
        service.freeze_service()
        time.sleep(2.0)
        service.thaw_service()
        return _put_in(service, rig)


@state(
    "pcscd.hangs", "读卡服务卡死 card service hangs: every call blocks in the kernel", PCSC, "R01"
)
def hangs() -> float:
    with _social() as (service, rig):
        service.freeze_service()
        rig.refuses(Fault.READER_GONE)  # the thread was left behind by its deadline
        rig.stands(KIND, Fault.READER_GONE)

        def used() -> None:
            service.insert(SOCIAL_SECURITY)
            rig.reads(SOCIAL_SECURITY)

        return seconds_until(service.thaw_service, used)


@contextmanager
def _staff() -> Iterator[tuple[PcscService, Rig, bytes]]:
    with PcscService() as service, Rig(staff_card=PcscStaffCardReader(service.reader_name)) as rig:
        rig.stands(DeviceKind.STAFF_CARD, None)
        rig.threads.watch_staff_card(True)
        yield service, rig, new_key()


def _seen(rig: Rig) -> None:
    rig.hears(lambda e: isinstance(e, StaffCardSeen), "the staff card")


@state("staff_card.pulled", "工作证被拔出 staff card pulled out", PCSC, "taken")
def staff_pulled() -> float:
    with _staff() as (service, rig, key):
        service.insert_staff_card(key)
        _seen(rig)
        service.remove()
        rig.hears(lambda e: isinstance(e, StaffCardTaken), "it was taken out")
        return seconds_until(lambda: service.insert_staff_card(key), lambda: _seen(rig))


@state("staff_card.other_kind", "插的不是工作证 no staff card", PCSC, "R05")
def staff_other_kind() -> float:
    with _staff() as (service, rig, key):
        service.insert(SOCIAL_SECURITY)
        event = rig.hears(lambda e: isinstance(e, StaffCardFailed), "a word of it")
        assert event == StaffCardFailed(Fault.CARD_KIND_UNKNOWN)
        return seconds_until(lambda: service.insert_staff_card(key), lambda: _seen(rig))


@state("staff_card.service_restarted", "登录时读卡服务重启 restarted at sign-in", PCSC, "R01")
def staff_service() -> float:
    with _staff() as (service, rig, key):
        service.stop_service()
        rig.hears(lambda e: e == StaffCardFailed(Fault.READER_GONE), "its reader is gone")
        service.insert_staff_card(key)
        return seconds_until(service.start_service, lambda: _seen(rig))


@state("staff_card.gone_at_pin", "输密码时读卡服务停了 service stops before the PIN", PCSC, "R01")
def staff_gone_at_pin() -> float:
    with _staff() as (service, rig, key):
        service.insert_staff_card(key)
        _seen(rig)
        service.stop_service()
        rig.threads.prove_staff_card(b"challenge", Pin("123456"))
        rig.hears(lambda e: e == StaffCardFailed(Fault.READER_GONE), "its reader is gone")

        def proven() -> None:
            _seen(rig)
            rig.threads.prove_staff_card(b"challenge", Pin("123456"))
            rig.hears(lambda e: isinstance(e, StaffCardAnswered), "the answer")

        return seconds_until(service.start_service, proven)


@contextmanager
def _passport() -> Iterator[tuple[PcscService, PcscTravelDocumentReader, Callable[[], None]]]:
    with PcscService() as service:
        reader = PcscTravelDocumentReader(service.reader_name, lambda: TODAY)
        key = access_key_of(PASSPORT, TODAY)

        def lay_down() -> None:
            flat = PASSPORT.replace("\n", "")
            service.insert_passport(flat, (key.number, key.birth, key.valid_until))

        yield service, reader, lay_down
        reader.close()


def _document_read(reader: PcscTravelDocumentReader) -> None:
    """As a watch would: opened anew after every error."""
    ends = time.monotonic() + LONGEST
    while time.monotonic() < ends:
        try:
            reader.open()
            if reader.card_present():
                assert reader.read_document(access_key_of(PASSPORT, TODAY)).number
                return
        except DeviceError:
            pass
        time.sleep(0.3)
    raise AssertionError("the document was not read")


def _document_fails(work: Callable[[], object], fault: Fault) -> None:
    told = None
    try:
        work()
    except DeviceError as error:
        told = error.fault
    assert told is fault, told


@state("passport_reader.service_restarted", "护照读卡服务重启 service restarted", PCSC, "R01")
def passport_service() -> float:
    with _passport() as (service, reader, lay_down):
        reader.open()
        service.stop_service()
        _document_fails(reader.card_present, Fault.READER_GONE)
        lay_down()
        return seconds_until(service.start_service, lambda: _document_read(reader))


@state("passport.pulled", "护照拿开得太早 lifted before it was read", PCSC, "R02")
def passport_pulled() -> float:
    with _passport() as (service, reader, lay_down):
        reader.open()
        lay_down()
        wait_until(reader.card_present, what="it is noticed")
        service.remove()
        wait_until(lambda: not reader.card_present(), what="it is gone")
        key = access_key_of(PASSPORT, TODAY)
        _document_fails(lambda: reader.read_document(key), Fault.CARD_REMOVED)
        return seconds_until(lay_down, lambda: _document_read(reader))


@state("passport.other_key", "扫的码和护照对不上 the zone is another document's", PCSC, "R03")
def passport_other_key() -> float:
    with _passport() as (_, reader, lay_down):
        reader.open()
        lay_down()
        wait_until(reader.card_present, what="it is noticed")
        other = next(zone for zone in EVERY_ZONE if zone != PASSPORT)
        key = access_key_of(other, TODAY)
        _document_fails(lambda: reader.read_document(key), Fault.CARD_UNREADABLE)
        return seconds_until(lambda: None, lambda: _document_read(reader))


NAME_ITEM = "00B209"  # the command that reads the name (cards.md 3.2)


@state("social_card.pulled_mid_read", "社保卡读到一半被拔出 pulled in mid-read", PCSC, "R02/R03")
def pulled_mid_read() -> float:
    with _social() as (service, rig):
        service.pull_at(NAME_ITEM)
        service.insert(SOCIAL_SECURITY)
        rig.refuses(Fault.CARD_REMOVED, Fault.CARD_UNREADABLE)
        return _put_in(service, rig)


@state("social_card.swapped_mid_read", "读到一半换卡 another card in mid-read", PCSC, "never mixed")
def swapped_mid_read() -> float:
    with _social() as (service, rig):
        service.pull_at(NAME_ITEM, then=OTHER)

        def exchanged() -> None:
            service.insert(SOCIAL_SECURITY)
            wait_until(lambda: any(c.startswith(NAME_ITEM) for c in service.commands()))

        return seconds_until(exchanged, lambda: rig.reads(OTHER))


@state("pcscd.stopped_mid_read", "读到一半读卡服务停了 service ends in mid-read", PCSC, "R01/R02")
def stopped_mid_read() -> float:
    with _social() as (service, rig):
        service.insert(SOCIAL_SECURITY)
        service.stop_service()
        rig.hears(lambda e: isinstance(e, CardFailed | CardRead), "a word of the card")
        rig.stands(KIND, Fault.READER_GONE)
        rig.forget()
        return seconds_until(service.start_service, lambda: rig.reads(SOCIAL_SECURITY))

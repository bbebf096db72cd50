"""The pages of staff in every state, to be looked at: see ui/shots.py."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Final

from devices.device import DeviceState, DeviceStatus
from devices.staff_card.api import Pin, PinWrong, StaffCardFace
from devices.staff_card.simulated_staff_card import SimulatedStaffCard
from devices.staff_card.staff_card_watch import (
    StaffCardAnswered,
    StaffCardFailed,
    StaffCardSeen,
    StaffCardTaken,
)
from kiosk.domain.case import CaseId, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.finding import Finding, said
from kiosk.domain.receipt_number import receipt_number
from kiosk.domain.staff import Role, StaffEntry, StaffMember
from kiosk.domain.standing import Heard
from kiosk.flow.equipment import DeviceKind, DeviceLooked, Event, NetworkChanged, ReceiptFailed
from kiosk.flow.steps import Step
from ui.specimen_sending import put_aside
from ui.specimens import MOMENT, SITE, longest_item, specimen_cases
from ui.stage import Scene, Stage

CARD: Final = SimulatedStaffCard()
FACE: Final = StaffCardFace(CARD.key, 3)
ASSISTANT: Final = StaffMember(
    "s-017", "测试代办员", frozenset({Role.ASSISTANT, Role.FIELD}), SITE.code
)
MAINTAINER: Final = replace(ASSISTANT, staff_id="s-018", roles=frozenset({Role.MAINTAINER}))
SPOOL: Final = ("remembers", "on_disk", "refuses", "mend")
FINDINGS: Final = (
    Finding("store", True, (said("encrypted"),)),
    Finding("waiting", True, (said("waiting", count=3), said("oldest", moment="2026-05-12 08:10"))),
    Finding("clock", True, (said("skew", moment="2026-05-12 09:30", seconds=0),)),
    Finding("disk", False, (said("free", size="0.4"),)),
    Finding("catalog", True, (said("items", count=17, version="2026-05-01"), said("draft"))),
    Finding("print_service", False, tuple(said(f"spool_{key}") for key in SPOOL)),
)
LOG: Final = (
    "09:28:01 WARNING camera kiosk.camera_watch: the camera is gone (C01)",
    "09:29:13 INFO sync sync.sync_round: 3 cases wait, [number] left out",
)


def know(stage: Stage, member: StaffMember = ASSISTANT) -> None:
    """The register has that person, and the province was heard."""
    now = MOMENT.astimezone(UTC)
    stage.store.people = [StaffEntry(member, CARD.key, now)]
    stage.store.heard_at = Heard(now - timedelta(days=30), now, now, now)


def sign_in(stage: Stage, member: StaffMember = ASSISTANT) -> None:
    """With card and PIN, through the pages."""
    know(stage, member)
    CARD.tries_left = 3
    stage.press("door_staff")
    stage.tell(StaffCardSeen(FACE))
    type_pin(stage, CARD.pin)


def type_pin(stage: Stage, pin: str) -> None:
    """Fingers on the keypad, and what the card answers."""
    for digit in pin:
        stage.press(f"pin_{digit}")
    stage.press("sign_in_enter")
    answer = CARD.answer(stage.equipment.challenge, Pin(pin))
    stage.tell(StaffCardAnswered(stage.equipment.challenge, answer))


def fill_desk(stage: Stage) -> None:
    """A morning's cases in every list."""
    for case, documents in specimen_cases():
        stage.store.put(case, *documents)
    pattern = specimen_cases()[2][0]
    for n in range(4):
        moment = MOMENT.astimezone(UTC) - timedelta(minutes=30 - n)
        number = receipt_number(site=SITE.code, terminal="01", day=MOMENT.date(), serial=n + 1)
        case_id = CaseId(f"01970000-0000-7000-a000-{n:012d}")
        stage.store.put(
            replace(pattern, case_id=case_id, receipt_number=number, confirmed_at=moment)
        )
    begun = replace(pattern, case_id=CaseId("d1"), state=CaseState.DRAFT, receipt_number="")
    stage.store.save_draft(begun, step="form")
    put_aside(stage.store)


def _sign_in(*then: Event) -> Scene:
    def scene(stage: Stage) -> None:
        know(stage)
        stage.press("door_staff")
        for event in then:
            stage.tell(event)

    return scene


def _pin(typed: str = "1234") -> Scene:
    def scene(stage: Stage) -> None:
        _sign_in(StaffCardSeen(FACE))(stage)
        for digit in typed:
            stage.press(f"pin_{digit}")

    return scene


def _wrong(times: int, left: int) -> Scene:
    def scene(stage: Stage) -> None:
        _sign_in(StaffCardSeen(FACE))(stage)
        for _ in range(times):
            for digit in "111111":
                stage.press(f"pin_{digit}")
            stage.press("sign_in_enter")
            stage.tell(StaffCardAnswered(stage.equipment.challenge, PinWrong(left)))

    return scene


def _no_entry(stage: Stage) -> None:
    _sign_in()(stage)
    now = MOMENT.astimezone(UTC)
    stage.store.heard_at = Heard(now, now - timedelta(days=40), now, now)
    stage.tell(StaffCardSeen(FACE))


def _desk(press: str = "", *, member: StaffMember = ASSISTANT) -> Scene:
    def scene(stage: Stage) -> None:
        fill_desk(stage)
        stage.tell(NetworkChanged(None))
        sign_in(stage, member)
        if press:
            stage.press(press)

    return scene


def _case(stage: Stage) -> None:
    _desk("tab_correction")(stage)
    stage.press(f"desk_{specimen_cases()[1][0].case_id}")


def _locked(stage: Stage) -> None:
    _desk()(stage)
    stage.press("desk_lock")
    stage.tell(StaffCardTaken())


def _locked_visit(stage: Stage) -> None:
    sign_in(stage)
    stage.visit(longest_item(), Step.REVIEW)
    stage.tell(StaffCardTaken())
    stage.tell(StaffCardSeen(FACE))


def machine(tab: str) -> Scene:
    """The pages about the machine, from the desk."""

    def scene(stage: Stage) -> None:
        stage.findings, stage.log = FINDINGS, LOG
        _desk("desk_machine", member=MAINTAINER)(stage)
        ready = DeviceStatus(DeviceState.READY)
        gone = DeviceStatus(DeviceState.GONE, Fault.CAMERA_GONE, "/dev/video0")
        stage.tell(DeviceLooked(DeviceKind.ID_CARD, ready, "SAM reader on /dev/ttyUSB0"))
        stage.tell(DeviceLooked(DeviceKind.STAFF_CARD, ready, "PC/SC reader"))
        stage.tell(DeviceLooked(DeviceKind.CAMERA, gone, "camera /dev/video0"))
        stage.tell(DeviceLooked(DeviceKind.RECEIPT_PRINTER, ready, "network:192.168.1.50"))
        stage.tell(DeviceLooked(DeviceKind.PAGE_PRINTER, None))
        if tab == "devices":
            stage.press("trial_receipt_printer")
            stage.tell(ReceiptFailed(Fault.RECEIPT_PAPER_OUT))
        else:
            stage.press(f"machine_tab_{tab}")

    return scene


STAFF_SCENES: Final[Mapping[str, Scene]] = {
    "sign_in": _sign_in(),
    "sign_in_no_reader": _sign_in(StaffCardFailed(Fault.READER_GONE)),
    "sign_in_pin": _pin(),
    "sign_in_wrong": _wrong(1, 1),
    "sign_in_wait": _wrong(2, 1),
    "sign_in_blocked": _wrong(1, 0),
    "sign_in_no_entry": _no_entry,
    "desk": _desk(),
    "desk_drafts": _desk("tab_drafts"),
    "desk_waiting": _desk("tab_waiting"),
    "desk_correction": _desk("tab_correction"),
    "desk_empty": sign_in,
    "desk_maintainer": _desk(member=MAINTAINER),
    "desk_case": _case,
    "desk_locked": _locked,
    "desk_locked_visit": _locked_visit,
    "desk_shade": _desk("desk_shade"),
    "machine_devices": machine("devices"),
    "machine_machine": machine("machine"),
    "machine_log": machine("log"),
}

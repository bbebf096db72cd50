"""Whether this terminal may take a case now, and which steps cannot be done here."""

import pytest

from devices.device import DeviceState, DeviceStatus
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.fault import Fault
from kiosk.domain.service_item import Need
from kiosk.flow.equipment import DeviceKind, DeviceLooked
from kiosk.flow.health import GONE, Health, WayOn
from kiosk.flow.steps import Step
from ui.specimens import item_called, longest_item

READY = DeviceStatus(DeviceState.READY)


def gone(kind: DeviceKind, name: str = "one", place: int = 0) -> DeviceLooked:
    return DeviceLooked(kind, DeviceStatus(DeviceState.GONE, GONE[kind]), name, place)


def test_what_has_said_nothing_stands_in_nobodys_way() -> None:
    assert Health().may_take_a_case() is None
    assert Health().obstacles(longest_item()) == ()


def test_one_of_two_readers_is_enough_and_none_is_not() -> None:
    health = Health().heard(gone(DeviceKind.ID_CARD, "SAM"))
    assert health.may_take_a_case() is Fault.READER_GONE
    health = health.heard(DeviceLooked(DeviceKind.ID_CARD, READY, "PC/SC", 1))
    assert health.may_take_a_case() is None
    assert [name for name, _ in health.of(DeviceKind.ID_CARD)] == ["PC/SC", "SAM"]


def test_a_terminal_without_a_reader_in_its_settings_takes_no_case() -> None:
    health = Health().heard(DeviceLooked(DeviceKind.ID_CARD, None))
    assert health.may_take_a_case() is Fault.READER_GONE


def test_without_a_receipt_printer_the_number_is_photographed_and_nothing_stops() -> None:
    (one,) = Health().heard(gone(DeviceKind.RECEIPT_PRINTER)).obstacles(longest_item())
    assert (one.way_on, one.stops) == (WayOn.PHOTOGRAPH_NUMBER, False)
    assert one.steps == (Step.DONE,)


@pytest.mark.parametrize(
    ("ways", "way_on", "stops"),
    [
        ({}, WayOn.BY_STAFF, True),
        ({"by_picture": True}, WayOn.PHOTOGRAPH_CARD, False),
        ({"by_document": True}, WayOn.USE_DOCUMENT, False),
        ({"by_picture": True, "by_document": True}, WayOn.PHOTOGRAPH_CARD, False),
    ],
)
def test_a_reader_that_is_gone_stops_only_where_there_is_no_other_way(
    ways: dict[str, bool], way_on: WayOn, stops: bool
) -> None:
    health = Health().heard(gone(DeviceKind.ID_CARD))
    item = item_called("elder_allowance")
    (one,) = health.obstacles(item, **ways)
    assert (one.device, one.way_on, one.stops) == (DeviceKind.ID_CARD, way_on, stops)
    (for_agent,) = health.obstacles(item.for_agent(), **ways)
    assert for_agent.stops  # no picture stands for the agent's own card


@pytest.mark.parametrize("also", [DeviceKind.CAMERA, DeviceKind.TRAVEL_DOCUMENT])
def test_another_way_whose_device_is_gone_as_well_is_none(also: DeviceKind) -> None:
    health = Health().heard(gone(DeviceKind.ID_CARD)).heard(gone(also))
    reader = next(
        one
        for one in health.obstacles(item_called("elder_allowance"), by_document=True)
        if one.device is DeviceKind.ID_CARD
    )
    assert (reader.way_on, reader.stops) == (WayOn.BY_STAFF, True)


def test_what_stops_the_case_is_said_first() -> None:
    item = next(
        item
        for item in packaged_catalog()
        if any(m.need is Need.REQUIRED and not m.fetched for m in item.pages_to_photograph())
    )
    health = Health()
    for kind in (DeviceKind.PAGE_PRINTER, DeviceKind.RECEIPT_PRINTER, DeviceKind.CAMERA):
        health = health.heard(gone(kind))
    first, *others = health.obstacles(item)
    assert (first.device, first.steps, first.stops) == (
        DeviceKind.CAMERA,
        (Step.MATERIALS,),
        True,
    )
    assert not any(one.stops for one in others)


def test_an_item_without_photographs_needs_no_camera() -> None:
    item = item_called("si_record_print")
    assert not item.pages_to_photograph()
    assert Health().heard(gone(DeviceKind.CAMERA)).obstacles(item) == ()


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (READY, None),
        (DeviceStatus(DeviceState.BUSY), None),
        (DeviceStatus(DeviceState.NEEDS_HELP, Fault.RECEIPT_PAPER_OUT), Fault.RECEIPT_PAPER_OUT),
        # prints, but cannot say so: the person is asked each time
        (DeviceStatus(DeviceState.NEEDS_HELP, Fault.RECEIPT_UNCERTAIN), None),
        (DeviceStatus(DeviceState.GONE), Fault.RECEIPT_PRINTER_GONE),
    ],
)
def test_which_states_count_as_working(status: DeviceStatus, fault: Fault | None) -> None:
    looked = DeviceLooked(DeviceKind.RECEIPT_PRINTER, status, "one")
    assert Health().heard(looked).fault(DeviceKind.RECEIPT_PRINTER) is fault

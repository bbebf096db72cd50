"""What the camera saw for one person is nothing to the next one."""

from itertools import count
from pathlib import Path

from devices.camera.pictures import frame_from_file_bytes
from devices.camera.simulated_camera import SimulatedCamera
from kiosk.camera_watch import CameraWatch
from kiosk.flow.equipment import CodeSeen, Event

HARD = Path(__file__).parents[1] / "samples" / "barcodes" / "ean_13_1_hard.webp"


def pictures_until_seen(watch: CameraWatch, told: list[Event]) -> int:
    told.clear()
    for number in count(1):
        watch.poll()
        if any(isinstance(event, CodeSeen) for event in told):
            return number
        assert number < 100, "the code is not seen"
    raise AssertionError


def a_watch(told: list[Event]) -> CameraWatch:
    camera = SimulatedCamera()
    camera.put_paper(frame_from_file_bytes(HARD.read_bytes()))
    return CameraWatch(camera, told.append)


def test_a_code_seen_for_one_person_confirms_none_of_the_next() -> None:
    """An EAN counts at its second sighting; both must be of the same visit."""
    told: list[Event] = []
    watch = a_watch(told)
    needed = pictures_until_seen(watch, told)
    assert needed > 1
    watch.forget()
    assert pictures_until_seen(watch, told) == needed


def test_no_text_of_a_code_stays_when_the_camera_is_off() -> None:
    told: list[Event] = []
    watch = a_watch(told)
    pictures_until_seen(watch, told)
    assert watch._codes._unsure
    watch.forget()
    assert not watch._codes._unsure

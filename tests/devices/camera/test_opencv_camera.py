"""What a folder, a video and a missing device do behind the camera's contract."""

from pathlib import Path

import numpy as np
import pytest

from devices.camera.api import Frame
from devices.camera.opencv_camera import OpenCvCamera
from devices.camera.pictures import frame_of, to_jpeg
from devices.device import DeviceError, DeviceState
from kiosk.domain.fault import Fault


def _picture(shade: int) -> bytes:
    return to_jpeg(Frame(width=32, height=32, bgr=bytes([shade]) * (32 * 32 * 3)))


def test_a_folder_gives_its_pictures_by_name_and_then_the_first_again(tmp_path: Path) -> None:
    for name, shade in (("b.jpg", 150), ("a.JPG", 60), ("c.jpeg", 240)):
        (tmp_path / name).write_bytes(_picture(shade))
    (tmp_path / "notes.txt").write_text("no picture", encoding="utf-8")
    camera = OpenCvCamera(tmp_path)
    camera.open()
    assert [camera.frame().bgr[0] for _ in range(4)] == pytest.approx([60, 150, 240, 60], abs=2)


@pytest.mark.parametrize("content", [None, b"", b"\xff\xd8\xff broken"])
def test_a_folder_without_a_readable_picture_is_dark(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "a.jpg").write_bytes(content)
    camera = OpenCvCamera(tmp_path)
    camera.open()
    with pytest.raises(DeviceError) as caught:
        camera.frame()
    assert caught.value.fault is Fault.CAMERA_DARK


def test_a_missing_device_is_gone() -> None:
    camera = OpenCvCamera(999)
    assert camera.name == "camera on /dev/video999"
    with pytest.raises(DeviceError) as caught:
        camera.open()
    assert caught.value.fault is Fault.CAMERA_GONE


def test_a_device_that_is_no_camera_is_gone() -> None:
    with pytest.raises(DeviceError) as caught:
        OpenCvCamera("/dev/null").open()
    assert caught.value.fault is Fault.CAMERA_GONE


class Sensor:
    """A live camera whose picture may stand still."""

    is_live = True

    def __init__(self) -> None:
        self.pictures = 0
        self.stands_still = False

    def next_frame(self) -> Frame:
        self.pictures += not self.stands_still
        return frame_of(np.full((8, 8, 3), 100 + self.pictures % 100, np.uint8))

    def close(self) -> None:
        """Nothing to let go."""


def test_a_live_picture_that_does_not_move_is_frozen_and_the_camera_is_opened_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds, sensor = 0.0, Sensor()
    camera = OpenCvCamera(tmp_path, now=lambda: seconds)
    monkeypatch.setattr(camera, "_open_source", lambda: sensor)
    camera.open()
    camera.frame()
    sensor.stands_still = True
    seconds = 1.9
    camera.frame()
    seconds = 2.1
    with pytest.raises(DeviceError) as caught:
        camera.frame()
    assert caught.value.fault is Fault.CAMERA_FROZEN
    assert camera.status().state is DeviceState.GONE
    sensor.stands_still = False
    camera.open()
    assert camera.frame() != camera.frame()

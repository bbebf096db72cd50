"""Every document camera keeps the same promises."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.camera.api import DocumentCamera, Frame
from devices.camera.opencv_camera import OpenCvCamera
from devices.camera.pictures import to_jpeg
from devices.camera.simulated_camera import SimulatedCamera
from devices.device import DeviceError, DeviceState
from kiosk.domain.fault import Fault


@dataclass
class Rig:
    """A camera and the hands of the person beside it."""

    camera: DocumentCamera
    unplug: Callable[[], None]
    plug_in: Callable[[], None]
    darken: Callable[[], None]


def _frame(shade: int) -> Frame:
    return Frame(width=64, height=48, bgr=bytes([shade]) * (64 * 48 * 3))


def _write_video(file: Path, shades: list[int]) -> None:
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 5, (64, 48))
    for shade in shades:
        writer.write(np.full((48, 64, 3), shade, np.uint8))
    writer.release()


def _folder_rig(tmp_path: Path) -> Rig:
    folder, away = tmp_path / "desk", tmp_path / "away"
    folder.mkdir()
    for number, shade in enumerate((120, 180)):
        (folder / f"{number}.jpg").write_bytes(to_jpeg(_frame(shade)))

    def darken() -> None:
        for picture in folder.iterdir():
            picture.write_bytes(to_jpeg(_frame(0)))

    return Rig(
        OpenCvCamera(folder),
        unplug=lambda: (folder.rename(away), None)[1],
        plug_in=lambda: (away.rename(folder), None)[1],
        darken=darken,
    )


def _video_rig(tmp_path: Path) -> Rig:
    video, away = tmp_path / "desk.avi", tmp_path / "away.avi"
    _write_video(video, [120, 180])
    camera = OpenCvCamera(video)

    def darken() -> None:
        _write_video(video, [0, 0])
        camera.open()

    return Rig(
        camera,
        unplug=lambda: (video.rename(away), None)[1],
        plug_in=lambda: (away.rename(video), None)[1],
        darken=darken,
    )


def _simulated_rig(_: Path) -> Rig:
    camera = SimulatedCamera()
    return Rig(camera, camera.unplug, camera.plug_in, camera.cover_lens)


@pytest.fixture(params=[_folder_rig, _video_rig, _simulated_rig], ids=["folder", "video", "sim"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Rig:
    made = request.param(tmp_path)
    assert isinstance(made, Rig)
    return made


def test_a_camera_is_created_closed_and_says_so(rig: Rig) -> None:
    assert rig.camera.status().state is DeviceState.GONE
    with pytest.raises(DeviceError) as caught:
        rig.camera.frame()
    assert caught.value.fault is Fault.CAMERA_GONE


def test_an_open_camera_is_ready_and_gives_packed_pictures(rig: Rig) -> None:
    rig.camera.open()
    assert rig.camera.status().state is DeviceState.READY
    for _ in range(5):  # more than the folder or the video holds
        frame = rig.camera.frame()
        assert len(frame.bgr) == frame.width * frame.height * 3


def test_an_unplugged_camera_is_gone_until_it_is_opened_again(rig: Rig) -> None:
    rig.camera.open()
    rig.camera.frame()
    rig.unplug()
    assert rig.camera.status().state is DeviceState.GONE
    with pytest.raises(DeviceError) as caught:
        rig.camera.frame()
    assert caught.value.fault is Fault.CAMERA_GONE
    with pytest.raises(DeviceError):
        rig.camera.open()
    rig.plug_in()
    rig.camera.open()
    assert rig.camera.frame().width > 0


def test_a_black_picture_is_a_dark_camera_and_not_a_page(rig: Rig) -> None:
    rig.camera.open()
    rig.darken()
    with pytest.raises(DeviceError) as caught:
        rig.camera.frame()
    assert caught.value.fault is Fault.CAMERA_DARK
    assert rig.camera.status().state is DeviceState.READY


def test_a_camera_may_be_opened_and_closed_twice(rig: Rig) -> None:
    rig.camera.open()
    rig.camera.open()
    assert rig.camera.frame().height > 0
    rig.camera.close()
    rig.camera.close()
    assert rig.camera.status().state is DeviceState.GONE


def test_a_camera_has_a_name_for_the_staff(rig: Rig) -> None:
    assert "camera" in rig.camera.name

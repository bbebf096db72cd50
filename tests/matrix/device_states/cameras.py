"""Document cameras: over files where the driver reads them, simulated where only a lens can."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from devices.camera.api import Frame
from devices.camera.opencv_camera import OpenCvCamera
from devices.camera.pictures import frame_of, pixels_of, to_jpeg
from devices.camera.simulated_camera import SimulatedCamera
from devices.camera.specimen_pages import Specimen, on_desk
from devices.device import DeviceError
from kiosk.domain.fault import Fault
from kiosk.domain.page import PageDoubt
from kiosk.drivers import Drivers
from kiosk.flow.equipment import DeviceKind, PageCaptured
from tests.matrix.device_rig import Rig, seconds_until
from tests.matrix.device_states import state

FILES = "OpenCV over files"
SIM = "simulated"
KIND = DeviceKind.CAMERA


@contextmanager
def _files() -> Iterator[tuple[Path, Rig]]:
    """A folder that plays the camera's device node: away when unplugged."""
    with TemporaryDirectory() as outer:
        node = Path(outer) / "camera"
        node.mkdir()
        _show(node, on_desk(Specimen.FORM))
        with Rig(camera=OpenCvCamera(node)) as rig:
            rig.stands(KIND, None)
            rig.threads.watch_camera(True)
            rig.sees_a_picture()
            yield node, rig


def _show(node: Path, picture: Frame | bytes) -> None:
    content = picture if isinstance(picture, bytes) else to_jpeg(picture)
    (node / "coming").write_bytes(content)
    (node / "coming").rename(node / "1.jpg")


def _good(node: Path) -> Callable[[], None]:
    return lambda: _show(node, on_desk(Specimen.FORM))


@state("camera.unplugged", "高拍仪的线被拔 camera unplugged", FILES, "C01")
def unplugged() -> float:
    with _files() as (node, rig):
        away = node.with_name("away")
        node.rename(away)
        rig.sees_nothing(Fault.CAMERA_GONE)
        rig.stands(KIND, Fault.CAMERA_GONE)
        rig.forget()
        return seconds_until(lambda: away.rename(node), rig.sees_a_picture)


@state("camera.unplugged_idle", "没人用时被拔 unplugged while nobody looks", FILES, "C01")
def unplugged_idle() -> float:
    with _files() as (node, rig):
        rig.threads.watch_camera(False)
        away = node.with_name("away")
        node.rename(away)
        rig.stands(KIND, Fault.CAMERA_GONE)
        return seconds_until(lambda: away.rename(node), lambda: rig.stands(KIND, None))


@state("camera.black", "画面全黑 the picture is black", FILES, "C02")
def black() -> float:
    with _files() as (node, rig):
        _show(node, frame_of(np.zeros((480, 640, 3), np.uint8)))
        rig.sees_nothing(Fault.CAMERA_DARK)
        rig.stands(KIND, Fault.CAMERA_DARK)
        rig.forget()
        return seconds_until(_good(node), rig.sees_a_picture)


@state("camera.wrong_format", "给的不是图像 what comes is no picture", FILES, "C02")
def wrong_format() -> float:
    with _files() as (node, rig):
        _show(node, b"\xff\xd8\xff" + bytes(2000))
        rig.sees_nothing(Fault.CAMERA_DARK)
        rig.forget()
        return seconds_until(_good(node), rig.sees_a_picture)


@state("camera.cut_off_picture", "图像传了一半 a picture that breaks off", FILES, "C02 or shown")
def cut_off_picture() -> float:
    with _files() as (node, rig):
        jpeg = to_jpeg(on_desk(Specimen.FORM))
        _show(node, jpeg[:200])
        rig.sees_nothing(Fault.CAMERA_DARK)
        rig.forget()
        return seconds_until(_good(node), rig.sees_a_picture)


@state("camera.no_camera", "接的不是高拍仪 the node is no camera", "device node", "C01")
def no_camera() -> float:
    with TemporaryDirectory() as outer:
        node = Path(outer) / "video"
        node.symlink_to("/dev/null")
        with Rig(camera=OpenCvCamera(node)) as rig:
            rig.threads.watch_camera(True)
            rig.sees_nothing(Fault.CAMERA_GONE)
            folder = Path(outer) / "camera"
            folder.mkdir()
            _show(folder, on_desk(Specimen.FORM))

            def replaced() -> None:
                node.unlink()
                node.symlink_to(folder)

            return seconds_until(replaced, rig.sees_a_picture)


@contextmanager
def _simulated() -> Iterator[tuple[SimulatedCamera, Rig]]:
    camera = SimulatedCamera()
    camera.put_paper(on_desk(Specimen.FORM))
    with Rig(camera=camera) as rig:
        rig.threads.watch_camera(True)
        rig.sees_a_picture()
        yield camera, rig


@state("camera.covered", "镜头被挡住 the lens is covered", SIM, "C02")
def covered() -> float:
    with _simulated() as (camera, rig):
        camera.cover_lens()
        rig.sees_nothing(Fault.CAMERA_DARK)
        rig.forget()
        return seconds_until(camera.remove_paper, rig.sees_a_picture)


@state("camera.frozen", "画面不动了 the same picture again and again", SIM, "C03")
def frozen() -> float:
    with _simulated() as (camera, rig):
        camera.freeze()
        rig.sees_nothing(Fault.CAMERA_FROZEN)
        rig.stands(KIND, Fault.CAMERA_FROZEN)
        rig.forget()
        return seconds_until(camera.thaw, rig.sees_a_picture)


def fogged(frame: Frame) -> Frame:
    """As through a lens that somebody breathed on: a grey veil, nothing sharp."""
    import cv2  # noqa: PLC0415

    soft = cv2.GaussianBlur(pixels_of(frame), (0, 0), 6)
    return frame_of((soft * 0.5 + 100).astype(np.uint8))


def _captured(rig: Rig) -> PageCaptured:
    rig.threads.capture_page("m1")
    event = rig.hears(lambda e: isinstance(e, PageCaptured), "the page")
    assert isinstance(event, PageCaptured)
    return event


@state("camera.fogged", "镜头起雾、脏了 the lens is fogged: the page is doubted", SIM, "doubt")
def fogged_lens() -> float:
    with _simulated() as (camera, rig):
        camera.put_paper(fogged(on_desk(Specimen.FORM)))
        doubts = _captured(rig).page.doubts
        assert doubts & {PageDoubt.BLURRED, PageDoubt.NO_PAGE}, doubts

        def clear_again() -> None:
            assert PageDoubt.BLURRED not in _captured(rig).page.doubts

        return seconds_until(lambda: camera.put_paper(on_desk(Specimen.FORM)), clear_again)


class HangingCamera(SimulatedCamera):
    """Its pictures come through a pipe; while it hangs nobody writes, and no read returns."""

    def __init__(self) -> None:
        super().__init__()
        self.pipe: tuple[int, int] | None = None

    def frame(self) -> Frame:
        """Blocks in the kernel while it hangs."""
        if self.pipe is not None:
            os.read(self.pipe[0], 1)
            raise DeviceError(Fault.CAMERA_GONE, "was unplugged")
        return super().frame()


@state("camera.hangs", "高拍仪卡死 a call that never returns", "blocking system call", "C01")
def hangs() -> float:
    hanging, fresh = HangingCamera(), SimulatedCamera()
    with Rig(camera=hanging, again=lambda: Drivers(camera=fresh)) as rig:
        fresh.unplug()
        rig.threads.watch_camera(True)
        rig.sees_a_picture()
        hanging.pipe = os.pipe()  # from now on for ever: nobody writes
        rig.sees_nothing(Fault.CAMERA_GONE)  # by its deadline
        rig.forget()
        return seconds_until(fresh.plug_in, rig.sees_a_picture)

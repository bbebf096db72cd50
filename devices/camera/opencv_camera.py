"""Takes pictures from a USB document camera, a video file or a folder of photographs."""

import itertools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np

from devices.camera.api import Frame
from devices.camera.pictures import frame_from_file_bytes, frame_of, is_black
from devices.device import DeviceError, DeviceState, DeviceStatus
from kiosk.domain.fault import Fault

PICTURE_ENDINGS: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
LONGEST_WAIT: Final = 2.0  # seconds, the promise of DocumentCamera.frame
STILL_FOR: Final = 2.0  # seconds; a sensor's noise alone changes every picture (own estimate)

# Asked for, not demanded: V4L2 gives the nearest mode it has (V4L2 VIDIOC_S_FMT). 4:3 sensors of
# desk cameras have a 3264x2448 mode; MJPG because raw video of that size does not fit USB 2.0.
_WANTED_WIDTH: Final = 3264
_WANTED_HEIGHT: Final = 2448


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder by their endings, sorted by name; folders inside are left out."""
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in PICTURE_ENDINGS)


class _Source(Protocol):
    """Where one opened camera gets its pictures."""

    is_live: bool  # its pictures differ always, and it is worth waiting for the next one

    def next_frame(self) -> Frame | None:
        """The next picture, or None when there is none at this moment."""
        ...

    def close(self) -> None: ...


class _Folder:
    """Photographs one after the other, sorted by name, and from the first again after the last."""

    is_live = False

    def __init__(self, folder: Path) -> None:
        self._pictures: Iterator[Path] = itertools.cycle(pictures_in(folder))

    def next_frame(self) -> Frame | None:
        picture = next(self._pictures, None)
        if picture is None:
            return None
        try:
            return frame_from_file_bytes(picture.read_bytes())
        except (OSError, ValueError):
            return None

    def close(self) -> None:
        self._pictures = iter(())


class _Video:
    """A video file, frame after frame without waiting, and from its start again after its end."""

    is_live = False

    def __init__(self, file: Path) -> None:
        self._file = file
        self._capture = cv2.VideoCapture(str(file))

    def next_frame(self) -> Frame | None:
        return self._read() or self._rewound()

    def _read(self) -> Frame | None:
        done, pixels = self._capture.read()
        return frame_of(np.asarray(pixels, np.uint8)) if done else None

    def _rewound(self) -> Frame | None:
        # Opened afresh: seeking to frame 0 fails in some containers.
        self._capture.release()
        self._capture = cv2.VideoCapture(str(self._file))
        return self._read()

    def close(self) -> None:
        self._capture.release()


class _Live:
    """A V4L2 camera in its largest mode. Keeps one buffer, so a picture is never seconds old."""

    is_live = True

    def __init__(self, node: Path) -> None:
        # OpenCV waits 10 s for a stuck camera unless told so before the process's first one.
        os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", str(round(LONGEST_WAIT)))
        self._capture = cv2.VideoCapture(str(node), cv2.CAP_V4L2)
        self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, _WANTED_WIDTH)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, _WANTED_HEIGHT)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        if not self._capture.isOpened():
            self._capture.release()
            raise DeviceError(Fault.CAMERA_GONE, f"{node} is no camera or is in use")

    def next_frame(self) -> Frame | None:
        done, pixels = self._capture.read()
        return frame_of(np.asarray(pixels, np.uint8)) if done else None

    def close(self) -> None:
        self._capture.release()


class OpenCvCamera:
    """A DocumentCamera over OpenCV's capture.

    `source` is a V4L2 number (0 is /dev/video0), a device path, a video file (plays as fast as it
    is asked and loops) or a folder (each frame() gives the next picture by name, then the first
    again). A picture that is quite black, or none within two seconds, is CAMERA_DARK; a source
    that is no longer there is CAMERA_GONE until open() finds it again. A live camera that gives
    one and the same picture for two seconds is CAMERA_FROZEN, and let go.
    """

    def __init__(
        self, source: int | str | Path, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = Path(f"/dev/video{source}") if isinstance(source, int) else Path(source)
        self._now = now
        self._opened: _Source | None = None
        self._still: bytes | None = None  # the picture that has not changed
        self._still_since = 0.0

    @property
    def name(self) -> str:
        """Such as 'camera on /dev/video0'."""
        return f"camera on {self._path}"

    def is_there(self) -> bool:
        """Whether its device node, file or folder is there."""
        return self._path.exists()

    def open(self) -> None:
        """Take the camera; called again it lets go first. Raises DeviceError(CAMERA_GONE)."""
        self.close()
        if not self._path.exists():
            raise DeviceError(Fault.CAMERA_GONE, f"{self._path} is not there")
        self._opened = self._open_source()

    def _open_source(self) -> _Source:
        if self._path.is_dir():
            return _Folder(self._path)
        return _Video(self._path) if self._path.is_file() else _Live(self._path)

    def close(self) -> None:
        """Let the camera go. Never raises."""
        opened, self._opened = self._opened, None
        self._still = None
        if opened is not None:
            opened.close()

    def status(self) -> DeviceStatus:
        """Looks only whether the camera is open and its device node or file still there."""
        if self._opened is not None and self._path.exists():
            return DeviceStatus(DeviceState.READY)
        return DeviceStatus(DeviceState.GONE, Fault.CAMERA_GONE, f"{self._path} is not open")

    def frame(self) -> Frame:
        """The newest picture. Raises what `DocumentCamera.frame` raises.

        A live camera is waited for up to 2 s: its first pictures are dark until it has measured
        the light. Files are not waited for.
        """
        deadline = self._now() + LONGEST_WAIT
        while True:
            frame = self._next_frame()
            live = self._opened is not None and self._opened.is_live
            if frame is not None and not is_black(frame):
                if live:
                    self._see_that_it_moves(frame)
                return frame
            if not live or self._now() >= deadline:
                what = "no picture came" if frame is None else "the picture is black"
                raise DeviceError(Fault.CAMERA_DARK, f"{self._path}: {what}")

    def _see_that_it_moves(self, frame: Frame) -> None:
        """Two pictures that differ are told apart at their first pixels."""
        if frame.bgr != self._still:
            self._still, self._still_since = frame.bgr, self._now()
        elif self._now() - self._still_since >= STILL_FOR:
            self.close()
            raise DeviceError(Fault.CAMERA_FROZEN, f"{self._path}: the picture does not move")

    def _next_frame(self) -> Frame | None:
        if self._opened is None or not self._path.exists():
            self.close()
            raise DeviceError(Fault.CAMERA_GONE, f"{self._path} is not there or not open")
        frame = self._opened.next_frame()
        if frame is None and not self._path.exists():  # pulled out while it was waited for
            self.close()
            raise DeviceError(Fault.CAMERA_GONE, f"{self._path} was unplugged")
        return frame

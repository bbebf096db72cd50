"""Looks through the camera: shows what lies there, finds the page and any code, takes it."""

from collections.abc import Callable
from typing import Final

from devices.camera.api import DocumentCamera, Frame
from devices.camera.codes import CodeReader
from devices.camera.page_edges import outline_page
from devices.camera.scan_page import scan_page
from devices.device import DeviceError
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import CameraFailed, CodeSeen, Event, PageCaptured, PreviewSeen

LOOK_EVERY: Final = 3  # frames between two looks for a page and a code; the picture stays fluent


class CameraWatch:
    """Call `poll` again and again on the camera's thread. Never raises DeviceError."""

    def __init__(self, camera: DocumentCamera | None, announce: Callable[[Event], None]) -> None:
        self._camera = camera
        self._announce = announce
        self._open = False
        self._failed: CameraFailed | None = None
        self._seen = PreviewSeen(Frame(0, 0, b""), None)
        self._count = 0
        self._codes = CodeReader()

    @property
    def fault(self) -> Fault | None:
        """Of the last attempt to get a picture since the camera was switched on."""
        return None if self._failed is None else self._failed.fault

    def poll(self) -> None:
        """One picture; every third one is searched."""
        frame = self._frame()
        if frame is None:
            return
        if self._count % LOOK_EVERY == 0:
            self._look(frame)
        self._count += 1
        self._seen = PreviewSeen(frame, self._seen.corners, self._seen.doubts)
        self._announce(self._seen)

    def capture(self, material: str) -> None:
        """Take the sheet that lies there now."""
        frame = self._frame()
        if frame is not None:
            self._announce(PageCaptured(scan_page(frame, material=material)))

    def hand_over(self, take: Callable[[Frame], None]) -> None:
        """The newest picture, for work that is done elsewhere."""
        frame = self._frame()
        if frame is not None:
            take(frame)

    def forget(self) -> None:
        """Camera off: nothing of what it saw stays here, nor in the driver's buffer."""
        if self._camera is not None:
            self._camera.close()
        self._open = False
        self._seen = PreviewSeen(Frame(0, 0, b""), None)
        self._count = 0
        self._failed = None
        self._codes = CodeReader()  # it remembers codes that it was not sure of

    def _look(self, frame: Frame) -> None:
        page = outline_page(frame)
        self._seen = PreviewSeen(frame, page.corners if page else None)
        for code in self._codes.read(frame):
            self._announce(CodeSeen(code.text))

    def _frame(self) -> Frame | None:
        if self._camera is None:
            return None
        try:
            if not self._open:
                self._camera.open()
                self._open = True
            frame = self._camera.frame()
        except DeviceError as error:
            self._open = False
            failed = CameraFailed(error.fault)
            if failed != self._failed:  # told once, not with every picture
                self._failed = failed
                self._announce(failed)
            return None
        self._failed = None
        return frame

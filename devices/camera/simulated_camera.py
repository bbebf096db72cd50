"""Plays a document camera for the demonstration and the tests: paper is put under it by button."""

from devices.camera.api import Frame
from devices.camera.pictures import from_jpeg, is_black
from devices.camera.specimen_pages import empty_desk
from devices.device import DeviceError, DeviceState, DeviceStatus
from devices.simulated_ills import SimulatedIlls
from kiosk.domain.fault import Fault


class SimulatedCamera:
    """A DocumentCamera without a device.

    The buttons (put_paper, remove_paper, cover_lens, unplug, plug_in) may be pressed from any
    thread: each only swaps one reference, which the next frame() sees.
    """

    def __init__(self) -> None:
        self._desk = empty_desk()
        self._seen = self._desk
        self._plugged_in = True
        self._open = False
        self._frozen = False
        self.ills = SimulatedIlls()

    def put_paper(self, picture: Frame | bytes) -> None:
        """Everything the camera now sees: a frame, or a JPEG (ValueError when it is none)."""
        self._seen = from_jpeg(picture) if isinstance(picture, bytes) else picture

    def remove_paper(self) -> None:
        """Nothing but the desk is below the camera; also takes the hand off the lens."""
        self._seen = self._desk

    def cover_lens(self) -> None:
        """The picture is black until paper is put or removed."""
        width, height = self._desk.width, self._desk.height
        self._seen = Frame(width=width, height=height, bgr=bytes(width * height * 3))

    def freeze(self) -> None:
        """The picture does not move any more."""
        self._frozen = True

    def thaw(self) -> None:
        """It moves again."""
        self._frozen = False

    def unplug(self) -> None:
        """Pull the plug: from now on the camera is gone."""
        self._plugged_in = False
        self._open = False

    def plug_in(self) -> None:
        """Put the plug back. The program must open the camera again, as with a real one."""
        self._plugged_in = True

    @property
    def name(self) -> str:
        """What the staff page calls it."""
        return "simulated camera"

    def is_there(self) -> bool:
        """See DocumentCamera."""
        return self._plugged_in

    def open(self) -> None:
        """Take the camera. Raises DeviceError(CAMERA_GONE) while unplugged."""
        if not self._plugged_in:
            raise DeviceError(Fault.CAMERA_GONE, "unplugged")
        self._open = True

    def close(self) -> None:
        """Let the camera go."""
        self._open = False

    def status(self) -> DeviceStatus:
        """READY while open and plugged in."""
        if self._open:
            return DeviceStatus(DeviceState.READY)
        return DeviceStatus(DeviceState.GONE, Fault.CAMERA_GONE, "not open")

    def frame(self) -> Frame:
        """What lies below, at once. Raises what `DocumentCamera.frame` raises."""
        self.ills.suffer()
        if not self._open:
            raise DeviceError(Fault.CAMERA_GONE, "not open")
        if self._frozen:
            self._open = False  # as a driver does that opens it anew
            raise DeviceError(Fault.CAMERA_FROZEN, "asked for by the simulation")
        seen = self._seen
        if is_black(seen):
            raise DeviceError(Fault.CAMERA_DARK, "the lens is covered")
        return seen

"""Carrying cases by a USB stick: what people see of it, from plugging it in to pulling it out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum, unique

from kiosk.domain.fault import Fault
from kiosk.domain.stick import StickResult
from kiosk.flow.equipment import Equipment, StickEnded, StickMoved, StickSeen


@unique
class StickState(StrEnum):
    """The value is the key of its words."""

    WAITING = "waiting"  # for a stick
    READY = "ready"
    MOVING = "moving"
    ENDED = "ended"
    NOT_ENROLLED = "not_enrolled"


@dataclass(frozen=True, slots=True)
class StickView:
    """Replaced, never changed."""

    state: StickState = StickState.WAITING
    moved: StickMoved | None = None  # None while MOVING: it has not begun yet
    stopping: bool = False  # people do not want to wait any longer
    result: StickResult | None = None  # once it has ended
    is_in: bool = False  # the stick can be seen

    @property
    def something_to_lose(self) -> bool:
        """Ending now would break off what runs."""
        return self.state is StickState.MOVING

    @property
    def is_done(self) -> bool:
        """It ended, and another turn would find nothing to do."""
        result = self.result
        return result is not None and result.fault is None and not result.cancelled


class StickFlow:
    """Lives on the interface's thread; `on_change` is told of every new view."""

    def __init__(self, equipment: Equipment, *, on_change: Callable[[StickView], None]) -> None:
        self._equipment = equipment
        self._on_change = on_change
        self.view = StickView()

    def begin(self) -> None:
        """The page is shown: look for a stick."""
        self._show(StickView())
        self._equipment.watch_stick(True)

    def end(self) -> None:
        """Another page is shown: what runs is ended cleanly."""
        if self.view.state is StickState.MOVING:
            self._equipment.stop_carrying()
        self._equipment.watch_stick(False)
        self.view = StickView()

    def carry(self) -> None:
        """The one button: do whatever there is to do."""
        if self.view.state is StickState.READY or self._may_go_on():
            self._show(replace(self.view, state=StickState.MOVING, moved=None, result=None))
            self._equipment.carry_by_stick()

    def stop(self) -> None:
        """People do not want to wait any longer."""
        if self.view.state is StickState.MOVING and not self.view.stopping:
            self._show(replace(self.view, stopping=True))
            self._equipment.stop_carrying()

    def happened(self, event: StickSeen | StickMoved | StickEnded) -> None:
        """The stick's thread tells something."""
        match event:
            case StickSeen(fault=fault):
                self._seen(fault)
            case StickMoved() if self.view.state is StickState.MOVING:
                self._show(replace(self.view, moved=event))
            case StickEnded(result=result) if self.view.state is StickState.MOVING:
                self._show(
                    StickView(
                        StickState.ENDED,
                        result=result,
                        is_in=result.fault is not Fault.STICK_GONE,
                    )
                )
            case _:
                pass

    def _may_go_on(self) -> bool:
        """Another turn with the stick that is still in, or with the next one."""
        return self.view.state is StickState.ENDED and self.view.is_in

    def _seen(self, fault: Fault | None) -> None:
        if fault is Fault.STICK_NOT_ENROLLED:
            self._show(StickView(StickState.NOT_ENROLLED))
        elif self.view.state is StickState.ENDED:
            self._show(replace(self.view, is_in=fault is None))
        elif self.view.state is not StickState.MOVING:
            is_in = fault is None
            state = StickState.READY if is_in else StickState.WAITING
            self._show(StickView(state, is_in=is_in))

    def _show(self, view: StickView) -> None:
        self.view = view
        self._on_change(view)

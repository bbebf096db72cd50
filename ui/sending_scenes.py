"""The pages about sending in every state, to be looked at: see ui/shots.py."""

from collections.abc import Mapping
from typing import Final

from kiosk.domain.fault import Fault
from kiosk.domain.sending import SENDING_SWITCH, Sending
from kiosk.domain.standing import Standing
from kiosk.domain.stick import StickResult, StickWork
from kiosk.flow.equipment import Event, NetworkChanged, StickEnded, StickMoved, StickSeen
from ui.notices_walk import NoticesWalk
from ui.specimen_sending import (
    heard_today,
    put_aside,
    put_notices,
    put_visits,
    put_waiting,
    queued_of,
)
from ui.stage import Scene, Stage
from ui.upload_walk import UploadWalk


def _upload(*events: Event, then: str = "", prepared: Scene = lambda _: None) -> Scene:
    """The upload state; what is told comes before it is opened, a button is pressed in the end."""

    def scene(stage: Stage) -> None:
        heard_today(stage.store)
        prepared(stage)
        for event in events:
            stage.tell(event)
        stage.window.open(UploadWalk)
        if then:
            stage.press(then)

    return scene


def _everything_at_once(stage: Stage) -> None:
    put_aside(stage.store)
    put_notices(stage.store)
    put_visits(stage.store)


def _long_alone(stage: Stage) -> None:
    put_waiting(stage.store, 12, days=4)
    stage.standing = Standing(days_left=10, cases_left=188)


def _paused(stage: Stage) -> None:
    put_waiting(stage.store, 3)
    stage.store.set_switch(SENDING_SWITCH, Sending.PAUSED.value)


def _stick(*events: Event, carry: bool = False, stop: bool = False) -> Scene:
    """The page of the stick, a turn with it, and what is told then."""

    def scene(stage: Stage) -> None:
        _upload(NetworkChanged(None), then="upload_stick")(stage)
        if carry:
            stage.tell(StickSeen(None))
            stage.press("next")
        for event in events:
            stage.tell(event)
        if stop:
            stage.press("stick_stop")

    return scene


def _stick_ended(result: StickResult) -> Scene:
    return _stick(StickEnded(result), carry=True)


def _leave_stick(stage: Stage) -> None:
    _stick(StickMoved(StickWork.CASES, 3, 12), carry=True)(stage)
    stage.press("bar_end")


def _progress_aside(stage: Stage) -> None:
    stage.store.reasons[queued_of()] = "answers.reg_type: 与登记不一致"
    stage.progress(2)


def _standby_notice(stage: Stage) -> None:
    put_notices(stage.store)
    put_waiting(stage.store, 3, days=1)
    stage.window.show_standby()


def _notices(stage: Stage) -> None:
    _standby_notice(stage)
    stage.window.open(NoticesWalk)


SENDING_SCENES: Final[Mapping[str, Scene]] = {
    "progress_aside": _progress_aside,
    "standby_notice": _standby_notice,
    "notices": _notices,
    "upload_empty": _upload(NetworkChanged(None)),
    "upload_waiting": _upload(
        NetworkChanged(None), prepared=lambda stage: put_waiting(stage.store, 3)
    ),
    "upload_hurried": _upload(
        NetworkChanged(None),
        prepared=lambda stage: put_waiting(stage.store, 3),
        then="upload_send_now",
    ),
    "upload_offline": _upload(NetworkChanged(Fault.NETWORK_DOWN), prepared=_long_alone),
    "upload_paused": _upload(NetworkChanged(None), prepared=_paused),
    "upload_aside": _upload(NetworkChanged(None), prepared=_everything_at_once),
    "upload_again": _upload(
        NetworkChanged(None), prepared=_everything_at_once, then="upload_again"
    ),
    "upload_notices": _upload(prepared=_everything_at_once, then="upload_notices"),
    "upload_visits": _upload(prepared=_everything_at_once, then="upload_visits"),
    "stick_waiting": _stick(StickSeen(Fault.STICK_GONE)),
    "stick_ready": _stick(StickSeen(None)),
    "stick_not_enrolled": _stick(StickSeen(Fault.STICK_NOT_ENROLLED)),
    "stick_working": _stick(StickMoved(StickWork.CASES, 3, 12), carry=True),
    "stick_stopping": _stick(StickMoved(StickWork.OTHERS, 1, 4), carry=True, stop=True),
    "stick_settling": _stick(StickMoved(StickWork.SETTLING, 0, 0), carry=True),
    "stick_done": _stick_ended(StickResult(safe=True, receipts=4, refused=1, on_stick=12)),
    "stick_nothing": _stick_ended(StickResult(safe=True)),
    "stick_relayed": _stick_ended(
        StickResult(safe=True, carried=6, not_carried=2, torn=1, unbelieved=1, for_others=6)
    ),
    "stick_cancelled": _stick_ended(StickResult(cancelled=True, safe=True, on_stick=3, left=9)),
    "stick_full": _stick_ended(
        StickResult(Fault.STICK_FULL, safe=True, on_stick=3, left=9, unreadable=1)
    ),
    "stick_pulled": _stick_ended(StickResult(Fault.STICK_GONE, on_stick=3, left=9)),
    "stick_unusable": _stick_ended(StickResult(Fault.STICK_UNUSABLE, safe=True, left=12)),
    "leave_stick": _leave_stick,
}

"""Carries bundles over another terminal's line to the gateway, unread, and answers back."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sync import wire
from sync.api import GatewayUnreachable, Refused
from sync.gateway_key import STICK_ANSWER, GatewayKey, NotOurGateway
from sync.stick_folder import StickFolder
from sync.stick_format import NotAdmitted, StickAnswer
from sync.stick_seal import Torn, examined


class BundleLine(Protocol):
    """The part of the way to the gateway that a relay needs."""

    def send_bundle(self, sha256: str, path: Path) -> bytes | Refused:
        """Send a file, from where it stopped; the gateway's answer. Raises GatewayUnreachable."""
        ...


@dataclass(frozen=True, slots=True)
class RelayReport:
    """Case ids by what became of them, and why the rest waits."""

    answered: tuple[str, ...] = ()
    there_already: tuple[str, ...] = ()  # the answer was on the stick before
    torn: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()  # the gateway cannot open it
    left: tuple[str, ...] = ()  # the line broke, or cancelled; they stay on the stick
    trouble: GatewayUnreachable | None = None


class StickRelay:
    """Needs no store and can read nothing of what it carries."""

    def __init__(self, stick: StickFolder, line: BundleLine, *, gateway_key: GatewayKey) -> None:
        self._stick = stick
        self._line = line
        self._key = gateway_key

    def run(
        self,
        *,
        told: Callable[[int, int], None] = lambda _done, _all: None,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> RelayReport:
        """Send every bundle that has no answer yet. Raises OSError when the stick will not.

        A line that breaks ends it, and so does cancelling, before the next bundle; the next run
        goes on in the middle of the bundle.
        """
        self._stick.prepare()
        found: dict[str, list[str]] = {}
        waiting = self._stick.bundles()
        for number, case_id in enumerate(waiting):
            if is_cancelled():
                found.setdefault("left", []).extend(waiting[number:])
                return _report(found, None)
            told(number, len(waiting))
            try:
                kind = self._one(case_id)
            except GatewayUnreachable as error:
                found.setdefault("left", []).extend(waiting[number:])
                return _report(found, error)
            found.setdefault(kind, []).append(case_id)
        told(len(waiting), len(waiting))
        return _report(found, None)

    def _one(self, case_id: str) -> str:
        try:
            with self._stick.bundle(case_id) as (file, size):
                closed = examined(file, size)
        except (Torn, OSError):
            return "torn"
        if closed.cover.case_id != case_id:
            return "torn"
        if self._is_answered(case_id, closed.sha256):
            return "there_already"
        answer = self._line.send_bundle(closed.sha256, self._stick.path_of(case_id))
        if isinstance(answer, Refused):
            return "refused"
        self._stick.write_answer(case_id, answer)
        return "answered"

    def _is_answered(self, case_id: str, sha256: str) -> bool:
        try:
            body = self._key.body_of(STICK_ANSWER, self._stick.answer(case_id))
            answer = wire.decoded(body, StickAnswer)
        except (OSError, wire.Unreadable, NotOurGateway):
            return False
        # A terminal that was locked out may have been let in since.
        return answer.bundle == sha256 and not isinstance(answer.outcome, NotAdmitted)


def _report(found: dict[str, list[str]], trouble: GatewayUnreachable | None) -> RelayReport:
    return RelayReport(**{kind: tuple(ids) for kind, ids in found.items()}, trouble=trouble)

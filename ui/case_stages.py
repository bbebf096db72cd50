"""The stages of a case as a short line, so that people see how far it has come and since when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from kiosk.domain.case import Case, CaseState
from kiosk.domain.progress import StateChange


@unique
class Reached(StrEnum):
    """How a stage stands; the value is the `step` property of the style sheet."""

    DONE = "done"
    NOW = "now"
    LATER = "later"


_USUAL: Final = ("handed_in", "sent", "accepted", "decided", "delivered")
# State: (stages, which of them is now). A case that was corrected, refused or taken back shows
# the stages it really went through.
_LINES: Final = {
    CaseState.QUEUED: (_USUAL, 0),
    CaseState.RECEIVED: (_USUAL, 1),
    CaseState.ACCEPTED: (_USUAL, 2),
    CaseState.CORRECTION: (("handed_in", "sent", "correction", "decided", "delivered"), 2),
    CaseState.DECIDED: (_USUAL, 3),
    CaseState.DELIVERED: (_USUAL, 4),
    CaseState.REFUSED: (("handed_in", "sent", "refused"), 2),
    CaseState.WITHDRAWN: (("handed_in", "withdrawn"), 1),
}
# The state that a case is in once it has come to that stage.
_STATES: Final = {
    "sent": CaseState.RECEIVED,
    "accepted": CaseState.ACCEPTED,
    "correction": CaseState.CORRECTION,
    "decided": CaseState.DECIDED,
    "delivered": CaseState.DELIVERED,
    "refused": CaseState.REFUSED,
    "withdrawn": CaseState.WITHDRAWN,
}
TONES: Final = {
    CaseState.CORRECTION: "warn",
    CaseState.DECIDED: "good",
    CaseState.DELIVERED: "good",
    CaseState.REFUSED: "bad",
    CaseState.WITHDRAWN: "quiet",
}


def stages_of(state: CaseState) -> tuple[tuple[str, Reached], ...]:
    """(key of the words, how it stands), in order; empty for a draft."""
    if state not in _LINES:
        return ()
    keys, now = _LINES[state]
    return tuple(
        (key, Reached.DONE if n < now else Reached.NOW if n == now else Reached.LATER)
        for n, key in enumerate(keys)
    )


def moments_of(case: Case, changes: Sequence[StateChange]) -> Mapping[str, datetime]:
    """When the case came to each stage, by the key of its words; what nobody knows is left out.

    Of a stage that it came to twice, the last time.
    """
    latest = {change.state: change.at for change in changes}
    known = {key: latest[state] for key, state in _STATES.items() if state in latest}
    return known if case.confirmed_at is None else known | {"handed_in": case.confirmed_at}


def tone_of(state: CaseState) -> str:
    """The colour of a state's badge."""
    return TONES.get(state, "blue")

"""Every named state of a device: how it is brought about, and how soon it is over."""

from collections.abc import Callable
from dataclasses import dataclass

Act = Callable[[], float]


@dataclass(frozen=True, slots=True)
class NamedState:
    """`act` brings it about, mends it, and returns the seconds until the device did its work.

    It raises when the terminal says something else than `told`, or does not recover at all.
    """

    key: str  # what stands in docs/devices.md; for example "id_card.lifted_early"
    words: str
    counterpart: str
    told: str  # the fault code, or what else is seen
    act: Act


STATES: dict[str, NamedState] = {}


def state(key: str, words: str, counterpart: str, told: str) -> Callable[[Act], Act]:
    """Enters a function as a named state."""

    def entered(act: Act) -> Act:
        assert key not in STATES, key
        STATES[key] = NamedState(key, words, counterpart, told, act)
        return act

    return entered

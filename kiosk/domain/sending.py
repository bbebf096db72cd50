"""What may go over the line, as set by the staff of a terminal."""

from enum import Enum, unique
from typing import Final

SENDING_SWITCH: Final = "sending"  # the store's switch that holds a value of Sending


@unique
class Sending(Enum):
    """From everything to nothing."""

    EVERYTHING = "everything"
    SAVING = "saving"  # the line costs by the byte: texts and urgent cases; other pages wait
    PAUSED = "paused"  # nothing, neither up nor down


def sending_in(switch: str, *, otherwise: Sending) -> Sending:
    """What the store's switch says; `otherwise` when nobody has set it to a word we know."""
    try:
        return Sending(switch)
    except ValueError:
        return otherwise

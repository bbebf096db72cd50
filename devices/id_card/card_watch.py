"""Notices cards being laid down and taken away, and reads each one once."""

from dataclasses import dataclass

from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard


@dataclass(frozen=True, slots=True)
class CardRead:
    """A card was read."""

    card: IdentityCard


@dataclass(frozen=True, slots=True)
class CardFailed:
    """A card or the reader made trouble."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class CardTaken:
    """The card was lifted."""


CardEvent = CardRead | CardFailed | CardTaken

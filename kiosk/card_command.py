"""Reads one card for `kiosk card`, so that staff can see whether a card reader works."""

import time
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from typing import Final

from devices.device import DeviceError
from devices.id_card.api import IdentityReader
from devices.id_card.card_watch import CardEvent, CardFailed, CardRead, CardWatch
from kiosk.domain.id_number import masked
from kiosk.domain.identity import IdentityCard

SECONDS_BETWEEN_LOOKS: Final = 0.3
NUMBERS: Final = ("number", "permit_number", "former_number", "card_number")
LEFT_OUT: Final = "photo"  # undecoded bytes of a face: nothing that a screen could show
FACE: Final = "portrait"  # only whether there is one


class NoCardLaidDown(Exception):
    """The reader works, but nobody laid a card on it in time."""


def read_next_card(
    reader: IdentityReader,
    *,
    wait_seconds: float,
    full: bool,
    pause: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> dict[str, object]:
    """Wait for a card, read it, and give what JSON can hold of it: see `card_content`.

    Opens the reader and always closes it. A card that already lies there counts. Looks at least
    once and returns at most one read (five seconds) after `wait_seconds`. Raises NoCardLaidDown,
    or DeviceError with the fault of the reader or of the first card that could not be read.
    """
    events: list[CardEvent] = []
    watch = CardWatch(reader, events.append)
    end = clock() + wait_seconds
    try:
        while True:
            watch.poll()
            for event in events:
                if isinstance(event, CardRead):
                    return card_content(event.card, full=full)
                if isinstance(event, CardFailed):
                    raise DeviceError(event.fault)
            left = end - clock()
            if left <= 0:
                raise NoCardLaidDown
            pause(min(SECONDS_BETWEEN_LOOKS, left))
    finally:
        watch.close()


def card_content(card: IdentityCard, *, full: bool) -> dict[str, object]:
    """The card's items under the names of IdentityCard's fields, without the photo.

    `portrait`: whether it could be decoded. Days are ISO 8601 text or None, `needs_typing` is a
    sorted list. Unless `full`, the middle of every number is stars; names and addresses are shown,
    since staff compare them with the card.
    """
    return {
        field.name: _content(field.name, getattr(card, field.name), full=full)
        for field in fields(card)
        if field.name != LEFT_OUT
    }


def _content(name: str, value: object, *, full: bool) -> object:
    match value:
        case _ if name == FACE:
            return value is not None
        case date():
            return value.isoformat()
        case frozenset():
            return sorted(value)
        case str() if name in NUMBERS and value and not full:
            return masked(value)
        case str():
            return str(value)  # an enum's value, too
        case _:
            return value

"""A card reader whose cards come with their face, where a program that decodes it is installed."""

import time
from dataclasses import replace
from typing import Final

from devices.device import DeviceStatus
from devices.id_card.api import IdentityReader
from devices.id_card.photo_hook import PhotoHook
from kiosk.domain.identity import IdentityCard

LATE_UNTIL_LEFT_OUT: Final = 3  # in a row: people shall not wait for it all day


class PortraitReader:
    """An `IdentityReader` in front of another one; see PhotoHook for what the faces cost.

    A program that is late three times in a row is not asked again before the reader is opened anew.
    """

    def __init__(self, reader: IdentityReader, hook: PhotoHook) -> None:
        self._reader = reader
        self._hook = hook
        self._late = 0

    @property
    def name(self) -> str:
        return self._reader.name

    def open(self) -> None:
        self._reader.open()
        self._late = 0

    def close(self) -> None:
        self._reader.close()

    def status(self) -> DeviceStatus:
        return self._reader.status()

    def card_present(self) -> bool:
        return self._reader.card_present()

    def read_identity(self) -> IdentityCard:
        card = self._reader.read_identity()
        if not card.photo or self._late >= LATE_UNTIL_LEFT_OUT:
            return card
        began = time.monotonic()
        portrait = self._hook.portrait(card.photo)
        was_late = portrait is None and time.monotonic() - began >= self._hook.limit_seconds
        self._late = self._late + 1 if was_late else 0
        return replace(card, portrait=portrait)

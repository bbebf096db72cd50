"""Looks for a USB stick while people want one, and does a turn with it when they say so."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from kiosk.domain.fault import Fault
from kiosk.domain.sending import Sending
from kiosk.domain.stick import StickResult
from kiosk.flow.equipment import CasesChanged, Event, StickEnded, StickMoved, StickSeen
from kiosk.stick_turn import Halt, StickKeys, StickLine, StickTurn
from offline_store.api import Store, StoreError

log = logging.getLogger(__name__)

Told = Callable[[Event], None]


class StickWatch:
    """All of it runs on one thread of its own, which also opens a store for each turn."""

    def __init__(
        self,
        *,
        find: Callable[[], Path | None],
        keys: StickKeys | None,
        open_store: Callable[[], Store],
        line: Callable[[], StickLine],
        sending: Sending = Sending.EVERYTHING,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`find`: where a stick is mounted. `keys`: None when the terminal is not enrolled."""
        self._find = find
        self._keys = keys
        self._open_store = open_store
        self._line = line
        self._sending = sending
        self._now = now
        self._told: Told = lambda _event: None
        self._seen: StickSeen | None = None

    def begin(self, told: Told) -> None:
        """Somebody else looks from now on: tell how it is at once."""
        self._told, self._seen = told, None
        self.poll()

    def poll(self) -> None:
        """Tell of a stick that came or went."""
        seen = StickSeen(self._fault())
        if seen != self._seen:
            self._seen = seen
            self._told(seen)

    def carry(self, told: Told, everybody: Told, halt: Halt) -> None:
        """A turn with the stick that is in. Exactly one StickEnded, whatever happens."""
        result = StickResult(fault=Fault.STICK_UNUSABLE)  # what a mistake of ours comes to
        try:
            result = self._turn(told, everybody, halt)
        finally:
            told(StickEnded(result))

    def _turn(self, told: Told, everybody: Told, halt: Halt) -> StickResult:
        root, keys = self._find(), self._keys
        if keys is None:
            return StickResult(fault=Fault.STICK_NOT_ENROLLED)
        if root is None:
            return StickResult(fault=Fault.STICK_GONE)
        try:
            store = self._open_store()
        except StoreError as error:
            return StickResult(fault=error.fault)
        turn = StickTurn(
            root,
            store=store,
            keys=keys,
            line=self._line,
            sending=self._sending,
            now=self._now,
            is_there=lambda: self._find() == root,
            told=_OnlyNews(told),
            halt=halt,
        )
        try:
            return turn.run()
        finally:
            store.close()
            if turn.settled:
                everybody(CasesChanged(turn.settled))

    def _fault(self) -> Fault | None:
        if self._keys is None:
            return Fault.STICK_NOT_ENROLLED
        return None if self._find() is not None else Fault.STICK_GONE


class _OnlyNews:
    """A page of a case is written in many pieces; people hear of whole cases."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._last: StickMoved | None = None

    def __call__(self, moved: StickMoved) -> None:
        if moved != self._last:
            self._last = moved
            self._told(moved)

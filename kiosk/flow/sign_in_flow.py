"""Signing in of staff: card, PIN, and the card's proof; the same for going on after a lock.

The PIN is in this file from the first digit to the moment it goes to the card, and nowhere else.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from devices.staff_card.api import Pin, PinWrong, Proof, StaffCardFace
from devices.staff_card.proof import is_proven, new_challenge
from devices.staff_card.staff_card_watch import (
    StaffCardAnswered,
    StaffCardFailed,
    StaffCardSeen,
    StaffCardTaken,
)
from kiosk.domain.configuration import ConfigurationShelf
from kiosk.domain.fault import Fault
from kiosk.domain.staff import StaffAct, StaffEntry, StaffMember
from kiosk.domain.staff_register import NoEntry, entry_with
from kiosk.domain.standing import believed
from kiosk.flow.equipment import Equipment, Event
from offline_store.api import ScreenStore, StoreError

SHORTEST_PIN: Final = 6  # NIST SP 800-73-4 part 2, 2.4.3 (recalled): six to eight digits
LONGEST_PIN: Final = 8
FREE_WRONG_PINS: Final = 1  # one slip of the finger costs nothing
FIRST_WAIT: Final = 30.0  # seconds after the second wrong PIN; twice as long for each one more
LONGEST_WAIT: Final = 900.0


@unique
class SignInStep(StrEnum):
    """What the page asks for; the value is the key of its words."""

    CARD = "card"
    PIN = "pin"
    CHECKING = "checking"
    WAIT = "wait"  # after wrong PINs
    BLOCKED = "blocked"  # the card takes no PIN any more
    NO_ENTRY = "no_entry"  # a card, but nobody who may sign in here
    DONE = "done"


@dataclass(frozen=True, slots=True)
class SignInView:
    """Everything the page needs. Replaced, never changed; no PIN is in it, only how many digits."""

    step: SignInStep = SignInStep.CARD
    typed: int = 0
    tries_left: int | None = None  # of the card's own counter
    was_wrong: bool = False  # the last PIN
    wait_seconds: int = 0
    why: NoEntry | None = None
    fault: Fault | None = None
    member: StaffMember | None = field(default=None, repr=False)  # whose card lies there


class SignInFlow:
    """One attempt to sign in, with any card. Lives on the interface's thread; no network needed."""

    def __init__(
        self,
        store: ScreenStore,
        *,
        equipment: Equipment,
        site: str,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        on_change: Callable[[SignInView], None],
        signed_in: Callable[[StaffEntry], None],
        act_of: Callable[[StaffEntry], StaffAct] = lambda _entry: StaffAct.SIGNED_IN,
    ) -> None:
        """`now`: aware. `signed_in` is called with whoever proved it; `act_of`: for the audit."""
        self._store = store
        self._equipment = equipment
        self._site = site
        self._now = now
        self._monotonic = monotonic
        self._on_change = on_change
        self._signed_in = signed_in
        self._act_of = act_of
        self._shelf = ConfigurationShelf()
        self._entry: StaffEntry | None = None
        self._digits = ""
        self._challenge = b""
        self._waits_until = 0.0
        self.view = SignInView()

    def begin(self) -> None:
        """Wait for a card; one that lies there already counts."""
        self._equipment.watch_staff_card(True)
        self._on_change(self.view)

    def happened(self, event: Event) -> None:
        """The card reader tells something."""
        match event:
            case StaffCardSeen(face=face):
                self._card_seen(face)
            case StaffCardTaken():
                self._forget_card()
                self._show(SignInView())
            case StaffCardFailed(fault=fault):
                self._forget_card()
                self._show(SignInView(fault=fault))
            case StaffCardAnswered(challenge=challenge, answer=answer):
                if challenge and challenge == self._challenge:
                    self._answered(challenge, answer)
            case _:
                pass

    # -- what people touch

    def digit(self, character: str) -> None:
        """One more digit of the PIN."""
        if self.view.step is not SignInStep.PIN or len(self._digits) >= LONGEST_PIN:
            return
        if len(character) == 1 and character.isascii() and character.isdigit():
            self._digits += character
            self._show(replace(self.view, typed=len(self._digits), was_wrong=False))

    def erase(self) -> None:
        """Take the last digit back."""
        self._digits = self._digits[:-1]
        self._show(replace(self.view, typed=len(self._digits)))

    def empty(self) -> None:
        """Take all digits back."""
        self._digits = ""
        self._show(replace(self.view, typed=0))

    @property
    def can_go_on(self) -> bool:
        """Whether the PIN is long enough to be asked of the card."""
        return self.view.step is SignInStep.PIN and self.view.typed >= SHORTEST_PIN

    def go_on(self) -> None:
        """Let the card check the PIN."""
        if not self.can_go_on:
            return
        pin, self._digits = Pin(self._digits), ""
        self._challenge = new_challenge()
        self._show(replace(self.view, step=SignInStep.CHECKING, typed=0, was_wrong=False))
        self._equipment.prove_staff_card(self._challenge, pin)

    def tick(self) -> None:
        """About once a second: the wait after wrong PINs runs down."""
        if self.view.step is SignInStep.WAIT:
            self._show(self._asking(self.view))

    def leave(self) -> None:
        """It is over: no digit stays."""
        self._forget_card()
        self.view = SignInView()

    # -- inside

    def _card_seen(self, face: StaffCardFace) -> None:
        self._forget_card()
        try:
            entry = self._looked_up(face.key)
        except StoreError as error:
            self._show(SignInView(fault=error.fault))
            return
        if isinstance(entry, NoEntry):
            self._note(StaffAct.REFUSED, "")
            self._show(SignInView(SignInStep.NO_ENTRY, why=entry))
            return
        self._entry = entry
        self._waits_until = self._monotonic() + self._wait_of(entry)
        self._show(self._asking(SignInView(tries_left=face.tries_left, member=entry.member)))

    def _looked_up(self, key: bytes) -> StaffEntry | NoEntry:
        store, register = self._store, self._store.staff()
        heard = store.heard()
        now = believed(self._now(), heard) or self._now()
        configuration = self._shelf.current(store.configuration())
        member = entry_with(
            register,
            key,
            site=self._site,
            now=now,
            last_heard=heard.last_heard,
            offline=timedelta(days=configuration.staff_offline_days),
        )
        if isinstance(member, NoEntry):
            return member
        return next(entry for entry in register if entry.key == key)

    def _wait_of(self, entry: StaffEntry) -> float:
        """Begins anew with every start and every card: a restart shortens nothing."""
        wrong = self._store.wrong_pins(entry.member.staff_id) - FREE_WRONG_PINS
        return 0.0 if wrong < 1 else min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(wrong - 1, 10))

    def _asking(self, view: SignInView) -> SignInView:
        """For the PIN, unless the card is blocked or must be waited for."""
        if view.tries_left == 0:
            return replace(view, step=SignInStep.BLOCKED, wait_seconds=0)
        left = self._waits_until - self._monotonic()
        if left > 0:
            return replace(view, step=SignInStep.WAIT, wait_seconds=int(left) + 1)
        return replace(view, step=SignInStep.PIN, wait_seconds=0)

    def _answered(self, challenge: bytes, answer: Proof | PinWrong) -> None:
        entry, self._challenge = self._entry, b""
        if entry is None:
            return
        staff_id = entry.member.staff_id
        if isinstance(answer, PinWrong):
            self._note(StaffAct.WRONG_PIN, staff_id)
            self._wait_after_wrong(entry)
            view = replace(self.view, tries_left=answer.tries_left, was_wrong=True)
            self._show(self._asking(view))
        elif not is_proven(entry.key, challenge, answer):
            # A card with the certificate of somebody else's key.
            self._note(StaffAct.REFUSED, staff_id)
            self._show(SignInView(SignInStep.NO_ENTRY, why=NoEntry.UNKNOWN))
        elif self._note(self._act_of(entry), staff_id):
            self._show(replace(self.view, step=SignInStep.DONE))
            self._signed_in(entry)

    def _wait_after_wrong(self, entry: StaffEntry) -> None:
        try:
            self._waits_until = self._monotonic() + self._wait_of(entry)
        except StoreError:
            self._waits_until = self._monotonic() + FIRST_WAIT

    def _note(self, act: StaffAct, staff_id: str) -> bool:
        """What cannot be noted does not happen: nobody works unseen."""
        try:
            self._store.note_staff(act, staff_id, self._now())
        except StoreError as error:
            self._show(SignInView(fault=error.fault))
            return False
        return True

    def _forget_card(self) -> None:
        self._entry, self._digits, self._challenge = None, "", b""

    def _show(self, view: SignInView) -> None:
        if view != self.view:
            self.view = view
            self._on_change(view)

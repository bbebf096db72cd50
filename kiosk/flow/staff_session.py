"""Who of the staff is signed in at this terminal, and whether the screen is locked."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from devices.staff_card.staff_card_watch import StaffCardFailed, StaffCardSeen, StaffCardTaken
from kiosk.domain.staff import StaffAct, StaffEntry, StaffMember
from kiosk.flow.equipment import Equipment, Event
from offline_store.api import ScreenStore, StoreError

LOCK_AFTER: Final = 180.0  # seconds without a touch
TAKEN_FOR_GOOD: Final = 120.0  # seconds without the card, until the person is signed out
LOCKED_FOR_GOOD: Final = 3600.0  # seconds locked with the card left in
REGISTER_EVERY: Final = 60  # looks; a revocation that came down counts within a minute


@dataclass(frozen=True, slots=True)
class SessionView:
    """None: a resident by themselves, or nobody."""

    member: StaffMember | None = field(default=None, repr=False)
    locked: bool = False


class StaffSession:
    """From sign-in to sign-out. Lives on the interface's thread; `monotonic` in seconds.

    A lock keeps whatever is begun. The card taken locks at once: who comes back with it goes on;
    taken for good, or with another person's sign-in, it is over.
    """

    def __init__(
        self,
        store: ScreenStore,
        *,
        equipment: Equipment,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        on_change: Callable[[SessionView], None],
    ) -> None:
        self._store = store
        self._equipment = equipment
        self._now = now
        self.monotonic = monotonic
        self._on_change = on_change
        self._key = b""
        self._touched = 0.0
        self._locked_at = 0.0
        self._gone_since: float | None = None  # the card
        self._looks = 0
        self.view = SessionView()

    @property
    def member(self) -> StaffMember | None:
        """Who is signed in."""
        return self.view.member

    def signed_in(self, entry: StaffEntry) -> None:
        """They proved it; the audit knows already. Whoever was signed in before is signed out."""
        before = self.view.member
        if before is not None and before.staff_id != entry.member.staff_id:
            self._note(StaffAct.SIGNED_OUT)
        self._key = entry.key
        self._gone_since = None
        self.touched()
        self._show(SessionView(entry.member))

    def is_of(self, entry: StaffEntry) -> bool:
        """Whether this person's work goes on with that entry."""
        member = self.view.member
        return member is not None and member.staff_id == entry.member.staff_id

    def touched(self) -> None:
        """Somebody touches the screen."""
        self._touched = self.monotonic()

    def lock(self) -> None:
        """Cover everything until card and PIN are there again."""
        if self.view.member is None or self.view.locked:
            return
        self._note(StaffAct.LOCKED)
        self._locked_at = self.monotonic()
        self._show(replace(self.view, locked=True))

    def sign_out(self) -> None:
        """It is over."""
        if self.view.member is None:
            return
        self._note(StaffAct.SIGNED_OUT)
        self._key = b""
        self._gone_since = None
        self._equipment.watch_staff_card(False)
        self._show(SessionView())

    def happened(self, event: Event) -> None:
        """The card reader tells something."""
        if self.view.member is None:
            return
        match event:
            case StaffCardSeen(face=face) if face.key == self._key:
                self._gone_since = None
            case StaffCardTaken() | StaffCardFailed() | StaffCardSeen():
                if self._gone_since is None:
                    self._gone_since = self.monotonic()
                self.lock()
            case _:
                pass

    def look(self) -> None:
        """About once a second: lock what nobody touches, end what nobody comes back to.

        Also ends the sitting of whoever was revoked meanwhile.
        """
        if self.view.member is None:
            return
        self._looks += 1
        if self._looks % REGISTER_EVERY == 0 and not self._may_stay():
            self.sign_out()
            return
        moment = self.monotonic()
        gone = self._gone_since
        if gone is not None and moment - gone >= TAKEN_FOR_GOOD:
            self.sign_out()
        elif self.view.locked:
            if moment - self._locked_at >= LOCKED_FOR_GOOD:
                self.sign_out()
        elif moment - self._touched >= LOCK_AFTER:
            self.lock()

    def _may_stay(self) -> bool:
        """The register still has that card. A busy disk sends nobody away."""
        try:
            register = self._store.staff()
        except StoreError:
            return True
        entry = next((one for one in register if one.key == self._key), None)
        if entry is None or entry.is_revoked:
            return False
        until = entry.member.valid_until
        return until is None or self._now() < until

    def _note(self, act: StaffAct) -> None:
        """A full disk keeps nobody signed in and no screen open."""
        member = self.view.member
        try:
            self._store.note_staff(act, member.staff_id if member else "", self._now())
        except StoreError:
            return

    def _show(self, view: SessionView) -> None:
        if view != self.view:
            self.view = view
            self._equipment.attended_by(view.member.staff_id if view.member else "")
            self._on_change(view)

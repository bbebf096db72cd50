"""What comes down from the gateway, and what the program may ask about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kiosk.domain.case import CaseId
from kiosk.domain.home_visit import HomeVisit
from kiosk.domain.notice import Audience, Notice
from kiosk.domain.progress import IssuedDocument, StateChange
from kiosk.domain.staff import StaffEntry
from kiosk.domain.standing import Heard


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Everything that one pull brought."""

    changes: tuple[StateChange, ...] = ()
    documents: tuple[IssuedDocument, ...] = ()  # their bytes were staged before
    transfers: tuple[str, ...] = ()  # what else was staged for this pull, by SHA-256; it goes
    catalog: tuple[str, bytes] | None = None  # (version, file)
    configuration: tuple[str, bytes] | None = None  # (version, file)
    notices: tuple[Notice, ...] = ()  # new, or in the place of those with the same id
    withdrawn: tuple[str, ...] = ()  # ids of notices
    staff: tuple[StaffEntry, ...] = ()  # the newest word about each of these people
    visits: tuple[HomeVisit, ...] = ()
    ended_visits: tuple[str, ...] = ()  # ids
    # False: there is a newer catalogue, and it is not in here.
    catalog_is_current: bool = True


class Noticeboard(Protocol):
    """What hangs out at this terminal, when the gateway was heard, and what staff have set."""

    def configuration(self) -> tuple[str, bytes] | None:
        """(version, file) of the newest configuration that came down."""
        ...

    def notices(self, audience: Audience, now: datetime) -> Sequence[Notice]:
        """What those people should know now, the newest first. EVERYBODY: all of it."""
        ...

    def visits(self) -> Sequence[HomeVisit]:
        """Who is to be served at home, the soonest first, those without a day last."""
        ...

    def heard(self) -> Heard:
        """When the gateway was last heard, and what the clock has shown since."""
        ...

    def note_clock(self, now: datetime) -> None:
        """The program runs at that moment. The first such moment is the terminal's first start."""
        ...

    def switch(self, name: str) -> str:
        """What staff have set at this terminal; "" when they have not."""
        ...

    def set_switch(self, name: str, value: str) -> None:
        """Set it, for good."""
        ...


class Inbox(Noticeboard, Protocol):
    """What comes down: one cursor for all of it."""

    def cursor(self) -> str:
        """Where the last pull ended; "" at first."""
        ...

    def apply(self, arrivals: Arrivals, *, cursor: str, now: datetime) -> Sequence[CaseId]:
        """Everything of one pull and the new cursor together. Returns the cases that changed.

        `now` is from then on when the gateway was last heard. Changes of unknown cases, of unknown
        documents and impossible moves are skipped, never fatal. What was staged of the documents
        and transfers goes. Raises StoreError; STORE_DAMAGED when a document's
        staged bytes are missing or are not what its name says: they are dropped then, the cursor
        stays, and the same pull fetches them anew.
        """
        ...

    def catalog(self) -> tuple[str, bytes] | None:
        """(version, file) of the newest catalogue that came down."""
        ...

    def staged(self, sha256: str) -> int:
        """How many bytes of that download are here, from its beginning; they survive a restart."""
        ...

    def stage(self, sha256: str, offset: int, piece: bytes) -> int:
        """Keep the next bytes of a download; how many there are now.

        What is here already is skipped. Raises ValueError when `offset` would leave a gap,
        StoreError.
        """
        ...

    def staged_content(self, sha256: str) -> bytes:
        """What is here of that download, its hash not checked."""
        ...

    def drop_staged(self, sha256: str) -> None:
        """It is of no use: what came has another hash. The next try fetches it anew."""
        ...

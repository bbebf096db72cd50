"""What the terminal may ask of the gateway, and what it may answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.domain.case import Case
from kiosk.domain.fault import Fault
from kiosk.domain.progress import StateChange
from kiosk.domain.sending import Sending as Sending  # noqa: PLC0414  asked of sync, so named here
from sync import wire
from sync.pieces import Piece
from sync.proof_code import Vouched
from sync.staff_word import StaffWord


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The gateway has the whole case on its disk. `acknowledgement` is its signed receipt."""

    official_number: str
    acknowledgement: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PagesWanted:
    """The text of the case is there; these pages are not, or only up to an offset."""

    offsets: tuple[tuple[str, int], ...]  # (sha256, bytes the gateway already has)


@dataclass(frozen=True, slots=True)
class Refused:
    """The gateway will not take this case as it is; sending it again is useless."""

    reasons: tuple[str, ...] = field(repr=False)  # "field: reason"


@dataclass(frozen=True, slots=True)
class NotNow:
    """The gateway takes others, but this one only later."""


SubmitAnswer = Acknowledged | PagesWanted | Refused | NotNow


@dataclass(frozen=True, slots=True)
class PagesAnswer:
    """What the gateway has after a request with pieces of pages.

    `cases`: for each that was asked; None: its text has to be sent (again). `partial`: pages of
    the request that are not whole there, with the place to go on; the others are whole.
    `unlisted`: pages that the gateway expects from no case.
    """

    cases: tuple[SubmitAnswer | None, ...]
    partial: tuple[tuple[str, int], ...]
    unlisted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pulled:
    """One page of what is new. `more`: ask again at once.

    `configuration`: its file, the signature checked; b"" when it did not change.
    """

    cursor: str
    more: bool
    changes: tuple[StateChange, ...] = ()
    notices: tuple[wire.NoticeEntry, ...] = ()
    withdrawn: tuple[str, ...] = ()
    visits: tuple[wire.VisitEntry, ...] = field(default=(), repr=False)
    ended_visits: tuple[str, ...] = ()
    configuration: bytes = field(default=b"", repr=False)
    staff: tuple[StaffWord, ...] = ()  # each with its signature checked
    vouched: Vouched | None = None  # for this terminal's key; the signature checked
    catalog: wire.CatalogOffer | None = None


class GatewayUnreachable(Exception):
    """No usable answer. We do not know whether it arrived, so it is sent again.

    `fault` is one of Fault's GATEWAY_ and line faults. `retry_after` is the gateway's own wish in
    seconds, where it gave one.
    """

    def __init__(self, fault: Fault, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(f"{fault.name}: {detail}" if detail else fault.name)
        self.fault = fault
        self.retry_after = retry_after


class GatewayClient(Protocol):
    """Every method may be repeated without doubling anything. All raise GatewayUnreachable."""

    def submit_all(self, cases: Sequence[Case]) -> Sequence[SubmitAnswer]:
        """The texts of these cases in as few requests as the line bears; answers in their order.

        When it raises, none or some have arrived. Raises ValueError when one of them cannot be
        written.
        """
        ...

    def send_pieces(self, some: Sequence[Piece], asked: Sequence[Case]) -> PagesAnswer:
        """Send pieces of pages in one request, then ask how these cases stand."""
        ...

    def chunk(self) -> int:
        """Bytes of pages that one request should carry, by what was measured."""
        ...

    def connections(self) -> int:
        """How many requests at once the line bears, by what was measured: 1 to 4."""
        ...

    def another(self) -> "GatewayClient":
        """One more way to the same gateway, for another thread; to be closed by whoever asked."""
        ...

    def close(self) -> None:
        """Give up the connection; nothing that is under way is broken off."""
        ...

    def pull(self, cursor: str, *, catalog: str) -> Pulled:
        """What changed since. `catalog`: SHA-256 of the catalogue's file that is here, or ""."""
        ...

    def fetch(self, sha256: str, *, offset: int, keep: Callable[[bytes], None]) -> None:
        """Hand over an issued document or a transfer from that byte on, piece by piece.

        Pieces that were handed over are right even when it raises; the hash is not checked here.
        """
        ...

    def check_catalog(self, offer: wire.CatalogOffer, file: bytes) -> None:
        """Raises GatewayUnreachable(GATEWAY_FOREIGN) unless our gateway signed this file."""
        ...

    def heartbeat(self, word: wire.Heartbeat) -> None:
        """Tell how this terminal is."""
        ...

    def reachable(self) -> Fault | None:
        """None when our gateway answers; cheap, at most 3 s, never raises."""
        ...


class Listener(Protocol):
    """Is told on the sync thread."""

    def cases_changed(self, case_ids: Sequence[str]) -> None:
        """These cases have a new state, number or document."""
        ...

    def network_changed(self, fault: Fault | None) -> None:
        """The gateway became reachable (None) or not."""
        ...

    def catalog_changed(self, version: str) -> None:
        """A newer catalogue is in the store; use it from the next visit on."""
        ...

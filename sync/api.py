"""What the terminal may ask of the gateway, and what it may answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import Protocol

from kiosk.domain.case import Case
from kiosk.domain.fault import Fault
from kiosk.domain.progress import StateChange


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
class Pulled:
    """One page of what is new. `more`: ask again at once."""

    changes: tuple[StateChange, ...]
    catalog_version: str  # "" when it did not change
    cursor: str
    more: bool


@unique
class Sending(Enum):
    """What may go over the line, as set by the staff."""

    EVERYTHING = "everything"
    SAVING = "saving"  # the line costs by the byte: texts and urgent cases; other pages wait
    PAUSED = "paused"  # nothing, neither up nor down


class GatewayUnreachable(Exception):
    """No usable answer. We do not know whether it arrived, so it is sent again.

    `fault` says which: GATEWAY_UNREACHABLE, GATEWAY_FOREIGN or GATEWAY_REFUSED (not this terminal).
    `retry_after` is the gateway's own wish in seconds, where it gave one.
    """

    def __init__(self, fault: Fault, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(f"{fault.name}: {detail}" if detail else fault.name)
        self.fault = fault
        self.retry_after = retry_after


class GatewayClient(Protocol):
    """Every method may be repeated without doubling anything. All raise GatewayUnreachable."""

    def submit(self, case: Case) -> SubmitAnswer:
        """Send the case's text under its own id."""
        ...

    def submit_all(self, cases: Sequence[Case]) -> Sequence[SubmitAnswer]:
        """The texts of many cases in as few requests as the line bears; answers in their order.

        When it raises, none or some have arrived. Raises ValueError when one of them cannot be
        written.
        """
        ...

    def send_page(self, sha256: str, content: bytes, *, offset: int) -> None:
        """Send a page from that offset to its end."""
        ...

    def connections(self) -> int:
        """How many pages at once the line bears, by what was measured: 1 to 3."""
        ...

    def another(self) -> "GatewayClient":
        """One more way to the same gateway, for another thread; to be closed by whoever asked."""
        ...

    def close(self) -> None:
        """Give up the connection; nothing that is under way is broken off."""
        ...

    def pull(self, cursor: str) -> Pulled:
        """What changed since."""
        ...

    def document(self, sha256: str) -> bytes:
        """An issued document, its hash checked."""
        ...

    def catalog(self, version: str) -> bytes:
        """The catalogue file of that version."""
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

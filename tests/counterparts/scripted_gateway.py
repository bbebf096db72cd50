"""A GatewayClient that does what a test wrote down; everything it was asked is noted in order."""

from collections.abc import Callable, Sequence

from kiosk.domain.case import Case
from kiosk.domain.fault import Fault
from sync import wire
from sync.api import (
    Acknowledged,
    GatewayUnreachable,
    PagesAnswer,
    PagesWanted,
    Pulled,
    SubmitAnswer,
)
from sync.page_plan import sizes_of
from sync.pieces import Piece


class ScriptedGateway:
    """Takes everything unless told otherwise. Pages arrive whole."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.has: dict[str, int] = {}  # sha256 -> bytes that arrived
        self.on_submit: Callable[[Case], SubmitAnswer | None] = lambda _: None
        self.on_page: Callable[[str, int], None] = lambda _sha256, _offset: None
        self.on_pull: Callable[[str], Pulled] = lambda cursor: Pulled(cursor, False)
        self.forgotten: set[str] = set()  # case ids of which it has no text any more
        self.files: dict[str, bytes] = {}
        self.breaks_after = 0  # bytes of a file, after which the line breaks; 0: it does not
        self.held: list[str] = []  # the catalogues that it was told of
        self.heartbeats: list[wire.Heartbeat] = []
        self.lanes = 1  # what `connections` says
        self.most = 64 * 1024  # what `chunk` says
        self.closed = 0
        self.fault: Fault | None = None  # what `reachable` says

    def submit_all(self, cases: Sequence[Case]) -> Sequence[SubmitAnswer]:
        return [self._text(case) for case in cases]

    def _text(self, case: Case) -> SubmitAnswer:
        self.asked.append(f"text {case.case_id[-2:]}")
        return self.on_submit(case) or self._standing(case)

    def send_pieces(self, some: Sequence[Piece], asked: Sequence[Case]) -> PagesAnswer:
        for piece in some:
            self.asked.append(f"page {piece.sha256[:4]} from {piece.offset}")
            self.on_page(piece.sha256, piece.offset)
            self.has[piece.sha256] = piece.end
        partial = tuple(
            (piece.sha256, self.has[piece.sha256])
            for piece in some
            if self.has[piece.sha256] < piece.size
        )
        answers: list[SubmitAnswer | None] = []
        for case in asked:
            self.asked.append(f"ask {case.case_id[-2:]}")
            is_forgotten = case.case_id in self.forgotten
            answers.append(None if is_forgotten else self.on_submit(case) or self._standing(case))
        return PagesAnswer(tuple(answers), partial, frozenset())

    def _standing(self, case: Case) -> SubmitAnswer:
        has = {sha256: self.has.get(sha256, 0) for sha256 in sizes_of(case)}
        missing = tuple((s, has[s]) for s, size in sizes_of(case).items() if has[s] < size)
        return PagesWanted(missing) if missing else Acknowledged(f"N{case.case_id}", b"signed")

    def chunk(self) -> int:
        return self.most

    def connections(self) -> int:
        return self.lanes

    def another(self) -> "ScriptedGateway":
        return self

    def close(self) -> None:
        self.closed += 1

    def pull(self, cursor: str, *, catalog: str) -> Pulled:
        self.asked.append(f"pull {cursor}")
        self.held.append(catalog)
        return self.on_pull(cursor)

    def fetch(self, sha256: str, *, offset: int, keep: Callable[[bytes], None]) -> None:
        self.asked.append(f"file {sha256[:4]} from {offset}")
        if sha256 not in self.files:
            raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE)
        content = self.files[sha256][offset:]
        keep(content[: self.breaks_after or None])
        if self.breaks_after:
            raise GatewayUnreachable(Fault.ANSWER_CUT_OFF)

    def check_catalog(self, offer: wire.CatalogOffer, file: bytes) -> None:
        self.asked.append(f"catalogue {offer.version}")

    def heartbeat(self, word: wire.Heartbeat) -> None:
        self.heartbeats.append(word)

    def reachable(self) -> Fault | None:
        return self.fault


SILENCE = GatewayUnreachable(Fault.GATEWAY_UNREACHABLE)


def only_silence(_: Case) -> SubmitAnswer | None:
    """For `on_submit`: nothing ever comes back."""
    raise SILENCE

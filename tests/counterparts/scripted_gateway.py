"""A GatewayClient that does what a test wrote down; everything it was asked is noted in order."""

from collections.abc import Callable, Sequence

from kiosk.domain.case import Case
from kiosk.domain.fault import Fault
from sync.api import Acknowledged, GatewayUnreachable, PagesWanted, Pulled, SubmitAnswer


class ScriptedGateway:
    """Takes everything unless told otherwise. Pages arrive whole."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.has: dict[str, int] = {}  # sha256 -> bytes that arrived
        self.on_submit: Callable[[Case], SubmitAnswer | None] = lambda _: None
        self.on_page: Callable[[str, int], None] = lambda _sha256, _offset: None
        self.on_pull: Callable[[str], Pulled] = lambda cursor: Pulled((), "", cursor, False)
        self.documents: dict[str, bytes] = {}
        self.catalogs: dict[str, bytes] = {}
        self.lanes = 1  # what `connections` says
        self.closed = 0
        self.fault: Fault | None = None  # what `reachable` says

    def submit(self, case: Case) -> SubmitAnswer:
        self.asked.append(f"text {case.case_id[-2:]}")
        answer = self.on_submit(case)
        if answer is not None:
            return answer
        listed = (*case.pages, *((case.signature,) if case.signature else ()))
        offsets = [(page.sha256, self.has.get(page.sha256, 0), page.size) for page in listed]
        missing = tuple((sha256, has) for sha256, has, size in offsets if has < size)
        return PagesWanted(missing) if missing else Acknowledged(f"N{case.case_id}", b"signed")

    def submit_all(self, cases: Sequence[Case]) -> Sequence[SubmitAnswer]:
        return [self.submit(case) for case in cases]

    def send_page(self, sha256: str, content: bytes, *, offset: int) -> None:
        self.asked.append(f"page {sha256[:4]} from {offset}")
        self.on_page(sha256, offset)
        self.has[sha256] = len(content)

    def connections(self) -> int:
        return self.lanes

    def another(self) -> "ScriptedGateway":
        return self

    def close(self) -> None:
        self.closed += 1

    def pull(self, cursor: str) -> Pulled:
        self.asked.append(f"pull {cursor}")
        return self.on_pull(cursor)

    def document(self, sha256: str) -> bytes:
        self.asked.append(f"document {sha256[:4]}")
        if sha256 not in self.documents:
            raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE)
        return self.documents[sha256]

    def catalog(self, version: str) -> bytes:
        self.asked.append(f"catalog {version}")
        return self.catalogs[version]

    def reachable(self) -> Fault | None:
        return self.fault

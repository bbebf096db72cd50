"""The gateway over HTTP(S) as the terminal sees it: what to ask, and what the answers mean."""

from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import quote

from kiosk.domain.case import Case
from kiosk.domain.fault import Fault
from sync import batch, pieces, told, wire
from sync.api import (
    GatewayUnreachable,
    PagesAnswer,
    Pulled,
    Refused,
    SubmitAnswer,
)
from sync.case_answers import CaseAnswers, case_replies
from sync.gateway_key import CONFIGURATION, STAFF, GatewayKey, NotOurGateway
from sync.http_answer import Answer, check_type, expect, read
from sync.http_transport import ANSWER_TIMEOUT, BLOCK_TIMEOUT, HttpTransport
from sync.line import Body, FileBody, FileUnreadable
from sync.packing import KNOWN, NEWEST, NONE, packed
from sync.pieces import Ask, Asked, Piece
from sync.proof_code import TERMINAL_KEY, Vouched, vouched_bytes
from sync.staff_word import StaffWord

FILE_LIMIT: Final = 32 * 1024 * 1024  # bytes of a document or a catalogue
UPLOAD_ATTEMPTS: Final = 3  # the gateway may name another offset while an old connection drains
THINNER: Final = 3  # texts shrink to less than a third in a frame
REFUSING: Final = frozenset(
    {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
)


class HttpGateway:
    """Implements GatewayClient.

    Belongs to one thread, except `reachable`, `time` and `interrupt`, which any thread may call.
    """

    def __init__(
        self,
        base_url: str,
        *,
        terminal_id: str,
        token: str,
        gateway_key: bytes,
        ca_file: str | None = None,
        certificate: tuple[str, str] | None = None,
        block_timeout: float = BLOCK_TIMEOUT,
        answer_timeout: float = ANSWER_TIMEOUT,
    ) -> None:
        """`gateway_key`: 32 bytes, the Ed25519 public key. `ca_file`: roots other than the usual.

        `certificate`: PEM files of this terminal's own and its key, where the gateway asks. Raises
        ValueError for a key of another size. Opens no connection yet.
        """
        self._key = GatewayKey(gateway_key)
        self._answers = CaseAnswers(self._key, terminal_id=terminal_id)
        self._dictionary = NEWEST
        self._transport = HttpTransport(
            base_url,
            headers={"Authorization": f"Bearer {token}", wire.TERMINAL_HEADER: terminal_id},
            ca_file=ca_file,
            certificate=certificate,
            block_timeout=block_timeout,
            answer_timeout=answer_timeout,
        )

    # -- up

    def submit_all(self, cases: Sequence[Case]) -> Sequence[SubmitAnswer]:
        """See GatewayClient."""
        texts = [wire.text_of(case) for case in cases]
        answers: list[SubmitAnswer] = []
        pace = self._transport.pace
        most = THINNER * pace.chunk() if pace.rate else batch.MOST_TEXT
        for few in batch.frames_of([wire.canonical(text) for text in texts], most=most):
            for reply in self._replies(few):
                answers.append(self._answers.of(reply, texts[len(answers)]))
        return answers

    def _replies(self, texts: Sequence[bytes]) -> Sequence[batch.Reply]:
        content = batch.together(texts)
        for _ in range(2):  # the second time with a dictionary that the gateway has
            answer = self._transport.send(
                "POST",
                "/v1/cases",
                body=Body(packed(content, dictionary=self._dictionary)),
                headers={
                    "Content-Type": batch.BATCH,
                    wire.FINGERPRINT_HEADER: wire.hash_of(content),
                },
            )
            if answer.status != HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
                break
            known = answer.headers.get(batch.DICTIONARIES_HEADER, "").split(",")
            self._dictionary = max((d for d in KNOWN if str(d) in known), default=NONE)
        if len(texts) == 1 and answer.status in REFUSING:
            return [batch.NotTaken(_reasons(answer))]
        return case_replies(answer, count=len(texts))

    def send_pieces(self, some: Sequence[Piece], asked: Sequence[Case]) -> PagesAnswer:
        """See GatewayClient."""
        texts = [wire.text_of(case) for case in asked]
        head = Asked(tuple(Ask(text.case_id, wire.fingerprint(text)) for text in texts))
        answer = self._transport.send(
            "POST",
            "/v1/pages",
            body=Body(*pieces.body_of(head, some)),
            headers={
                "Content-Type": pieces.PIECES,
                wire.RATE_HEADER: str(int(self._transport.pace.rate)),
            },
        )
        expect(answer, HTTPStatus.OK)
        kept = read(answer, pieces.Kept, wire.JSON)
        if len(kept.cases) != len(texts):
            raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, "not an answer for each case")
        return PagesAnswer(
            cases=tuple(
                self._answers.of(reply, text) if reply is not None else None
                for reply, text in zip(kept.cases, texts, strict=True)
            ),
            partial=tuple((page.sha256, page.offset) for page in kept.partial),
            unlisted=frozenset(kept.unlisted),
        )

    def chunk(self) -> int:
        """See GatewayClient."""
        return self._transport.pace.chunk()

    def connections(self) -> int:
        """See GatewayClient."""
        return self._transport.pace.connections()

    def another(self) -> "HttpGateway":
        """See GatewayClient. `interrupt` of either breaks off both."""
        other = object.__new__(HttpGateway)
        other.__dict__ = {**self.__dict__, "_transport": self._transport.another()}
        return other

    def close(self) -> None:
        """See GatewayClient."""
        self._transport.close()

    def send_bundle(self, sha256: str, path: Path) -> bytes | Refused:
        """Carry a case of another terminal (sync.stick_relay); the gateway's signed answer to it.

        Goes on where an earlier try stopped. Raises GatewayUnreachable, OSError of the file.
        """
        size = path.stat().st_size  # asked first with nothing: the gateway names the place
        try:
            answer = self._upload(
                f"/v1/bundles/{sha256}", lambda at: FileBody(path, at), size=size, offset=size
            )
        except FileUnreadable as unreadable:
            raise unreadable.error from None
        if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            return Refused(read(answer, wire.Problem, wire.PROBLEM).reasons)
        expect(answer, HTTPStatus.OK)
        check_type(answer, wire.JSON)
        return answer.content

    def _upload(
        self, path: str, body_from: Callable[[int], FileBody], *, size: int, offset: int
    ) -> Answer:
        for _ in range(UPLOAD_ATTEMPTS):
            answer = self._transport.ask(
                "PUT",
                path,
                body=body_from(offset),
                headers={
                    "Content-Type": wire.BYTES,
                    wire.UPLOAD_OFFSET: str(offset),
                    wire.UPLOAD_LENGTH: str(size),
                    wire.UPLOAD_COMPLETE: "?1",
                },
            )
            if answer.status != HTTPStatus.CONFLICT:
                return answer
            named = answer.headers.get(wire.UPLOAD_OFFSET, "")
            if not named.isdecimal() or not 0 <= int(named) <= size:
                break
            offset = int(named)
        raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE, "upload offset not agreed")

    def heartbeat(self, word: wire.Heartbeat) -> None:
        """See GatewayClient."""
        answer = self._transport.ask(
            "POST",
            "/v1/heartbeat",
            body=Body(wire.canonical(word)),
            headers={"Content-Type": wire.JSON},
        )
        expect(answer, HTTPStatus.NO_CONTENT)

    # -- down

    def pull(self, cursor: str, *, catalog: str) -> Pulled:
        """See GatewayClient. Steps to states that this version does not know are left out."""
        answer = self._transport.ask(
            "GET", f"/v1/changes?since={quote(cursor, safe='')}&catalog={quote(catalog, safe='')}"
        )
        expect(answer, HTTPStatus.OK)
        page = read(answer, wire.ChangesPage, wire.JSON)
        changes = (told.change_of(entry) for entry in page.changes)
        return Pulled(
            changes=tuple(change for change in changes if change is not None),
            notices=tuple(page.notices),
            withdrawn=page.withdrawn,
            visits=tuple(page.visits),
            ended_visits=page.ended_visits,
            configuration=self._configuration(page.configuration),
            staff=tuple(self._staff(signed) for signed in page.staff),
            vouched=self._vouched(page.vouched),
            catalog=page.catalog,
            cursor=page.cursor,
            more=page.more,
        )

    def _configuration(self, signed: bytes) -> bytes:
        if not signed:
            return b""
        try:
            return self._key.body_of(CONFIGURATION, signed)
        except NotOurGateway:
            raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, "configuration not signed") from None

    def _vouched(self, told: bytes) -> Vouched | None:
        if not told:
            return None
        try:
            word = wire.decoded(told, Vouched)
            signed = vouched_bytes(word.terminal_id, word.key)
            self._key.check(TERMINAL_KEY, signed, word.signature)
        except (NotOurGateway, wire.Unreadable):
            raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, "key not vouched for") from None
        return word

    def _staff(self, signed: bytes) -> StaffWord:
        try:
            return wire.decoded(self._key.body_of(STAFF, signed), StaffWord)
        except (NotOurGateway, wire.Unreadable):
            raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, "staff not signed") from None

    def fetch(self, sha256: str, *, offset: int, keep: Callable[[bytes], None]) -> None:
        """See GatewayClient."""
        skip = offset

        def rest(piece: bytes) -> None:
            nonlocal skip
            new, skip = piece[skip:], max(0, skip - len(piece))
            if new:
                keep(new)

        def begun(answer: Answer) -> Callable[[bytes], None]:
            nonlocal skip
            expect(answer, HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT)
            if answer.status == HTTPStatus.PARTIAL_CONTENT:
                skip = 0
            return rest

        self._transport.fetch(
            f"/v1/documents/{sha256}",
            headers={"Range": f"bytes={offset}-"} if offset else {},
            limit=FILE_LIMIT,
            begun=begun,
        )

    def check_catalog(self, offer: wire.CatalogOffer, file: bytes) -> None:
        """See GatewayClient."""
        try:
            self._key.check_catalog(offer.version, file, offer.signature)
        except NotOurGateway:
            raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, "catalogue not signed") from None

    # -- how the line is

    def reachable(self) -> Fault | None:
        """See GatewayClient."""
        return self._transport.probe().fault

    def time(self) -> datetime | None:
        """The gateway's clock, aware; None when it does not answer. At most 3 s, never raises."""
        return self._transport.probe().time

    @property
    def transport(self) -> HttpTransport:
        """The line itself, for other questions to the same gateway."""
        return self._transport

    def interrupt(self) -> None:
        """Break off what is on the line for good: every call now raises GatewayUnreachable."""
        self._transport.interrupt()


def _reasons(answer: Answer) -> tuple[str, ...]:
    try:
        problem = read(answer, wire.Problem, wire.PROBLEM)
    except GatewayUnreachable:
        return (f"case: {answer.status}",)
    return problem.reasons or (f"case: {problem.title}",)

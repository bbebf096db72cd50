"""The endpoints through which pages come in: as one body, as it arrives, or as a file.

Somebody with a good line is answered after one wait for the disk. Of somebody with a bad line
everything that arrived is kept, whenever the line breaks.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from sync import wire
from sync.gateway import to_thread
from sync.gateway.body_file import body_in
from sync.gateway.http_words import Answered, number_in, problem, said, too_long
from sync.gateway.page_intake import Intake
from sync.gateway.reception import Answer, Reception, Stored
from sync.gateway.replies import reply_to
from sync.gateway.settled import settled
from sync.pieces import LARGEST_PAGE, Ask, Kept, Piece, Unpacking

BODY_LIMIT: Final = 2 * LARGEST_PAGE  # bytes of a request; a terminal sends at most 4 MB
IN_MEMORY: Final = 4 * 1024 * 1024  # bytes of one request that wait for its end
SLOW_AFTER: Final = 0.5  # seconds: from then on what arrives goes to the disk piece by piece
AT_ONCE: Final = 32 * 1024  # bytes; less is not worth a write, unless the line breaks
# Requests whose pages are hashed and written at one moment. Measured with two cores and eight
# connections: a case costs 4.8 ms of them with 6, 4.1 with 3, and 1 waits for the disk.
STORING: Final = 2
# The file that nginx wrote the body into (client_body_in_file_only, $request_body_file).
BODY_FILE: Final = "Doorstep-Body-File"

_log = logging.getLogger(__name__)


class PageDoor:
    """Belongs to the event loop; the work is done on its worker threads."""

    def __init__(self, reception: Reception, *, bodies: Path | None) -> None:
        """`bodies`: the folder in which a web server in front leaves bodies; None: it does not."""
        self._reception = reception
        self._bodies = bodies.resolve() if bodies else None
        self._turn = asyncio.Semaphore(STORING)

    async def pieces(self, request: Request, terminal_id: str) -> Response:
        """POST /v1/pages."""
        try:
            if self._bodies is not None and BODY_FILE in request.headers:
                return await self._from_file(terminal_id, self._body_file(request, self._bodies))
            return await self._arriving(request, terminal_id)
        except wire.Unreadable as error:
            return problem(400, "pages-unreadable", str(error))

    async def one(self, request: Request, terminal_id: str) -> Response:
        """PUT /v1/pages/{sha256}: one page from an offset on, for simple clients.

        draft-ietf-httpbis-resumable-upload in its plain form, without 104.
        """
        sha256 = request.path_params["sha256"]
        at, size = number_in(request, wire.UPLOAD_OFFSET), number_in(request, wire.UPLOAD_LENGTH)
        if at is None or size is None or not 0 < size <= LARGEST_PAGE or at > size:
            return problem(400, "upload-unclear", "offset or length is missing or wrong")
        content = bytearray()
        try:
            async for arrived in request.stream():
                content += arrived
                if at + len(content) > size:
                    return problem(400, "inconsistent-upload-length", "more bytes than announced")
        except ClientDisconnect:
            if content:
                await self._taken_in(terminal_id, Piece(sha256, size, at, bytes(content)))
            raise
        piece = Piece(sha256, size, at, bytes(content))
        intake = await self._taken_in(terminal_id, piece)
        if intake.unlisted:
            return problem(404, "page-not-announced", "no case of this terminal lists this page")
        for wanted in intake.partial:
            if request.headers.get(wire.UPLOAD_COMPLETE) != "?1" and wanted.offset == piece.end:
                return Response(status_code=204, headers={wire.UPLOAD_OFFSET: str(wanted.offset)})
            return offset_differs(wanted.offset)
        return Response(status_code=201)

    async def _taken_in(self, terminal_id: str, piece: Piece) -> Intake:
        stored = await to_thread.run_sync(self._reception.store, terminal_id, [piece], ())
        return (await self._answered(stored)).stored.intake

    async def _arriving(self, request: Request, terminal_id: str) -> Response:
        coming, had = _Coming(), _Had()
        looked = monotonic()
        try:
            async for arrived in request.stream():
                coming.add(arrived)
                if coming.size > BODY_LIMIT:
                    raise too_long(BODY_LIMIT)
                is_slow = monotonic() - looked > SLOW_AFTER and coming.waiting >= AT_ONCE
                if coming.waiting >= IN_MEMORY or is_slow:
                    had.add(await self._kept(terminal_id, coming, is_over=False))
                    looked = monotonic()
            had.add(await self._kept(terminal_id, coming, is_over=True))
        except (ClientDisconnect, Answered):
            await self._kept(terminal_id, coming, is_over=False)
            raise
        return had.answer(terminal_id)

    async def _from_file(self, terminal_id: str, path: Path) -> Response:
        def store() -> Stored:
            try:
                body = body_in(path, limit=BODY_LIMIT)
            except PermissionError:
                _log.error("a body's file may not be read: the web server has another account")
                raise
            return self._reception.store(terminal_id, body, body.asked.cases)

        async with self._turn:
            stored = await to_thread.run_sync(store)
        had = _Had()
        had.add(await self._answered(stored))
        return had.answer(terminal_id)

    async def _kept(self, terminal_id: str, coming: "_Coming", *, is_over: bool) -> "_Answered":
        """Keep what has come; `is_over`: and answer what the body asked.

        Raises wire.Unreadable for what is no body, once everything before it is kept.
        """

        def store() -> Stored:
            pieces = coming.pieces(is_over=is_over)
            asked = coming.asked if is_over and coming.error is None else ()
            return self._reception.store(terminal_id, pieces, asked)

        async with self._turn:
            stored = await to_thread.run_sync(store)
        answered = await self._answered(stored)
        if coming.error is not None:
            raise coming.error
        return answered

    async def _answered(self, stored: Stored) -> "_Answered":
        standings = await settled(self._reception.keep_pages(stored))
        if self._reception.is_quick(stored.terminal_id, standings) and not stored.intake.parts:
            answers = self._reception.page_answers(stored, standings)
        else:
            answers = await to_thread.run_sync(self._reception.page_answers, stored, standings)
        return _Answered(stored, answers)

    @staticmethod
    def _body_file(request: Request, bodies: Path) -> Path:
        path = Path(request.headers[BODY_FILE]).resolve()
        if not path.is_relative_to(bodies):
            raise Answered(problem(400, "body-elsewhere", "the body lies where it may not"))
        return path


def offset_differs(offset: int) -> Response:
    """409, with the place to go on."""
    response = problem(409, "mismatching-upload-offset", "go on at the offset given")
    response.headers[wire.UPLOAD_OFFSET] = str(offset)
    return response


class _Coming:
    """A body as far as it has come: kept as it is until somebody has a thread to look at it."""

    def __init__(self) -> None:
        self._unpacking = Unpacking()
        self._arrived: list[bytes] = []
        self.size = self.waiting = 0
        self.error: wire.Unreadable | None = None  # why nothing more is taken from it

    def add(self, arrived: bytes) -> None:
        self._arrived.append(arrived)
        self.size += len(arrived)
        self.waiting += len(arrived)

    @property
    def asked(self) -> Sequence[Ask]:
        return self._unpacking.asked.cases if self._unpacking.asked else ()

    def pieces(self, *, is_over: bool) -> list[Piece]:
        """What can be kept of what has come. Without `is_over` also half a piece."""
        arrived, self._arrived, self.waiting = self._arrived, [], 0
        found: list[Piece] = []
        if self.error is not None:
            return found
        try:
            found += self._unpacking.take(arrived[0] if len(arrived) == 1 else b"".join(arrived))
            if is_over and not self._unpacking.is_over:
                raise wire.Unreadable("the body is cut off")
        except wire.Unreadable as error:
            self.error = error
        if (not is_over or self.error is not None) and (rest := self._unpacking.rest()) is not None:
            found.append(rest)
        return found


@dataclass(frozen=True, slots=True)
class _Answered:
    stored: Stored
    answers: Sequence[Answer]


class _Had:
    """What became of all the pieces of one request."""

    def __init__(self) -> None:
        self._partial: dict[str, int] = {}
        self._unlisted: set[str] = set()
        self._answers: Sequence[Answer] = ()

    def add(self, answered: _Answered) -> None:
        """What was kept just now; what is not partial any more is whole."""
        intake = answered.stored.intake
        for sha256 in intake.pages:
            self._partial.pop(sha256, None)
        self._partial |= {wanted.sha256: wanted.offset for wanted in intake.partial}
        self._unlisted |= set(intake.unlisted)
        self._answers = answered.answers

    def answer(self, terminal_id: str) -> Response:
        """The answer to the request."""
        partial = tuple(wire.PageWanted(*one) for one in self._partial.items())
        cases = tuple(reply_to(answer, terminal_id) for answer in self._answers)
        return said(Kept(cases, partial, tuple(sorted(self._unlisted))))

"""The endpoints through which pages come in: as one body, as it arrives, or as a file.

Somebody with a good line is answered after one wait for the disk. Of somebody with a bad line
everything that arrived is kept, whenever the line breaks.
"""

from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Final

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from sync import wire
from sync.gateway.body_file import body_in
from sync.gateway.http_words import Answered, number_in, problem, said, too_long
from sync.gateway.page_intake import Intake
from sync.gateway.reception import Answer, Reception
from sync.gateway.replies import reply_to
from sync.pieces import LARGEST_PAGE, PIECES, Kept, Piece, Unpacking

BODY_LIMIT: Final = 2 * LARGEST_PAGE  # bytes of a request; a terminal sends at most 4 MB
IN_MEMORY: Final = 4 * 1024 * 1024  # bytes of one request that wait for its end
SLOW_AFTER: Final = 0.5  # seconds: from then on what arrives goes to the disk piece by piece
AT_ONCE: Final = 32 * 1024  # bytes; less is not worth a write, unless the line breaks
# The file that nginx wrote the body into (client_body_in_file_only, $request_body_file).
BODY_FILE: Final = "Doorstep-Body-File"


class PageDoor:
    """Belongs to the event loop; the work is done on its worker threads."""

    def __init__(self, reception: Reception, *, bodies: Path | None) -> None:
        """`bodies`: the folder in which a web server in front leaves bodies; None: it does not."""
        self._reception = reception
        self._bodies = bodies.resolve() if bodies else None

    async def pieces(self, request: Request, terminal_id: str) -> Response:
        """POST /v1/pages."""
        if request.headers.get("Content-Type", "") != PIECES:
            return problem(415, "not-pages", f"this is not {PIECES}")
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
        async for arrived in request.stream():
            content += arrived
            if at + len(content) > size:
                return problem(400, "inconsistent-upload-length", "more bytes than announced")
        piece = Piece(sha256, size, at, bytes(content))
        intake, _ = await self._kept(terminal_id, [piece], Unpacking())
        if intake.unlisted:
            return problem(404, "page-not-announced", "no case of this terminal lists this page")
        for wanted in intake.partial:
            if request.headers.get(wire.UPLOAD_COMPLETE) != "?1" and wanted.offset == piece.end:
                return Response(status_code=204, headers={wire.UPLOAD_OFFSET: str(wanted.offset)})
            return offset_differs(wanted.offset)
        return Response(status_code=201)

    async def _arriving(self, request: Request, terminal_id: str) -> Response:
        unpacking, pending, had = Unpacking(), list[Piece](), _Had()
        size = waiting = 0
        looked = monotonic()
        try:
            async for arrived in request.stream():
                size, waiting = size + len(arrived), waiting + len(arrived)
                if size > BODY_LIMIT:
                    raise too_long(BODY_LIMIT)
                pending += unpacking.take(arrived)
                is_slow = monotonic() - looked > SLOW_AFTER and waiting >= AT_ONCE
                if waiting >= IN_MEMORY or is_slow:
                    pending += _rest(unpacking)
                    had.add(pending, (await self._kept(terminal_id, pending, None))[0])
                    pending, waiting, looked = [], 0, monotonic()
        except (ClientDisconnect, wire.Unreadable, Answered):
            pending += _rest(unpacking)
            if pending:
                await self._kept(terminal_id, pending, None)
            raise
        if not unpacking.is_over:
            await self._kept(terminal_id, [*pending, *_rest(unpacking)], None)
            raise wire.Unreadable("the body is cut off")
        intake, answers = await self._kept(terminal_id, pending, unpacking)
        had.add(pending, intake)
        return had.answer(terminal_id, answers)

    async def _from_file(self, terminal_id: str, path: Path) -> Response:
        def work() -> tuple[Intake, list[Answer]]:
            body = body_in(path, limit=BODY_LIMIT)
            return self._reception.receive_pages(terminal_id, body, body.asked.cases)

        intake, answers = await to_thread.run_sync(work)
        had = _Had()
        had.add([], intake)
        return had.answer(terminal_id, answers)

    async def _kept(
        self, terminal_id: str, pieces: Sequence[Piece], unpacking: Unpacking | None
    ) -> tuple[Intake, list[Answer]]:
        """`unpacking`: the body is over, and what it asked is to be answered."""
        asked = unpacking.asked.cases if unpacking is not None and unpacking.asked else ()
        return await to_thread.run_sync(self._reception.receive_pages, terminal_id, pieces, asked)

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


def _rest(unpacking: Unpacking) -> list[Piece]:
    rest = unpacking.rest()
    return [rest] if rest is not None else []


class _Had:
    """What became of all the pieces of one request."""

    def __init__(self) -> None:
        self._partial: dict[str, int] = {}
        self._unlisted: set[str] = set()

    def add(self, pieces: Sequence[Piece], intake: Intake) -> None:
        """The pieces that were kept just now; what is not partial any more is whole."""
        for piece in pieces:
            self._partial.pop(piece.sha256, None)
        self._partial |= {wanted.sha256: wanted.offset for wanted in intake.partial}
        self._unlisted |= set(intake.unlisted)

    def answer(self, terminal_id: str, answers: Sequence[Answer]) -> Response:
        """The answer to the request."""
        partial = tuple(wire.PageWanted(*one) for one in self._partial.items())
        cases = tuple(reply_to(answer, terminal_id) for answer in answers)
        return said(Kept(cases, partial, tuple(sorted(self._unlisted))))

"""The endpoint through which one terminal brings the sealed case of another."""

from starlette.requests import Request
from starlette.responses import Response

from sync import wire
from sync.gateway import to_thread
from sync.gateway.http_words import TRY_AGAIN_SOON, busy, number_in, problem
from sync.gateway.page_door import offset_differs
from sync.gateway.stick_arrivals import StickArrivals
from sync.gateway.stick_desk import Later, Unusable
from sync.stick_format import BUNDLE_LIMIT


class BundleDoor:
    """Belongs to the event loop; the work is done on its worker threads."""

    def __init__(self, arrivals: StickArrivals) -> None:
        self._arrivals = arrivals

    async def take(self, request: Request, terminal_id: str) -> Response:
        """PUT /v1/bundles/{sha256} from an offset on; the signed answer once it is whole."""
        sha256 = request.path_params["sha256"]
        at, size = number_in(request, wire.UPLOAD_OFFSET), number_in(request, wire.UPLOAD_LENGTH)
        if at is None or size is None or not 0 < size <= BUNDLE_LIMIT:
            return problem(400, "upload-unclear", "offset or length is missing or wrong")
        answer: bytes | Unusable | Later | int | None
        answer = await to_thread.run_sync(self._arrivals.known, sha256)
        if answer is None:
            async for piece in request.stream():
                if at + len(piece) > size:
                    # It contradicts itself, so nothing of what it brought is believed.
                    await to_thread.run_sync(self._arrivals.parts.drop, terminal_id, sha256)
                    return problem(400, "inconsistent-upload-length", "more than announced")
                there = await to_thread.run_sync(
                    self._arrivals.parts.write, terminal_id, sha256, at, piece
                )
                if there < at + len(piece):
                    return offset_differs(there)
                at += len(piece)
            answer = await to_thread.run_sync(self._arrivals.take, terminal_id, sha256, size)
        match answer:
            case int(offset):
                return offset_differs(offset)
            case Unusable(why):
                return problem(422, "bundle-unusable", "cannot be opened", reasons=(why,))
            case Later():
                return busy("bundle-later", TRY_AGAIN_SOON)
        return Response(answer, media_type=wire.JSON)

"""The endpoints that serve people who stand at a terminal just now: paying and handing over."""

from starlette.requests import Request
from starlette.responses import Response

from sync import wire
from sync.gateway import to_thread
from sync.gateway.handovers import Handovers
from sync.gateway.http_words import body_of, problem, said
from sync.gateway.payments import Payments
from sync.online import HANDOVER_LIMIT


class OnlineDoor:
    """Handlers; what they promise stands in online_operations.py."""

    def __init__(self, payments: Payments, handovers: Handovers) -> None:
        self._payments = payments
        self._handovers = handovers

    async def payment(self, request: Request, terminal_id: str) -> Response:
        """What is to be paid."""
        case_id = request.path_params["case_id"]
        order = await to_thread.run_sync(self._payments.order, terminal_id, case_id)
        if order is None:
            return problem(404, "nothing-to-pay", "nothing is to be paid")
        return said(order)

    async def hand_over(self, request: Request, _terminal_id: str) -> Response:
        """Keep a form."""
        sealed = await body_of(request, limit=HANDOVER_LIMIT)
        if not sealed:
            return problem(400, "handover-empty", "there is nothing in it")
        handover_id = request.path_params["handover_id"]
        if not await to_thread.run_sync(self._handovers.put, handover_id, sealed):
            return problem(409, "handover-differs", "other bytes are kept")
        return Response(status_code=204)

    async def take_over(self, request: Request, terminal_id: str) -> Response:
        """Give a form away, once."""
        handover_id = request.path_params["handover_id"]
        sealed = await to_thread.run_sync(self._handovers.take, handover_id, terminal_id)
        if sealed is None:
            return problem(404, "no-such-handover", "there is none any more")
        return Response(sealed, media_type=wire.BYTES)

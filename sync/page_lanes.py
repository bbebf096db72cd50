"""Sends pages side by side, as many requests at once as the line bears, each lane on its own.

Pages are read from the store by whoever calls, for one request at a time, so that the store stays
with its thread and no more than a few requests are in memory.
"""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final

from sync.api import GatewayClient, GatewayUnreachable, PagesAnswer
from sync.page_plan import PagePlan, Parcel

MOST_LANES: Final = 4  # see sync.pace
# Bytes. The lanes should end at the same time, so what is left is shared out in halves; but a
# request this small already spends a tenth of its time on the way there and back.
LEAST_PARCEL: Final = 64 * 1024


def send_side_by_side(
    gateway: GatewayClient,
    plan: PagePlan,
    *,
    heard: Callable[[Parcel, PagesAnswer], None],
    refill: Callable[[bool], int],
) -> GatewayUnreachable | None:
    """Send what the plan holds; the first error, after which nothing new is begun.

    `refill` is called before requests are begun: it may add to the plan, and says how many bytes
    are left in all, planned or not. Its argument: `gateway` itself is free and may be asked.
    Blocks until what was begun has ended. Plan and callbacks are used on the calling thread; what
    they raise comes out after that.
    """
    lanes = _Lanes(gateway, plan, heard, refill)
    try:
        return lanes.send()
    finally:
        lanes.close()


class _Lanes:
    def __init__(
        self,
        gateway: GatewayClient,
        plan: PagePlan,
        heard: Callable[[Parcel, PagesAnswer], None],
        refill: Callable[[bool], int],
    ) -> None:
        self._gateway = gateway
        self._plan = plan
        self._heard = heard
        self._refill = refill
        self._free = [gateway]  # the first lane is the connection that is open already
        self._more: list[GatewayClient] = []
        self._under_way: dict[Future[PagesAnswer], tuple[GatewayClient, Parcel]] = {}
        self._error: GatewayUnreachable | None = None

    def send(self) -> GatewayUnreachable | None:
        with ThreadPoolExecutor(MOST_LANES, thread_name_prefix="pages") as threads:
            try:
                while self._begin(threads):
                    self._hear()
            finally:
                wait(self._under_way)
        return self._error

    def close(self) -> None:
        for lane in self._more:
            lane.close()

    def _begin(self, threads: ThreadPoolExecutor) -> bool:
        """Give every free lane a request; True when any is under way."""
        if self._error is not None:
            return bool(self._under_way)
        left = self._refill(self._gateway in self._free)
        lanes = min(self._gateway.connections(), MOST_LANES)
        while len(self._more) + 1 < lanes:  # the line turned out to be wider
            self._more.append(self._gateway.another())
            self._free.append(self._more[-1])
        while self._free and len(self._under_way) < lanes:
            share = max(LEAST_PARCEL, -(-left // (2 * lanes)))
            parcel = self._plan.next(min(self._gateway.chunk() // lanes, share))
            if parcel is None:
                break
            left -= sum(len(piece.content) for piece in parcel.pieces)
            lane = self._free.pop()
            sending = threads.submit(lane.send_pieces, parcel.pieces, parcel.asked)
            self._under_way[sending] = (lane, parcel)
        return bool(self._under_way)

    def _hear(self) -> None:
        """Wait until at least one lane is free again."""
        done, _ = wait(self._under_way, return_when=FIRST_COMPLETED)
        for sending in done:
            lane, parcel = self._under_way.pop(sending)
            self._free.append(lane)
            try:
                answer = sending.result()
            except GatewayUnreachable as error:
                self._error = self._error or error
                self._plan.failed(parcel)
            else:
                self._plan.answered(parcel, answer)
                self._heard(parcel, answer)

"""Sends pages side by side, as many requests at once as the line bears, each lane on its own.

Pages are read from the store by whoever calls, for one request at a time, so that the store stays
with its thread and no more than a few requests are in memory.
"""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final

from sync.api import GatewayClient, GatewayUnreachable, PagesAnswer
from sync.page_plan import PagePlan, Parcel

MOST_LANES: Final = 3  # sync.md section 3: more gain nothing
LEAST_PARCEL: Final = 64 * 1024  # bytes; shares of a small rest are not cut smaller


def send_side_by_side(
    gateway: GatewayClient,
    plan: PagePlan,
    heard: Callable[[Parcel, PagesAnswer], None],
) -> GatewayUnreachable | None:
    """Send what the plan holds; the first error, after which nothing new is begun.

    Blocks until what was begun has ended. Plan and `heard` are used on the calling thread; what
    they raise comes out after that.
    """
    lanes = _Lanes(gateway, plan, heard)
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
    ) -> None:
        self._gateway = gateway
        self._plan = plan
        self._heard = heard
        self._free = [gateway]  # the first lane is the connection that is open already
        self._more: list[GatewayClient] = []
        self._under_way: dict[Future[PagesAnswer], tuple[GatewayClient, Parcel]] = {}
        self._error: GatewayUnreachable | None = None

    def send(self) -> GatewayUnreachable | None:
        with ThreadPoolExecutor(MOST_LANES, thread_name_prefix="pages") as threads:
            try:
                while self._begin(threads) or self._under_way:
                    self._hear()
            finally:
                while self._under_way:
                    wait(self._under_way)
                    self._under_way.clear()
        return self._error

    def close(self) -> None:
        for lane in self._more:
            lane.close()

    def _begin(self, threads: ThreadPoolExecutor) -> bool:
        """Give every free lane a request; True when any is under way."""
        lanes = min(self._gateway.connections(), MOST_LANES)
        while len(self._more) + 1 < lanes:  # the line turned out to be wider
            self._more.append(self._gateway.another())
            self._free.append(self._more[-1])
        while self._error is None and self._free and len(self._under_way) < lanes:
            share = max(LEAST_PARCEL, -(-self._plan.left // lanes))
            parcel = self._plan.next(min(self._gateway.chunk(), share))
            if parcel is None:
                break
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

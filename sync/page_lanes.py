"""Sends pages side by side, as many at once as the line bears, each lane with its own connection.

Pages are read from the store by whoever calls, one for each free lane, so that the store stays with
its thread and no more than a few pages are in memory.
"""

from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Final

from sync.api import GatewayClient, GatewayUnreachable

MOST_LANES: Final = 3  # sync.md section 3: more gain nothing


@dataclass(frozen=True, slots=True)
class PageToSend:
    """A page's bytes and from where on the gateway lacks them."""

    sha256: str
    content: bytes = field(repr=False)
    offset: int


def send_side_by_side(
    gateway: GatewayClient, pages: Iterable[PageToSend]
) -> tuple[set[str], GatewayUnreachable | None]:
    """The hashes of the pages that arrived whole, and the first error, after which none is begun.

    Blocks until what was begun has ended; `pages` is read on the calling thread. What it raises
    comes out after that.
    """
    lanes = min(gateway.connections(), MOST_LANES)
    return _alone(gateway, pages) if lanes == 1 else _Lanes(gateway, lanes).send(pages)


def _alone(
    gateway: GatewayClient, pages: Iterable[PageToSend]
) -> tuple[set[str], GatewayUnreachable | None]:
    arrived: set[str] = set()
    for page in pages:
        try:
            gateway.send_page(page.sha256, page.content, offset=page.offset)
        except GatewayUnreachable as error:
            return arrived, error
        arrived.add(page.sha256)
    return arrived, None


class _Lanes:
    def __init__(self, gateway: GatewayClient, count: int) -> None:
        self._gateway = gateway
        self._free = [gateway.another() for _ in range(count)]
        self._all = list(self._free)
        self._under_way: dict[Future[None], tuple[GatewayClient, str]] = {}
        self._arrived: set[str] = set()
        self._error: GatewayUnreachable | None = None

    def send(self, pages: Iterable[PageToSend]) -> tuple[set[str], GatewayUnreachable | None]:
        try:
            with ThreadPoolExecutor(MOST_LANES, thread_name_prefix="page") as threads:
                for page in pages:
                    if not self._free and len(self._all) < self._gateway.connections():
                        self._add()  # the line turned out to be wider
                    if not self._free:
                        self._hear()
                    if self._error is not None:
                        break
                    lane = self._free.pop()
                    sending = threads.submit(
                        lane.send_page, page.sha256, page.content, offset=page.offset
                    )
                    self._under_way[sending] = (lane, page.sha256)
                while self._under_way:
                    self._hear()
        finally:
            for lane in self._all:
                lane.close()
        return self._arrived, self._error

    def _add(self) -> None:
        self._free.append(self._gateway.another())
        self._all.append(self._free[-1])

    def _hear(self) -> None:
        """Wait until at least one lane is free again."""
        done, _ = wait(self._under_way, return_when=FIRST_COMPLETED)
        for sending in done:
            lane, sha256 = self._under_way.pop(sending)
            self._free.append(lane)
            try:
                sending.result()
            except GatewayUnreachable as error:
                self._error = self._error or error
            else:
                self._arrived.add(sha256)

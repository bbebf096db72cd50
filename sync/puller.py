"""Brings down everything that is new: steps, papers, notices, visits, settings, the catalogue.

It is fetched first, piece by piece into the store, so that nothing comes twice over a line that
breaks; then all of it takes effect together with the cursor, or not at all. One paper that a
reachable gateway cannot give does not hold the rest up for ever: the office is told of it.
"""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from kiosk.domain.case import CaseId
from kiosk.domain.configuration import ConfigurationError, parse_configuration
from kiosk.domain.fault import Fault
from kiosk.domain.progress import StateChange
from offline_store.api import Store
from offline_store.arrivals import Arrivals
from sync import told, wire
from sync.api import GatewayClient, GatewayUnreachable, Listener, Pulled
from sync.packing import Unpackable
from sync.patching import patched
from sync.slip_key import SlipKey
from sync.staff_word import staff_of

# A pull without news is not written down each time: that would be one sync of the disk for each.
HEARD_EVERY: Final = timedelta(minutes=10)
MOST_TRIES: Final = 3  # of one file at a gateway that answers everything else
AT_ONCE: Final = 64 * 1024  # bytes of a download that are kept together; less is lost at a cut

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PullReport:
    """What one pull brought. `more`: pull again at once."""

    changed: tuple[CaseId, ...]
    catalog_version: str  # "" when none came
    more: bool


class Puller:
    """Pulls one page of news with one cursor. Belongs to the thread of its store."""

    def __init__(
        self,
        store: Store,
        gateway: GatewayClient,
        *,
        listener: Listener,
        first_catalog: bytes = b"",
    ) -> None:
        """`first_catalog`: the file that counts until another has come down."""
        self._store = store
        self._gateway = gateway
        self._listener = listener
        self._first_catalog = first_catalog
        self._held: str | None = None  # SHA-256 of the catalogue that is here; None: look
        self._failures: Counter[str] = Counter()  # files that did not come, by SHA-256
        self._missing: set[str] = set()  # papers that were left out

    def pull(self, now: datetime) -> PullReport:
        """One page: everything in it enters the store together with the cursor.

        Raises GatewayUnreachable or StoreError; then nothing changed and the next pull starts at
        the same cursor. What has come down of papers and catalogue stays staged.
        """
        before = self._store.cursor()
        if self._held is None:
            self._held = _name_of(self._catalog_file())
        page = self._gateway.pull(before, catalog=self._held)
        arrivals = self._fetched(page)
        changed: tuple[CaseId, ...] = ()
        if page.vouched is not None:  # before the cursor moves on: twice does no harm
            SlipKey(self._store).vouched(page.vouched)
        if page.cursor != before or arrivals.catalog or self._is_long_ago(now):
            if arrivals.catalog:
                self._held = None
            changed = tuple(self._store.apply(arrivals, cursor=page.cursor, now=now))
        if changed:
            self._listener.cases_changed(changed)
        version = arrivals.catalog[0] if arrivals.catalog else ""
        if version:
            self._listener.catalog_changed(version)
        return PullReport(changed, version, page.more)

    def problems(self) -> tuple[str, ...]:
        """What the office should know, in plain words."""
        missing = len(self._missing)
        return (f"有 {missing} 份批件网关给不出来，请重新发放",) if missing else ()

    def _fetched(self, page: Pulled) -> Arrivals:
        changes = tuple(self._with_papers(change) for change in page.changes)
        offer = page.catalog
        catalog = self._catalog(offer) if offer else None
        return Arrivals(
            changes=changes,
            documents=tuple(paper for change in changes for paper in change.documents),
            transfers=(offer.transfer,) if offer else (),
            catalog=catalog,
            configuration=_configuration(page.configuration),
            notices=tuple(told.notice_of(entry) for entry in page.notices),
            withdrawn=page.withdrawn,
            staff=tuple(staff_of(word) for word in page.staff),
            visits=tuple(told.visit_of(entry) for entry in page.visits),
            ended_visits=page.ended_visits,
            # The last page alone tells of the catalogue.
            catalog_is_current=not page.more and (offer is None or catalog is not None),
        )

    def _with_papers(self, change: StateChange) -> StateChange:
        """The step with those of its papers that are here now."""
        here = []
        for paper in change.documents:
            fetch = partial(self._fetch, paper.sha256, paper.size)
            if self._attempt(paper.sha256, fetch) is not None:
                here.append(paper)
                self._missing.discard(paper.sha256)
            else:
                self._missing.add(paper.sha256)
                _log.error("a paper is left out: the gateway cannot give it")
        return replace(change, documents=tuple(here))

    def _attempt(self, sha256: str, work: Callable[[], bytes]) -> bytes | None:
        """None when a gateway that is there has failed to give it too often.

        Raises GatewayUnreachable while it may still come.
        """
        try:
            content = work()
        except GatewayUnreachable as error:
            if error.retry_after is not None or self._gateway.reachable() is not None:
                raise
            self._failures[sha256] += 1
            if self._failures[sha256] < MOST_TRIES:
                raise
            return None
        del self._failures[sha256]
        return content

    def _catalog(self, offer: wire.CatalogOffer) -> tuple[str, bytes] | None:
        """None: this transfer does not come; the next pull asks for the whole file."""
        file = self._attempt(offer.transfer, partial(self._catalog_from, offer))
        if file is None:
            self._held = ""
            return None
        return offer.version, file

    def _catalog_from(self, offer: wire.CatalogOffer) -> bytes:
        transfer = self._fetch(offer.transfer, offer.size)
        before = self._catalog_file() if offer.base else b""
        try:
            file = patched(before, transfer)
        except Unpackable as error:
            raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, str(error)) from None
        self._gateway.check_catalog(offer, file)
        return file

    def _fetch(self, sha256: str, size: int) -> bytes:
        """All of it, once it is staged; what came stays, however the line breaks.

        What came with another hash goes: the fault is the line's, not the store's.
        """
        held = self._store.staged(sha256)
        arrived = bytearray()

        def keep(piece: bytes) -> None:
            nonlocal held
            arrived.extend(piece)
            if len(arrived) >= AT_ONCE:
                held = self._store.stage(sha256, held, bytes(arrived))
                arrived.clear()

        try:
            if held < size:
                self._gateway.fetch(sha256, offset=held, keep=keep)
        finally:
            if arrived:
                self._store.stage(sha256, held, bytes(arrived))
        content = self._store.staged_content(sha256)
        if wire.hash_of(content) != sha256:
            self._store.drop_staged(sha256)
            raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, "a file with another hash")
        return content

    def _catalog_file(self) -> bytes:
        held = self._store.catalog()
        return held[1] if held else self._first_catalog

    def _is_long_ago(self, now: datetime) -> bool:
        last = self._store.heard().last_heard
        return last is None or not timedelta() <= now - last < HEARD_EVERY


def _name_of(file: bytes) -> str:
    return wire.hash_of(file) if file else ""


def _configuration(file: bytes) -> tuple[str, bytes] | None:
    """One that cannot be used is left out: the one before goes on, and the log says why."""
    if not file:
        return None
    try:
        return parse_configuration(file).version, file
    except ConfigurationError as error:
        _log.error("the configuration cannot be used: %s", error)
        return None

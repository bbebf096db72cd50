"""Brings down what the office did: states, reasons, documents and the catalogue, all or nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kiosk.domain.case import CaseId
from kiosk.domain.progress import IssuedDocument
from offline_store.api import Store
from offline_store.arrivals import Arrivals
from sync.api import GatewayClient, Listener

# A pull without news is not written down each time: that would be one sync of the disk for each.
HEARD_EVERY: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class PullReport:
    """What one pull brought. `more`: pull again at once."""

    changed: tuple[CaseId, ...]
    catalog_version: str  # "" when none came
    more: bool


class Puller:
    """Pulls one page of news with one cursor. Belongs to the thread of its store."""

    def __init__(self, store: Store, gateway: GatewayClient, *, listener: Listener) -> None:
        self._store = store
        self._gateway = gateway
        self._listener = listener

    def pull(self, now: datetime) -> PullReport:
        """One page: news, documents and catalogue enter the store together with the cursor.

        Raises GatewayUnreachable or StoreError; then nothing changed and the next pull starts at
        the same cursor. What has come down of documents stays staged.
        """
        before = self._store.cursor()
        page = self._gateway.pull(before)
        documents = tuple(paper for change in page.changes for paper in change.documents)
        for paper in documents:
            self._fetch(paper)
        catalog = None
        if page.catalog_version:
            catalog = (page.catalog_version, self._gateway.catalog(page.catalog_version))
        changed: tuple[CaseId, ...] = ()
        if page.cursor != before or page.changes or catalog or self._is_long_ago(now):
            arrivals = Arrivals(changes=page.changes, documents=documents, catalog=catalog)
            changed = tuple(self._store.apply(arrivals, cursor=page.cursor, now=now))
        if changed:
            self._listener.cases_changed(changed)
        if catalog:
            self._listener.catalog_changed(page.catalog_version)
        return PullReport(changed, page.catalog_version, page.more)

    def _fetch(self, paper: IssuedDocument) -> None:
        if self._store.staged(paper.sha256) < paper.size:
            self._store.stage(paper.sha256, 0, self._gateway.document(paper.sha256))

    def _is_long_ago(self, now: datetime) -> bool:
        last = self._store.heard().last_heard
        return last is None or not timedelta() <= now - last < HEARD_EVERY

"""Brings down what the office did: states, reasons, documents and the catalogue, all or nothing."""

from dataclasses import dataclass

from kiosk.domain.case import CaseId
from kiosk.domain.progress import IssuedDocument
from offline_store.api import Store
from sync.api import GatewayClient, Listener


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
        # What came before the line broke need not come again; emptied once it is in the store.
        self._fetched: dict[str, bytes] = {}

    def pull(self) -> PullReport:
        """One page: news, documents and catalogue enter the store together with the cursor.

        Raises GatewayUnreachable or StoreError; then nothing changed and the next pull starts at
        the same cursor.
        """
        before = self._store.cursor()
        page = self._gateway.pull(before)
        documents = [(d, self._document(d)) for change in page.changes for d in change.documents]
        catalog = None
        if page.catalog_version:
            catalog = (page.catalog_version, self._gateway.catalog(page.catalog_version))
        changed: tuple[CaseId, ...] = ()
        if page.cursor != before or page.changes or catalog:
            changed = tuple(
                self._store.apply(page.changes, documents, catalog=catalog, cursor=page.cursor)
            )
        self._fetched.clear()
        if changed:
            self._listener.cases_changed(changed)
        if catalog:
            self._listener.catalog_changed(page.catalog_version)
        return PullReport(changed, page.catalog_version, page.more)

    def _document(self, document: IssuedDocument) -> bytes:
        if document.sha256 not in self._fetched:
            self._fetched[document.sha256] = self._gateway.document(document.sha256)
        return self._fetched[document.sha256]

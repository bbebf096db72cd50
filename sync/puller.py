"""Brings down what the office did: states, reasons, documents and the catalogue, all or nothing."""

from dataclasses import dataclass

from kiosk.domain.case import CaseId
from kiosk.domain.fault import Fault
from offline_store.api import Store
from sync import wire
from sync.api import GatewayClient, GatewayUnreachable, Listener
from sync.packing import Unpackable
from sync.patching import patched


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
        self._fetched: dict[str, bytearray] = {}

    def pull(self) -> PullReport:
        """One page: news, documents and catalogue enter the store together with the cursor.

        Raises GatewayUnreachable or StoreError; then nothing changed and the next pull starts at
        the same cursor.
        """
        before = self._store.cursor()
        held = self._store.catalog()
        page = self._gateway.pull(before, catalog=wire.hash_of(held[1]) if held else "")
        documents = [
            (d, self._fetch(d.sha256)) for change in page.changes for d in change.documents
        ]
        catalog = self._catalog(page.catalog, held[1] if held else b"") if page.catalog else None
        changed: tuple[CaseId, ...] = ()
        if page.cursor != before or page.changes or catalog:
            changed = tuple(
                self._store.apply(page.changes, documents, catalog=catalog, cursor=page.cursor)
            )
        self._fetched.clear()
        if changed:
            self._listener.cases_changed(changed)
        if catalog:
            self._listener.catalog_changed(catalog[0])
        return PullReport(changed, catalog[0] if catalog else "", page.more)

    def _catalog(self, offer: wire.CatalogOffer, held: bytes) -> tuple[str, bytes]:
        transfer = self._fetch(offer.transfer)
        try:
            file = patched(held if offer.base else b"", transfer)
        except Unpackable as error:
            raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, str(error)) from None
        self._gateway.check_catalog(offer, file)
        return offer.version, file

    def _fetch(self, sha256: str) -> bytes:
        content = self._fetched.setdefault(sha256, bytearray())
        if wire.hash_of(bytes(content)) != sha256:
            self._gateway.fetch(sha256, offset=len(content), keep=content.extend)
        if wire.hash_of(bytes(content)) != sha256:
            del self._fetched[sha256]
            raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, "a file with another hash")
        return bytes(content)

"""Keeps the catalogue that the next visit uses, and never lets a bad one in."""

import logging
from collections.abc import Callable

from kiosk.catalog.complaints import CatalogError
from kiosk.catalog.load_catalog import load_catalog
from kiosk.domain.service_item import ServiceCatalog

log = logging.getLogger(__name__)


class CatalogShelf:
    """The newest usable catalogue. A running visit keeps the one it began with.

    `newest` gives (version, file) of what came down, or None; asked between visits only.
    """

    def __init__(self, first: bytes, *, newest: Callable[[], tuple[str, bytes] | None]) -> None:
        self._catalog = load_catalog(first)
        self._newest = newest
        self._tried = ""

    def current(self) -> ServiceCatalog:
        """For the visit that begins now. A file that complains is logged once and left out."""
        found = self._newest()
        if found is not None and found[0] not in (self._tried, self._catalog.version):
            self._tried = found[0]
            try:
                self._catalog = load_catalog(found[1])
            except CatalogError as error:
                log.error("the catalogue %s cannot be used: %s", found[0], error)
        return self._catalog

"""Puts one gateway together over one folder: ledger, files, key, catalogue, review."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from starlette.types import ASGIApp

from kiosk.domain.service_item import ServiceCatalog
from sync.gateway.admission import Door
from sync.gateway.app import GatewayApp, GatewayParts
from sync.gateway.blobs import Blobs
from sync.gateway.ledger import Ledger
from sync.gateway.news import News
from sync.gateway.reception import Reception
from sync.gateway.review import Review
from sync.gateway.signing import load_or_make, secret_in, sync_folder
from sync.gateway.stick_arrivals import StickArrivals
from sync.gateway.stick_desk import StickDesk


def utc_now() -> datetime:
    """The gateway's clock, aware."""
    return datetime.now(UTC)


class Office:
    """The gateway of one folder. `review` and `door` may be used from any thread."""

    def __init__(
        self,
        folder: Path,
        *,
        catalog: ServiceCatalog | None = None,
        catalog_file: bytes = b"",
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """Opens or makes everything. `catalog_file` is handed down as `catalog`'s file.

        Raises OSError, sqlite3.Error, and ValueError when ledger or key is not ours.
        """
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(folder.parent)
        key = load_or_make(folder / "signing.key")
        version = catalog.version if catalog is not None and catalog_file else ""
        self._ledger = Ledger(folder / "ledger.db")
        blobs = Blobs(folder)
        self.public_key = key.public  # 32 bytes, for the terminals
        self.door = Door(ledger=self._ledger, now=now)
        self.review = Review(ledger=self._ledger, blobs=blobs, now=now)
        reception = Reception(
            ledger=self._ledger, blobs=blobs, signing_key=key, catalog=catalog, now=now
        )
        self.stick_desk = StickDesk(
            folder,
            reception=reception,
            blobs=blobs,
            door=self.door,
            signing_key=key,
            sealing_secret=secret_in(folder / "sealing.key"),
        )
        self.sealing_key = self.stick_desk.public_key  # 32 bytes, for cases carried by hand
        self._app = GatewayApp(
            GatewayParts(
                ledger=self._ledger,
                blobs=blobs,
                reception=reception,
                news=News(ledger=self._ledger, catalog_version=version, catalog_file=catalog_file),
                door=self.door,
                arrivals=StickArrivals(folder / "bundles", desk=self.stick_desk),
                catalog_version=version,
                catalog_file=catalog_file,
                catalog_signature=key.catalog(version, catalog_file),
                now=now,
            )
        )

    def asgi(self) -> ASGIApp:
        """The web application."""
        return self._app.asgi()

    def problems(self) -> list[str]:
        """What the ledger's own check complains about; empty when all is well."""
        return self._ledger.problems()

    def close(self) -> None:
        """Close the ledger."""
        self._ledger.close()

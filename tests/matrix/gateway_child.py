"""A gateway over one folder. A program of its own, so that it can be killed while it receives."""

import os
import sys
from pathlib import Path

from kiosk.domain.service_item import ServiceCatalog
from sync.gateway.serve import GatewaySettings, serve
from tests.matrix.world import SECOND, elsewhere

MARKER = "/gateway-begins-here"  # seen in the list of system calls, otherwise without effect
LISTENS = "LISTENS"


def main(folder: str, database: str = "") -> int:
    """Says the port once it listens, and ends with SIGTERM. `database`: see World."""

    def listening(port: int) -> None:
        os.write(1, f"{LISTENS} {port}\n".encode())

    os.access(MARKER, os.F_OK)
    version, file = SECOND
    settings = GatewaySettings(
        folder=Path(folder),
        port=0,
        catalog=ServiceCatalog({}, version=version),
        catalog_file=file,
        elsewhere=elsewhere(database),
    )
    serve(settings, listening=listening)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

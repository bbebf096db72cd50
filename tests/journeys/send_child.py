"""Sends what waits in a store. A program of its own, so that it can be killed on the way."""

import os
import sys
from pathlib import Path

from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import open_store
from sync.http_gateway import HttpGateway
from sync.sync_round import SyncRound
from tests.counterparts.sample_cases import NOON
from tests.counterparts.village import TERMINAL_ID, Heard

MARKER = "/sending-begins-here"  # seen in the list of system calls, otherwise without effect


def main() -> None:
    """Arguments: folder of the store, address, token, public key in hex. Prints what is left."""
    folder, address, token, key = Path(sys.argv[1]), *sys.argv[2:5]
    store = open_store(folder, FileKey(folder / "store.key"))
    gateway = HttpGateway(
        address, terminal_id=TERMINAL_ID, token=token, gateway_key=bytes.fromhex(key)
    )
    os.access(MARKER, os.F_OK)
    SyncRound(store, gateway, listener=Heard()).run(NOON)
    os.write(1, str(store.waiting()).encode())
    store.close()


if __name__ == "__main__":
    main()

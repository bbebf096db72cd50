"""A terminal from first field to clean-up. A program of its own, so that it can be killed."""

import os
import sys
from pathlib import Path

from offline_store.api import StoreError
from tests.matrix.world import World, walk

MARKER = "/walk-begins-here"  # seen in the list of system calls, otherwise without effect
TRIES = 2  # a resident whose disk refused once presses the button again
MUTE = 4  # exit code when it could not even say what it did


def main() -> int:
    """Arguments: folder of store, of gateway, address, token, public key in hex.

    Says each step on a line of its own as soon as it is true, or the store's fault.
    """
    store_folder, gateway_folder, address, token, key = sys.argv[1:6]
    world = World(Path(store_folder), Path(gateway_folder), token, bytes.fromhex(key))
    try:
        _walk(world, address)
    except OSError:
        return MUTE
    return 0


def _walk(world: World, address: str) -> None:
    def say(word: str) -> None:
        os.write(1, f"{word}\n".encode())

    store, client = world.open_store(), world.client(address)
    os.access(MARKER, os.F_OK)
    for hours in range(TRIES):
        try:
            walk(store, client, say, hours=2 * hours)
        except StoreError as error:
            say(error.fault.value)
        else:
            break
    store.close()


if __name__ == "__main__":
    sys.exit(main())

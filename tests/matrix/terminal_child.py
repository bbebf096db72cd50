"""A terminal from first field to clean-up. A program of its own, so that it can be killed."""

import os
from pathlib import Path

from devices.receipt_printer.simulated_printer import SimulatedReceiptPrinter
from kiosk.papers.slip_layout import SlipLayout
from offline_store.api import StoreError
from tests.matrix.walk import Refused, Walk
from tests.matrix.world import World

MARKER = "/walk-begins-here"  # seen in the list of system calls, otherwise without effect
TRIES = 2  # a resident whose disk refused once presses the button again
MUTE = 4  # exit code when it could not even say what it did


def main(folder: str, address: str, token: str, key: str, *careless: str) -> int:
    """The folder of its world, the gateway's address, the terminal's token, the key in hex.

    Says each step on a line of its own as soon as it is true, or the fault. With one word more it
    says SAFE too early.
    """
    world = World(Path(folder), token, bytes.fromhex(key))
    try:
        _walk(world, address, is_careless=bool(careless))
    except OSError:
        return MUTE
    return 0


def _walk(world: World, address: str, *, is_careless: bool) -> None:
    def say(word: str) -> None:
        os.write(1, f"{word}\n".encode())

    os.access(MARKER, os.F_OK)
    receipts = SimulatedReceiptPrinter(layout=SlipLayout())
    client = world.client(address)
    for hours in range(TRIES):
        try:
            with world.started() as store:
                Walk(
                    store, client, say, hours=2 * hours, receipts=receipts, is_careless=is_careless
                ).go()
        except (StoreError, Refused) as error:
            say(f"REFUSED {error}")
        else:
            break

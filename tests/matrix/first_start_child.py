"""The first start on a new machine: a terminal's first case, or an office's first terminal."""

import os
from pathlib import Path

from sync.gateway.office import Office
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, draft_in
from tests.counterparts.village import TERMINAL_ID
from tests.matrix.walk import SAFE
from tests.matrix.world import World


def terminal(folder: str) -> int:
    """A new store and a case in it; says SAFE."""
    with World(Path(folder), "", b"").started() as store:
        case = draft_in(store, 1, pages=1, size=5000)
        store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
        os.write(1, f"{SAFE}\n".encode())
    return 0


def gateway(folder: str) -> int:
    """A new gateway and a terminal enrolled there; says key and token."""
    office = Office(Path(folder) / "gateway")
    token = office.door.add_terminal(TERMINAL_ID)
    os.write(1, f"{office.public_key.hex()} {token}\n".encode())
    office.close()
    return 0

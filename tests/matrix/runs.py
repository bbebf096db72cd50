"""Runs one side as a program of its own and the other in this process, once."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from offline_store.api import StoreError
from tests.matrix import first_start_child, gateway_child, terminal_child
from tests.matrix.first_starts import Began, gateway_began, terminal_began
from tests.matrix.forked import Circumstances, Forked
from tests.matrix.traced import tracing
from tests.matrix.walk import Refused, Walk
from tests.matrix.world import World

TERMINAL, GATEWAY, POSTGRES = "terminal", "gateway", "gateway on PostgreSQL"
# On a machine where nothing is yet: the program, and what must hold afterwards.
FIRST_STARTS: Final[dict[str, tuple[Callable[..., int], Began]]] = {
    "terminal, first start": (first_start_child.terminal, terminal_began),
    "gateway, first start": (first_start_child.gateway, gateway_began),
}
MARKERS: Final = {TERMINAL: terminal_child.MARKER, GATEWAY: gateway_child.MARKER}
# Ended by itself, or because it was asked to.
ORDERLY: Final = {0, terminal_child.MUTE, -signal.SIGTERM, 128 + signal.SIGTERM}


@dataclass(frozen=True, slots=True)
class Ended:
    """How the program ended. `said`: by the terminal, whichever side the program was."""

    said: tuple[str, ...]
    code: int
    log: str
    began: bool = True  # else it ended before it listened, as it may on a disk that refuses

    @property
    def defect(self) -> str:
        """What is wrong with how it ended, if it was not killed."""
        if self.code in ORDERLY or not self.began:
            return ""
        return f"ended with {self.code}: {self.log[-300:]}"


def run(
    role: str,
    world: World,
    around: Circumstances,
    *,
    strace: Sequence[str] = (),
    is_careless: bool = False,
) -> Ended:
    """Until the program ends. `strace`: its options, when the program is traced.

    `is_careless`: the terminal says SAFE too early.
    """
    if role in FIRST_STARTS:
        program = Forked(FIRST_STARTS[role][0], (str(around.watched),), around)
        with _traced(program, strace):
            code = program.wait()
        # When its disk refuses it ends with an error; whoever puts it up tries again.
        return Ended(tuple(program.said), code, around.log.read_text(), began=False)
    if role != TERMINAL:
        return _gateway(world, around, strace)
    with world.serving() as gateway:
        words = (str(world.folder), gateway.base_url, world.token, world.key.hex())
        careless = ("careless",) if is_careless else ()
        program = Forked(terminal_child.main, (*words, *careless), around)
        with _traced(program, strace):
            code = program.wait()
    return Ended(tuple(program.said), code, around.log.read_text())


def _gateway(world: World, around: Circumstances, strace: Sequence[str]) -> Ended:
    said: list[str] = []
    program = Forked(gateway_child.main, (str(world.gateway), world.database), around)
    with _traced(program, strace):
        port = program.says(gateway_child.LISTENS)
        if port is not None:
            store, client = world.open_store(), world.client(f"http://127.0.0.1:{port}")
            try:
                Walk(store, client, said.append).go()
            except (StoreError, Refused) as error:
                said.append(f"REFUSED {error}")
            client.interrupt()
            store.close()
        code = program.end()
    return Ended(tuple(said), code, around.log.read_text(), began=port is not None)


@contextmanager
def _traced(program: Forked, options: Sequence[str]) -> Iterator[None]:
    if not options:
        yield
        return
    strace = tracing(program.pid, options)
    try:
        yield
    finally:
        strace.wait()


def around_of(role: str, world: World) -> Circumstances:
    """Where the program of that role leaves its things."""
    if role in FIRST_STARTS:
        return Circumstances(world.beside, world.folder / "new")
    if role == TERMINAL:
        return Circumstances(world.beside, world.store)
    return Circumstances(world.beside_gateway, world.gateway)

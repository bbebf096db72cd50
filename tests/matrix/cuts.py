"""What must hold after a power cut, for each program that was watched."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from kiosk.domain.case import CaseState
from tests.matrix import careless_child, planted
from tests.matrix.disk import Step
from tests.matrix.first_starts import Began
from tests.matrix.promises import Found, broken_at_once, broken_in_the_end, lost_there
from tests.matrix.tally import Broken, Harm, lost
from tests.matrix.world import NEW, World

# In the gateway's answer once all of a case is there (batch.Brief, its keys sorted).
BRIEF: Final = re.compile(rb'"number":"([^"]+)","signature":"[^"]+","type":"brief"')
SCREEN: Final = 1  # the descriptor; what goes to others is said to the other side


def terminal_cut(
    prepared: World, gateway_after: Path, left: Path, spoken: Sequence[Step], number: int
) -> Found:
    """`gateway_after`: which had no cut, and has all that the terminal ever sent."""
    world = replace(prepared, folder=left.parent / "world")
    world.folder.mkdir()
    left.rename(world.store)
    found = broken_at_once(world, words(spoken))
    readable = [Broken(Harm.READABLE, one) for one in planted.found_below([world.store])]
    sent = _sent(world, number)
    shutil.copytree(gateway_after if sent else prepared.gateway, world.gateway)
    return Found([*readable, *found.broken, *broken_in_the_end(world)], found.typing)


def gateway_cut(
    waiting: World, ended: World, left: Path, spoken: Sequence[Step], _number: int
) -> Found:
    """The terminal as it was before, or, once it had its answer, as it is in the end."""
    world = replace(waiting, folder=left.parent / "world")
    world.folder.mkdir()
    left.rename(world.gateway)
    numbers = numbers_said(spoken)
    office = world.office()
    found = list(lost_there(office, numbers))
    office.close()
    shutil.copytree((ended if numbers else waiting).store, world.store)
    return Found([*found, *broken_in_the_end(world)])


def began(check: Began, left: Path, spoken: Sequence[Step], _number: int) -> Found:
    """After the first start of one side."""
    return Found(check(left, words(spoken)))


def careless_cut(kind: str, left: Path, spoken: Sequence[Step], _number: int) -> Found:
    """After a program that may not have synced."""
    said = {int(word) for word in words(spoken)}
    gone = said - careless_child.survivors(left, kind)
    return Found([lost(f"{len(gone)} of {len(said)} lost")] if gone else [])


def words(spoken: Sequence[Step]) -> list[str]:
    """What was said to the screen, line by line."""
    said = b"".join(step.one for step in spoken if step.descriptor == SCREEN)
    return said.decode().split("\n")[:-1]


def numbers_said(spoken: Sequence[Step]) -> set[str]:
    """The official numbers of the cases for which the gateway has signed on the line."""
    said = b"".join(step.one for step in spoken if step.descriptor != SCREEN)
    return {number.decode() for number in BRIEF.findall(said)}


def _sent(world: World, number: int) -> bool:
    """Whether the gateway may have the case; where nobody can know, sometimes."""
    store = world.open_store()
    try:
        state = store.case(NEW).state
    except KeyError:
        state = CaseState.DRAFT
    store.close()
    return state is CaseState.RECEIVED or (state is CaseState.QUEUED and number % 2 == 0)

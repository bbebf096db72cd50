"""Makes what every story begins with: a terminal with drafts, an office that knows it."""

import hashlib
import os
import random
from dataclasses import replace
from functools import cache

from kiosk.domain.case import Case
from kiosk.domain.page import ScannedPage
from tests.counterparts.sample_cases import NOON, case_id, draft
from tests.counterparts.village import TERMINAL_ID, picture
from tests.matrix.memory_database import OfficeDatabase, TerminalDatabase
from tests.matrix.small_world import AS_IT_IS, SECOND, Images, SmallWorld

DRAFTS = 4  # the pages of these are taken already
POISONED = 4  # this one has a page that is no picture
_JPEG = picture(1, side=16).jpeg
SIGNING_SECRET, SEALING_SECRET = bytes(32), bytes([1] * 32)
SECRETS = {"signing.key": SIGNING_SECRET, "sealing.key": SEALING_SECRET}


def page_of(number: int, material: str, *, more: int = 0) -> ScannedPage:
    """A real picture that differs from every other in a comment of its own, longer by `more`."""
    comment = hashlib.sha256(str(number).encode()).digest() + bytes(more)
    segment = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
    jpeg = _JPEG[:2] + segment + _JPEG[2:]
    return ScannedPage(material=material, jpeg=jpeg, width=16, height=16)


@cache
def pages_of(serial: int) -> tuple[ScannedPage, ...]:
    """The pages of the case of that serial, the signature last. 1 and 2 share a page."""
    taken = [page_of(serial * 10 + n, f"m{n}", more=100 * n) for n in range(serial % 3)]
    if serial in (1, 2):
        taken[0] = page_of(1, "m0", more=300)
    if serial == POISONED:
        taken[0] = ScannedPage(material="m0", jpeg=b"no picture at all" * 9, width=16, height=16)
    return (*taken, page_of(serial * 10 + 9, "signature"))


@cache
def with_pages(serial: int) -> Case:
    """The draft of that serial with the list of its pages."""
    references = [page.reference() for page in pages_of(serial)]
    return replace(draft(serial, fields=2), pages=tuple(references[:-1]), signature=references[-1])


def images() -> Images:
    """Prepared by the real code, nobody dying, nothing lost."""
    world = SmallWorld(AS_IT_IS)
    office, terminal = world.office, world.terminal
    with world.in_place():
        _keys(world)
        OfficeDatabase.made(office.memory)
        office.start()
        token = office.office.door.add_terminal(TERMINAL_ID)

        def as_it_is_now(terminal_image: bytes) -> Images:
            return Images(
                terminal=terminal_image,
                office=office.memory.image(),
                disk=office.disk.image(),
                token=token,
                key=office.office.public_key,
            )

        # Both meet once, so that the terminal has the first catalogue ...
        world.prepared(as_it_is_now(_terminal(world)))
        world.begin(random.Random(0), likely=0.0)
        world.line.is_whole = True
        terminal.sync(NOON)
        terminal_image = terminal.memory.image()
        # ... and once more, so that the way to the second one is worked out.
        office.catalogue = SECOND
        office.start()
        terminal.sync(NOON)
        return as_it_is_now(terminal_image)


def _keys(world: SmallWorld) -> None:
    disk = world.office.disk
    disk.make_folder(disk.place("/gateway"))
    for name, secret in SECRETS.items():
        descriptor = disk.open(disk.place("/gateway") / name, os.O_CREAT)
        disk.write(descriptor, secret)
        disk.close(descriptor)


def _terminal(world: SmallWorld) -> bytes:
    memory = world.terminal.memory
    TerminalDatabase.made(memory)
    store = world.terminal.new_store()
    for serial in range(1, DRAFTS + 1):
        store.save_draft(draft(serial, fields=2))
        for page in pages_of(serial):
            store.add_page(case_id(serial), page)
    return memory.image()

"""The batch that was begun at this terminal, in the encrypted store: it survives every restart."""

from dataclasses import replace
from typing import Final, Protocol

import msgspec

from kiosk.domain.batch import Batch

BATCH_SWITCH: Final = "batch"  # the store's switch that holds it as JSON, "" for none


class Switches(Protocol):
    """Where it lies."""

    def switch(self, name: str) -> str:
        """Its value, "" for none."""
        ...

    def set_switch(self, name: str, value: str) -> None:
        """Raises StoreError."""
        ...


def kept_batch(store: Switches) -> Batch | None:
    """What was begun and not ended, None for nothing. Raises StoreError."""
    kept = store.switch(BATCH_SWITCH)
    if not kept:
        return None
    try:
        return msgspec.json.decode(kept, type=Batch)
    except msgspec.DecodeError:  # of another version of the program: its cases are safe anyway
        return None


def keep_batch(store: Switches, batch: Batch | None) -> None:
    """From now on that one; None: it is over. Raises StoreError."""
    kept = ""
    if batch is not None:
        kept = msgspec.json.encode(replace(batch, common=dict(batch.common))).decode()
    store.set_switch(BATCH_SWITCH, kept)

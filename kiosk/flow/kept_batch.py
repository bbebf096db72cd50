"""The batches begun at this terminal, one of each item at most: they survive every restart."""

from dataclasses import replace
from typing import Final, Protocol

import msgspec

from kiosk.domain.batch import Batch

BATCH_SWITCH: Final = "batch/"  # and the item's code: the switch that holds it as JSON, "" for none


class Switches(Protocol):
    """Where it lies."""

    def switch(self, name: str) -> str:
        """Its value, "" for none."""
        ...

    def set_switch(self, name: str, value: str) -> None:
        """Raises StoreError."""
        ...


def kept_batch(store: Switches, item_code: str) -> Batch | None:
    """What was begun of that item and not ended, None for nothing. Raises StoreError."""
    kept = store.switch(BATCH_SWITCH + item_code)
    if not kept:
        return None
    try:
        return msgspec.json.decode(kept, type=Batch)
    except msgspec.DecodeError:  # of another version of the program: its cases are safe anyway
        return None


def keep_batch(store: Switches, batch: Batch) -> None:
    """From now on that one, of its item. Raises StoreError."""
    kept = msgspec.json.encode(replace(batch, common=dict(batch.common))).decode()
    store.set_switch(BATCH_SWITCH + batch.item_code, kept)


def end_batch(store: Switches, item_code: str) -> None:
    """It is over. Raises StoreError."""
    store.set_switch(BATCH_SWITCH + item_code, "")

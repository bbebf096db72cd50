"""Reads what is to be sent out of the store, and says what is wrong with what cannot be."""

import hashlib

from kiosk.domain.case import Case, CaseId
from kiosk.domain.fault import Fault
from kiosk.domain.objection import OwnTrouble
from offline_store.api import Store, StoreError


class Unsendable(Exception):
    """It cannot be sent as it is here; the text says why, without personal data.

    `for_now`: the disk would not read it, and the same may succeed the next time.
    """

    def __init__(self, reason: str, *, for_now: bool = False) -> None:
        super().__init__(reason)
        self.for_now = for_now


class SendableContent:
    """Belongs to the thread of its store.

    Raises Unsendable for trouble of one case, StoreError for what concerns all: a full or a busy
    store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def case(self, case_id: CaseId) -> Case:
        """What was confirmed."""
        try:
            return self._store.case(case_id)
        except KeyError:
            raise Unsendable(f"case: {OwnTrouble.MISSING}") from None
        except StoreError as error:
            raise _of_one(error, "case") from None

    def page(self, sha256: str) -> bytes:
        """The bytes of that page, which have that hash."""
        what = f"pages: {sha256[:12]}"
        try:
            content = self._store.page(sha256)
        except KeyError:
            raise Unsendable(f"{what} is {OwnTrouble.MISSING}") from None
        except StoreError as error:
            raise _of_one(error, what) from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Unsendable(f"{what} is {OwnTrouble.DAMAGED}")
        return content


def _of_one(error: StoreError, what: str) -> Exception:
    if error.fault is Fault.STORE_DAMAGED:
        return Unsendable(f"{what}: {OwnTrouble.DAMAGED}", for_now=error.of_the_disk)
    return error

"""This terminal's own key for slips: made here, kept in the encrypted store, vouched for above.

It never leaves the store. The public half goes up with the heartbeat; the gateway's word for it
comes down like all news. Until then slips carry no proof, only their number.
"""

import logging
import secrets
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from offline_store.arrivals import Noticeboard
from sync.proof_code import SECRET_SIZE, SlipSigner, Vouched

OWN_SWITCH: Final = "slip_key"
VOUCHED_SWITCH: Final = "slip_key_vouched"

_log = logging.getLogger(__name__)


class SlipKey:
    """Belongs to the thread of its store. All raise StoreError."""

    def __init__(self, store: Noticeboard) -> None:
        self._store = store

    def public(self) -> bytes:
        """32 bytes; the key is made at first use. Only the sync thread calls this."""
        secret = self._secret()
        if not secret:
            secret = secrets.token_bytes(SECRET_SIZE)
            self._store.set_switch(OWN_SWITCH, secret.hex())
        return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()

    def vouched(self, word: Vouched) -> None:
        """The gateway vouches for a key of this terminal; its signature is checked already."""
        self._store.set_switch(VOUCHED_SWITCH, msgspec.json.encode(word).decode())

    def signer(self) -> SlipSigner | None:
        """None until the gateway has vouched for the key that is here now."""
        secret, told = self._secret(), self._store.switch(VOUCHED_SWITCH)
        if not (secret and told):
            return None
        try:
            return SlipSigner(secret, msgspec.json.decode(told, type=Vouched))
        except (ValueError, msgspec.DecodeError) as error:
            _log.error("slips get no proof: %s", error)
            return None

    def _secret(self) -> bytes:
        return bytes.fromhex(self._store.switch(OWN_SWITCH))

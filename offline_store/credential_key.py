"""Takes the database key from the service manager, which can bind it to this very machine."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kiosk.domain.fault import Fault
from offline_store.api import StoreError
from offline_store.file_key import key_in, shred
from offline_store.store_errors import store_errors

# systemd.exec(5), LoadCredentialEncrypted= and "CREDENTIALS"; systemd-creds(1).
VARIABLE: Final = "CREDENTIALS_DIRECTORY"
SEALED: Final = Path("/etc/credstore.encrypted")


class CredentialKey:
    """StoreKey from systemd's credentials, sealed on the disk and bound to the TPM if there is one.

    The package's installation makes the key, since a service cannot make its own credentials.
    """

    def __init__(
        self, name: str, *, environment: Mapping[str, str] = os.environ, sealed: Path = SEALED
    ) -> None:
        self._name = name
        self._environment = environment
        self._sealed = sealed / name

    def key(self) -> bytes:
        """32 bytes. Raises StoreError(STORE_KEY_WRONG) when the service manager gave none."""
        folder = self._environment.get(VARIABLE)
        if not folder:
            raise StoreError(Fault.STORE_KEY_WRONG, f"{VARIABLE} is not set")
        try:
            content = (Path(folder) / self._name).read_bytes()
        except OSError as error:
            raise StoreError(Fault.STORE_KEY_WRONG, f"no credential {self._name}") from error
        return key_in(content)

    def destroy(self) -> bool:
        """Overwrite and remove the sealed key; the copy in memory goes with the service's end.

        May be repeated; True when there was one. Raises StoreError when this account may not, so a
        wipe that did not happen is never taken for one that did.
        """
        with store_errors(self._sealed.parent):
            return shred(self._sealed)

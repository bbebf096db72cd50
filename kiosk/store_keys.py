"""Where the key of this terminal's store lies. Loads no screen, so that a wipe is quick."""

import os
from collections.abc import Sequence
from typing import Final

from kiosk.settings import Settings
from offline_store.api import StoreKey
from offline_store.credential_key import CredentialKey
from offline_store.file_key import FileKey

CREDENTIAL: Final = "store-key"  # name of the service manager's credential


def store_key(settings: Settings) -> StoreKey:
    """The service manager's credential where there is one, else a protected file."""
    given = settings.store_key == "credential" or os.environ.get("CREDENTIALS_DIRECTORY")
    if settings.key_file is None and given:
        return CredentialKey(CREDENTIAL)
    return _file_key(settings)


def keys_to_destroy(settings: Settings) -> Sequence[StoreKey]:
    """Wherever this terminal's key may lie: at a console nobody is given the service's."""
    if settings.key_file is not None:
        return (_file_key(settings),)
    return _file_key(settings), CredentialKey(CREDENTIAL)


def _file_key(settings: Settings) -> FileKey:
    if settings.key_file is not None:
        return FileKey(settings.key_file, settings.folder)
    # Beside the folder, so that whoever copies the folder has the lock without its key.
    beside = settings.folder.with_name(f"{settings.folder.name}.key")
    return FileKey(beside, settings.folder, before=settings.folder / "store.key")

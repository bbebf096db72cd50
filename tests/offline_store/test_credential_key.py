"""The key that the service manager hands over."""

from pathlib import Path

import pytest

from kiosk.domain.fault import Fault
from offline_store.api import StoreError
from offline_store.credential_key import CredentialKey

KEY = bytes(range(32))


@pytest.mark.parametrize("content", [KEY, KEY.hex().encode() + b"\n"])
def test_the_key_comes_from_the_credentials(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "store-key").write_bytes(content)
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert CredentialKey("store-key", environment=environment).key() == KEY


def test_without_credentials_there_is_no_key_and_none_is_made(tmp_path: Path) -> None:
    for environment in ({}, {"CREDENTIALS_DIRECTORY": str(tmp_path)}):
        with pytest.raises(StoreError) as refused:
            CredentialKey("store-key", environment=environment).key()
        assert refused.value.fault is Fault.STORE_KEY_WRONG
    assert list(tmp_path.iterdir()) == []


def test_destroying_removes_the_sealed_key(tmp_path: Path) -> None:
    (tmp_path / "store-key").write_bytes(b"sealed" * 100)
    key = CredentialKey("store-key", environment={}, sealed=tmp_path)
    key.destroy()
    key.destroy()
    assert list(tmp_path.iterdir()) == []

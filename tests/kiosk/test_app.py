"""The program as the service manager runs it: it begins, and ends when told to."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.domain.fault import Fault
from kiosk.settings import Settings
from kiosk.store_keys import store_key
from offline_store.api import StoreError
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import open_store
from offline_store.store_folder import StoreFolder
from tests.counterparts.display import VirtualDisplay
from tests.counterparts.gateway_process import GatewayProcess
from tests.counterparts.sample_cases import NAME, NUMBER, confirmed_in
from tests.counterparts.waiting import wait_until

CHECKOUT = Path(__file__).parents[2]
MEMORY = Path("/dev/shm")  # noqa: S108 - memory, not a disk


def test_sigterm_ends_the_terminal_and_leaves_nothing_in_memory(tmp_path: Path) -> None:
    gateway = GatewayProcess(tmp_path / "gateway")
    key = gateway.enrol("terminal-01", tmp_path / "token")
    config = tmp_path / "kiosk.toml"
    config.write_text(
        f'folder = "{tmp_path / "store"}"\n[gateway]\nurl = "{gateway.base_url}"\n'
        f'token_file = "{tmp_path / "token"}"\npublic_key = "{key}"\n',
        "utf-8",
    )
    with VirtualDisplay(1280, 800):
        terminal = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "run", "--config", str(config)],
            cwd=CHECKOUT,
            env=os.environ,
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_until((tmp_path / "store" / "doorstep.db").exists, seconds=30, what="the store")
        own = f"doorstep-{terminal.pid}-*"
        wait_until(lambda: list(MEMORY.glob(own)), what="the keyboard's folder")
        terminal.send_signal(signal.SIGTERM)
        _, said = terminal.communicate(timeout=30)
    assert terminal.returncode == 0, said
    assert not list(MEMORY.glob(own))


def test_a_copied_data_folder_does_not_open_on_another_machine(tmp_path: Path) -> None:
    here, there = (Settings(folder=tmp_path / name / "doorstep") for name in ("here", "there"))
    held = StoreFolder(here.folder, store_key(here), program="test")
    store = held.open()
    confirmed_in(store)
    store.close()
    held.close()
    assert (tmp_path / "here" / "doorstep.key").exists()
    shutil.copytree(here.folder, there.folder)
    with pytest.raises(StoreError) as refused:
        StoreFolder(there.folder, store_key(there), program="test")
    assert refused.value.fault is Fault.STORE_KEY_WRONG
    assert refused.value.fault.value == "S03"
    key = (tmp_path / "here" / "doorstep.key").read_bytes()
    secrets = [bytes.fromhex(key.decode()), key, NAME.encode(), NUMBER.encode()]
    files = [path.read_bytes() for path in there.folder.rglob("*") if path.is_file()]
    assert files
    assert not [secret for secret in secrets for content in files if secret in content]


def test_a_key_that_lay_in_the_folder_moves_out_at_the_next_start(tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path / "doorstep")
    old = settings.folder / "store.key"
    store = open_store(settings.folder, FileKey(old))
    case = confirmed_in(store)
    store.close()
    held = StoreFolder(settings.folder, store_key(settings), program="test")
    again = held.open()
    assert again.case(case.case_id) == case
    again.close()
    held.close()
    assert not old.exists()
    assert (tmp_path / "doorstep.key").exists()


def test_a_key_file_of_the_settings_stays_where_they_say(tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path / "doorstep", key_file=tmp_path / "keys" / "one")
    StoreFolder(settings.folder, store_key(settings), program="test").close()
    assert (tmp_path / "keys" / "one").exists()
    assert not (tmp_path / "doorstep.key").exists()

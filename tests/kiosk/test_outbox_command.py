"""`kiosk outbox` as somebody who looks after a terminal types it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.__main__ import app
from kiosk.domain.receipt_number import grouped
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from offline_store.store_folder import StoreFolder
from tests.counterparts.sample_cases import NAME, NOON, NUMBER
from tests.counterparts.village import confirmed

Says = Callable[[str], Result]


@pytest.fixture
def key(tmp_path: Path) -> FileKey:
    return FileKey(tmp_path / "store.key", tmp_path / "store")


@pytest.fixture
def says(tmp_path: Path) -> Says:
    settings = tmp_path / "kiosk.toml"
    settings.write_text(
        f'folder = "{tmp_path / "store"}"\nkey_file = "{tmp_path / "store.key"}"\n', "utf-8"
    )

    def typed(word: str) -> Result:
        told = CliRunner().invoke(app, ["outbox", word, "--config", str(settings)])
        assert NAME not in told.output
        assert NUMBER not in told.output
        return told

    return typed


@pytest.fixture
def store(tmp_path: Path, key: FileKey) -> SqlCipherStore:
    return open_store(tmp_path / "store", key)


def test_what_waits_and_what_was_set_aside_is_listed_and_offered_again(
    store: SqlCipherStore, says: Says
) -> None:
    waits, aside = confirmed(store, 1), confirmed(store, 2)
    store.set_aside(aside.case_id, "signature: 签名是空白的", now=NOON)
    store.close()
    told = says("list")
    assert told.exit_code == 1
    assert "等着上传：1 件" in told.stdout
    assert grouped(waits.receipt_number) in told.stdout
    assert "省里没收下：1 件" in told.stdout
    assert "签名：签名是空白的" in told.stdout
    assert "请申请人带证件来重新办一份" in told.stdout
    assert "已重新排队：1 件" in says("again").stdout
    told = says("list")
    assert (told.exit_code, "等着上传：2 件" in told.stdout) == (0, True)
    assert "已重新排队：0 件" in says("again").stdout


def test_a_running_terminal_is_told_and_nothing_is_touched(
    tmp_path: Path, key: FileKey, says: Says
) -> None:
    running = StoreFolder(tmp_path / "store", key, program="kiosk run")
    told = says("again")
    running.close()
    assert (told.exit_code, "请先停止终端" in told.output) == (1, True)

"""`kiosk stick` and `kiosk gateway stick` as a clerk types them, one after the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.__main__ import app
from kiosk.catalog.load_catalog import packaged_catalog, packaged_catalog_file
from tests.counterparts.sample_cases import NAME, NUMBER
from tests.counterparts.village import TERMINAL_ID, Village, confirmed


class Clerk:
    """A terminal that is not running, its settings, and a stick."""

    def __init__(self, village: Village, folder: Path) -> None:
        self.stick = folder / "stick"
        self.stick.mkdir()
        token = folder / "token"
        token.write_text(village.token + "\n", "ascii")
        self.settings = folder / "kiosk.toml"
        self.settings.write_text(
            f'folder = "{village.folder / "store"}"\n[gateway]\n'
            f'url = "{village.gateway.base_url}"\nterminal_id = "{TERMINAL_ID}"\n'
            f'token_file = "{token}"\npublic_key = "{village.gateway.public_key.hex()}"\n'
            f'sealing_key = "{village.gateway.sealing_key.hex()}"\n',
            "utf-8",
        )

    def says(self, *words: str) -> Result:
        told = CliRunner().invoke(
            app, ["stick", *words, str(self.stick), "--config", str(self.settings)]
        )
        assert NAME not in told.output
        assert NUMBER not in told.output
        return told


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    made = Village(tmp_path, catalog=packaged_catalog(), catalog_file=packaged_catalog_file())
    yield made
    made.close()


@pytest.fixture
def clerk(village: Village, tmp_path: Path) -> Clerk:
    return Clerk(village, tmp_path)


def test_export_relay_import_and_status_tell_what_a_clerk_needs(
    village: Village, clerk: Clerk
) -> None:
    for serial in (1, 2):
        confirmed(village.store, serial)
    assert "本机等待上传：2 件" in clerk.says("status").stdout
    exported = clerk.says("export")
    assert (exported.exit_code, "现有 2 件（本次写入 2 件" in exported.stdout) == (0, True)
    assert "本次写入 0 件" in clerk.says("export").stdout
    assert "其中已在 U 盘上：2 件" in clerk.says("status").stdout
    relayed = clerk.says("relay")
    assert (relayed.exit_code, "已有回执：2 件" in relayed.stdout) == (0, True)
    imported = clerk.says("import")
    assert (imported.exit_code, "网关已收到：2 件" in imported.stdout) == (0, True)
    assert "本机等待上传：0 件" in clerk.says("status").stdout


def test_the_gateway_takes_the_stick_in_beside_the_one_that_serves(
    village: Village, clerk: Clerk
) -> None:
    case = confirmed(village.store)
    clerk.says("export")
    words = ["gateway", "stick", "import", str(clerk.stick)]
    told = CliRunner().invoke(app, [*words, "--folder", str(village.folder / "gateway")])
    assert (told.exit_code, f"{case.case_id}  已接收" in told.stdout) == (0, True)
    assert len(village.gateway.review.waiting()) == 1
    assert clerk.says("import").exit_code == 0
    assert village.store.waiting() == 0


def test_a_torn_bundle_is_told_and_written_again(village: Village, clerk: Clerk) -> None:
    confirmed(village.store)
    clerk.says("export")
    [bundle] = (clerk.stick / "cases").iterdir()
    bundle.write_bytes(bundle.read_bytes()[:-100])
    told = clerk.says("status")
    assert (told.exit_code, "残缺的：1 件" in told.stdout) == (1, True)
    told = clerk.says("relay")
    assert (told.exit_code, "请原终端重新导出" in told.stdout) == (1, True)
    assert "本次写入 1 件" in clerk.says("export").stdout
    assert clerk.says("relay").exit_code == 0


def test_without_a_line_the_relay_says_so(village: Village, clerk: Clerk) -> None:
    confirmed(village.store)
    clerk.says("export")
    village.gateway.cut()
    told = clerk.says("relay")
    assert (told.exit_code, "网络中断" in told.stdout) == (1, True)


def test_without_a_stick_or_a_key_it_is_wrong_use(clerk: Clerk) -> None:
    clerk.stick.rmdir()
    assert clerk.says("status").exit_code == 2
    clerk.stick.mkdir()
    written = clerk.settings.read_text("utf-8").replace("sealing_key", "# sealing_key")
    clerk.settings.write_text(written, "utf-8")
    told = clerk.says("export")
    assert (told.exit_code, "sealing_key" in told.output) == (2, True)

"""`kiosk store wipe`, as whoever gives a terminal up types it."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

import pytest
from typer.testing import CliRunner, Result

from kiosk import store_keys
from kiosk.__main__ import app
from kiosk.domain.fault import Fault
from offline_store.api import StoreError
from offline_store.credential_key import CredentialKey
from offline_store.database import FILE_NAME
from offline_store.file_key import FileKey
from offline_store.sealed_pages import PAGE_SIZE
from offline_store.store_folder import StoreFolder
from tests.counterparts.sample_cases import NAME, NOON, NUMBER, confirmed_in

TERMINAL_ID = "terminal-77"


class GivenUp:
    """A terminal that is not running."""

    def __init__(self, place: Path) -> None:
        self.folder = place / "doorstep"
        self.key_file = place / "doorstep.key"
        self.settings = place / "kiosk.toml"
        self.settings.write_text(
            f'folder = "{self.folder}"\n[gateway]\nterminal_id = "{TERMINAL_ID}"\n', "utf-8"
        )

    def held(self) -> StoreFolder:
        return StoreFolder(
            self.folder, FileKey(self.key_file, self.folder), program="test", clock=lambda: NOON
        )

    def filled(self, *, unsent: int = 0, aside: int = 0, sent: int = 0) -> None:
        held = self.held()
        store = held.open()
        cases = [confirmed_in(store, serial + 1) for serial in range(unsent + aside + sent)]
        for case in cases[:aside]:
            store.set_aside(case.case_id, "no such item", now=NOON)
        for case in cases[aside : aside + sent]:
            store.acknowledged(case.case_id, acknowledgement=b"s", official_number="1", now=NOON)
        store.close()
        held.close()

    def wipe(self, *words: str, typed: str = "") -> Result:
        told = CliRunner().invoke(
            app, ["store", "wipe", *words, "--config", str(self.settings)], input=typed
        )
        assert NAME not in told.output
        assert NUMBER not in told.output
        return told

    def opens(self) -> bool:
        try:
            self.held().close()
        except StoreError as error:
            return error.fault is not Fault.STORE_KEY_WRONG
        return True


@pytest.fixture
def terminal(tmp_path: Path) -> GivenUp:
    return GivenUp(tmp_path)


def test_after_a_wipe_of_two_seconds_at_most_nothing_opens(
    terminal: GivenUp, tmp_path: Path
) -> None:
    terminal.filled(sent=20)
    copy = shutil.copytree(terminal.folder, tmp_path / "copy")
    begin = perf_counter()
    told = terminal.wipe("--yes")
    assert perf_counter() - begin <= 2
    assert (told.exit_code, "再也打不开" in told.stdout) == (0, True)
    assert str(terminal.folder) in told.stdout
    assert not terminal.key_file.exists()
    assert not terminal.opens()
    with pytest.raises(StoreError) as copied:
        StoreFolder(copy, FileKey(terminal.key_file, copy), program="test")
    assert copied.value.fault is Fault.STORE_KEY_WRONG


@pytest.mark.parametrize(
    ("typed", "is_wiped"),
    [(f"{TERMINAL_ID}\n", True), ("terminal-01\n", False), ("y\n", False), ("", False)],
)
def test_only_whoever_types_the_id_of_this_terminal_wipes_it(
    terminal: GivenUp, typed: str, is_wiped: bool
) -> None:
    terminal.filled(sent=1)
    told = terminal.wipe(typed=typed)
    assert (told.exit_code == 0) is is_wiped
    assert terminal.opens() is not is_wiped


def test_unsent_cases_are_counted_and_kept_unless_they_are_to_go_too(terminal: GivenUp) -> None:
    terminal.filled(unsent=2, aside=1, sent=4)
    told = terminal.wipe("--yes")
    assert (told.exit_code, "3 件" in told.stderr) == (1, True)
    assert terminal.opens()
    told = terminal.wipe("--yes", "--even-unsent")
    assert (told.exit_code, "3 件" in told.stderr) == (0, True)
    assert not terminal.opens()


def test_what_cannot_be_counted_counts_as_unsent(terminal: GivenUp) -> None:
    terminal.filled(unsent=1)
    content = (terminal.folder / FILE_NAME).read_bytes()
    (terminal.folder / FILE_NAME).write_bytes(bytes(PAGE_SIZE) + content[PAGE_SIZE:])
    assert terminal.wipe("--yes").exit_code == 1
    assert terminal.key_file.exists()
    assert terminal.wipe("--yes", "--even-unsent").exit_code == 0
    assert not terminal.key_file.exists()


def test_a_running_terminal_is_not_wiped(terminal: GivenUp) -> None:
    terminal.filled()
    held = terminal.held()
    told = terminal.wipe("--yes", "--even-unsent")
    assert (told.exit_code, "请先停止终端" in told.stderr) == (1, True)
    held.close()
    assert terminal.opens()


@pytest.mark.parametrize("there_was_one", [True, False])
def test_a_wipe_that_finds_no_key_says_so_and_makes_nothing(
    terminal: GivenUp, there_was_one: bool
) -> None:
    if there_was_one:
        terminal.filled()
        terminal.wipe("--yes")
    told = terminal.wipe("--yes", "--even-unsent")
    assert (told.exit_code, "没有找到密钥" in told.stderr) == (1, True)
    assert terminal.folder.exists() is there_was_one
    assert not terminal.key_file.exists()


def test_a_key_without_its_folder_goes_too(terminal: GivenUp) -> None:
    terminal.filled()
    shutil.rmtree(terminal.folder)
    assert terminal.wipe("--yes").exit_code == 0
    assert not terminal.key_file.exists()


@pytest.fixture
def sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The key that the service manager keeps, and gives to nobody at a console."""
    place = tmp_path / "credstore.encrypted"
    place.mkdir()
    (place / store_keys.CREDENTIAL).write_bytes(b"sealed" * 20)
    monkeypatch.setattr(store_keys, "CredentialKey", partial(CredentialKey, sealed=place))
    return place / store_keys.CREDENTIAL


def test_the_key_of_the_service_manager_goes_too(terminal: GivenUp, sealed: Path) -> None:
    terminal.filled(unsent=1)
    terminal.key_file.unlink()  # so the store cannot be opened from here
    told = terminal.wipe("--yes")
    assert (told.exit_code, sealed.exists()) == (1, True)
    assert terminal.wipe("--yes", "--even-unsent").exit_code == 0
    assert not sealed.exists()


@pytest.mark.parametrize("resisting", ["doorstep.key", store_keys.CREDENTIAL])
def test_a_key_that_resists_is_told_and_the_other_goes(
    terminal: GivenUp, sealed: Path, monkeypatch: pytest.MonkeyPatch, resisting: str
) -> None:
    real: Callable[..., object] = Path.open

    def guarded(path: Path, *words: str, **named: object) -> object:
        if path.name == resisting and words == ("r+b",):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *words, **named)

    terminal.filled()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", guarded)
        told = terminal.wipe("--yes")
    assert (told.exit_code, "密钥可能还在" in told.stderr) == (1, True)
    left = [path.name for path in (terminal.key_file, sealed) if path.exists()]
    assert left == [resisting]

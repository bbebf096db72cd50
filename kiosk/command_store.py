"""What the commands that open the store share: settings, the folder held, trouble in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from kiosk.domain.fault import Fault
from kiosk.settings import Settings, SettingsError, read_settings
from offline_store.api import Store, StoreError

Config = Annotated[
    Path | None, typer.Option("--config", help="设置文件，默认 /etc/doorstep/kiosk.toml")
]
DONE, FAILED, WRONG_USE = 0, 1, 2


def settings_of(config: Path | None) -> Settings:
    """Raises typer.Exit, with words, when the file cannot be used."""
    try:
        return read_settings(config)
    except SettingsError as error:
        typer.echo(f"设置有误：\n{error}", err=True)
        raise typer.Exit(WRONG_USE) from None


@contextmanager
def held_store(settings: Settings, *, program: str) -> Iterator[Store]:
    """The store of a terminal that is not running. Raises StoreError; see `store_trouble_told`."""
    from kiosk.store_keys import store_key  # noqa: PLC0415  loads the store
    from offline_store.store_folder import StoreFolder  # noqa: PLC0415

    held = StoreFolder(settings.folder, store_key(settings), program=program)
    try:
        store = held.open()
        try:
            yield store
        finally:
            store.close()
    finally:
        held.close()


@contextmanager
def store_trouble_told() -> Iterator[None]:
    """The store's trouble in words, never with what is in a case."""
    try:
        yield
    except StoreError as error:
        if error.fault is Fault.STORE_BUSY:
            typer.echo(f"终端程序正在使用存储，请先停止终端再做（{error}）。", err=True)
        else:
            typer.echo(f"本机存储有问题：{error.fault.value}", err=True)
        raise typer.Exit(FAILED) from None

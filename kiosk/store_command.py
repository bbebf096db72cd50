"""`kiosk store wipe`: makes everything in this terminal's store unreadable for ever."""

from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from kiosk.command_store import FAILED, Config, settings_of
from kiosk.domain.fault import Fault
from kiosk.settings import Settings
from offline_store.api import StoreError

store = typer.Typer(no_args_is_help=True, help="本机存储：停用、报废终端时彻底清除。")

Yes = Annotated[bool, typer.Option("--yes", help="不再询问终端编号")]
EvenUnsent = Annotated[bool, typer.Option("--even-unsent", help="没有上传的办件也一起清除")]


@store.callback()
def _only_by_name() -> None:
    """A group, though it has one command: nobody wipes by `kiosk store` alone."""


@store.command()
def wipe(config: Config = None, yes: Yes = False, even_unsent: EvenUnsent = False) -> None:
    """销毁本机存储的密钥，里面的办件从此再也打不开，无法恢复。"""
    settings = settings_of(config)
    try:
        with _held(settings.folder):
            _refuse_unsent(_unsent(settings), even_unsent=even_unsent)
            if not yes:
                _ask(settings.gateway.terminal_id)
            found = _destroy(settings)
    except StoreError as error:
        if error.fault is Fault.STORE_BUSY:
            typer.echo(f"终端程序正在使用存储，请先停止终端再做（{error}）。", err=True)
        else:
            typer.echo(f"密钥可能还在，请以管理员身份再做一次（{error}）。", err=True)
        raise typer.Exit(FAILED) from None
    if not found:
        typer.echo("没有找到密钥：可能已经销毁过，或者设置文件指的不是这个存储。", err=True)
        raise typer.Exit(FAILED)
    typer.echo("密钥已销毁，本机存储里的内容再也打不开。")
    typer.echo(f"本机要重新使用，请先删除文件夹 {settings.folder}。")


def _held(folder: Path) -> AbstractContextManager[object]:
    """Nobody else has the folder meanwhile; a key may outlive it, and no folder is made for that.

    Raises StoreError: STORE_BUSY.
    """
    from offline_store.folder_lock import FolderLock  # noqa: PLC0415  loads the store

    if not folder.is_dir():
        return nullcontext()
    return FolderLock(folder, program="kiosk store wipe", now=datetime.now(UTC))


def _unsent(settings: Settings) -> int | None:
    """Confirmed cases that the gateway has not got, those set aside too; None: nobody can tell."""
    from kiosk.store_keys import store_key  # noqa: PLC0415  loads the store
    from offline_store.database import FILE_NAME  # noqa: PLC0415
    from offline_store.sqlcipher_store import open_store  # noqa: PLC0415

    if not any(settings.folder.glob(f"{FILE_NAME}*")):
        return 0
    if not (settings.folder / FILE_NAME).exists():
        return None
    try:
        opened = open_store(settings.folder, store_key(settings))
        try:
            return opened.waiting() + len(opened.aside())
        finally:
            opened.close()
    except StoreError:
        return None


def _refuse_unsent(count: int | None, *, even_unsent: bool) -> None:
    if count == 0:
        return
    if count is None:
        typer.echo("存储打不开，不知道里面还有几件办件没有上传。", err=True)
    else:
        typer.echo(f"还有 {count} 件办件没有上传，清除后就没有了。", err=True)
    if not even_unsent:
        typer.echo(
            "请先联网上传，或用 kiosk stick export 带走；都不要了，加 --even-unsent。", err=True
        )
        raise typer.Exit(FAILED)


def _ask(terminal_id: str) -> None:
    typed = typer.prompt(f"清除后无法恢复。请输入本机的终端编号（{terminal_id}）")
    if typed.strip() != terminal_id:
        typer.echo("编号不对，什么都没有清除。", err=True)
        raise typer.Exit(FAILED)


def _destroy(settings: Settings) -> bool:
    """Every key, though one resists; True when there was one. Raises StoreError for that one."""
    from kiosk.store_keys import keys_to_destroy  # noqa: PLC0415  loads the store

    found, resisting = False, None
    for key in keys_to_destroy(settings):
        try:
            found = key.destroy() or found
        except StoreError as error:
            resisting = error
    if resisting is not None:
        raise resisting
    return found

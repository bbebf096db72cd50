"""`kiosk outbox`: what waits to be sent, what was set aside and why, and offering it again."""

from collections.abc import Iterator
from datetime import UTC, datetime

import typer

from kiosk.catalog.shelf import CatalogShelf
from kiosk.command_store import (
    DONE,
    FAILED,
    Config,
    held_store,
    settings_of,
    store_trouble_told,
)
from kiosk.domain.receipt_number import grouped
from kiosk.flow.aside_cases import AsideCase, aside_cases
from offline_store.api import OutboxEntry, Store, StoreError
from sync.stick_export import ANY_WAIT, EVERY
from ui.aside_words import aside_advice, aside_words
from ui.texts import Texts

outbox = typer.Typer(no_args_is_help=True, help="待上传：等着上传的、省里没收下的办件。")
PROGRAM = "kiosk outbox"


@outbox.command("list")
def list_command(config: Config = None) -> None:
    """列出等着上传的和没收下的办件及原因，不含姓名；有没收下的时退出码为 1。"""
    from kiosk.app import first_catalog  # noqa: PLC0415  loads the screen

    settings = settings_of(config)
    with store_trouble_told(), held_store(settings, program=PROGRAM) as store:
        waiting = store.due(datetime.now(UTC) + ANY_WAIT, EVERY)
        catalog = CatalogShelf(first_catalog(settings), newest=store.catalog).current()
        aside = aside_cases(store, catalog)
        typer.echo(f"等着上传：{len(waiting)} 件")
        for entry in waiting:
            typer.echo(f"  {_waiting_line(store, entry)}")
        typer.echo(f"省里没收下：{len(aside)} 件")
        for case in aside:
            for line in _aside_lines(case):
                typer.echo(f"  {line}")
    raise typer.Exit(FAILED if aside else DONE)


@outbox.command()
def again(config: Config = None) -> None:
    """把没收下的办件再传一次；下次联网时自动上传。"""
    settings = settings_of(config)
    with store_trouble_told(), held_store(settings, program=PROGRAM) as store:
        typer.echo(f"已重新排队：{store.offer_again()} 件")


def _waiting_line(store: Store, entry: OutboxEntry) -> str:
    try:
        case = store.case(entry.case_id)
    except (KeyError, StoreError):
        return f"{entry.case_id}  读不出来"
    tried = f"，试过 {entry.attempts} 次" if entry.attempts else ""
    return f"{grouped(case.receipt_number)}  {case.item_title}  {_day(case.confirmed_at)}{tried}"


def _aside_lines(case: AsideCase) -> Iterator[str]:
    texts = Texts()
    number = grouped(case.receipt_number) or case.case_id
    title = case.item_title or texts.say("aside.lost_title")
    yield f"{number}  {title}  {_day(case.confirmed_at)}".rstrip()
    for sentence in (*aside_words(case, texts), aside_advice(case, texts)):
        yield f"    {sentence}"


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M} 提交" if moment is not None else ""

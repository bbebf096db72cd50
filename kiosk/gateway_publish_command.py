"""`kiosk gateway notice`, `visit`, `configuration`: what the office tells its terminals."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from kiosk.domain.notice import Audience
from kiosk.gateway_options import (
    DEFAULT_FOLDER,
    HERE,
    WRONG_USE,
    Address,
    AsJson,
    Folder,
    office_of,
    say_and_leave,
)
from kiosk.visit_list import WrongList, visit_of, visits_in
from sync.gateway.news_book import EVERYBODY
from sync.gateway.official_numbers import CHINA
from sync.gateway.publishing import NotFit, Publishing

notice = typer.Typer(no_args_is_help=True, help="通知公告：发布、撤回、列出。")
visit = typer.Typer(no_args_is_help=True, help="上门服务：交给一台终端、结束、列出。")
configuration = typer.Typer(no_args_is_help=True, help="配置：签名后下发到终端。")

ForTerminal = Annotated[str, typer.Option("--terminal", help="只给这一台终端，默认给所有终端")]
OfTerminal = Annotated[str, typer.Option("--terminal", help="哪一台终端")]
FIELDS: Final = {
    "title": "标题",
    "body": "正文",
    "until": "截止时间",
    "audience": "对象",
    "visit_id": "编号",
    "name": "姓名",
    "number": "证件号码",
    "phone": "电话",
    "address": "地址",
    "item_code": "事项编码",
    "note": "备注",
}


@notice.command("publish")
def publish_notice(
    title: Annotated[str, typer.Option(help="标题")],
    body: Annotated[str, typer.Option(help="正文")] = "",
    body_file: Annotated[Path | None, typer.Option(help="正文所在的文件（UTF-8）")] = None,
    until: Annotated[
        str, typer.Option(help="到哪一天（含）为止，如 2026-03-31；不填则直到撤回")
    ] = "",
    audience: Annotated[
        Audience, typer.Option(help="给谁看：everybody 所有人，residents 群众，staff 工作人员")
    ] = Audience.EVERYBODY,
    terminal: ForTerminal = "",
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """发布一条通知；打印它的编号，撤回时要用。"""
    with _publishing(folder, database) as publishing:
        published = publishing.publish_notice(
            title,
            body_file.read_text("utf-8") if body_file is not None else body,
            until=_end_of(until),
            audience=audience,
            scope=terminal or EVERYBODY,
        )
        typer.echo(published.notice_id)


@notice.command("withdraw")
def withdraw_notice(
    notice_id: Annotated[str, typer.Argument(help="通知的编号")],
    terminal: ForTerminal = "",
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """撤回一条通知：终端下次联系时不再显示。"""
    with _publishing(folder, database, unknown="没有这条通知，或已经撤回") as publishing:
        publishing.withdraw_notice(notice_id, scope=terminal or EVERYBODY)


@notice.command("list")
def list_notices(
    terminal: ForTerminal = "",
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
    as_json: AsJson = False,
) -> None:
    """列出发布过的通知，先发布的在前。"""
    with _publishing(folder, database) as publishing:
        now = datetime.now(CHINA)
        for one in publishing.notices(terminal or EVERYBODY):
            entry = one.notice
            if as_json:
                fields = {**msgspec.to_builtins(entry), "withdrawn": one.is_withdrawn}
                typer.echo(json.dumps(fields, ensure_ascii=False))
                continue
            is_over = entry.until is not None and entry.until <= now
            standing = "已撤回" if one.is_withdrawn else "已过期" if is_over else "有效"
            published = entry.published_at.astimezone(CHINA)
            typer.echo(f"{entry.notice_id}  {published:%Y-%m-%d %H:%M}  {standing}  {entry.title}")


@visit.command("add")
def add_visits(
    terminal: OfTerminal,
    name: Annotated[str, typer.Option(help="姓名")] = "",
    address: Annotated[str, typer.Option(help="地址")] = "",
    number: Annotated[str, typer.Option(help="证件号码")] = "",
    phone: Annotated[str, typer.Option(help="电话")] = "",
    item: Annotated[str, typer.Option(help="事项编码")] = "",
    wanted_on: Annotated[str, typer.Option("--date", help="哪一天上门，如 2026-03-05")] = "",
    note: Annotated[str, typer.Option(help="备注")] = "",
    file: Annotated[
        Path | None,
        typer.Option(
            help="名单：CSV 表（表头：姓名、地址、证件号码、电话、事项编码、日期、备注）或 JSON"
        ),
    ] = None,
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """把上门服务交给一台终端：填一条，或给一份名单。同一份名单可以给几次，不会重复。"""
    given = {"name": name, "address": address, "number": number, "phone": phone}
    given |= {"item_code": item, "wanted_on": wanted_on, "note": note}
    if (file is None) == (not any(given.values())):
        say_and_leave("请填写姓名和地址，或用 --file 给一份名单，二者选一。", WRONG_USE)
    with _publishing(folder, database) as publishing:
        visits = visits_in(file) if file is not None else [visit_of(given, "填写的内容")]
        new = publishing.add_visits(terminal, visits)
        for one in new:
            typer.echo(one.visit_id)
        typer.echo(f"新交给终端 {len(new)} 条，原来已有 {len(visits) - len(new)} 条", err=True)


@visit.command("end")
def end_visit(
    visit_id: Annotated[str, typer.Argument(help="上门服务的编号")],
    terminal: OfTerminal,
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """上门服务已完成或已取消：终端下次联系时删去。"""
    with _publishing(folder, database, unknown="这台终端没有这条上门服务") as publishing:
        publishing.end_visit(terminal, visit_id)


@visit.command("list")
def list_visits(
    terminal: OfTerminal,
    full: Annotated[bool, typer.Option("--full", help="连同姓名、电话、地址等个人信息")] = False,
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """列出一台终端还没有结束的上门服务，每条一行 JSON（默认不含个人信息）。"""
    with _publishing(folder, database) as publishing:
        for one in publishing.visits(terminal):
            fields = msgspec.to_builtins(one)
            if not full:
                fields = {key: fields[key] for key in ("visit_id", "item_code", "wanted_on")}
            typer.echo(json.dumps(fields, ensure_ascii=False))


@configuration.command("put")
def put_configuration(
    file: Annotated[Path, typer.Argument(help="JSON 文件，其中要有 version（版本）")],
    terminal: ForTerminal = "",
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """检查配置文件，签名，下发到所有终端或一台终端；打印版本。"""
    with _publishing(folder, database) as publishing:
        typer.echo(publishing.put_configuration(file.read_bytes(), scope=terminal or EVERYBODY))


def _end_of(day: str) -> datetime | None:
    """The moment in which that day is over in China. Raises NotFit."""
    if not day:
        return None
    try:
        begin = datetime.fromisoformat(day).replace(hour=0, minute=0, second=0, tzinfo=CHINA)
    except ValueError:
        raise NotFit("until", "应写成 2026-03-31 这样") from None
    return begin + timedelta(days=1)


@contextmanager
def _publishing(
    folder: Path, database: str, *, unknown: str = "没有登记过这台终端"
) -> Iterator[Publishing]:
    """What may be wrong with what is told, in words; no value of it is quoted."""
    with office_of(folder, database) as office:
        try:
            yield office.publishing
        except NotFit as error:
            field = FIELDS.get(error.field, error.field)
            say_and_leave(f"{field or '内容'}不能这样填：{error.why}", WRONG_USE)
        except WrongList as error:
            say_and_leave(f"名单不能用，什么也没有下发：{error}", WRONG_USE)
        except UnicodeDecodeError:
            say_and_leave("文件不是 UTF-8 文字。", WRONG_USE)
        except KeyError:
            say_and_leave(unknown, WRONG_USE)

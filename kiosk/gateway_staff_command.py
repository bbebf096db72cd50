"""`kiosk gateway staff`: who may sign in at the terminals, with which card."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from kiosk.domain.staff import Role
from kiosk.gateway_options import (
    DEFAULT_FOLDER,
    HERE,
    WRONG_USE,
    Address,
    Folder,
    office_of,
    say_and_leave,
)
from sync.gateway.news_book import EVERYBODY
from sync.gateway.official_numbers import CHINA
from sync.gateway.publishing import NotFit, Publishing
from sync.staff_word import StaffWord

staff = typer.Typer(no_args_is_help=True, help="工作人员：登记卡片、吊销、列出。")

FIELDS: Final = {
    "staff_id": "编号（字母、数字、点、横线）",
    "name": "姓名",
    "roles": "角色",
    "site": "区划代码（9 位或 12 位数字）",
    "key": "卡片公钥（kiosk staff-key 打印的 130 个十六进制字符）",
    "valid_until": "有效期",
}
OfTerminal = Annotated[str, typer.Option("--terminal", help="只给这一台终端，默认给所有终端")]
StaffId = Annotated[str, typer.Argument(help="工作人员编号，如 s-017")]


@staff.command("add")
def add_staff(
    staff_id: StaffId,
    name: Annotated[str, typer.Option(help="姓名")],
    role: Annotated[
        list[Role],
        typer.Option(
            help="可写几次：assistant 帮办代办员，clerk 乡镇（街道）工作人员，field 上门服务人员，"
            "maintainer 设备维护员"
        ),
    ],
    site: Annotated[str, typer.Option(help="工作地点的区划代码：村 12 位，乡镇 9 位")],
    key: Annotated[str, typer.Option(help="卡片公钥：在终端上运行 kiosk staff-key 得到")],
    until: Annotated[
        str, typer.Option(help="到哪一天（含）为止，如 2027-12-31；不填则直到吊销")
    ] = "",
    terminal: OfTerminal = "",
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """登记一名工作人员和他的卡片，或更换登记内容；签名后下发。"""
    with _publishing(folder, database) as publishing:
        word = publishing.put_staff(
            StaffWord(
                staff_id=staff_id,
                name=name.strip(),
                roles=tuple(one.value for one in role),
                site=site,
                key=_key_in(key),
                issued_at=datetime.now(UTC),
                valid_until=_end_of(until),
            ),
            scope=terminal or EVERYBODY,
        )
        typer.echo(word.staff_id)


@staff.command("revoke")
def revoke_staff(
    staff_id: StaffId,
    terminal: OfTerminal = "",
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """吊销：终端下次联系网关后，这张卡不能再登录（登记给谁就向谁吊销）。"""
    with _publishing(folder, database) as publishing:
        publishing.revoke_staff(staff_id, scope=terminal or EVERYBODY)


@staff.command("list")
def list_staff(
    terminal: OfTerminal = "",
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """列出登记的工作人员，每人一行 JSON（不含姓名）。"""
    with _publishing(folder, database) as publishing:
        for word in publishing.staff(terminal or EVERYBODY):
            until = word.valid_until.isoformat() if word.valid_until else None
            line = {
                "staff_id": word.staff_id,
                "roles": list(word.roles),
                "site": word.site,
                "valid_until": until,
                "revoked": word.revoked,
            }
            typer.echo(json.dumps(line, ensure_ascii=False))


def _key_in(typed: str) -> bytes:
    try:
        return bytes.fromhex(typed.strip())
    except ValueError:
        raise NotFit("key", "不是十六进制") from None


def _end_of(day: str) -> datetime | None:
    """The last second of that day in China. Raises NotFit."""
    if not day:
        return None
    try:
        parsed = datetime.fromisoformat(day)
    except ValueError:
        raise NotFit("valid_until", "应写成 2027-12-31 这样") from None
    return parsed.replace(hour=23, minute=59, second=59, tzinfo=CHINA).astimezone(UTC)


@contextmanager
def _publishing(folder: Path, database: str) -> Iterator[Publishing]:
    with office_of(folder, database) as office:
        try:
            yield office.publishing
        except NotFit as error:
            field = FIELDS.get(error.field, error.field)
            say_and_leave(f"{field or '内容'}不能这样填：{error.why}", WRONG_USE)
        except KeyError:
            say_and_leave("没有登记过这个人或这台终端", WRONG_USE)

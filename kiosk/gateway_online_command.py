"""`kiosk gateway payment`, `handover`: what is to be paid, and a stand-in for the telephone."""

import json
from decimal import Decimal, InvalidOperation
from typing import Annotated, Final

import typer

from kiosk.gateway_options import (
    DEFAULT_FOLDER,
    HERE,
    WRONG_USE,
    Address,
    Folder,
    office_of,
    say_and_leave,
)
from sync.gateway.payments import AlreadyDemanded
from sync.online import HandedOver, NotAHandover, handover_in, opened, sealed

PHONE: Final = "phone"  # who takes a form over that no terminal takes

payment = typer.Typer(no_args_is_help=True, help="缴费：提出、列出；没有接入省支付平台时模拟付款。")
handover = typer.Typer(no_args_is_help=True, help="和手机接着办：代替手机端，演示和测试用。")


@payment.command("demand")
def demand(
    case_id: Annotated[str, typer.Argument(help="办件的 case_id")],
    yuan: Annotated[str, typer.Option(help="金额，元，如 12.50")],
    subject: Annotated[str, typer.Option(help="缴什么费")],
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """要求为一个办件缴费；打印订单号。终端联网后，本人刷身份证可扫码付。"""
    try:
        amount = Decimal(yuan) * 100
    except InvalidOperation:
        say_and_leave("金额应写成 12.50 这样", WRONG_USE)
    if amount != int(amount) or not 1 <= amount <= 10_000_000:  # noqa: PLR2004 - sync.online.Fen
        say_and_leave("金额应在 0.01 到 100000 元之间，最多两位小数", WRONG_USE)
    with office_of(folder, database) as office:
        try:
            typer.echo(office.payments.demand(case_id, subject=subject, amount=int(amount)))
        except KeyError:
            say_and_leave("没有这个办件", WRONG_USE)
        except AlreadyDemanded:
            say_and_leave("这个办件已有一笔没有付的费用", WRONG_USE)
        except ValueError:
            say_and_leave("请写明缴什么费", WRONG_USE)


@payment.command("list")
def list_payments(folder: Folder = DEFAULT_FOLDER, database: Address = HERE) -> None:
    """列出缴费要求，新的在前，每笔一行 JSON。"""
    with office_of(folder, database) as office:
        for one in office.payments.every():
            row = {
                "order_id": one.order_id,
                "case_id": one.case_id,
                "subject": one.subject,
                "fen": one.amount,
                "paid_at": one.paid_at.isoformat() if one.paid_at else None,
            }
            typer.echo(json.dumps(row, ensure_ascii=False))


@payment.command("pay")
def pay(
    order_id: Annotated[str, typer.Argument(help="订单号")],
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """模拟：像有人用手机付了这一笔（没有真的钱）。"""
    with office_of(folder, database) as office:
        if order_id not in {one.order_id for one in office.payments.every()}:
            say_and_leave("没有这个订单", WRONG_USE)
        office.simulated_payments.pay(order_id)


@handover.command("offer")
def offer(
    item: Annotated[str, typer.Option(help="事项编码")],
    answers: Annotated[list[str] | None, typer.Option("--answer", help="键=内容，可多次")] = None,
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """像在手机上填了一半：打印终端要扫的二维码里的内容，半小时内有效。"""
    given = dict(one.partition("=")[::2] for one in answers or ())
    handover_id, code, content = sealed(HandedOver(item_code=item, answers=given))
    with office_of(folder, database) as office:
        office.handovers.put(handover_id, content)
    typer.echo(code)


@handover.command("take")
def take(
    code: Annotated[str, typer.Argument(help="终端上二维码里的内容")],
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """像用手机扫了终端上的二维码：打印接过来的内容（JSON）。"""
    with office_of(folder, database) as office:
        handover_id = handover_in(code)
        content = office.handovers.take(handover_id, PHONE) if handover_id else None
    if content is None:
        say_and_leave("已过期，或已被别处接走", WRONG_USE)
    try:
        form = opened(code, content)
    except NotAHandover:
        say_and_leave("二维码和内容对不上", WRONG_USE)
    typer.echo(json.dumps({"item": form.item_code, "answers": form.answers}, ensure_ascii=False))

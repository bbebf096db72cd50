"""`kiosk setup`: the first start of a terminal, from answers in a file."""

import subprocess
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from kiosk.command_store import DONE, FAILED, WRONG_USE
from kiosk.setup_answers import AnswersError, read_answers
from sync.api import GatewayUnreachable
from sync.http_enrolment import CodeRefused, EnrolmentRefused

WHY: Final = {
    CodeRefused.NO_SUCH_CODE: "没有这个登记码。请核对，或请县里重新给一个。",
    CodeRefused.CODE_EXPIRED: "登记码过期了。请县里重新给一个。",
    CodeRefused.CODE_USED: "登记码已被另一台终端用过。请县里重新给一个。",
    CodeRefused.OTHER_SITE: "登记码是给另一个服务点的。请核对服务点编码，两边都没有改动。",
    CodeRefused.TOO_MANY_CODES: "近来错的登记码太多，网关暂时不收。请一分钟后再试。",
}


def setup_command(
    answers: Annotated[Path, typer.Option(help="写有服务点、网关、登记码和设备的 TOML 文件")],
    settings: Annotated[Path, typer.Option(help="设置放在哪个文件夹")] = Path("/etc/doorstep"),
    store: Annotated[Path, typer.Option(help="数据放在哪个文件夹")] = Path(
        "/var/lib/doorstep/store"
    ),
    account: Annotated[str, typer.Option(help="终端程序用的账号；空：当前账号")] = "doorstep",
) -> None:
    """第一次开机：登记到网关，写好设置。可以重复做；做完请用 kiosk doctor 看设备。"""
    from kiosk.setup_steps import (  # noqa: PLC0415
        Places,
        enrolled,
        gateway_of,
        known_gateway,
        seal_store_key,
        write_settings,
    )

    try:
        told = read_answers(answers)
    except AnswersError as error:
        _say(f"答案有误：\n{error}", WRONG_USE)
    places = Places(settings=settings, store=store, account=account or None)
    try:
        known = known_gateway(places) if not told.gateway.code else {}
        if not told.gateway.code and not known:
            _say("答案里没有登记码，这台机器也没有登记过。请县里给一个登记码。", WRONG_USE)
        gateway = known or gateway_of(told, enrolled(told, places), places)
        typer.echo(f"已登记：{gateway['terminal_id']}（{told.site.name}）")
        sealed = seal_store_key(places)
        write_settings(told, gateway, places, sealed=sealed)
        typer.echo(f"设置已写好：{places.toml}")
    except EnrolmentRefused as refused:
        _say(f"没有登记成：{WHY[refused.why]}", FAILED)
    except GatewayUnreachable as error:
        _say(f"没有登记成：连不上网关（{error.fault.value} {error}）。请看网线和网址。", FAILED)
    except (OSError, ValueError, subprocess.SubprocessError, LookupError) as error:
        _say(f"没有写成：{error}。改正后再做一次即可。", FAILED)
    typer.echo("密钥已封存在本机。" if sealed else "密钥将在第一次启动时放在数据文件夹旁边。")
    raise typer.Exit(DONE)


def _say(words: str, code: int) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(code)

"""The command line: run, demo, training, journey, doctor, gateway, outbox, store, card and more."""

import json
import re
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from kiosk.command_store import DONE, FAILED, WRONG_USE, Config, settings_of
from kiosk.domain.mode import Mode
from kiosk.gateway_command import gateway
from kiosk.logging_setup import set_up_logging
from kiosk.outbox_command import outbox
from kiosk.setup_command import setup_command
from kiosk.stick_command import gateway_stick, stick
from kiosk.store_command import store
from kiosk.verify_command import verify_command
from offline_store.api import Store
from ui.texts.languages import Language

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Doorstep 家门口办：村镇便民服务点的自助服务终端。",
    pretty_exceptions_enable=False,
)
app.add_typer(gateway, name="gateway")
app.add_typer(stick, name="stick")
app.add_typer(outbox, name="outbox")
app.add_typer(store, name="store")
app.command("verify")(verify_command)
app.command("setup")(setup_command)
gateway.add_typer(gateway_stick, name="stick")


MODES: Final = "self_service：居民自己用；desk：代办员的桌面；portable：上门用的便携机"


LONG_SEARCH: Final = 60.0  # seconds: forty places that may have a card reader


class Card(StrEnum):
    """What the person of the journey lays down."""

    SAM = "sam"
    PCSC = "pcsc"


def _size(text: str) -> str:
    """Raises typer.BadParameter unless it is WIDTHxHEIGHT or empty."""
    if text and not re.fullmatch(r"[1-9]\d{2,3}x[1-9]\d{2,3}", text):
        raise typer.BadParameter("应为 宽x高，如 1080x1920")
    return text


@app.command()
def run(config: Config = None) -> None:
    """按设置文件启动终端（全屏）。"""
    from kiosk.app import run as run_terminal
    from kiosk.catalog.complaints import CatalogError
    from offline_store.api import StoreError

    settings = settings_of(config)
    try:
        code = run_terminal(settings)
    except (StoreError, CatalogError, ValueError, OSError) as error:
        typer.echo(f"终端未能启动：{error}", err=True)
        raise typer.Exit(FAILED) from None
    raise typer.Exit(code)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="演示数据放在哪里")] = Path("build/demo"),
    mode: Annotated[Mode, typer.Option(help=MODES)] = Mode.SELF_SERVICE,
    size: Annotated[str, typer.Option(help="终端窗口大小，如 1080x1920", callback=_size)] = "",
) -> None:
    """在窗口中打开终端，使用模拟设备和内置网关，附开发面板。"""
    from kiosk.demo import run_demo

    raise typer.Exit(run_demo(folder, size=size, mode=mode))


@app.command()
def training(
    mode: Annotated[Mode, typer.Option(help=MODES)] = Mode.SELF_SERVICE,
    size: Annotated[str, typer.Option(help="终端窗口大小，如 1080x1920", callback=_size)] = "",
) -> None:
    """训练：编的人、模拟设备、自带网关，到处标着训练；不读终端设置，结束后什么也不留。"""
    from kiosk.training import run_training

    raise typer.Exit(run_training(size=size, mode=mode))


@app.command()
def journey(
    out: Annotated[Path, typer.Option(help="截图、回执、PDF 和 journey.json 放在哪里")],
    offline: Annotated[bool, typer.Option(help="没有网络：网关到最后才启动")] = False,
    card: Annotated[Card, typer.Option(help="sam：身份证；pcsc：社保卡")] = Card.SAM,
    size: Annotated[str, typer.Option(help="屏幕大小", callback=_size)] = "1080x1920",
) -> None:
    """不用显示器，走完主要流程：真实页面、真实驱动、真实对端。"""
    root = Path(__file__).resolve().parent.parent
    if not (root / "tests" / "counterparts").is_dir():
        typer.echo("此命令需要源代码目录（其中有读卡器、打印机等对端）。", err=True)
        raise typer.Exit(WRONG_USE)
    sys.path.insert(0, str(root))
    from tests.journeys.walk import walk_journey

    raise typer.Exit(walk_journey(out, offline=offline, card=card.value, size=size))


@app.command()
def doctor(
    config: Config = None,
    language: Annotated[Language, typer.Option(help="用哪种语言说")] = Language.CHINESE,
    record: Annotated[
        Path | None, typer.Option(help="改为录下读卡器的往来（不含个人信息），写到这个文件")
    ] = None,
    seconds: Annotated[float, typer.Option(help="录多少秒")] = 60,
) -> None:
    """检查每个设备、存储、时钟、磁盘和网关，每项一行；有异常时退出码为 1。"""
    if record is not None:
        from kiosk.record_command import record_command

        raise typer.Exit(record_command(settings_of(config).devices, record, seconds=seconds))
    from kiosk.app import first_catalog, gateway_for
    from kiosk.doctor import Patient, examine
    from kiosk.domain.finding import Finding, said
    from kiosk.drivers import drivers_for
    from kiosk.papers.compose import shared_typesetter
    from kiosk.stick_keys import seal_of
    from kiosk.store_keys import store_key
    from offline_store.store_folder import StoreFolder
    from sync.http_gateway import HttpGateway
    from ui.finding_words import finding_line
    from ui.texts import Texts

    settings = settings_of(config)
    shared_typesetter().take_templates_from(settings.templates)
    texts, fine = Texts(language), True
    try:
        drivers = drivers_for(settings.devices, search_seconds=LONG_SEARCH)
    except ValueError as error:  # a trace to replay that is none
        typer.echo(f"{error}", err=True)
        raise typer.Exit(WRONG_USE) from None
    try:
        gateway_client: HttpGateway | None = gateway_for(settings)
    except (ValueError, OSError) as error:  # the rest is looked at all the same
        wrong = Finding("gateway", False, (said("bad_settings", text=str(error)),))
        typer.echo(finding_line(wrong, texts))
        gateway_client, fine = None, False
    with ExitStack() as ending:

        def open_store() -> Store:
            held = StoreFolder(settings.folder, store_key(settings), program="kiosk doctor")
            ending.callback(held.close)
            return held.open()

        patient = Patient(
            devices=drivers.named(),
            page_printer=drivers.page_printer,
            open_store=open_store,
            folder=settings.folder,
            gateway=gateway_client,
            gateway_time=gateway_client.time if gateway_client else lambda: None,
            can_read=drivers.line_reader is not None,
            can_seal=seal_of(settings) is not None,
            catalog=first_catalog(settings),
            now=lambda: datetime.now(UTC),
        )
        for finding in examine(patient):
            typer.echo(finding_line(finding, texts))
            fine = fine and finding.fine
    raise typer.Exit(DONE if fine else FAILED)


@app.command()
def card(
    serial: Annotated[
        str, typer.Option(help="身份证读卡器的串口，如 /dev/ttyUSB0；auto：自己找")
    ] = "",
    pcsc: Annotated[bool, typer.Option("--pcsc", help="PC/SC 读卡器中的社保卡")] = False,
    reader: Annotated[str, typer.Argument(help="PC/SC 读卡器名称的开头")] = "",
    full: Annotated[bool, typer.Option("--full", help="不隐藏号码")] = False,
    wait: Annotated[float, typer.Option(help="等卡的秒数")] = 30,
) -> None:
    """读下一张卡，以 JSON 打印（号码默认隐藏）。"""
    from devices.device import DeviceError
    from devices.social_card.pcsc_reader import PcscSocialCardReader
    from kiosk.card_command import NoCardLaidDown, read_next_card
    from kiosk.card_drivers import id_card_reader_for
    from kiosk.settings import DeviceSettings

    if bool(serial) == pcsc:
        typer.echo("请指定 --serial 端口 或 --pcsc 之一。", err=True)
        raise typer.Exit(WRONG_USE)
    devices = DeviceSettings(id_card=f"sam:{serial}") if serial else DeviceSettings()
    id_card = id_card_reader_for(devices, search_seconds=LONG_SEARCH)
    try:
        found = read_next_card(
            id_card or PcscSocialCardReader(reader), wait_seconds=wait, full=full
        )
    except DeviceError as error:
        typer.echo(json.dumps({"fault": error.fault.value, "name": error.fault.name}))
        raise typer.Exit(FAILED) from None
    except NoCardLaidDown:
        typer.echo("没有等到卡。", err=True)
        raise typer.Exit(FAILED) from None
    typer.echo(json.dumps(found, ensure_ascii=False))


@app.command("staff-key")
def staff_key(
    reader: Annotated[str, typer.Argument(help="PC/SC 读卡器名称的开头")] = "",
    wait: Annotated[float, typer.Option(help="等卡的秒数")] = 30,
) -> None:
    """读工作人员卡的公钥，登记到网关时要用（kiosk gateway staff add）；不需要密码。"""
    from devices.device import DeviceError
    from devices.staff_card.pcsc_staff_card import PcscStaffCardReader
    from kiosk.staff_key_command import NoStaffCard, next_staff_card

    try:
        face = next_staff_card(PcscStaffCardReader(reader), wait_seconds=wait)
    except DeviceError as error:
        typer.echo(json.dumps({"fault": error.fault.value, "name": error.fault.name}))
        raise typer.Exit(FAILED) from None
    except NoStaffCard:
        typer.echo("没有等到卡。", err=True)
        raise typer.Exit(FAILED) from None
    typer.echo(json.dumps({"key": face.key.hex(), "tries_left": face.tries_left}))


@app.command()
def scan(
    paths: Annotated[list[Path], typer.Argument(help="图片，或装有图片的文件夹")],
) -> None:
    """对每张图片打印一行 JSON：页角、把握、判断、条码、毫秒。"""
    from kiosk.scan_command import as_json_line, scan_reports

    fine = True
    for report in scan_reports(paths):
        fine = fine and "error" not in report
        typer.echo(as_json_line(report))
    raise typer.Exit(DONE if fine else FAILED)


def main() -> None:
    """The console script `kiosk`."""
    set_up_logging()
    app()


if __name__ == "__main__":
    main()

"""`kiosk stick` and `kiosk gateway stick`: cases carried by hand where there is no line."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from kiosk.catalog.load_catalog import packaged_catalog_file
from kiosk.domain.fault import Fault
from kiosk.gateway_options import DEFAULT_FOLDER, HERE, Address, Folder, office_of
from kiosk.settings import Settings, SettingsError, read_settings
from offline_store.api import Store, StoreError
from sync.gateway.stick_import import ImportLine, import_stick
from sync.gateway_key import GatewayKey
from sync.stick_answers import StickAnswers
from sync.stick_export import ExportReport, Sender, StickExport, waiting_cases
from sync.stick_folder import NotAStick, StickFolder
from sync.stick_relay import StickRelay
from sync.stick_seal import Torn, examined

stick = typer.Typer(no_args_is_help=True, help="U 盘：没有网络时，用 U 盘送办件、取回执。")
gateway_stick = typer.Typer(no_args_is_help=True, help="U 盘：接收终端用 U 盘送来的办件。")

Place = Annotated[Path, typer.Argument(help="U 盘上的文件夹")]
Config = Annotated[
    Path | None, typer.Option("--config", help="设置文件，默认 /etc/doorstep/kiosk.toml")
]
DONE, FAILED, WRONG_USE = 0, 1, 2
KEY_BYTES = 32  # X25519
SHOWN_AT_ONCE = 8  # digits of a case id that tell a clerk which one


@stick.command("export")
def export_command(place: Place, config: Config = None) -> None:
    """把等待上传的办件加密写到 U 盘；中途拔出也不要紧，再做一次会补齐。"""
    settings = _settings(config)
    sender = _sender(settings)
    stop = threading.Event()
    with _spoken(), _store(settings) as store, _stopped_by_hand(stop):
        report = StickExport(store, StickFolder(place), sender).run(
            datetime.now(UTC), progress=_Counting(), is_cancelled=stop.is_set
        )
    _tell_export(report)
    fine = not (report.left or report.damaged_here)
    raise typer.Exit(DONE if fine else FAILED)


@stick.command("import")
def import_command(place: Place, config: Config = None) -> None:
    """从 U 盘取回网关的回执；送达的办件不再等待上传。"""
    settings = _settings(config)
    with _spoken(), _store(settings) as store:
        report = StickAnswers(
            store,
            StickFolder(place),
            gateway_key=_gateway_key(settings),
            terminal_id=settings.gateway.terminal_id,
        ).take_in(datetime.now(UTC))
    typer.echo(f"网关已收到：{len(report.acknowledged)} 件")
    for case_ids, words in (
        (report.set_aside, "网关不予接收，请到办件列表查看原因"),
        (report.to_write_again, "令牌已失效，请换上新令牌后重新导出"),
        (report.not_believed, "回执不是本网关签发的，或已损坏，没有采用"),
        (report.others, "是其他终端的回执，留给那台终端"),
    ):
        if case_ids:
            typer.echo(f"{words}：{len(case_ids)} 件（{_short(case_ids)}）")
    trouble = report.set_aside or report.to_write_again or report.not_believed
    raise typer.Exit(FAILED if trouble else DONE)


@stick.command()
def relay(place: Place, config: Config = None) -> None:
    """用本机的网络转送 U 盘上的办件（本机看不到内容），并把回执写回 U 盘。"""
    from kiosk.app import gateway_for  # noqa: PLC0415  loads the screen

    settings = _settings(config)
    key = _gateway_key(settings)
    with _spoken():
        line = gateway_for(settings)
        report = StickRelay(StickFolder(place), line, gateway_key=key).run(
            told=lambda done, every: typer.echo(f"{done}/{every}", err=True)
        )
    answered = len(report.answered) + len(report.there_already)
    typer.echo(f"已有回执：{answered} 件（本次 {len(report.answered)} 件）")
    for case_ids, words in (
        (report.torn, "残缺或被改动，请原终端重新导出"),
        (report.refused, "网关打不开，请原终端重新导出"),
        (report.left, "网络中断，还没有送完，请稍后再做一次"),
    ):
        if case_ids:
            typer.echo(f"{words}：{len(case_ids)} 件（{_short(case_ids)}）")
    raise typer.Exit(FAILED if report.torn or report.refused or report.left else DONE)


@stick.command()
def status(place: Place, config: Config = None) -> None:
    """本机有几件在等，U 盘上有几件、几件已有回执；什么都不改。"""
    settings = _settings(config)
    with _spoken(), _store(settings) as store:
        waiting = waiting_cases(store, datetime.now(UTC))
        folder = StickFolder(place)
        whole: list[str] = []
        torn: list[str] = []
        for case_id in folder.bundles():
            (whole if _is_whole(folder, case_id) else torn).append(case_id)
        typer.echo(f"本机等待上传：{len(waiting)} 件")
        typer.echo(f"其中已在 U 盘上：{len(set(waiting) & set(whole))} 件")
        typer.echo(f"U 盘上完整的办件：{len(whole)} 件，残缺的：{len(torn)} 件")
        typer.echo(f"U 盘上的回执：{len(folder.answers())} 件")
        if strangers := folder.strangers():
            typer.echo(f"不是办件的文件：{strangers} 个，没有理会")
    raise typer.Exit(FAILED if torn else DONE)


@gateway_stick.command("import")
def gateway_import(
    place: Place,
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
    catalog: Annotated[Path | None, typer.Option(help="事项目录文件，默认内置草案")] = None,
) -> None:
    """接收 U 盘上的办件，把签名的回执写到 U 盘的 answers 文件夹；可以重复做。"""
    content = catalog.read_bytes() if catalog is not None else packaged_catalog_file()
    with _spoken(), office_of(folder, database, catalog=content) as office:
        report = import_stick(StickFolder(place), office.stick_desk, told=_tell_line)
    taken = sum(line.is_taken for line in report.lines)
    typer.echo(f"共 {len(report.lines)} 件，已接收 {taken} 件")
    for case_id in report.missing:
        typer.echo(f"清单上有、U 盘上没有：{case_id}")
    if report.strangers:
        typer.echo(f"不是办件的文件：{report.strangers} 个，没有理会")
    raise typer.Exit(DONE if report.is_fine else FAILED)


class _Counting:
    """A line for every finished case, on the error output."""

    def __init__(self) -> None:
        self._told = -1

    def __call__(self, done: int, every: int, _size: int) -> None:
        if done != self._told:
            self._told = done
            typer.echo(f"{done}/{every}", err=True)


def _tell_export(report: ExportReport) -> None:
    whole = len(report.written) + len(report.there_already)
    size = report.bytes_written / 1e6
    typer.echo(f"U 盘上现有 {whole} 件（本次写入 {len(report.written)} 件，{size:.1f} MB）")
    if report.damaged_here:
        count = len(report.damaged_here)
        typer.echo(f"本机读不出来：{count} 件（{_short(report.damaged_here)}）")
    if report.is_full:
        typer.echo(f"U 盘已满，还有 {report.left} 件没有写上，请换一个 U 盘再导出")
    elif report.is_cancelled:
        typer.echo(f"已停止，还有 {report.left} 件没有写上，再导出一次会接着写")
    if whole:
        typer.echo("请把 U 盘送到网关，或插到有网络的终端上转送。办件仍保存在本机。")


def _tell_line(line: ImportLine) -> None:
    typer.echo(f"{line.case_id}  {line.words}")


def _is_whole(folder: StickFolder, case_id: str) -> bool:
    try:
        with folder.bundle(case_id) as (file, size):
            return examined(file, size).cover.case_id == case_id
    except (Torn, OSError):
        return False


def _short(case_ids: tuple[str, ...]) -> str:
    return "、".join(f"…{case_id[-SHOWN_AT_ONCE:]}" for case_id in case_ids[:SHOWN_AT_ONCE])


def _settings(config: Path | None) -> Settings:
    try:
        return read_settings(config)
    except SettingsError as error:
        typer.echo(f"设置有误：\n{error}", err=True)
        raise typer.Exit(WRONG_USE) from None


def _sender(settings: Settings) -> Sender:
    """Raises typer.Exit, with words, when the terminal is not enrolled for this."""
    try:
        key = bytes.fromhex(settings.gateway.sealing_key)
        if len(key) != KEY_BYTES:
            raise ValueError
        if settings.gateway.token_file is None:
            raise FileNotFoundError
        token = settings.gateway.token_file.read_text("ascii").strip()
    except (ValueError, OSError):
        typer.echo("设置中缺少 gateway.sealing_key 或令牌文件（网关登记时给出）。", err=True)
        raise typer.Exit(WRONG_USE) from None
    return Sender(terminal_id=settings.gateway.terminal_id, token=token, sealing_key=key)


def _gateway_key(settings: Settings) -> GatewayKey:
    try:
        return GatewayKey(bytes.fromhex(settings.gateway.public_key))
    except ValueError:
        typer.echo("设置中缺少 gateway.public_key（网关登记时给出）。", err=True)
        raise typer.Exit(WRONG_USE) from None


@contextmanager
def _store(settings: Settings) -> Iterator[Store]:
    from kiosk.store_keys import store_key  # noqa: PLC0415  loads the store
    from offline_store.store_folder import StoreFolder  # noqa: PLC0415

    held = StoreFolder(settings.folder, store_key(settings), program="kiosk stick")
    try:
        store = held.open()
        try:
            yield store
        finally:
            store.close()
    finally:
        held.close()


@contextmanager
def _spoken() -> Iterator[None]:
    """What may go wrong, in words; never with what is in a case."""
    try:
        yield
    except NotAStick:
        typer.echo("没有这个文件夹，或其中有不该有的链接。请确认 U 盘已插好。", err=True)
        raise typer.Exit(WRONG_USE) from None
    except StoreError as error:
        if error.fault is Fault.STORE_BUSY:
            typer.echo(f"终端程序正在使用存储，请先停止终端再做（{error}）。", err=True)
            raise typer.Exit(FAILED) from None
        typer.echo(f"本机存储有问题：{error.fault.value}", err=True)
        raise typer.Exit(FAILED) from None
    except OSError as error:
        kind = error.strerror or type(error).__name__
        typer.echo(f"U 盘或磁盘读写失败（{kind}）。已写好的不受影响，请再做一次。", err=True)
        raise typer.Exit(FAILED) from None


@contextmanager
def _stopped_by_hand(stop: threading.Event) -> Iterator[None]:
    """Ctrl-C ends the export cleanly after the piece at hand."""

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = signal.signal(signal.SIGINT, asked)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

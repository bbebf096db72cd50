"""`kiosk doctor --record`: a trace of this terminal's card readers, for those who write drivers."""

from datetime import date, datetime
from pathlib import Path

import typer

from devices.card_trace.trace_file import TraceWriter
from devices.id_card.api import IdentityReader
from devices.id_card.card_watch import CardEvent, CardFailed, CardRead
from kiosk.card_recording import recorded_readers, watch_all
from kiosk.command_store import DONE, WRONG_USE
from kiosk.domain.working_days import OFFICE_TIME
from kiosk.settings import DeviceSettings


def record_command(devices: DeviceSettings, file: Path, *, seconds: float) -> int:
    """Record for so long what is laid down; the exit code. Says nothing about whose card it is."""
    try:
        written = file.open("x", encoding="utf-8")  # never over an older one
    except OSError as error:
        typer.echo(f"不能写到 {file}：{error.strerror}", err=True)
        return WRONG_USE
    with written:
        readers = recorded_readers(devices, TraceWriter(written), _today)
        if not readers:
            typer.echo("设置里没有能录的读卡器（串口身份证读卡器，或 PC/SC 读卡器）。", err=True)
            file.unlink()
            return WRONG_USE
        typer.echo(f"正在录，{seconds:g} 秒后自己停。请把出问题的过程做一遍：放卡、拿开、拔线。")
        watch_all(readers, _tell, seconds=seconds)
    typer.echo(f"录好了：{file}。姓名、号码、住址都已换成编的，照片已清空，可以发给维护的人。")
    return DONE


def _tell(reader: IdentityReader, event: CardEvent) -> None:
    match event:
        case CardRead():
            typer.echo(f"{reader.name}：读出一张卡")
        case CardFailed(fault):
            typer.echo(f"{reader.name}：{fault.value} {fault.name}")
        case _:
            typer.echo(f"{reader.name}：卡拿开了")


def _today() -> date:
    return datetime.now(OFFICE_TIME).date()

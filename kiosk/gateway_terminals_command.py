"""`kiosk gateway terminals`: how each terminal says it is."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec
import typer

from kiosk.gateway_options import DEFAULT_FOLDER, HERE, Address, AsJson, Folder, office_of
from sync.gateway.standing import LATELY
from sync.gateway.terminals import TerminalWord

SKEW_OF_NOTE: Final = 60  # seconds; below it the line's delay may be all of it
MINUTE, HOUR, DAY = 60, 3600, 86400
GIBIBYTE: Final = 1 << 30


def terminals_command(
    folder: Folder = DEFAULT_FOLDER, database: Address = HERE, as_json: AsJson = False
) -> None:
    """列出终端：多久没联系、还有几件未上传、哪些办件被搁置及原因、程序版本、时钟快慢。"""
    with office_of(folder, database) as office:
        now = datetime.now(UTC)
        every = office.terminals.every()
        for one in every:
            for line in [_as_json(one)] if as_json else _lines(one, now):
                typer.echo(line)
        if not as_json:
            minutes = LATELY.seconds // MINUTE
            silent = sum(not one.revoked and not _is_heard(one, now) for one in every)
            typer.echo(f"共 {len(every)} 台，其中 {silent} 台超过 {minutes} 分钟没有联系")


def _lines(one: TerminalWord, now: datetime) -> Iterator[str]:
    word = one.word
    if word is None:
        yield f"{one.terminal_id}  {_standing(one, now)}"
        return
    parts = [
        _standing(one, now),
        f"未上传 {word.waiting} 件",
        f"搁置 {len(word.aside)} 件",
        f"程序 {word.program}",
        f"目录 {word.catalog_version or '无'}",
        f"配置 {word.configuration_version or '无'}",
        f"磁盘剩 {word.free_bytes / GIBIBYTE:.1f} GB",
        *_clock(one),
    ]
    yield f"{one.terminal_id}  {'  '.join(parts)}"
    for aside in word.aside:
        yield f"    搁置 {aside.case_id}：{aside.reason}"
    for problem in word.problems:
        yield f"    存储：{problem}"


def _standing(one: TerminalWord, now: datetime) -> str:
    if one.revoked:
        return "已停用"
    if one.expires_at is not None and one.expires_at <= now:
        return "令牌已过期"
    if one.heard_at is None:
        return "从未联系"
    ago = (now - one.heard_at).total_seconds()
    word = "正常" if _is_heard(one, now) else "没有联系"
    return f"{word}（{_ago(ago)}前）"


def _is_heard(one: TerminalWord, now: datetime) -> bool:
    return one.heard_at is not None and now - one.heard_at <= LATELY


def _ago(seconds: float) -> str:
    for unit, word in ((DAY, "天"), (HOUR, "小时"), (MINUTE, "分钟")):
        if seconds >= unit:
            return f"{int(seconds // unit)} {word}"
    return f"{max(0, int(seconds))} 秒"


def _clock(one: TerminalWord) -> list[str]:
    skew = one.skew_seconds
    if skew is None or abs(skew) < SKEW_OF_NOTE:
        return []
    return [f"时钟{'快' if skew > 0 else '慢'} {_ago(abs(skew))}"]


def _as_json(one: TerminalWord) -> str:
    return json.dumps(
        {
            "terminal": one.terminal_id,
            "revoked": one.revoked,
            "expires_at": one.expires_at.isoformat() if one.expires_at else None,
            "heard_at": one.heard_at.isoformat() if one.heard_at else None,
            "clock_skew_seconds": one.skew_seconds,
            "word": msgspec.to_builtins(one.word),
        },
        ensure_ascii=False,
    )

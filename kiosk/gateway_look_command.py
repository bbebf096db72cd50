"""`kiosk gateway conflicts` and `check`: what needs a person, and whether all is still there."""

import json
from collections.abc import Callable
from typing import Annotated, Final

import typer

from kiosk.domain.case import CaseState
from kiosk.domain.letters import SEALED
from kiosk.gateway_options import (
    DEFAULT_FOLDER,
    DONE,
    FAILED,
    HERE,
    Address,
    AsJson,
    Folder,
    office_of,
)
from sync.gateway.checkup import Fault
from sync.gateway.conflicts import Text, TwoTexts

FAULTS: Final = {
    Fault.DATABASE: "数据库自检报错",
    Fault.MISSING: "页面或文件找不到了",
    Fault.DAMAGED: "页面或文件已损坏",
    Fault.PAGE: "办件已签收，却缺少页面",
    Fault.RECEIPT: "办件的回执与保存的内容不符",
    Fault.DOCUMENT: "出具的文件找不到了",
}
STATES: Final = {
    CaseState.QUEUED: "页面还没有收全",
    CaseState.RECEIVED: "已收到",
    CaseState.ACCEPTED: "已受理",
    CaseState.CORRECTION: "等待补正",
    CaseState.DECIDED: "已办结",
    CaseState.REFUSED: "不予受理",
}
STEPS: Final = {"database": "数据库自检", "cases": "核对回执", "contents": "核对页面和文件"}
EVERY: Final = 0.02  # of a step is worth a line


def conflicts_command(
    folder: Folder = DEFAULT_FOLDER, database: Address = HERE, as_json: AsJson = False
) -> None:
    """同一编号却内容不同的办件：两份都保存着。列出来自哪里、哪些栏目不同（不含个人信息）。"""
    with office_of(folder, database) as office:
        found = office.conflicts()
        for one in found:
            typer.echo(_conflict_json(one) if as_json else _conflict(one))
        if not as_json:
            typer.echo(f"共 {len(found)} 件" if found else "没有内容冲突的办件。")


def evaluations_command(
    words: Annotated[bool, typer.Option("--words", help="连同写的话（可能有个人信息）")] = False,
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """收到的好差评，每条一行 JSON；给监督部门用，终端和审批人员都看不到。"""
    with office_of(folder, database) as office:
        for one in office.review.evaluations():
            if SEALED in one.answers:
                row = {"about": one.about, "unreadable": "封给了别的网关，或已损坏"}
                typer.echo(json.dumps(row, ensure_ascii=False))
                continue
            row = {
                "about": one.about,
                "level": one.answers.get("level", ""),
                "points": one.answers.get("points", ""),
                "at": one.confirmed_at.isoformat() if one.confirmed_at else None,
            }
            if words:
                row["words"] = one.answers.get("words", "")
            typer.echo(json.dumps(row, ensure_ascii=False))


def check_command(
    folder: Folder = DEFAULT_FOLDER, database: Address = HERE, as_json: AsJson = False
) -> None:
    """检查数据是否完好：数据库、每一页的内容、每份回执。不改动任何东西，可在运行时做。

    有问题时退出码为 1。数据多时要读完所有页面，可能要几个小时。
    """
    count = 0
    with office_of(folder, database) as office:
        for finding in office.checkup().run(_telling()):
            count += 1
            if as_json:
                typer.echo(json.dumps({"fault": finding.fault.value, "what": finding.what}))
            else:
                typer.echo(f"异常  {FAULTS[finding.fault]}：{finding.what}")
    if not as_json:
        typer.echo(f"共发现 {count} 处异常。" if count else "一切完好。")
    raise typer.Exit(FAILED if count else DONE)


def _telling() -> Callable[[str, int, int], None]:
    """A line on the error output for every step, and for every few hundredths of it."""
    told: dict[str, float] = {}

    def tell(step: str, done: int, every: int) -> None:
        share = done / every if every else 1.0
        if step not in told or share - told[step] >= EVERY or (done == every and told[step] < 1):
            told[step] = share
            typer.echo(f"{STEPS[step]}  {done}/{every}（{share:.0%}）", err=True)

    return tell


def _conflict(one: TwoTexts) -> str:
    number = f"，办件编号 {one.official_number}" if one.official_number else ""
    return "\n".join(
        (
            f"办件 {one.case_id}（{STATES.get(one.state, one.state.value)}{number}）",
            f"    先到的一份：{_text(one.first)}",
            f"    后到的一份：{_text(one.later)}",
            f"    不同的栏目：{'、'.join(one.fields) or '没有，只是来自另一台终端'}",
        )
    )


def _text(one: Text) -> str:
    arrived = one.arrived_at.astimezone()
    return f"终端 {one.terminal_id}，{arrived:%Y-%m-%d %H:%M}，内容 {one.fingerprint[:12]}"


def _conflict_json(one: TwoTexts) -> str:
    def text(of: Text) -> dict[str, str]:
        return {
            "terminal": of.terminal_id,
            "arrived_at": of.arrived_at.isoformat(),
            "fingerprint": of.fingerprint,
        }

    return json.dumps(
        {
            "case_id": one.case_id,
            "state": one.state.value,
            "official_number": one.official_number,
            "first": text(one.first),
            "later": text(one.later),
            "differs_in": one.fields,
        },
        ensure_ascii=False,
    )

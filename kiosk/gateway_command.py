"""`kiosk gateway`: runs the province's door, enrols terminals, and reviews cases by hand."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from kiosk.domain.case import Case, IllegalMove
from kiosk.domain.correction import CorrectionRow, Flaw, Part
from kiosk.gateway_issue_command import issue
from kiosk.gateway_look_command import check_command, conflicts_command, evaluations_command
from kiosk.gateway_online_command import handover, payment
from kiosk.gateway_options import (
    DEFAULT_FOLDER,
    HERE,
    WRONG_USE,
    Address,
    Folder,
    office_of,
    say_and_leave,
)
from kiosk.gateway_publish_command import configuration, notice, visit
from kiosk.gateway_serve_command import openapi_command, serve_command
from kiosk.gateway_staff_command import staff
from kiosk.gateway_terminals_command import terminals_command
from kiosk.new_file import new_file
from sync.gateway.review import CorrectionsAlreadyAsked, NotInTheGuide, Review

HELP: Final = """网关：接收各终端的办件，审批，下发通知、上门服务和配置。

第一次使用：先用 enrol 登记终端，再用 serve 运行网关，然后用 terminals 看终端是否正常。

所有命令都可以在网关运行时使用。数据放在 --folder 指定的文件夹；用 PostgreSQL 时，每个命令都加
--database，或者设好环境变量 DOORSTEP_GATEWAY_DATABASE。
"""
gateway = typer.Typer(no_args_is_help=True, help=HELP)
review = typer.Typer(no_args_is_help=True, help="审批：受理、一次性告知补正、办结并出件。")
gateway.add_typer(review, name="review")

CaseArgument = Annotated[str, typer.Argument(help="办件的 case_id")]
Reasons = Annotated[list[str], typer.Argument(help="全部理由，一次说完")]
gateway.command("serve")(serve_command)
gateway.command("terminals")(terminals_command)
gateway.command("conflicts")(conflicts_command)
gateway.command("evaluations")(evaluations_command)
gateway.command("check")(check_command)
gateway.command("openapi")(openapi_command)
gateway.add_typer(issue, name="issue")
gateway.add_typer(notice, name="notice")
gateway.add_typer(visit, name="visit")
gateway.add_typer(configuration, name="configuration")
gateway.add_typer(payment, name="payment")
gateway.add_typer(handover, name="handover")
gateway.add_typer(staff, name="staff")


@gateway.command()
def enrol(
    terminal_id: Annotated[str, typer.Argument(help="终端编号")],
    token_file: Annotated[Path, typer.Option(help="令牌写到哪个文件（0600）")],
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """登记一台终端：令牌写入文件，打印设置文件中要填的网关公钥。"""
    with office_of(folder, database) as office:
        with new_file(token_file) as file:  # before the token counts: an older one would end
            file.write(f"{office.door.add_terminal(terminal_id)}\n".encode("ascii"))
        keys = {
            "public_key": office.public_key.hex(),
            "sealing_key": office.sealing_key.hex(),
        }
        typer.echo(json.dumps({"terminal": terminal_id, **keys}))


@gateway.command()
def code(
    terminal_id: Annotated[str, typer.Argument(help="终端编号")],
    site: Annotated[str, typer.Option(help="服务点编码，12 位，到村")],
    hours: Annotated[int, typer.Option(help="多少小时内有效", min=1, max=720)] = 72,
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """给一台新终端一个登记码，只能用一次：在终端上 kiosk setup 时输入。"""
    if not re.fullmatch(r"\d{12}", site):
        say_and_leave("服务点编码应为 12 位数字", WRONG_USE)
    with office_of(folder, database) as office:
        typer.echo(office.enrolling.code_for(terminal_id, site=site, lives=timedelta(hours=hours)))


@gateway.command()
def revoke(
    terminal_id: Annotated[str, typer.Argument(help="终端编号")],
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """停用一台终端：它的令牌从此无效，已收到的办件不受影响。"""
    with office_of(folder, database) as office:
        if office.terminals.terminal(terminal_id) is None:
            say_and_leave("没有登记过这台终端", WRONG_USE)
        office.door.revoke(terminal_id)


@review.command("list")
def list_cases(
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
    every: Annotated[bool, typer.Option("--all", help="连同已办结的")] = False,
) -> None:
    """未办结的办件，每件一行 JSON（不含个人信息）。"""
    with office_of(folder, database) as office:
        for case in office.review.every() if every else office.review.waiting():
            typer.echo(json.dumps(_short(case), ensure_ascii=False))


@review.command()
def show(case_id: CaseArgument, folder: Folder = DEFAULT_FOLDER, database: Address = HERE) -> None:
    """一个办件的状态、编号和页面哈希（不含个人信息）。"""
    with _reviewing(folder, database) as office:
        case = office.case(case_id)
        pages = [page.sha256 for page in case.pages]
        if case.signature is not None:
            pages.append(case.signature.sha256)
        shown = {**_short(case), "page_hashes": pages, "handling": _handling(case)}
        typer.echo(json.dumps(shown, ensure_ascii=False))


@review.command()
def accept(
    case_id: CaseArgument, folder: Folder = DEFAULT_FOLDER, database: Address = HERE
) -> None:
    """受理。"""
    with _reviewing(folder, database) as office:
        _say(office.accept(case_id))


@review.command()
def correct(
    case_id: CaseArgument,
    reasons: Annotated[list[str] | None, typer.Argument(help="另外要说的话")] = None,
    rows: Annotated[
        list[str] | None,
        typer.Option(
            "--row",
            help="指南中的一行和问题，可多次：field:键=wrong、material:m2=unclear、signature=missing；"
            "问题有 missing 缺少、unclear 看不清、wrong 不对、expired 过期、incomplete 不完整，"
            "后面可加 ,说明",
        ),
    ] = None,
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """要求补正：一次说完。以后只能就新交来的材料再要求。"""
    try:
        asked = [_row(text) for text in rows or ()]
    except ValueError:
        say_and_leave("--row 应写成 material:m2=unclear 这样", WRONG_USE)
    if not (reasons or asked):
        say_and_leave("请用 --row 写明要补正什么", WRONG_USE)
    with _reviewing(folder, database) as office:
        _say(office.ask_corrections(case_id, reasons or [], asked))


def _row(text: str) -> CorrectionRow:
    """Raises ValueError."""
    what, _, why = text.partition("=")
    part, _, key = what.partition(":")
    flaw, _, note = why.partition(",")
    return CorrectionRow(Part(part), key, Flaw(flaw), note.strip())


@review.command()
def answer(
    case_id: CaseArgument,
    words: Annotated[str, typer.Argument(help="答复")],
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """答复一封来信（咨询、预约、投诉、建议）：答复回到终端。"""
    with _reviewing(folder, database) as office:
        _say(office.answer(case_id, words))


@review.command()
def refuse(
    case_id: CaseArgument,
    reasons: Reasons,
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """不予受理。"""
    with _reviewing(folder, database) as office:
        _say(office.refuse(case_id, reasons))


@review.command()
def decide(
    case_id: CaseArgument,
    document: Annotated[Path | None, typer.Option(help="要出具的 PDF 文件")] = None,
    title: Annotated[str, typer.Option(help="文件标题")] = "办理结果通知书",
    copies: Annotated[int, typer.Option(min=0, help="终端最多打几份，0 表示不限")] = 0,
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """办结，可附出具的 PDF；终端只打印签了章的（见 issue proof）。"""
    with _reviewing(folder, database) as office:
        pdf = document.read_bytes() if document is not None else None
        _say(office.decide(case_id, pdf, title, copies=copies))


@contextmanager
def _reviewing(folder: Path, database: str) -> Iterator[Review]:
    """What the office may answer with no, in plain words."""
    with office_of(folder, database) as office:
        try:
            yield office.review
        except KeyError:
            problem = "没有这个办件"
        except CorrectionsAlreadyAsked:
            problem = "已经要求过一次补正，不能再要求第二次；有新交来的材料时，只能就它再要求"
        except NotInTheGuide:
            problem = "办事指南里没有这一行，不能要求补正"
        except IllegalMove as error:
            problem = f"办件不能这样变更：{error}"
        else:
            return
    say_and_leave(problem, WRONG_USE)


def _say(case: Case) -> None:
    typer.echo(json.dumps(_short(case), ensure_ascii=False))


def _handling(case: Case) -> dict[str, object]:
    """Who acts for whom and how far the scans are trusted, without anybody's name or place."""
    handling = case.handling
    return {
        "agent": handling.agent.kind.value if handling.agent else None,
        "family_members": len(handling.members),
        "family_cards_read": sum(member.by_card for member in handling.members),
        "taken_by": handling.taken_by,
        "approved_by": handling.approved_by,
        "at_home": handling.visit is not None,
        "scan_levels": {page.sha256: page.level.value for page in case.pages},
    }


def _short(case: Case) -> dict[str, str]:
    return {
        "case_id": case.case_id,
        "item": case.item_title,
        "state": case.state.value,
        "official_number": case.official_number,
    }

"""`kiosk gateway`: runs the province's door, enrols terminals, and reviews cases by hand."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from kiosk.catalog.load_catalog import load_catalog, packaged_catalog_file
from kiosk.domain.case import Case, IllegalMove
from sync.gateway.elsewhere import Elsewhere, NotInstalled, elsewhere
from sync.gateway.office import Office
from sync.gateway.review import CorrectionsAlreadyAsked, Review
from sync.gateway.serve import GatewaySettings, serve
from sync.gateway.specimen_result import specimen_result_pdf

gateway = typer.Typer(no_args_is_help=True, help="网关：接收办件、登记终端、审批。")
review = typer.Typer(no_args_is_help=True, help="审批：受理、一次性告知补正、办结并出件。")
gateway.add_typer(review, name="review")

Folder = Annotated[Path, typer.Option("--folder", help="网关数据所在文件夹")]
CaseArgument = Annotated[str, typer.Argument(help="办件的 case_id")]
Reasons = Annotated[list[str], typer.Argument(help="全部理由，一次说完")]
DatabaseAddress = Annotated[
    str,
    typer.Option(
        "--database", envvar="DOORSTEP_DATABASE", help="postgresql://…，默认用文件夹内的 SQLite"
    ),
]
DEFAULT_FOLDER = Path("gateway")
WRONG_USE = 2


def _catalog_file(file: Path | None) -> bytes:
    return file.read_bytes() if file is not None else packaged_catalog_file()


@gateway.command("serve")
def serve_command(
    folder: Folder = DEFAULT_FOLDER,
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="监听端口，0 为任选")] = 8470,
    catalog: Annotated[Path | None, typer.Option(help="事项目录文件，默认内置草案")] = None,
    tls_certificate: Annotated[Path | None, typer.Option(help="PEM 证书")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="PEM 私钥")] = None,
    database: DatabaseAddress = "",
    bodies: Annotated[Path | None, typer.Option(help="nginx 存放请求正文的文件夹")] = None,
) -> None:
    """运行网关，直到被终止。"""
    content = _catalog_file(catalog)
    settings = GatewaySettings(
        folder=folder,
        host=host,
        port=port,
        catalog=load_catalog(content),
        catalog_file=content,
        tls_certificate=tls_certificate,
        tls_key=tls_key,
        elsewhere=_elsewhere(database, bodies=bodies),
    )
    serve(settings, listening=lambda opened: typer.echo(f"网关已就绪：{host}:{opened}"))


def _elsewhere(database: str, *, bodies: Path | None = None) -> Elsewhere:
    try:
        return elsewhere(database=database, bodies=bodies)
    except (ValueError, NotInstalled) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_USE) from None


@contextmanager
def _office(folder: Path) -> Iterator[Office]:
    office = Office(folder, elsewhere=_elsewhere(os.environ.get("DOORSTEP_DATABASE", "")))
    try:
        yield office
    finally:
        office.close()


@gateway.command()
def enrol(
    terminal_id: Annotated[str, typer.Argument(help="终端编号")],
    token_file: Annotated[Path, typer.Option(help="令牌写到哪个文件（0600）")],
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """登记一台终端：令牌写入文件，打印设置文件中要填的网关公钥。"""
    with _office(folder) as office:
        token = office.door.add_terminal(terminal_id)
        token_file.touch(mode=0o600)
        token_file.write_text(token + "\n", "ascii")
        keys = {
            "public_key": office.public_key.hex(),
            "sealing_key": office.sealing_key.hex(),
        }
        typer.echo(json.dumps({"terminal": terminal_id, **keys}))


@gateway.command()
def revoke(
    terminal_id: Annotated[str, typer.Argument(help="终端编号")], folder: Folder = DEFAULT_FOLDER
) -> None:
    """停用一台终端。"""
    with _office(folder) as office:
        office.door.revoke(terminal_id)


@review.command("list")
def list_cases(
    folder: Folder = DEFAULT_FOLDER,
    every: Annotated[bool, typer.Option("--all", help="连同已办结的")] = False,
) -> None:
    """未办结的办件，每件一行 JSON（不含个人信息）。"""
    with _office(folder) as office:
        for case in office.review.every() if every else office.review.waiting():
            typer.echo(json.dumps(_short(case), ensure_ascii=False))


@review.command()
def show(case_id: CaseArgument, folder: Folder = DEFAULT_FOLDER) -> None:
    """一个办件的状态、编号和页面哈希（不含个人信息）。"""
    with _reviewing(folder) as office:
        case = office.case(case_id)
        pages = [page.sha256 for page in case.pages]
        if case.signature is not None:
            pages.append(case.signature.sha256)
        typer.echo(json.dumps({**_short(case), "page_hashes": pages}, ensure_ascii=False))


@review.command()
def accept(case_id: CaseArgument, folder: Folder = DEFAULT_FOLDER) -> None:
    """受理。"""
    with _reviewing(folder) as office:
        _say(office.accept(case_id))


@review.command()
def correct(case_id: CaseArgument, reasons: Reasons, folder: Folder = DEFAULT_FOLDER) -> None:
    """要求补正：只能要求一次，理由一次说完。"""
    with _reviewing(folder) as office:
        _say(office.ask_corrections(case_id, reasons))


@review.command()
def refuse(case_id: CaseArgument, reasons: Reasons, folder: Folder = DEFAULT_FOLDER) -> None:
    """不予受理。"""
    with _reviewing(folder) as office:
        _say(office.refuse(case_id, reasons))


@review.command()
def decide(
    case_id: CaseArgument,
    document: Annotated[Path | None, typer.Option(help="要出具的 PDF 文件")] = None,
    specimen: Annotated[bool, typer.Option("--specimen", help="出具一份样张（演示用）")] = False,
    title: Annotated[str, typer.Option(help="文件标题")] = "办理结果通知书",
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """办结，可附出具的 PDF。"""
    with _reviewing(folder) as office:
        pdf = document.read_bytes() if document is not None else None
        if specimen:
            pdf = specimen_of(office.case(case_id), title)
        _say(office.decide(case_id, pdf, title))


def specimen_of(case: Case, title: str) -> bytes:
    """A result marked as a specimen, for demonstrations."""
    return specimen_result_pdf(
        title=title,
        official_number=case.official_number,
        name=case.applicant_name,
        item=case.item_title,
        office="示范县社会保险事业管理局（示例）",
        issued=date.today(),  # noqa: DTZ011  the office's own calendar day
    )


@contextmanager
def _reviewing(folder: Path) -> Iterator[Review]:
    """What the office may answer with no, in plain words."""
    with _office(folder) as office:
        try:
            yield office.review
        except KeyError:
            problem = "没有这个办件"
        except CorrectionsAlreadyAsked:
            problem = "已经要求过一次补正，不能再要求第二次"
        except IllegalMove as error:
            problem = f"办件不能这样变更：{error}"
        else:
            return
    typer.echo(problem, err=True)
    raise typer.Exit(WRONG_USE)


def _say(case: Case) -> None:
    typer.echo(json.dumps(_short(case), ensure_ascii=False))


def _short(case: Case) -> dict[str, str]:
    return {
        "case_id": case.case_id,
        "item": case.item_title,
        "state": case.state.value,
        "official_number": case.official_number,
    }

"""`kiosk verify`: whether a paper or a slip is what it says it is, without a network."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from kiosk.command_store import FAILED, WRONG_USE, Config, held_store, settings_of
from kiosk.domain.configuration import Configuration, ConfigurationError, parse_configuration
from kiosk.domain.receipt_number import grouped
from kiosk.settings import SiteSettings
from offline_store.api import StoreError
from sync.gateway_key import GatewayKey

CHINA_TIME: Final = "%Y年%m月%d日 %H:%M"
PDF_START: Final = b"%PDF-"
PAPER_WORDS: Final = {
    "unsigned": "没有电子签章",
    "changed": "签章以后被改动过",
    "not_whole": "签章没有盖住整个文件，后面添加过东西",
    "untrusted": "签章的单位不在省里认可的名单上",
    "revoked": "已经作废",
    "expired": "签章用的证书现在不在有效期内",
    "other_person": "不是这个人的证明",
    "not_readable": "文件读不出来，可能已经损坏",
}
CODE_WORDS: Final = {
    "not_ours": "这个二维码里没有可以核对的内容",
    "changed": "二维码的内容被改动过",
    "unknown_terminal": "打印它的终端没有在网关登记过",
    "revoked": "打印它的终端已经停用",
}

Roots = Annotated[
    list[Path] | None, typer.Option("--root", help="认可的根证书，PEM 文件；不填则用省里下发的")
]
Key = Annotated[str, typer.Option(help="网关公钥，64 个十六进制字符；不填则用设置文件中的")]
Record = Annotated[
    Path | None, typer.Option(help="证明的登记（kiosk gateway issue record），核对国密签名")
]


@dataclass(frozen=True, slots=True)
class Trusted:
    """Whom to believe, and what counts no longer. `known`: the list of revoked is at hand."""

    gateway: GatewayKey | None
    lead: str
    roots: tuple[bytes, ...]
    sm2_keys: tuple[bytes, ...]
    revoked: frozenset[str]
    known: bool


def verify_command(
    what: Annotated[str, typer.Argument(help="PDF 文件、二维码的照片，或者二维码的内容")],
    config: Config = None,
    gateway_key: Key = "",
    root: Roots = None,
    record: Record = None,
) -> None:
    """核对一份证明（PDF）或一张回执（二维码）是不是真的，不用联网。

    退出码：0 是真的；1 不是真的，或者被改动过；2 没有办法核对。
    """
    trusted = _trusted(config, gateway_key, root or ())
    content = _content(what)
    if content is None:
        _verify_code(what, trusted)
    elif content.startswith(PDF_START):
        _verify_paper(content, trusted, record)
    else:
        _verify_code(_code_in(content), trusted)


def _content(what: str) -> bytes | None:
    """None when it is the text of a code, which is longer than names of files may be."""
    try:
        return Path(what).read_bytes()
    except FileNotFoundError:
        if what.lower().endswith((".pdf", ".png", ".jpg", ".jpeg")):
            _leave("没有这个文件。", WRONG_USE)
    except OSError:
        pass
    return None


def _trusted(config: Path | None, gateway_key: str, roots: Sequence[Path]) -> Trusted:
    """What the options say, else what this terminal's settings and its store say."""
    given = tuple(_der_of(file) for file in roots)
    if gateway_key or given:
        key = _key_of(gateway_key) if gateway_key else None
        lead = SiteSettings().query_prefix
        return Trusted(key, lead, given, (), frozenset(), known=False)
    settings = settings_of(config)
    key = _key_of(settings.gateway.public_key) if settings.gateway.public_key else None
    told: Configuration | None = None
    try:
        with held_store(settings, program="kiosk verify") as store:
            newest = store.configuration()
            told = parse_configuration(newest[1]) if newest else None
    except (StoreError, ConfigurationError, OSError):
        typer.echo("读不到本机的存储（终端可能正在运行）：没有核对作废名单。", err=True)
    trust = told or Configuration()
    return Trusted(
        key,
        settings.site.query_prefix,
        trust.roots,
        trust.sm2_keys,
        trust.revoked,
        known=told is not None,
    )


def _verify_paper(pdf: bytes, trusted: Trusted, record: Path | None) -> None:
    from kiosk.papers.signed_paper import PaperRefused, check  # noqa: PLC0415  takes a second

    if not trusted.roots:
        _leave("没有根证书，无法核对：请用 --root 给出，或等省里下发。", WRONG_USE)
    try:
        paper = check(
            pdf,
            roots=trusted.roots,
            revoked=trusted.revoked,
            expected=None,
            now=datetime.now(UTC),
        )
    except PaperRefused as refused:
        _leave(f"不能用：{PAPER_WORDS[refused.reason.value]}。", FAILED)
    typer.echo("是真的：签章有效，签章以后没有改动过。")
    typer.echo(f"签章单位：{paper.office}")
    if paper.number:
        typer.echo(f"编　　号：{paper.number}")
    if record is not None:
        _verify_record(pdf, record, trusted)
    _say_limits(trusted)


def _verify_record(pdf: bytes, file: Path, trusted: Trusted) -> None:
    from sync import wire  # noqa: PLC0415
    from sync.paper_record import PaperRecord, record_fits  # noqa: PLC0415
    from sync.sm2 import Sm2Missing  # noqa: PLC0415

    try:
        fits = record_fits(wire.decoded(file.read_bytes(), PaperRecord), pdf, trusted.sm2_keys)
    except (wire.Unreadable, OSError):
        _leave("登记文件读不出来。", WRONG_USE)
    except Sm2Missing:
        _leave("这台机器的 OpenSSL 没有国密算法，核对不了登记。", WRONG_USE)
    if not fits:
        _leave("登记中的国密签名与这份文件不符。", FAILED)
    typer.echo("国密签名：与登记相符。")


def _verify_code(text: str, trusted: Trusted) -> None:
    from sync.proof_code import CodeRefused, check_code  # noqa: PLC0415

    if trusted.gateway is None:
        _leave("没有网关公钥，无法核对：请用 --gateway-key 给出，或写进设置文件。", WRONG_USE)
    try:
        seen = check_code(text, lead=trusted.lead, gateway=trusted.gateway, revoked=trusted.revoked)
    except CodeRefused as refused:
        _leave(f"不能用：{CODE_WORDS[refused.reason.value]}。", FAILED)
    when = f"{seen.at.astimezone():{CHINA_TIME}}"
    if seen.terminal_id:
        typer.echo("是真的：这张回执是登记过的终端打印的，二维码没有改动过。")
        typer.echo(f"回执编号：{grouped(seen.number)}")
        typer.echo(f"打印时间：{when}（终端 {seen.terminal_id}）")
        typer.echo(f"交来材料：{seen.pages} 页")
    else:
        typer.echo("是真的：二维码由省里的网关签发，没有改动过。")
        typer.echo(f"证明编号：{seen.number}")
        typer.echo(f"出具时间：{when}")
    typer.echo(f"办理事项：{seen.item}")
    if seen.person:
        typer.echo(f"姓　　名：{seen.person}")
    if seen.official_end:
        typer.echo(f"办件编号：最后 12 位是 {seen.official_end}")
    typer.echo("请把上面的内容和纸上的逐项比对。")
    _say_limits(trusted)


def _say_limits(trusted: Trusted) -> None:
    if not trusted.known:
        typer.echo("注意：没有核对作废名单。", err=True)


def _code_in(content: bytes) -> str:
    """The text of the one code in a picture that is ours, else of the first one."""
    from devices.camera.codes import read_codes  # noqa: PLC0415
    from devices.camera.pictures import frame_from_file_bytes  # noqa: PLC0415

    try:
        codes = read_codes(frame_from_file_bytes(content))
    except ValueError:
        _leave("这个文件既不是 PDF，也不是图片。", WRONG_USE)
    if not codes:
        _leave("图片里没有找到二维码，请拍清楚再试。", WRONG_USE)
    return next((code.text for code in codes if "." in code.text), codes[0].text)


def _key_of(text: str) -> GatewayKey:
    try:
        return GatewayKey(bytes.fromhex(text))
    except ValueError:
        _leave("网关公钥应是 64 个十六进制字符。", WRONG_USE)


def _der_of(file: Path) -> bytes:
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    try:
        return x509.load_pem_x509_certificate(file.read_bytes()).public_bytes(Encoding.DER)
    except (ValueError, OSError):
        _leave(f"{file} 不是 PEM 证书。", WRONG_USE)


def _leave(words: str, code: int) -> NoReturn:
    typer.echo(words, err=code == WRONG_USE)
    raise typer.Exit(code)

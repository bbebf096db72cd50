"""`kiosk gateway issue`: proofs with the office's seal, and whose seals the terminals believe."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kiosk.domain.case import IllegalMove
from kiosk.domain.configuration import ConfigurationError
from kiosk.gateway_options import (
    DEFAULT_FOLDER,
    FAILED,
    HERE,
    WRONG_USE,
    Address,
    Folder,
    office_of,
    say_and_leave,
)
from sync.gateway.issuing.facts import ProofKind

if TYPE_CHECKING:
    from sync.gateway.issuing.desk import IssuingDesk
    from sync.gateway.issuing.sealing import TokenAddress
    from sync.gateway.office import Office

HELP: Final = """出证：五种常用证明，用本单位的电子签章签发，随办件下发到终端。

第一次演示：先用 authority 设立一个演示单位，再用 proof 给一个已受理的办件出证明。

真的单位自己准备证书和签章图，放在网关文件夹的 issuing 里；密钥可以放在密码钥匙（PKCS#11）里。
"""
issue = typer.Typer(no_args_is_help=True, help=HELP)
SEALS: Final = "issuing"  # folder of the office's seal, in the gateway's folder
SPECIMEN_OFFICE: Final = "示范县社会保险事业管理局"

CaseArgument = Annotated[str, typer.Argument(help="办件的 case_id")]
Module = Annotated[
    Path | None, typer.Option(help="密码钥匙的 PKCS#11 模块，如 /usr/lib/softhsm/libsofthsm2.so")
]
Pin = Annotated[
    str, typer.Option(envvar="DOORSTEP_SEAL_PIN", help="密码钥匙的密码", show_default=False)
]


@issue.command()
def authority(
    office: Annotated[str, typer.Option(help="演示单位的名称")] = SPECIMEN_OFFICE,
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """设立一个演示单位：根证书、签名证书、标着“样章”的图，并让所有终端认它。"""
    from kiosk.papers.fonts import font_folders
    from sync.gateway.issuing.seal_folder import SealFolder

    with _issuing(folder, database) as house:
        seals = SealFolder(folder / SEALS)
        now = datetime.now(UTC)
        try:
            root = seals.make_specimen(office, fonts=font_folders(), now=now)
        except FileExistsError:
            say_and_leave("这里已经设立过单位，没有改动。", WRONG_USE)
        _tell(house, roots=[root], sm2_keys=[seals.sm2().public])
        typer.echo(json.dumps({"office": office, "seals": str(folder / SEALS)}, ensure_ascii=False))


@issue.command()
def proof(
    case_id: CaseArgument,
    kind: Annotated[
        ProofKind,
        typer.Option(
            help="insured 参保缴费证明，pension 养老待遇证明，residence 居住证明，"
            "allowance 低保证明，payment 缴费凭证"
        ),
    ],
    facts: Annotated[Path | None, typer.Option(help="证明的内容，JSON 文件")] = None,
    specimen: Annotated[bool, typer.Option("--specimen", help="内容用编的，只作演示")] = False,
    module: Module = None,
    token: Annotated[str, typer.Option(help="密码钥匙的名称")] = "",
    key: Annotated[str, typer.Option(help="密钥在密码钥匙中的名称")] = "",
    pin: Pin = "",
    copies: Annotated[int, typer.Option(min=0, help="终端最多打几份，0 表示不限")] = 1,
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """给一个办件出证明并办结：排版、签章、登记，随办件下发到终端。"""
    from sync.gateway.issuing.facts import kind_of, read_facts
    from sync.gateway.issuing.specimen_facts import specimen_facts

    if (facts is None) == (not specimen):
        say_and_leave("请用 --facts 给出内容，或用 --specimen 作演示。", WRONG_USE)
    with _issuing(folder, database) as house:
        if facts is not None:
            given = read_facts(facts.read_bytes())
        else:
            case = house.review.case(case_id)
            given = specimen_facts(kind, case.applicant_name, case.applicant_number)
        if kind_of(given) is not kind:
            say_and_leave("内容文件不是这种证明的。", WRONG_USE)
        with _desk(house, folder, _token(module, token, key, pin)) as desk:
            issued = desk.issue(case_id, given, copies=copies)
        shown = {
            "case_id": case_id,
            "state": issued.case.state.value,
            "number": issued.record.number,
            "sha256": issued.record.sha256,
            "sm3": issued.record.sm3,
        }
        typer.echo(json.dumps(shown, ensure_ascii=False))


@issue.command()
def record(
    sha256: Annotated[str, typer.Argument(help="证明文件的 SHA-256")],
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """打印一份证明的登记：SM3 摘要和 SM2 签名，不含个人信息（kiosk verify --record 用它）。"""
    from sync import wire

    with _issuing(folder, database) as house:
        found = house.records.of(sha256)
        if found is None:
            say_and_leave("这里没有出过这份证明。", WRONG_USE)
        typer.echo(wire.canonical(found).decode())


@issue.command()
def trust(
    root: Annotated[Path, typer.Argument(help="根证书，PEM 文件")],
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """让所有终端认这个根证书签发的签章。"""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    with _issuing(folder, database) as house:
        try:
            read = x509.load_pem_x509_certificate(root.read_bytes())
        except ValueError:
            say_and_leave("文件不是 PEM 证书。", WRONG_USE)
        _tell(house, roots=[read.public_bytes(Encoding.DER)])


@issue.command("terminal-key")
def terminal_key(
    terminal_id: Annotated[str, typer.Argument(help="终端编号")],
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """打印一台终端回执公钥的 SHA-256；终端丢失时用 revoke 作废它，它打的回执就不再算数。"""
    from sync import wire

    with _issuing(folder, database) as house:
        public = house.vouching.key_of(terminal_id)
        if not public:
            say_and_leave("这台终端还没有报过回执公钥。", WRONG_USE)
        typer.echo(wire.hash_of(public))


@issue.command()
def revoke(
    sha256: Annotated[
        list[str], typer.Argument(help="作废的证明、证书或终端公钥的 SHA-256（64 个十六进制字符）")
    ],
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
) -> None:
    """作废：终端下次联系网关后，不再显示、不再打印。"""
    with _issuing(folder, database) as house:
        _tell(house, revoked=[one.strip().lower() for one in sha256])


def _tell(house: "Office", **added: list[bytes] | list[str]) -> None:
    from sync.gateway.issuing.trust import with_trust

    before = house.publishing.configuration()
    file = with_trust(before, now=datetime.now(UTC), **added)  # type: ignore[arg-type]
    typer.echo(house.publishing.put_configuration(file), err=True)


def _token(module: Path | None, token: str, key: str, pin: str) -> "TokenAddress | None":
    from sync.gateway.issuing.sealing import TokenAddress

    if module is None:
        return None
    if not (token and key and pin):
        say_and_leave("用密码钥匙时请给出 --token、--key 和环境变量 DOORSTEP_SEAL_PIN。", WRONG_USE)
    return TokenAddress(module, token, key, pin)


@contextmanager
def _desk(house: "Office", folder: Path, token: "TokenAddress | None") -> Iterator["IssuingDesk"]:
    from kiosk.papers.fonts import font_folders
    from sync.gateway.issuing.composing import Composer
    from sync.gateway.issuing.desk import SPECIMEN, IssuingDesk
    from sync.gateway.issuing.seal_folder import SealFolder

    seals = SealFolder(folder / SEALS)
    if not seals.exists:
        say_and_leave("还没有设立出证的单位；演示用 kiosk gateway issue authority。", WRONG_USE)
    name = seals.name()
    with seals.seal(token) as seal:
        yield IssuingDesk(
            office=name.office,
            review=house.review,
            records=house.records,
            composer=Composer(font_folders()),
            seal=seal,
            sm2=seals.sm2(),
            sign=house.sign,
            now=lambda: datetime.now(UTC),
            footnote=SPECIMEN if name.specimen else "",
        )


@contextmanager
def _issuing(folder: Path, database: str) -> Iterator["Office"]:
    """What may go wrong, in words; the character that no font has is for the person here alone."""
    from sync.gateway.issuing.composing import Unwritable
    from sync.gateway.issuing.desk import NotReady
    from sync.gateway.issuing.facts import NotFacts
    from sync.gateway.issuing.sealing import NotSealed
    from sync.sm2 import Sm2Missing

    with office_of(folder, database) as house:
        try:
            yield house
        except KeyError:
            say_and_leave("没有这个办件。", WRONG_USE)
        except IllegalMove as error:
            say_and_leave(f"办件不能这样变更：{error}", WRONG_USE)
        except NotReady:
            say_and_leave("这个办件还没有办件编号，或没有读过证件，不能出证明。", WRONG_USE)
        except NotFacts as error:
            say_and_leave(f"内容文件不能用：{error}", WRONG_USE)
        except ConfigurationError as error:
            say_and_leave(f"不能这样填：{error}", WRONG_USE)
        except Unwritable as error:
            say_and_leave(
                f"字库里没有这个字：{error.character}" if error.character else "排不出这份证明。",
                FAILED,
            )
        except NotSealed as error:
            say_and_leave(f"签章没有成功（{error}），没有出证明。", FAILED)
        except Sm2Missing:
            say_and_leave("这台机器的 OpenSSL 没有国密算法，没有出证明。", FAILED)

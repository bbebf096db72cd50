"""What all commands of the gateway share: where its data is, and plain words when that fails."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from kiosk.catalog.load_catalog import load_catalog
from sync.gateway.database import DatabaseTrouble
from sync.gateway.database_address import ExtraMissing, UnknownAddress, opener_of
from sync.gateway.not_ours import NotOurs, Why
from sync.gateway.objects_address import UnknownObjects

if TYPE_CHECKING:
    from sync.gateway.office import Elsewhere, Office

Folder = Annotated[Path, typer.Option("--folder", help="网关数据所在文件夹")]
Address = Annotated[
    str,
    typer.Option(
        "--database",
        envvar="DOORSTEP_GATEWAY_DATABASE",
        help="数据库地址：postgresql://用户@主机/库名；不填则用文件夹中的 SQLite",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="每行一个 JSON，便于程序读取")]
DEFAULT_FOLDER: Final = Path("gateway")
HERE: Final = ""
DONE, FAILED, WRONG_USE = 0, 1, 2
_NOT_OURS: Final = {
    Why.NEWER_TABLES: "网关数据由更新版本的程序写过（数据版本 {}），没有改动。请先升级程序。",
    Why.NO_KEY: "密钥文件 {} 已损坏，没有改动。请从备份恢复这个文件后再做一次。",
}


@contextmanager
def office_of(folder: Path, address: str, *, catalog: bytes = b"") -> Iterator["Office"]:
    """The gateway's data, beside a serving process or without one.

    `catalog`: its file, where cases are to be checked against it. Raises typer.Exit, after words,
    when the data cannot be used.
    """
    from sync.gateway.office import Office

    with in_words():
        office = Office(
            folder,
            catalog=load_catalog(catalog) if catalog else None,
            catalog_file=catalog,
            elsewhere=elsewhere_of(address),
        )
        try:
            yield office
        finally:
            office.close()


def elsewhere_of(address: str, *, bodies: Path | None = None, objects: str = "") -> "Elsewhere":
    """Where the gateway keeps what is not in its folder. Raises what `in_words` understands."""
    from sync.gateway.office import Elsewhere

    return Elsewhere(database=opener_of(address), bodies=bodies, objects=objects)


@contextmanager
def in_words() -> Iterator[None]:
    """What may be wrong with the gateway's data, in words; never with what is in a case."""
    try:
        yield
    except UnknownAddress:
        say_and_leave("数据库地址应以 postgresql:// 开头；不填则用文件夹中的 SQLite。", WRONG_USE)
    except UnknownObjects:
        say_and_leave(
            "对象存储地址应为 s3://桶名/前缀?endpoint=https://主机（密钥放在环境变量"
            " AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY 中），或 file:///文件夹。",
            WRONG_USE,
        )
    except ExtraMissing as error:
        say_and_leave(
            f"要用 PostgreSQL 或 S3 对象存储，请先安装：pip install 'doorstep-kiosk[{error}]'",
            WRONG_USE,
        )
    except NotOurs as error:
        say_and_leave(_NOT_OURS[error.why].format(error.name), FAILED)
    except DatabaseTrouble as error:
        say_and_leave(f"数据库没有应答，或不能读写（{error}）。请检查后再做一次。", FAILED)
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EADDRNOTAVAIL):
            say_and_leave("这个地址和端口不能用：已被占用，或不是本机的地址。", FAILED)
        kind = error.strerror or type(error).__name__
        say_and_leave(f"文件夹不能读写（{kind}）。请检查磁盘和权限后再做一次。", FAILED)


def say_and_leave(words: str, code: int) -> NoReturn:
    """Words on the error output, then the end. Raises typer.Exit."""
    typer.echo(words, err=True)
    raise typer.Exit(code) from None

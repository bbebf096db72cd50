"""`kiosk gateway serve` and `openapi`: runs the province's door, and tells what it understands."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from kiosk.catalog.complaints import CatalogError
from kiosk.catalog.load_catalog import load_catalog, packaged_catalog_file
from kiosk.gateway_options import (
    DEFAULT_FOLDER,
    HERE,
    WRONG_USE,
    Address,
    Folder,
    elsewhere_of,
    in_words,
    say_and_leave,
)
from sync.gateway.limits import USUAL, Limits

MEBIBYTE: Final = 1024 * 1024
_LIMITS: Final = "限制（一般不用改）"


def _limit(words: str, *, least: float = 1) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(help=words, min=least, rich_help_panel=_LIMITS)
    return option


def serve_command(
    folder: Folder = DEFAULT_FOLDER,
    database: Address = HERE,
    host: Annotated[str, typer.Option(help="监听地址；0.0.0.0 为本机所有地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="监听端口，0 为任选", min=0, max=65535)] = 8470,
    catalog: Annotated[Path | None, typer.Option(help="事项目录文件，默认内置草案")] = None,
    tls_certificate: Annotated[Path | None, typer.Option(help="网关的 PEM 证书")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="网关的 PEM 私钥")] = None,
    terminal_authority: Annotated[
        Path | None,
        typer.Option(help="签发终端证书的 PEM 根证书；填了以后，没有这种证书的一律不接"),
    ] = None,
    bodies: Annotated[
        Path | None,
        typer.Option(help="前面的 nginx 存放请求正文的文件夹，见 packaging/nginx 的样例"),
    ] = None,
    objects: Annotated[
        str,
        typer.Option(
            envvar="DOORSTEP_GATEWAY_OBJECTS",
            help="材料文件最终存放处：s3://桶名/前缀?endpoint=https://主机，密钥从环境变量读；"
            "或 file:///文件夹。填过一次就记住",
            show_default=False,
        ),
    ] = HERE,
    metrics_open: Annotated[
        bool, typer.Option("--metrics-open", help="其他机器也可以读 /metrics；默认只有本机可以")
    ] = False,
    most_connections: Annotated[int, _limit("同时最多多少个连接")] = USUAL.most_connections,
    most_requests: Annotated[
        int, _limit("同时最多处理多少个请求；多了的请稍后再来")
    ] = USUAL.most_at_once,
    most_sending: Annotated[
        int, _limit("同时最多多少台终端上传；多了的，告诉它什么时候再来")
    ] = USUAL.most_sending,
    newcomers: Annotated[int, _limit("每秒最多多少台终端开始上传")] = USUAL.newcomers_a_second,
    most_per_terminal: Annotated[int, _limit("一台终端同时最多多少个请求")] = USUAL.most_of_one,
    largest_request: Annotated[
        int, _limit("一个请求最多多少 MB（U 盘办件不受此限）")
    ] = USUAL.largest_request // MEBIBYTE,
    longest_head: Annotated[
        int, _limit("请求的地址和头部最多多少字节", least=1024)
    ] = USUAL.longest_head,
    head_seconds: Annotated[float, _limit("等请求的头部收齐，最多多少秒")] = USUAL.head_seconds,
    idle_seconds: Annotated[
        float, _limit("请求发到一半、一个字节也不来，最多等多少秒")
    ] = USUAL.idle_seconds,
    stop_seconds: Annotated[
        float, _limit("停止时，等正在处理的请求做完，最多多少秒", least=0)
    ] = USUAL.stop_seconds,
) -> None:
    """运行网关，直到被终止（Ctrl-C，或 systemctl stop）。

    先用 enrol 登记终端，再运行。运行以后：/healthz 看进程是否还在，/readyz 看数据库和磁盘
    是否正常，/metrics 给 Prometheus 读数，/v1/openapi.json 是接口说明。
    """
    from sync.gateway.serve import GatewaySettings, serve

    if (tls_certificate is None) != (tls_key is None):
        say_and_leave("--tls-certificate 和 --tls-key 要一起填。", WRONG_USE)
    if terminal_authority is not None and tls_certificate is None:
        say_and_leave("--terminal-authority 要和网关自己的证书一起用。", WRONG_USE)
    with in_words(), _catalogue_in_words():
        content = catalog.read_bytes() if catalog is not None else packaged_catalog_file()
        settings = GatewaySettings(
            folder=folder,
            host=host,
            port=port,
            catalog=load_catalog(content),
            catalog_file=content,
            tls_certificate=tls_certificate,
            tls_key=tls_key,
            terminal_authority=terminal_authority,
            elsewhere=elsewhere_of(database, bodies=bodies, objects=objects),
            metrics_open=metrics_open,
            limits=Limits(
                largest_request=largest_request * MEBIBYTE,
                longest_head=longest_head,
                most_connections=most_connections,
                most_at_once=most_requests,
                most_sending=most_sending,
                newcomers_a_second=newcomers,
                most_of_one=most_per_terminal,
                head_seconds=head_seconds,
                idle_seconds=idle_seconds,
                stop_seconds=stop_seconds,
            ),
        )
        serve(settings, listening=lambda opened: typer.echo(f"网关已就绪：{host}:{opened}"))


@contextmanager
def _catalogue_in_words() -> Iterator[None]:
    try:
        yield
    except CatalogError as error:
        say_and_leave(f"事项目录不能用：{error}", WRONG_USE)


def openapi_command() -> None:
    """打印接口说明（OpenAPI 3.1，JSON）。"""
    from sync.gateway.openapi import described

    typer.echo(json.dumps(described(), ensure_ascii=False, indent=2))

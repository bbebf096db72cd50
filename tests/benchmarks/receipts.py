"""Slips on six kinds of printer beside python-escpos: lines that come out right, bytes, time."""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import zxingcpp
from escpos.printer import Dummy
from PIL import Image

from devices.receipt_printer.escpos_job import job_pieces
from devices.receipt_printer.escpos_raster import raster_job
from devices.receipt_printer.profile import PrinterProfile
from kiosk.domain.receipt import Receipt
from kiosk.papers.slip_layout import SlipLayout
from tests.counterparts.printer_kinds import (
    KINDS,
    Fate,
    Kind,
    corpora,
    is_drawn,
    ours,
    printed,
    same_ink,
    share,
)
from tests.counterparts.raster_reader import raster_of

NAME: Final = "receipts"
ROUNDS: Final = 15
SLIP: Final = Receipt(
    title="受理通知书",
    site="示范县示范镇向阳村便民服务站",
    lines=(
        ("受理编号", "220182-000137"),
        ("申请人", "王䶮（㙓）"),
        ("办理事项", "城乡居民最低生活保障待遇申请"),
        ("受理时间", "2030年01月02日 10:15"),
        ("承诺时限", "20个工作日"),
    ),
    materials=("居民身份证（原件核验）", "户口簿复印件 1 份", "家庭经济状况承诺书 1 份"),
    notes=("请妥善保管本凭条，凭受理编号或扫描二维码可查询办理进度。",),
    qr="https://bm.example.cn/q?n=220182-000137&c=7F3A9C1B2D4E5F60",
    footer="示范镇便民服务中心",
)

LIBRARY_PROFILE: Final = "RP-F10-80mm"  # 576 dots
PLAIN: Final = replace(SLIP, lines=(SLIP.lines[0], ("申请人", "王某某"), *SLIP.lines[2:]))
TEXT: Final = PrinterProfile(character_set="gb2312", text=True, native_qr=True)


def run() -> dict[str, float]:
    """Prints three tables; the figures are of the first row that each is about."""
    layouts = {width: SlipLayout(width) for width in (576, 384)}
    return {**_truth(layouts[576]), **_sizes(layouts), **_times(layouts[576])}


def _truth(layout: SlipLayout) -> dict[str, float]:
    print("share of lines that are right; ours: as text / as picture / refused before printing")
    print(f"{'':14}{'':22}" + "".join(f"{kind!s:>17}" for kind in KINDS))
    wrong, library_cells = 0, 0
    for corpus, lines in corpora().items():
        mine = {kind: [ours(words, kind, layout) for words in lines] for kind in KINDS}
        theirs = {kind: [_library_is_right(words, kind) for words in lines] for kind in KINDS}
        wrong += sum(fates.count(Fate.WRONG) for fates in mine.values())
        library_cells += sum(all(right) for right in theirs.values())
        told = [
            "/".join(f"{share(mine[kind], fate):.2f}" for fate in (*Fate,)[:3]) for kind in KINDS
        ]
        print(f"{corpus:14}{'ours':22}" + "".join(f"{one:>17}" for one in told))
        rates = [sum(right) / len(right) for right in theirs.values()]
        print(f"{'':14}{'python-escpos text()':22}" + "".join(f"{one:17.2f}" for one in rates))
    cells = len(KINDS) * len(corpora())
    print(f"ours: {wrong} lines wrong; python-escpos: {library_cells} of {cells} cells all right")
    return {"wrong_lines": wrong, "library_cells_right": library_cells, "cells": cells}


def _library_is_right(words: str, kind: Kind) -> bool:
    library = Dummy()
    library.text(f"{words}\n")
    return is_drawn(printed(library.output, kind), words)


def _sizes(layouts: dict[int, SlipLayout]) -> dict[str, float]:
    print(f"\n{'bytes':28}{'ours':>9}{'image()':>9}{'ratio':>7}  code, second reader")
    figures = {}
    for width, layout in layouts.items():
        for name, slip in (("Chinese", SLIP), ("with Korean", replace(SLIP, with_korean=True))):
            page = layout.picture(slip)
            job = b"".join(job_pieces(slip, layout=layout, profile=PrinterProfile()))
            kept = _kept(job, page, slip.qr, width)
            ratio = len(job) / len(_library_image(page))
            figures[f"raster_{width}_{name.replace(' ', '_').lower()}"] = round(ratio, 3)
            told = f"{len(job):9}{len(_library_image(page)):9}{ratio:7.2f}  {kept}"
            print(f"picture, {width} dots, {name:11}{told}")
    text = b"".join(job_pieces(PLAIN, layout=layouts[576], profile=TEXT))
    figures["text_bytes"] = len(text)
    print(f"{'text, own code of printer':28}{len(text):9}")
    return figures


def _kept(job: bytes, page: Image.Image, content: str, width: int) -> str:
    slip = printed(job, KINDS[-1], width=width).picture()
    codes = [code.text for code in zxingcpp.read_barcodes(slip)] == [content]
    agrees = same_ink(raster_of(job), page.convert("L"))
    return f"{'read' if codes else 'LOST'}, {'agrees' if agrees else 'DIFFERS'}"


def _library_image(page: Image.Image) -> bytes:
    library = Dummy(profile=LIBRARY_PROFILE)
    library.image(page, center=False)
    library.cut()
    return bytes(library.output)


def _times(layout: SlipLayout) -> dict[str, float]:
    page = layout.picture(SLIP)
    ways: dict[str, Callable[[], object]] = {
        "set and draw the slip": lambda: layout.picture(SLIP),
        "picture to bytes": lambda: raster_job(page),
        "python-escpos image()": lambda: _library_image(page),
        "slip to text": lambda: job_pieces(PLAIN, layout=layout, profile=TEXT),
    }
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, work in ways.items():
            began = time.perf_counter()
            work()
            taken[way].append(time.perf_counter() - began)
    print(f"\n{'median of ' + str(ROUNDS):28}{'ms':>9}")
    medians = {way: statistics.median(times) * 1000 for way, times in taken.items()}
    for way, median in medians.items():
        print(f"{way:28}{median:9.2f}")
    return {f"ms_{way.replace(' ', '_')}": round(median, 2) for way, median in medians.items()}

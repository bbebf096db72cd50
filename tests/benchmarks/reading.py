"""Reads photographed specimen ID cards: how many are exact, how long it takes, by which runtime.

The corners are our own page finder's. The same model file is run by OpenCV's cv2.dnn and by
onnxruntime in turns, one core each, in processor time of the thread, since others use the machine.
onnxruntime is installed into build/ for this run alone.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from devices.camera.page_edges import find_page
from devices.camera.pictures import Reals, frame_of
from devices.camera.reading.paper import FieldKey, ReadingKind
from devices.camera.reading.pp_ocr import PpOcrLineReader, model_file
from devices.camera.reading.read_paper import read_paper
from devices.camera.reading.specimen_cards import FONT, Face, id_card_front, photographed
from devices.camera.straighten import straighten

NAME: Final = "reading"
CARDS: Final = 60
SEED: Final = 20260701
SIZE: Final = (1600, 1200)
PEER: Final = Path("build/peers/onnxruntime")
PEER_PACKAGE: Final = "onnxruntime==1.32.0"
FONTS: Final = (
    FONT,
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
)
FAMILY: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕金崔朴"
)
GIVEN: Final = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英霞平刚桂华建国玉兰凤珍淑琴哲善姬顺福贵鑫淼焱垚喆璟昊翀"
    "赟骁琬瑄彧煜熠烨晔晟昱旻珺珉琨瑾璐瓒衍羿翊翔耀聿"
)
NATIONS: Final = ("汉", "满", "朝鲜", "回", "蒙古", "锡伯", "维吾尔", "土家")
PLACES: Final = (
    "吉林省延吉市朝阳川镇",
    "吉林省和龙市八家子镇",
    "吉林省汪清县春阳镇",
    "吉林省图们市石岘镇",
    "吉林省珲春市密江乡",
    "吉林省敦化市雁鸣湖镇",
    "吉林省榆树市五棵树镇",
    "吉林省前郭尔罗斯蒙古族自治县查干湖镇",
    "吉林省伊通满族自治县莫里青乡",
    "吉林省梨树县蔡家镇",
)
VILLAGES: Final = ("东兴村", "河西村", "仲坪村", "太阳村", "红旗社区", "光荣村")
ENDS: Final = ("{}组", "{}组{}号", "{}委{}组", "{}号楼{}单元{}室", "解放路{}号")


@dataclass(frozen=True)
class Shot:
    """One photograph and who is on it."""

    face: Face
    pixels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]"


def run(cards: str = str(CARDS)) -> dict[str, float]:
    """`cards`: how many."""
    cv2.setNumThreads(1)
    if model_file() is None:
        print("The models are not installed: nothing to measure.")
        return {}
    readers = {"cv2.dnn": PpOcrLineReader(), "onnxruntime": _onnx_reader()}
    exact = dict.fromkeys(readers, 0)
    unflagged = dict.fromkeys(readers, 0)
    times: dict[str, list[float]] = {key: [] for key in (*readers, "finding")}
    unseen = 0
    for shot in shots(int(cards)):
        before = time.thread_time()
        found = find_page(frame_of(shot.pixels))
        flat = straighten(frame_of(shot.pixels), found.corners) if found else None
        times["finding"].append(time.thread_time() - before)
        if flat is None:
            unseen += 1
            continue
        for key, reader in readers.items():
            before = time.thread_time()
            paper = read_paper(flat, ReadingKind.ID_CARD_FRONT, reader)
            times[key].append(time.thread_time() - before)
            wanted = {
                FieldKey.NAME: shot.face.name,
                FieldKey.ADDRESS: shot.face.address,
                FieldKey.NUMBER: shot.face.number,
            }
            wrong = [one for one in paper.fields if wanted.get(one.key, one.text) != one.text]
            exact[key] += not wrong
            unflagged[key] += any(one.sure for one in wrong)
    total = int(cards)
    finding = 1000 * statistics.median(times["finding"])
    figures = {"cards": float(total), "page not found": float(unseen), "finding ms": finding}
    print(f"{total} photographed cards {SIZE[0]}x{SIZE[1]}; page not found: {unseen}")
    print(f"finding and laying flat: {finding:.0f} ms of one core (median)")
    for key in readers:
        median = 1000 * statistics.median(times[key])
        figures |= {f"{key} exact": exact[key] / total, f"{key} ms": median}
        figures[f"{key} wrong and not flagged"] = float(unflagged[key])
        print(
            f"{key:12} name, address and number exact {exact[key]}/{total}, "
            f"{median:.0f} ms reading, {median + finding:.0f} ms a card; "
            f"wrong without a warning {unflagged[key]}"
        )
    return figures


def shots(count: int) -> Iterator[Shot]:
    """Invented people, each card photographed once; the same ones every time."""
    for at in range(count):
        random = np.random.default_rng([SEED, at])
        face = _face(random)
        sheet = id_card_front(face, FONTS[at % len(FONTS)])
        share = float(random.uniform(0.42, 0.7))
        yield Shot(face, photographed(sheet, random, share=share, size=SIZE)[0])


def _face(random: np.random.Generator) -> Face:
    def one(of: str) -> str:
        return of[int(random.integers(len(of)))]

    numbers = random.integers(1, 30, 3)
    end = ENDS[int(random.integers(len(ENDS)))].format(*numbers)
    serial = int(random.integers(1, 999))
    year, month, day = random.integers((1935, 1, 1), (2008, 13, 29))
    return Face(
        name=one(FAMILY) + "".join(one(GIVEN) for _ in range(int(random.integers(1, 3)))),
        sex="男" if serial % 2 else "女",
        nation=NATIONS[int(random.integers(len(NATIONS)))],
        birth=f"{year}{month:02}{day:02}",
        address=PLACES[int(random.integers(len(PLACES)))]
        + VILLAGES[int(random.integers(len(VILLAGES)))]
        + end,
        serial=f"{serial:03}",
        area=f"99{int(random.integers(10000)):04}",
    )


class _OnnxNet:
    """What PpOcrLineReader asks of cv2.dnn, answered by onnxruntime."""

    def __init__(self) -> None:
        if not PEER.is_dir():
            command = [sys.executable, "-m", "pip", "install", "-q", "--target", str(PEER)]
            subprocess.run(
                [*command, "--no-deps", PEER_PACKAGE, "flatbuffers", "protobuf"], check=True
            )
        sys.path.append(str(PEER))
        import onnxruntime  # noqa: PLC0415 - only now it is there

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(str(model_file()), options)
        self._picture: Reals | None = None

    def setInput(self, picture: Reals) -> None:  # noqa: N802 - OpenCV's own name
        """For `forward`."""
        self._picture = picture

    def forward(self) -> Any:
        """The network's one output."""
        return self._session.run(None, {self._session.get_inputs()[0].name: self._picture})[0]


def _onnx_reader() -> PpOcrLineReader:
    reader = PpOcrLineReader()
    reader._net = _OnnxNet()
    return reader

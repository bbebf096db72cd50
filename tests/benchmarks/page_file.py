"""How small a scanned page becomes, and what of it can still be read, against usual encodings.

`./run bench page_file -- SEED PAGES`. Invented letters and forms with a red seal and blue writing,
taken with shade, shadow, blur and noise at 200 dpi; then the photographs of shared/data/pages.
Lines are read by PP-OCRv6 in the wheel rapidocr, each at its known place.
"""

import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from devices.camera.page_file import PAGE_BUDGET, page_file
from devices.camera.page_light import flattened
from devices.camera.pictures import Pixels, frame_from_file_bytes, frame_of, pixels_of, to_jpeg
from devices.camera.reading.pp_ocr import PpOcrLineReader
from devices.camera.straighten import straighten
from tests.benchmarks._scan_material import NoMaterialError, generator, shared_folder

NAME: Final = "page_file"
SEED: Final = 20261128
PAGES: Final = 6
DPI: Final = 200
_SEAL: Final = (1250, 2080, 130)  # centre and radius in pixels
_PUNCTUATION: Final = str.maketrans("", "", "，。、；：,.;:《》“”\"' ·")  # as the reference counts


@dataclass(frozen=True)
class Written:
    """A page as it was taken, with the lines on it: left, top, right, bottom, text."""

    kind: str
    taken: Pixels = field(repr=False)
    lines: Sequence[tuple[int, int, int, int, str]] = field(repr=False)


def run(seed: str = str(SEED), pages: str = str(PAGES)) -> dict[str, float]:
    """Every encoding of the same pages; exact lines and sizes as means."""
    try:
        written = list(_pages(int(seed), int(pages)))
        folder = shared_folder() / "data" / "pages"
    except NoMaterialError as error:
        print(f"Left out: {error}")
        return {}
    reader = PpOcrLineReader()
    sizes: dict[str, list[float]] = {}
    exact: dict[str, list[bool]] = {}
    red: dict[str, list[bool]] = {}
    alike: list[float] = []
    seconds: list[float] = []
    for page in written:
        for name, content, seen in _encodings(page.taken, seconds, alike):
            sizes.setdefault(name, []).append(len(content) / 1024)
            red.setdefault(name, []).append(_is_red(seen))
            exact.setdefault(name, []).extend(_exact(reader, seen, page))
    print(f"{'':26}{'KB mean':>9}{'most':>7}{'exact lines':>13}{'seal red':>10}")
    figures: dict[str, float] = {"pages": len(written), "lines": len(exact["ours"])}
    for name, kilobytes in sizes.items():
        mean, share = statistics.mean(kilobytes), statistics.mean(exact[name])
        reds = sum(red[name])
        print(f"{name:26}{mean:9.1f}{max(kilobytes):7.1f}{share:13.4f}{reds:7}/{len(written)}")
        figures |= {f"{name}_kb": round(mean, 1), f"{name}_exact": round(share, 4)}
    took = statistics.median(seconds)
    print(f"budget {PAGE_BUDGET / 1024:.0f} KB; processor time of ours: {took:.2f} s")
    print(f"poppler and Ghostscript: at most {max(alike):.4f} of the dots unlike")
    return figures | {"seconds": round(took, 3)} | _real(folder)


def _encodings(
    taken: Pixels, seconds: list[float], alike: list[float]
) -> Iterator[tuple[str, bytes, Pixels]]:
    for name, pixels, quality in (
        ("JPEG 75 as taken", taken, 75),
        ("JPEG 50 flattened", flattened(taken), 50),
    ):
        content = to_jpeg(frame_of(pixels), quality)
        yield name, content, pixels_of(frame_from_file_bytes(content))
    began = time.thread_time()
    file = page_file(frame_of(taken), ())
    seconds.append(time.thread_time() - began)
    size = (taken.shape[1], taken.shape[0])
    if not file.pdf:
        yield "ours", file.jpeg, pixels_of(frame_from_file_bytes(file.jpeg))
        return
    poppler, ghostscript = _shown(file.pdf)
    shown = (poppler, ghostscript)
    small = [cv2.resize(one, (413, 585), interpolation=cv2.INTER_AREA) for one in shown]
    alike.append(float((cv2.absdiff(small[0], small[1]).max(axis=2) > 80).mean()))
    yield "ours", file.pdf, np.asarray(cv2.resize(poppler, size), np.uint8)


def _shown(pdf: bytes) -> tuple[Pixels, Pixels]:
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "page.pdf").write_bytes(pdf)
        for command in (
            f"pdftoppm -r {DPI} -png -singlefile page.pdf poppler",
            f"gs -q -dNOPAUSE -dBATCH -sDEVICE=png16m -r{DPI} -o ghostscript.png page.pdf",
        ):
            subprocess.run(command.split(), cwd=place, check=True, timeout=60)
        poppler, ghostscript = (
            pixels_of(frame_from_file_bytes((Path(place) / f"{name}.png").read_bytes()))
            for name in ("poppler", "ghostscript")
        )
    return poppler, ghostscript


def _exact(reader: PpOcrLineReader, seen: Pixels, page: Written) -> Iterator[bool]:
    for left, top, right, bottom, text in page.lines:
        read = reader.read(np.ascontiguousarray(seen[top:bottom, left:right])).text
        yield read.translate(_PUNCTUATION) == text.translate(_PUNCTUATION)


def _is_red(seen: Pixels) -> bool:
    x, y, radius = _SEAL
    part = seen[y - radius : y + radius, x - radius : x + radius].astype(int)
    return float(((part[:, :, 2] - part[:, :, 1] > 60) & (part[:, :, 2] > 120)).mean()) > 0.02


def _pages(seed: int, count: int) -> Iterator[Written]:
    made: Any = generator("gen_ocr")
    for number in range(count):
        random = np.random.default_rng([seed, number])
        kind = ("letter", "form")[number % 2]
        image, texts, _ = getattr(made, kind)(random)
        clean = np.array(image)[:, :, ::-1].copy()
        lines = [_line(clean, *one) for one in texts]
        draw = made.ImageDraw.Draw(image)
        x, y, radius = _SEAL
        for line in ((130, y, 1524, y), (x, 1900, x, 2280)):  # the seal lies over lines of the form
            draw.line(line, fill=(40, 40, 40), width=3)
        made.G.seal(draw, x, y, radius, "专用章", made.G.font("sansb", 30))
        draw.text((300, 2080), made.NM[0], font=made.G.font("kai", 90), fill=(30, 30, 120))
        yield Written(kind, _taken(np.array(image)[:, :, ::-1], random), lines)


def _line(clean: Pixels, x: int, y: int, text: str) -> tuple[int, int, int, int, str]:
    """Where its ink lies on the page as it was drawn; fonts are at most 60 pixels high."""
    width = sum(30 if ord(c) < 256 else 60 for c in text)
    x, y = int(x), int(y)
    part = clean[y : y + 66, x : x + width].min(axis=2) < 140
    columns = np.flatnonzero(part.any(axis=0))
    gaps = np.flatnonzero(np.diff(columns) > 70)
    last = columns[gaps[0]] if len(gaps) else columns[-1]
    rows = np.flatnonzero(part[:, : last + 1].any(axis=1))
    return x - 4, y + int(rows[0]) - 4, x + int(last) + 6, y + int(rows[-1]) + 6, text


def _taken(page: Pixels, random: np.random.Generator) -> Pixels:
    """Shade across the page, the shadow of a hand or head, blur and noise."""
    height, width = page.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    turn = random.uniform(0, 2 * np.pi)
    light = 0.82 + 0.3 * ((x / width - 0.5) * np.cos(turn) + (y / height - 0.5) * np.sin(turn))
    shadow = np.zeros((height, width), np.float32)
    corners = random.uniform(0.1, 0.9, 2) * [width, height] + random.standard_normal((5, 2)) * 450
    cv2.fillConvexPoly(shadow, cv2.convexHull(corners.astype(np.int32)), 1.0)
    shadow = np.asarray(cv2.GaussianBlur(shadow, (0, 0), random.uniform(8, 40)))
    seen = page * (light * (1 - random.uniform(0.25, 0.5) * shadow))[:, :, None]
    seen = cv2.GaussianBlur(seen, (0, 0), 0.8) + random.standard_normal(page.shape) * 4
    return np.clip(seen, 0, 255).astype(np.uint8)


def _real(folder: Path) -> dict[str, float]:
    """Real photographs, straightened by their known corners: what becomes of them."""
    kept: dict[str, list[float]] = {"pdf": [], "jpeg": []}
    for one in json.loads((folder / "corners.json").read_text()):
        frame = frame_from_file_bytes((folder / one["file"]).read_bytes())
        a, b, c, d = ((float(x), float(y)) for x, y in one["corners_tl_tr_br_bl"])
        page = straighten(frame, (a, b, c, d))
        file = page_file(page, ())
        content = file.pdf or file.jpeg
        before = len(to_jpeg(page, 75)) / 1024
        kept["pdf" if file.pdf else "jpeg"].append(len(content) / 1024)
        form = f"{'PDF' if file.pdf else 'JPEG':5}{len(content) / 1024:7.1f} KB"
        print(f"{one['file']:24}{page.width}x{page.height:<6}{form} (JPEG 75: {before:.0f})")
    return {f"real_{name}s": len(sizes) for name, sizes in kept.items()}

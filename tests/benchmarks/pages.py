"""How well and how fast pages are found, beside the plain Canny method in the same run.

`./run bench pages` looks at the real photographs of tests/samples/pages; `./run bench pages -- DIR`
also at generated frames: a folder of pictures with a truth.json that lists each one's `file` and
`quad` (four corners, or null on an empty desk), as the generator of the scanning examples writes.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from devices.camera.api import Frame
from devices.camera.page_edges import find_page, outline_page
from devices.camera.pictures import Reals, frame_from_file_bytes, pixels_of

NAME: Final = "pages"
PHOTOGRAPHS: Final = Path(__file__).parents[1] / "samples" / "pages"

# Held-out generated set and real photographs in reference/scanning.md, section 1.3: other frames
# than those of this run, so they stand beside it and are compared with it only roughly.
REFERENCE: Final = (
    "in the reference, generated / real: Canny .293 / .449, jscanify .510 / .701,",
    "OSS-DocumentScanner .657 / .742, GrabCut .852 / .870, the sketch .904 / .966 mean overlap;",
    "false finds on 40 empty desks: Canny 8, jscanify 22, OSS-DocumentScanner 0, the sketch 5",
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture and where its page truly lies; None: there is none."""

    file: Path
    corners: Reals | None


def plain_canny(frame: Frame) -> Reals | None:
    """The method of most tutorials: Canny at 500 rows, the largest contour with four corners."""
    pixels = pixels_of(frame)
    shrunk = frame.height / 500
    size = (max(1, round(frame.width / shrunk)), 500)
    grey = cv2.cvtColor(cv2.resize(pixels, size), cv2.COLOR_BGR2GRAY)
    edges = cv2.Canny(cv2.GaussianBlur(grey, (5, 5), 0), 75, 200)
    contours = cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]
    for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:5]:
        rough = cv2.approxPolyDP(contour, 0.02 * cv2.arcLength(contour, True), True)
        if len(rough) == 4:
            return np.asarray(rough.reshape(4, 2) * shrunk, float)
    return None


def _found(frame: Frame) -> Reals | None:
    page = find_page(frame)
    return None if page is None else np.array(page.corners)


def _outlined(frame: Frame) -> Reals | None:
    page = outline_page(frame)
    return None if page is None else np.array(page.corners)


METHODS: Final[dict[str, Callable[[Frame], Reals | None]]] = {
    "canny": plain_canny,
    "outline": _outlined,
    "find": _found,
}


def overlap(found: Reals | None, true: Reals, frame: Frame) -> float:
    """Intersection over union inside the frame; 0 when nothing was found."""
    if found is None:
        return 0.0
    masks = []
    for corners in (found, true):
        mask = np.zeros((frame.height, frame.width), np.uint8)
        sixteenths = np.round(corners * 16).astype(np.int32)
        cv2.fillPoly(mask, [sixteenths], 1, shift=4)
        masks.append(mask > 0)
    return float((masks[0] & masks[1]).sum() / max(1, (masks[0] | masks[1]).sum()))


def corner_error(found: Reals, true: Reals) -> float:
    """Mean distance of the corners by the mean side, whichever corner comes first."""
    side = np.linalg.norm(np.roll(true, -1, axis=0) - true, axis=1).mean()
    turned = [np.roll(way, k, axis=0) for way in (found, found[::-1]) for k in range(4)]
    return float(min(np.linalg.norm(t - true, axis=1).mean() for t in turned) / side)


def generated(folder: Path) -> list[Picture]:
    """Frames with their truth, as the generator wrote them."""
    listed = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return [
        Picture(folder / one["file"], None if one["quad"] is None else np.array(one["quad"]))
        for one in listed
    ]


def photographs() -> list[Picture]:
    """The real ones whose sheet is flat, so that four corners say everything."""
    listed = json.loads((PHOTOGRAPHS / "corners.json").read_text(encoding="utf-8"))
    return [
        Picture(PHOTOGRAPHS / one["file"], np.array(one["corners_tl_tr_br_bl"]))
        for one in listed
        if one["flat"]
    ]


def run(*folders: str) -> dict[str, float]:
    """Prints one line for each method and set, and gives the same figures by name."""
    cv2.setNumThreads(1)
    figures: dict[str, float] = {}
    for folder in folders:
        figures |= _measured("generated", generated(Path(folder)))
    figures |= _measured("real", photographs())
    print("\n".join(REFERENCE))
    return figures


def _measured(name: str, pictures: list[Picture]) -> dict[str, float]:
    overlaps: dict[str, list[float]] = {method: [] for method in METHODS}
    errors: dict[str, list[float]] = {method: [] for method in METHODS}
    times: dict[str, list[float]] = {method: [] for method in METHODS}
    false: dict[str, int] = dict.fromkeys(METHODS, 0)
    for picture in pictures:
        frame = frame_from_file_bytes(picture.file.read_bytes())
        for method, find in METHODS.items():
            started = time.process_time()  # processor time: others are busy on this machine too
            found = find(frame)
            times[method].append((time.process_time() - started) * 1000)
            if picture.corners is None:
                false[method] += found is not None
                continue
            overlaps[method].append(overlap(found, picture.corners, frame))
            size = np.array([frame.width, frame.height])
            if found is not None and ((picture.corners >= 0) & (picture.corners <= size)).all():
                errors[method].append(corner_error(found, picture.corners))
    empty = sum(picture.corners is None for picture in pictures)
    print(f"{name}: {len(pictures) - empty} pages, {empty} empty desks")
    figures: dict[str, float] = {}
    baseline = float(np.median(times["canny"]))
    for method in METHODS:
        each = np.array(overlaps[method])
        one = {
            "overlap": float(each.mean()),
            "share_95": float((each >= 0.95).mean()),
            "share_98": float((each >= 0.98).mean()),
            "corner_error": float(np.median(errors[method])) if errors[method] else 1.0,
            "false_finds": float(false[method]),
            "milliseconds": float(np.median(times[method])),
            "times_canny": float(np.median(times[method])) / baseline,
        }
        print(f"  {method:8}" + "  ".join(f"{key} {value:.4g}" for key, value in one.items()))
        figures |= {f"{name}_{method}_{key}": value for key, value in one.items()}
    return figures

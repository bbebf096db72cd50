"""What `kiosk scan` says about photographs: where the page lies, how good it is, which codes."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

from devices.camera.api import Frame
from devices.camera.codes import read_codes
from devices.camera.judge import judge
from devices.camera.opencv_camera import pictures_in
from devices.camera.page_edges import find_page
from devices.camera.pictures import frame_from_file_bytes
from devices.camera.straighten import straighten


def scan_reports(paths: list[Path]) -> Iterator[dict[str, object]]:
    """One report for each picture, in the order given; a folder stands for all its pictures,
    sorted by name."""
    for path in paths:
        try:
            pictures = pictures_in(path) if path.is_dir() else [path]
        except OSError as error:
            yield {"file": str(path), "error": error.strerror or "cannot be read"}
            continue
        for picture in pictures:
            yield scan_report(picture)


def as_json_line(report: dict[str, object]) -> str:
    """The report as one line, Chinese characters left readable."""
    return json.dumps(report, ensure_ascii=False)


def scan_report(path: Path) -> dict[str, object]:
    """file, corners (top left, top right, bottom right, bottom left as [x, y]; null without a
    page), sureness, cut_off, judgement, codes, milliseconds; or file and error. Never raises.

    The milliseconds are those of finding, straightening, judging and reading codes, without
    opening the file.
    """
    try:
        frame = frame_from_file_bytes(path.read_bytes())
    except OSError as error:
        return {"file": str(path), "error": error.strerror or "cannot be read"}
    except ValueError as error:
        return {"file": str(path), "error": str(error)}
    return {"file": str(path), **_seen_in(frame)}


def _seen_in(frame: Frame) -> dict[str, object]:
    started = time.perf_counter()
    found = find_page(frame)
    page = frame if found is None else straighten(frame, found.corners)
    doubts = judge(page, found)
    codes = read_codes(frame)
    milliseconds = (time.perf_counter() - started) * 1000
    return {
        "corners": None
        if found is None
        else [[round(x, 1), round(y, 1)] for x, y in found.corners],
        "sureness": 0.0 if found is None else round(found.sureness, 3),
        "cut_off": found is not None and found.cut_off,
        "judgement": sorted(doubt.value for doubt in doubts),
        "codes": [{"format": code.format.value, "text": code.text} for code in codes],
        "milliseconds": round(milliseconds, 1),
    }

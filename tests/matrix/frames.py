"""Gives the page finder thousands of frames and torn pictures: no crash, no hang, no leak.

Every picture comes from its number, so one that breaks something can be made again alone.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from devices.camera.api import Frame
from devices.camera.page_edges import find_page, outline_page
from devices.camera.pictures import Pixels, frame_from_file_bytes, frame_of, to_jpeg
from devices.camera.scan_page import keep_page
from tests.matrix.tally import Tally

ALL: Final = 10_000
LARGEST: Final = 320  # pixels a side: most are small, so that ten thousand are done in minutes
HELD: Final = 5.0  # seconds of processor time for one frame
WARM: Final = 0.2  # of all frames: until then libraries take memory that they keep
GROWN: Final = 24.0  # megabytes after that: 2.4 KB a frame, less than the smallest picture kept


def _noise(random: np.random.Generator, height: int, width: int) -> Pixels:
    return random.integers(0, 256, (height, width, 3), np.uint8)


def _flat(random: np.random.Generator, height: int, width: int) -> Pixels:
    return np.full((height, width, 3), random.integers(0, 256, 3), np.uint8)


def _striped(random: np.random.Generator, height: int, width: int) -> Pixels:
    y, x = np.mgrid[0:height, 0:width]
    waves = np.sin(x * random.uniform(0.01, 1) + y * random.uniform(0.01, 1)) * 100 + 128
    return np.repeat(waves[:, :, None], 3, axis=2).astype(np.uint8)


def _page(random: np.random.Generator, height: int, width: int) -> Pixels:
    """Four corners anywhere, also far outside, also crossing."""
    pixels = _flat(random, height, width)
    corners = random.uniform(-0.3, 1.3, (4, 2)) * (width, height)
    colour = [int(value) for value in random.integers(0, 256, 3)]
    cv2.fillPoly(pixels, [corners.astype(np.int32)], colour)
    return pixels


KINDS: Final[dict[str, Callable[[np.random.Generator, int, int], Pixels]]] = {
    "noise": _noise,
    "one colour": _flat,
    "stripes": _striped,
    "a shape": _page,
}


def sweep(points: int) -> Tally:
    """So many frames; 0: ten thousand."""
    tally = Tally("frames: found, judged and packed, or refused as no picture")
    every = points or ALL
    warm = 0.0
    for number in range(every):
        if number == int(every * WARM):
            warm = _megabytes()
        random = np.random.default_rng([7, number])
        kind = list(KINDS)[number % len(KINDS)]
        height, width = (int(side) for side in random.integers(1, LARGEST, 2))
        frame = frame_of(KINDS[kind](random, height, width))
        torn = number % 5 == 0
        started = time.process_time()
        problems = _torn(random, frame) if torn else _looked_at(frame, number)
        if time.process_time() - started > HELD:
            problems.append(f"frame {number} held its thread")
        tally.count((kind, "torn" if torn else "whole"), problems)
    grown = _megabytes() - warm
    tally.notes.append(f"memory grew by {grown:.1f} MB over the last {1 - WARM:.0%} of the frames")
    if grown > GROWN:
        tally.count(("memory", "all"), [f"grew by {grown:.1f} MB"])
    return tally


def _megabytes() -> float:
    """Of this process in memory: the second field of statm (man 5 proc), in pages."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _looked_at(frame: Frame, number: int) -> list[str]:
    try:
        outline_page(frame)
        keep_page(frame, find_page(frame), material="any")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        return [f"frame {number}, {frame.width}x{frame.height}: {error!r}"]
    return []


def _torn(random: np.random.Generator, frame: Frame) -> list[str]:
    """A JPEG that ends early, or has bytes changed: a picture or a ValueError."""
    jpeg = bytearray(to_jpeg(frame))
    for _ in range(int(random.integers(0, 6))):
        jpeg[int(random.integers(2, len(jpeg)))] = int(random.integers(0, 256))
    end = int(random.integers(1, len(jpeg) + 1))
    try:
        seen = frame_from_file_bytes(bytes(jpeg[:end]))
        if max(seen.width, seen.height) <= 4 * LARGEST:  # a changed size may claim any
            keep_page(seen, find_page(seen), material="any")
    except ValueError as error:
        return [] if error.args and "picture" in str(error) else [f"torn: {error!r}"]
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        return [f"torn: {error!r}"]
    return []

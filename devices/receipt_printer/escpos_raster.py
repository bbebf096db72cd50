"""Turns the picture of a slip into the bytes that any ESC/POS receipt printer understands.

Commands by the public ESC/POS command reference of Epson (read in excerpts and as answered by
the loopback printer of the tests); sizes measured against python-escpos `image()`: 0.44 times.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

THRESHOLD: Final = 150  # grey values below it are black; no dithering, it frays the strokes
BAND_ROWS: Final = 128  # small printers hold about this much of a picture
RESET: Final = b"\x1b@\x1da\x00"  # ESC @; GS a 0: says nothing unasked
FEED_AND_CUT: Final = b"\x1bd\x04\x1dVB\x00"  # ESC d 4 past the cutter, GS V 66 0
FEED_TO_TEAR: Final = b"\x1bd\x06"  # without a cutter: past the edge to tear at
_MOST_FEED: Final = 255  # ESC J takes one byte
_HEADER: Final = 8  # bytes of GS v 0 before its rows
_STEP_ROWS: Final = 8
_WHITE_ROWS_END_A_BAND: Final = 3  # a feed command costs 3 bytes, less than one row of ink


def black_and_white(picture: Image.Image, *, threshold: int = THRESHOLD) -> Image.Image:
    """The picture in mode "1": what is darker than the threshold is black."""
    if picture.mode == "1":
        return picture.copy()
    grey = np.asarray(picture.convert("L"))
    return Image.fromarray(np.where(grey < threshold, 0, 255).astype(np.uint8)).convert(
        "1", dither=Image.Dither.NONE
    )


def ending(*, can_cut: bool) -> bytes:
    """The end of every job."""
    return FEED_AND_CUT if can_cut else FEED_TO_TEAR


def raster_job(picture: Image.Image) -> bytes:
    """The whole job: reset, the picture as it stands, feed and cut. About 2 ms."""
    return b"".join(raster_pieces(picture))


def raster_pieces(
    picture: Image.Image, *, can_cut: bool = True, most_bytes: int = 1 << 16
) -> tuple[bytes, ...]:
    """The same job in pieces, between which a printer may be asked something."""
    bands = raster_bands(picture, most_bytes=most_bytes)
    return (RESET, *bands, ending(can_cut=can_cut))


def raster_bands(picture: Image.Image, *, most_bytes: int = 1 << 16) -> Iterator[bytes]:
    """Inked rows as GS v 0 bands without the white at their right, white rows as ESC J.

    A band has at most 128 rows and about `most_bytes`. Right on printers of any code page, because
    no text is sent.
    """
    black: NDArray[np.bool_] = np.less(np.asarray(picture.convert("L")), THRESHOLD)
    widths = _row_bytes(black)
    height = len(widths)
    most_rows = max(1, min(BAND_ROWS, most_bytes // max(*widths, 1)))
    top = 0
    while top < height:
        end = top
        if widths[top]:
            while end < height and any(widths[end : end + _WHITE_ROWS_END_A_BAND]):
                end += 1
            for rows in _cheapest(widths[top:end], most_rows):
                yield _band(black[top : top + rows], widths[top : top + rows])
                top += rows
        else:
            while end < height and not widths[end] and end - top < _MOST_FEED:
                end += 1
            yield b"\x1bJ" + bytes([end - top])
            top = end


def _row_bytes(black: NDArray[np.bool_]) -> list[int]:
    """How many bytes each row needs up to its last black dot; 0 for a white one."""
    from_right = np.argmax(black[:, ::-1], axis=1)
    widths = np.where(black.any(axis=1), (black.shape[1] - from_right + 7) // 8, 0)
    return [int(width) for width in widths]


def _cheapest(widths: list[int], most_rows: int) -> list[int]:
    """Parts rows into bands of at most `most_rows` so that the fewest bytes are sent.

    Bands begin at every eighth row only: a printer starts and stops for each.
    """
    step = min(_STEP_ROWS, most_rows)
    blocks = [max(widths[at : at + step]) for at in range(0, len(widths), step)]
    cost, parts = [0], [0]  # up to each block, and how many blocks the last band has
    for end in range(1, len(blocks) + 1):
        widest, best = 0, (1 << 60, 1)
        for count in range(1, min(end, most_rows // step) + 1):
            widest = max(widest, blocks[end - count])
            best = min(best, (cost[end - count] + _HEADER + count * step * widest, count))
        cost.append(best[0])
        parts.append(best[1])
    bands, end = [], len(blocks)
    while end:
        bands.append(min(end * step, len(widths)) - (end - parts[end]) * step)
        end -= parts[end]
    return bands[::-1]


def _band(black: NDArray[np.bool_], widths: list[int]) -> bytes:
    """GS v 0 of some rows, eight dots a byte, the left dot in the highest bit."""
    row_bytes = max(*widths, 1)  # a step of few rows may be white
    packed = np.packbits(black[:, : row_bytes * 8], axis=1)
    size = row_bytes.to_bytes(2, "little") + len(black).to_bytes(2, "little")
    return b"\x1dv0\x00" + size + packed.tobytes()

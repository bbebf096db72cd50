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
    inked: list[bool] = np.atleast_1d(black.any(axis=1)).tolist()
    height = len(inked)
    most_rows = max(1, min(BAND_ROWS, most_bytes // ((picture.width + 7) // 8)))
    top = 0
    while top < height:
        end = top
        if inked[top]:
            while end < min(height, top + most_rows) and any(
                inked[end : end + _WHITE_ROWS_END_A_BAND]
            ):
                end += 1
            yield _band(black[top:end])
        else:
            while end < height and not inked[end] and end - top < _MOST_FEED:
                end += 1
            yield b"\x1bJ" + bytes([end - top])
        top = end


def _band(black: NDArray[np.bool_]) -> bytes:
    """GS v 0 of some rows, eight dots a byte, the left dot in the highest bit."""
    last_inked = int(np.flatnonzero(black.any(axis=0))[-1])
    packed = np.packbits(black[:, : last_inked + 1], axis=1)
    rows, row_bytes = len(black), (last_inked + 8) // 8
    size = row_bytes.to_bytes(2, "little") + rows.to_bytes(2, "little")
    return b"\x1dv0\x00" + size + packed.tobytes()

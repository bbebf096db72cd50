"""Turns camera pictures into number arrays and into JPEG, and back."""

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.camera.api import Frame

Pixels = NDArray[np.uint8]  # (height, width, 3) BGR or (height, width) grey
Reals = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]
Places = NDArray[np.signedinteger[Any]]  # index numbers into other arrays

PAGE_JPEG_QUALITY: Final = 80
"""Quality of kept pages. At 200 dpi an A4 page takes 300-500 KB (reference measurement: 437 KB at
75, 490 KB at 85) and 6 pt print stays readable. Smaller page files are the outbox's affair."""

LARGEST_SIDE: Final = 16384
"""Pixels. No document camera is near it; a damaged file that claims more is refused unread."""

_JPEG_START: Final = b"\xff\xd8\xff"
_BLACK_MEAN: Final = 6.0  # 8-bit steps; a covered lens of a cheap sensor stays below, own estimate
_BLACK_BRIGHTEST: Final = 24.0  # 99.5 % of all pixels are below this; own estimate


def pixels_of(frame: Frame) -> Pixels:
    """The frame as a read-only (height, width, 3) BGR array without copying."""
    return np.frombuffer(frame.bgr, np.uint8).reshape(frame.height, frame.width, 3)


def frame_of(pixels: Pixels) -> Frame:
    """A frame from a (height, width, 3) BGR or (height, width) grey array. Copies once."""
    coloured = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)  # noqa: PLR2004
    height, width = coloured.shape[:2]
    return Frame(width=width, height=height, bgr=np.ascontiguousarray(coloured).tobytes())


def to_jpeg(frame: Frame, quality: int = PAGE_JPEG_QUALITY) -> bytes:
    """The frame as JPEG (JFIF, no EXIF, so no place and no time). About 10 ms per megapixel."""
    done, packed = cv2.imencode(".jpg", pixels_of(frame), [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done, "OpenCV packs every 8-bit BGR picture that is not empty"
    return packed.tobytes()


def from_jpeg(jpeg: bytes) -> Frame:
    """The picture inside a JPEG. Raises ValueError when the bytes are not a complete JPEG."""
    if not jpeg.startswith(_JPEG_START):
        raise ValueError("not a JPEG: it does not start as one")
    return frame_from_file_bytes(jpeg)


def frame_from_file_bytes(content: bytes) -> Frame:
    """The picture inside a JPEG, PNG, WebP, BMP or TIFF file's bytes.

    A photograph's EXIF turn is applied. Raises ValueError when it is no readable picture.
    """
    if not content:
        raise ValueError("an empty file is not a picture")
    try:
        pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise ValueError("not a readable picture") from error
    if pixels is None:
        raise ValueError("not a readable picture")
    if max(pixels.shape[:2]) > LARGEST_SIDE:
        raise ValueError(f"a picture of more than {LARGEST_SIDE} pixels a side")
    return frame_of(np.asarray(pixels, np.uint8))


def is_black(frame: Frame) -> bool:
    """Whether the frame shows nothing at all, as under a covered lens. Looks at a thin sample."""
    sample = pixels_of(frame)[::8, ::8]
    return bool(
        sample.mean() < _BLACK_MEAN and np.percentile(sample, 99.5) < _BLACK_BRIGHTEST,
    )

"""Looks whether a page that arrived is a real picture that somebody can open."""

import io
import warnings
from pathlib import Path
from typing import Final

from PIL import Image, UnidentifiedImageError

SMALLEST_SIDE: Final = 16  # pixels; a signature may be flat, a speck is nothing
LARGEST_SIDE: Final = 12_000  # pixels; A3 at 600 dpi has 9921
LARGEST_AREA: Final = (
    80_000_000  # pixels; beyond it decoding costs more memory than a page is worth
)


def complaint_about(path: Path) -> str:
    """What is wrong with the picture in that file, "" when it is a whole JPEG. About 20 ms."""
    return complaint_about_bytes(path.read_bytes())


def complaint_about_bytes(content: bytes) -> str:
    """The same for bytes. Never raises: they come from outside."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
                width, height = picture.size
                if min(width, height) < SMALLEST_SIDE:
                    return "图片过小"
                if max(width, height) > LARGEST_SIDE or width * height > LARGEST_AREA:
                    return "图片尺寸过大"
                # An eighth of the size: every byte is still read, at a fraction of the cost.
                picture.draft("L", (width // 8, height // 8))
                picture.load()
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return "不是 JPEG 图片"
    except Exception:  # noqa: BLE001 - a decoder may raise anything on bytes made to break it
        return "图片损坏"
    return ""

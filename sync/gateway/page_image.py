"""Looks whether a page that arrived can be opened by somebody, by its head and its end.

A page is a JPEG, or a PDF when it is print (docs/decisions/0051-pages-of-print-are-small-pdfs.md).

The bytes themselves are sure (the hash fits) and were made by a terminal's own encoder; decoding
them all would take twenty times as long as everything else the gateway does with a page.
"""

import io
import re
from typing import Final

from PIL.JpegImagePlugin import JpegImageFile

SMALLEST_SIDE: Final = 16  # pixels; a signature may be flat, a speck is nothing
LARGEST_SIDE: Final = 12_000  # pixels; A3 at 600 dpi has 9921
LARGEST_AREA: Final = (
    80_000_000  # pixels; beyond it decoding costs more memory than a page is worth
)
USUAL_HEAD: Final = 8 * 1024  # bytes that are copied for a look; our own encoder needs 600
# ITU-T T.81 B.1.1.3 (recalled): in the picture's data 0xFF is followed by 0, so this is its end.
END_OF_IMAGE: Final = b"\xff\xd9"
# ISO 32000-1 section 7.5 (recalled): head, then at the end where the table of objects is.
PDF_START: Final = b"%PDF-"
_PDF_END: Final = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\Z")
_PDF_TAIL: Final = 1024  # bytes at the end in which it stands


def complaint_about(content: bytes | memoryview) -> str:
    """What is wrong with the page, "" when it is a JPEG or a PDF, head and end. About 0.03 ms.

    Never raises: the bytes come from outside. Pillow's own reader of JPEG is asked directly: its
    `open` tries more and warns by a switch that all threads share.
    """
    if content[: len(PDF_START)] == PDF_START:
        return _complaint_about_pdf(bytes(content))
    try:
        width, height, data_begins = _head_of(content)
    except SyntaxError:  # so it says that these are not its bytes
        return "不是 JPEG 图片或 PDF 文件"
    except Exception:  # noqa: BLE001 - a decoder may raise anything on bytes made to break it
        return "图片损坏"
    if min(width, height) < SMALLEST_SIDE:
        return "图片过小"
    if max(width, height) > LARGEST_SIDE or width * height > LARGEST_AREA:
        return "图片尺寸过大"
    return "" if _ends(content, data_begins) else "图片不完整"


def _complaint_about_pdf(content: bytes) -> str:
    found = _PDF_END.search(content[-_PDF_TAIL:])
    return "" if found and int(found[1]) < len(content) else "文件不完整"


def _head_of(content: bytes | memoryview) -> tuple[int, int, int]:
    """Width, height, and where the picture's data begins. Raises what Pillow raises."""
    try:
        return _read_head(content[:USUAL_HEAD])
    except Exception:  # noqa: BLE001 - a camera may put much in front, so look at all of it
        return _read_head(content)


def _read_head(content: bytes | memoryview) -> tuple[int, int, int]:
    with JpegImageFile(io.BytesIO(content)) as picture:
        width, height = picture.size
        return width, height, picture.fp.tell() if picture.fp else 0


def _ends(content: bytes | memoryview, begin: int) -> bool:
    """Most pages end with it; behind the end of others there are remarks of a camera."""
    if content[-2:] == END_OF_IMAGE and len(content) >= begin + 2:
        return True
    return bytes(content).find(END_OF_IMAGE, begin) >= 0

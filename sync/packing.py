"""Makes texts small for the line with a dictionary of the words every form has, and large again.

Zstandard (RFC 8878, recalled). The dictionary in use stands in each frame by its number, so both
sides may learn new ones: a gateway that does not have it yet says so (415) and gets the same bytes
without. Many texts at once become smaller by bzip2, which sorts them whole: 200 forms 0.23 of
their JSON instead of 0.32. Each frame begins with a mark of its kind. What is unpacked comes from
outside, so its size is bounded before a byte is kept.
"""

import base64
import binascii
import bz2
import threading
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec
import zstandard

# Numbers 32768 and up are free for private use (RFC 8878 section 5, recalled).
NEWEST: Final = 32769
KNOWN: Final = (NEWEST,)
NONE: Final = 0
LEVEL: Final = 12  # 200 forms take about 0.1 s; 19 saves 2 % and takes 0.6 s
# Of answers, which are mostly signatures: 200 of them take 0.3 ms and 1 % more bytes, not 1.5 ms.
QUICK: Final = 3
# Bytes. Below it bzip2 gains nothing over the dictionary; 500 KB take it 40 ms.
MANY_FROM: Final = 16 * 1024
BZIP2_MARK: Final = b"BZh"  # how its streams begin (bzip2 file format, recalled)
LARGEST_WINDOW: Final = 8 * 1024 * 1024  # bytes of memory that a foreign frame may ask for


class Unpackable(ValueError):
    """The bytes are no frame, or hold more than allowed. Its text never quotes them."""


class DictionaryUnknown(Exception):
    """The frame was made with a dictionary that this side does not have."""


class DictionaryFile(msgspec.Struct, frozen=True):
    """A dictionary as it is shipped: its number and, in base64, its bytes."""

    number: int
    content: bytes


def packed(content: bytes, *, dictionary: int = NEWEST, level: int = LEVEL) -> bytes:
    """One frame, the smaller of the two kinds; `dictionary` is one of KNOWN or NONE. Any thread."""
    frame = _tools.compressor(dictionary, level).compress(content)
    if level == QUICK or len(content) < MANY_FROM:
        return frame
    return min(frame, bz2.compress(content), key=len)


def unpacked(frame: bytes, *, limit: int) -> bytes:
    """What is in the frame, at most `limit` bytes. Any thread. 0.02 ms for a frame of one form.

    Raises Unpackable, also when there is more in it; DictionaryUnknown. Keeps no more than `limit`
    bytes in memory, whatever the frame claims or holds.
    """
    if frame.startswith(BZIP2_MARK):
        content = _unsorted(frame, limit + 1)
    else:
        content = _decompressed(frame, limit)
    if len(content) > limit:
        raise Unpackable(f"more than {limit} bytes")
    return content


def _unsorted(frame: bytes, most: int) -> bytes:
    """What is in the bzip2 stream, `most` bytes of it."""
    tool = bz2.BZ2Decompressor()
    try:
        content = tool.decompress(frame, most)
    except OSError:
        raise Unpackable("not a frame") from None
    if len(content) < most and (not tool.eof or tool.unused_data):
        raise Unpackable("not a frame")
    return content


def _decompressed(frame: bytes, limit: int) -> bytes:
    try:
        told = zstandard.get_frame_parameters(frame)
        if told.dict_id not in (NONE, *KNOWN):
            raise DictionaryUnknown(told.dict_id)
        tells_size = told.content_size != zstandard.CONTENTSIZE_UNKNOWN
        if tells_size and told.content_size > limit:
            raise Unpackable(f"more than {limit} bytes")
        tool = _tools.decompressor(told.dict_id)
        content: bytes
        if tells_size:
            content = tool.decompress(frame, allow_extra_data=False)
        else:
            content = tool.stream_reader(frame, read_across_frames=True).read(limit + 1)
    except zstandard.ZstdError:
        raise Unpackable("not a frame") from None
    return content


class _Tools(threading.local):
    """What packs and unpacks belongs to one thread, and costs more to make than to use."""

    def __init__(self) -> None:
        self._compressors: dict[tuple[int, int], zstandard.ZstdCompressor] = {}
        self._decompressors: dict[int, zstandard.ZstdDecompressor] = {}

    def compressor(self, dictionary: int, level: int) -> zstandard.ZstdCompressor:
        key = dictionary, level
        if key not in self._compressors:
            self._compressors[key] = zstandard.ZstdCompressor(
                level=level, dict_data=_dictionary(dictionary)
            )
        return self._compressors[key]

    def decompressor(self, dictionary: int) -> zstandard.ZstdDecompressor:
        if dictionary not in self._decompressors:
            self._decompressors[dictionary] = zstandard.ZstdDecompressor(
                dict_data=_dictionary(dictionary), max_window_size=LARGEST_WINDOW
            )
        return self._decompressors[dictionary]


_tools = _Tools()


@cache
def _dictionary(number: int) -> zstandard.ZstdCompressionDict | None:
    """From the package. A missing or damaged file is our own mistake: AssertionError."""
    if number == NONE:
        return None
    raw = (files("sync") / f"dictionary_{number}.json").read_bytes()
    try:
        read = msgspec.json.decode(raw, type=DictionaryFile)
    except (msgspec.DecodeError, binascii.Error) as error:
        raise AssertionError(f"dictionary {number}") from error
    assert read.number == number
    dictionary = zstandard.ZstdCompressionDict(read.content)
    dictionary.precompute_compress(level=LEVEL)  # else every frame pays for it: 0.8 ms, not 0.05
    return dictionary


def written(number: int, content: bytes) -> bytes:
    """A dictionary as a file for the package."""
    encoded = base64.b64encode(content).decode()
    return f'{{"number": {number},\n "content": "{encoded}"}}\n'.encode()

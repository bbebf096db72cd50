"""Takes a large file from one version to the next by little more than what changed in it. No I/O.

A Zstandard frame whose dictionary is the file before ("patch from", as RFC 9842 (recalled) has it
for the web): 2,000 services of which 20 changed take 2.3 KB, their file alone 901 KB
(reference/sync.md section 0.8).
"""

from typing import Final

import zstandard

from sync.packing import Unpackable

LEVEL: Final = 19  # made once for all terminals; some seconds for a file of 7 MB
LARGEST_FILE: Final = 32 * 1024 * 1024  # bytes; also what a terminal unpacks at most
# 2**25 = 32 MB: the whole of both files is in reach.
WINDOW_LOG: Final = 25


def patch_from(before: bytes, after: bytes) -> bytes:
    """A frame that gives `after` to whoever has `before`; b"" for nothing before."""
    settings = zstandard.ZstdCompressionParameters.from_level(
        LEVEL, window_log=WINDOW_LOG, enable_ldm=True
    )
    packer = zstandard.ZstdCompressor(
        compression_params=settings, dict_data=_raw(before) if before else None
    )
    return packer.compress(after)


def patched(before: bytes, frame: bytes) -> bytes:
    """The file in the frame. Raises Unpackable, also for more than LARGEST_FILE.

    Which file it is shows only its signature. Needs 2 * LARGEST_FILE of memory at most.
    """
    try:
        unpacker = zstandard.ZstdDecompressor(
            dict_data=_raw(before) if before else None, max_window_size=2**WINDOW_LOG
        )
        with unpacker.stream_reader(frame, read_across_frames=False) as reading:
            content: bytes = reading.read(LARGEST_FILE + 1)
    except zstandard.ZstdError:
        raise Unpackable("not a frame, or not from this file") from None
    if len(content) > LARGEST_FILE:
        raise Unpackable(f"more than {LARGEST_FILE} bytes")
    return content


def _raw(content: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)

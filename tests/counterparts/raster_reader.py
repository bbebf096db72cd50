"""A second reader of raster slips, written apart from `escpos_parser`: bit by bit, no numpy.

It knows just what a picture slip may hold, and stumbles over everything else. (The renderer
escpos-netprinter needs PHP and has no package for this machine.)
"""

import struct

from PIL import Image


class NotRaster(ValueError):
    """The job holds something else than a picture."""


def raster_of(job: bytes) -> Image.Image:
    """The picture in a raster job, mode "L"; raises NotRaster."""
    rows: list[bytes] = []  # eight dots a byte, of different lengths
    at = 0
    while at < len(job):
        head = job[at : at + 2]
        if head == b"\x1b@":
            at += 2
        elif head == b"\x1bJ":
            rows += [b""] * job[at + 2]
            at += 3
        elif head in {b"\x1bd", b"\x1da", b"\x1dr"}:
            at += 3
        elif head == b"\x1dV":
            at += 4
        elif head == b"\x1dv":
            kind, mode, across, down = struct.unpack_from("<BBHH", job, at + 2)
            if (kind, mode) != (0x30, 0):
                raise NotRaster(f"mode {mode} at {at}")
            at += 8
            for _ in range(down):
                rows.append(job[at : at + across])
                at += across
        else:
            raise NotRaster(f"{head.hex()} at {at}")
    return _drawn(rows)


def _drawn(rows: list[bytes]) -> Image.Image:
    width = 8 * max(map(len, rows), default=1)
    picture = Image.new("L", (max(width, 1), max(len(rows), 1)), 255)
    dots = picture.load()
    assert dots is not None
    for y, row in enumerate(rows):
        for place, byte in enumerate(row):
            for bit in range(8):
                if byte & (0x80 >> bit):
                    dots[place * 8 + bit, y] = 0
    return picture

"""Hostile bodies: broken JSON, wrong fields, frames that burst, pieces that lie. No network."""

import bz2
import json
import struct
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final

import zstandard

from sync import batch, wire
from sync.packing import NONE, packed
from sync.pieces import HEAD, LARGEST_PAGE, LENGTH, PIECES
from tests.counterparts.sample_cases import case_id
from tests.counterparts.village import picture
from tests.sync.gateway import hostile
from tests.sync.gateway.described_requests import text
from tests.sync.gateway.hostile import (
    ID,
    SHA,
    WHERE_BEAT,
    WHERE_BUNDLE,
    WHERE_CASE,
    WHERE_CASES,
    WHERE_DOCUMENT,
    WHERE_PAGE,
    WHERE_PAGES,
    Attack,
    Credentials,
    chunks,
    request,
)

GOOD: Final[dict[str, Any]] = json.loads(wire.canonical(text(7, 0, [0])))
DEEP: Final = 100_000
BROKEN: Final[dict[str, bytes]] = {
    "nothing": b"",
    "blanks": b"   \n",
    "a number": b"7",
    "a list": b"[]",
    "null": b"null",
    "a text": b'"x"',
    "no end": b'{"case_id":',
    "two values": b"{}{}",
    "a comma too many": b'{"version":1,}',
    "single quotes": b"{'version':1}",
    "a comment": b'{"version":1}//x',
    "no quotes": b"{version:1}",
    "NaN": b'{"version":NaN}',
    "Infinity": b'{"version":-Infinity}',
    "a float too large": b'{"version":1e999}',
    "a number of 5,000 digits": b'{"version":' + b"9" * 5000 + b"}",
    "a version beyond all": b'{"version":99999999999999999999}',
    "a negative version": b'{"version":-1}',
    "wrong UTF-8": b'{"version":1,"case_id":"\xff\xfe"}',
    "UTF-8 too long": b'{"version":1,"case_id":"\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"version":1,"case_id":"\xed\xa0\x80"}',
    "half a surrogate": b'{"version":1,"case_id":"\\ud800"}',
    "the wrong half": b'{"version":1,"case_id":"\\udc00x"}',
    "a BOM": b'\xef\xbb\xbf{"version":1}',
    "UTF-16": '{"version":1}'.encode("utf-16"),
    "a raw control character": b'{"version":1,"case_id":"a\nb"}',
    "a NUL": b'{"version":1}\x00',
    "lists without end": b"[" * DEEP,
    "objects without end": b'{"a":' * DEEP,
    "deep in a field": b'{"version":1,"answers":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "deep answers": b'{"answers":' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
}


def broken_json(ours: Credentials) -> Iterator[Attack]:
    """What is no JSON, or none that we would read."""
    json_type = f"Content-Type: {wire.JSON}"
    for name, body in BROKEN.items():
        if len(body) <= wire.TEXT_LIMIT:
            raw = request("PUT", WHERE_CASE, ours, body, json_type)
            yield Attack(f"case: {name}", raw, frozenset({422}), "case")
        if len(body) <= 64 * 1024:
            raw = request("POST", WHERE_BEAT, ours, body, json_type)
            yield Attack(f"heartbeat: {name}", raw, frozenset({422}), " ")
        frame = packed(body)
        raw = request("POST", WHERE_CASES, ours, frame, f"Content-Type: {batch.BATCH}")
        yield Attack(f"frame: {name}", raw, frozenset({400}), "cases")
        if "version" not in name:  # of what is asked it does not matter
            raw = request("POST", WHERE_PAGES, ours, asking(body), f"Content-Type: {PIECES}")
            yield Attack(f"asked: {name}", raw, frozenset({400}))
    for field in GOOD:
        doubled = json.dumps(GOOD)[:-1] + f",{json.dumps(field)}:{json.dumps(GOOD[field])}}}"
        raw = request("PUT", WHERE_CASE, ours, doubled.encode(), json_type)
        yield Attack(f"case: {field} twice", raw, frozenset({422}), "case")
    for body in (
        b'{"version":1,"program":"a","program":"b","now":"2026-03-05T04:00:00Z","waiting":0}',
        b'{"version":1,"program":"a","now":"2026-03-05T04:00:00Z","waiting":0,"x":{"a":1,"a":2}}',
    ):
        raw = request("POST", WHERE_BEAT, ours, body, json_type)
        yield Attack("heartbeat: a field twice", raw, frozenset({422}), " ")


def wrong_fields(ours: Credentials) -> Iterator[Attack]:
    """Each field of a case with a value of another kind, missing, or unknown."""
    others = [None, 1, 1.5, True, "x" * 300, [], {}, [[]], {"a": 1}, "\x00", "2026-03-05"]
    for field, value in GOOD.items():
        for other in others:
            if _would_do(field, other):
                continue
            changed = {**GOOD, field: other}
            yield _case(f"{field} is {str(other)[:20]!r}", ours, changed, field)
        if field != "version":
            rest = {key: one for key, one in GOOD.items() if key != field}
            yield _case(f"no {field}", ours, rest, field)
        assert value is not ...
    yield _case("an unknown field", ours, {**GOOD, "evil": 1}, "evil")
    for field, other in {"sha256": "x", "material": "", "size": 0}.items():
        page = {**GOOD["pages"][0], field: other}
        yield _case(f"a page's {field}", ours, {**GOOD, "pages": [page]}, field)
        yield _case(f"the signature's {field}", ours, {**GOOD, "signature": page}, field)


def wrong_values(ours: Credentials) -> Iterator[Attack]:
    """Fields of the right kind that mean nothing."""
    page = GOOD["pages"][0]
    for name, changed, field in (
        ("another id than the address", {"case_id": case_id(8)}, "case_id"),
        ("no item", {"item_code": ""}, "item_code"),
        ("an item too short", {"item_code": "1122"}, "item_code"),
        ("an item with a path", {"item_code": "../" * 12}, "item_code"),
        ("no receipt", {"receipt_number": ""}, "receipt_number"),
        ("not confirmed", {"confirmed_at": None}, "confirmed_at"),
        ("nobody", {"applicant_name": "  "}, "applicant_name"),
        ("no number", {"applicant_number": ""}, "applicant_number"),
        ("a wrong check character", {"applicant_number": "110105194912310021"}, "applicant_number"),
        ("a number with a NUL", {"applicant_number": "\x00" * 18}, "applicant_number"),
        ("too many answers", {"answers": {f"a{n}": "x" for n in range(201)}}, "answers"),
        (
            "too many pages",
            {"pages": [{**page, "sha256": f"{n:064x}"} for n in range(61)]},
            "pages",
        ),
        ("a page too large", {"pages": [{**page, "size": LARGEST_PAGE + 1}]}, "pages[0].size"),
        ("a page of two sizes", {"pages": [page, {**page, "size": 5}]}, "pages[1].size"),
    ):
        yield _case(name, ours, {**GOOD, **changed}, field)
    for number, wrong in enumerate(
        (
            *("", "x", "\x00", "../../x", "1" * 36, ID[:-1] + "A", ID[:-1], ID + "0", f" {ID}"),
            *(ID.replace("7000", "4000"), ID.replace("-8", "-c"), ID.replace("-", ""), "％" * 36),
        )
    ):
        body = json.dumps({**GOOD, "case_id": wrong}).encode()
        address = "/v1/cases/" + ("x" if not wrong else _quoted(wrong))
        raw = request("PUT", address, ours, body, f"Content-Type: {wire.JSON}")
        yield Attack(f"id {number}", raw, frozenset({404, 422}))
    damaged = request(
        *("PUT", WHERE_CASE, ours, json.dumps(GOOD).encode(), f"Content-Type: {wire.JSON}"),
        f"{wire.FINGERPRINT_HEADER}: {SHA}",
    )
    yield Attack("another fingerprint", damaged, frozenset({400}))


def frames(ours: Credentials) -> Iterator[Attack]:
    """Frames that burst, tear, or were made for somebody else."""
    content = batch.together([json.dumps(GOOD).encode()])
    frame = packed(content)
    bomb = zstandard.ZstdCompressor().compress(bytes(100_000_000))
    wide = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=27)
    ).compress(content * 10)
    unsized = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(50_000_000))
    wrong: dict[str, bytes] = {
        "no frame": b"[]",
        "gzip": zlib.compress(content),
        "a bomb": bomb,
        "a bomb in a bomb": zstandard.ZstdCompressor().compress(bomb),
        "a bomb without a size": unsized,
        "a bomb of frames": bomb * 3,
        "a sorted bomb": bz2.compress(bytes(100_000_000)),
        "a window of 128 MB": wide,
        "a frame after the frame": frame + frame,
        "a skippable frame": b"\x50\x2a\x4d\x18" + struct.pack("<I", 1000) + bytes(1000),
        "a size that lies": _lying(content),
        "too many": packed(batch.together([b"1"] * 257)),
        "cases twice": packed(b'{"cases":[],"cases":[]}'),
        "cases that are none": packed(b'{"cases":{}}'),
        "an unknown field": packed(b'{"cases":[],"evil":1}'),
    }
    wrong |= {f"cut at {end}": frame[:end] for end in range(0, len(frame), 9)}
    for place in range(0, len(frame), 7):
        spoilt = bytearray(frame)
        spoilt[place] ^= 0x41
        wrong[f"spoilt at {place}"] = bytes(spoilt)
    fits = f"{wire.FINGERPRINT_HEADER}: {wire.hash_of(content)}"
    for name, body in wrong.items():
        raw = request("POST", WHERE_CASES, ours, body, f"Content-Type: {batch.BATCH}", fits)
        yield Attack(f"frame: {name}", raw, frozenset({400, 415}))
    for claimed in ("", SHA, wire.hash_of(content).upper(), "x" * 64, "0" * 10_000):
        lines = (f"Content-Type: {batch.BATCH}", f"{wire.FINGERPRINT_HEADER}: {claimed}")
        raw = request("POST", WHERE_CASES, ours, frame, *lines)
        yield Attack(f"frame: fingerprint {claimed[:9]!r}", raw, frozenset({400}))


def asking(asked: bytes) -> bytes:
    """The beginning of a body of pieces."""
    return LENGTH.pack(len(asked)) + asked


def pieces(ours: Credentials) -> Iterator[Attack]:
    """Pieces that lie, tear, or stand beyond their page."""
    page = picture(1, side=24).jpeg
    sha = bytes.fromhex(wire.hash_of(page))
    good = (sha, len(page), 0, len(page), zlib.crc32(page))
    beginning = asking(b'{"cases":[]}')
    whole = beginning + HEAD.pack(*good) + page
    top = (1 << 32) - 1
    wrong: dict[str, bytes] = {
        "a sum that is wrong": beginning + HEAD.pack(sha, len(page), 0, 9, 1) + page[:9],
        "a page of nothing": beginning + HEAD.pack(sha, 0, 0, 0, 0),
        "a piece of nothing": beginning + HEAD.pack(sha, 100, 0, 0, 0),
        "a page beyond all": beginning + HEAD.pack(sha, top, 0, len(page), good[4]) + page,
        "a piece beyond its page": beginning + HEAD.pack(sha, 10, 5, 10, good[4]) + page,
        "an offset beyond": beginning + HEAD.pack(sha, 10, 11, 1, good[4]) + page,
        "an offset that wraps": beginning + HEAD.pack(sha, 10, top, 2, good[4]) + page,
        "a length beyond": beginning + HEAD.pack(sha, 10, 0, top, good[4]) + page,
        "more asked than may be": LENGTH.pack(1 << 20) + b"{" * 100_000,
        "all is asked": LENGTH.pack(top) + b"x" * 100_000,
        "nothing": b"",
        "junk": b"\xff" * 5000,
        "a case asked with a NUL": asking(
            json.dumps({"cases": [{"case_id": "\x00", "fingerprint": SHA}]}).encode()
        ),
        "a fingerprint that is none": asking(b'{"cases":[{"case_id":"x","fingerprint":"x"}]}'),
        "too many asked": asking(
            json.dumps({"cases": [{"case_id": "x", "fingerprint": SHA}] * 257}).encode()
        ),
        "an unknown field": asking(b'{"cases":[],"evil":1}'),
        "asked twice": asking(b'{"cases":[],"cases":[]}'),
        "a long id": asking(
            json.dumps({"cases": [{"case_id": "x" * 201, "fingerprint": SHA}]}).encode()
        ),
    }
    wrong |= {f"cut at {end}": whole[:end] for end in range(1, len(whole) - 1, 11)}
    for name, body in wrong.items():
        raw = request("POST", WHERE_PAGES, ours, body, f"Content-Type: {PIECES}")
        yield Attack(f"pieces: {name}", raw, frozenset({400}))


def uploads(ours: Credentials) -> Iterator[Attack]:
    """Numbers that do not fit the bytes; pages, papers and bundles that are nobody's."""
    numbers = ["", "-1", "+1", "1.5", "0x1", "x", "１", "²", "9" * 5000, " ", "1e3", "1,2", "NaN"]
    for path in (WHERE_PAGE, WHERE_BUNDLE):
        for number in numbers:
            for name, lines in {
                "offset": (b"Upload-Offset: " + number.encode(), b"Upload-Length: 5"),
                "length": (b"Upload-Offset: 0", b"Upload-Length: " + number.encode()),
            }.items():
                raw = request("PUT", path, ours, b"hello", *lines)
                yield Attack(f"{path[:9]} {name} {number[:9]!r}", raw, frozenset({400}))
        for offset, length, size in ((0, 4, 5), (3, 5, 3), (6, 5, 1), (0, 0, 0), (0, 1 << 33, 5)):
            lines = (f"Upload-Offset: {offset}", f"Upload-Length: {length}")
            raw = request("PUT", path, ours, b"x" * size, *lines)
            yield Attack(f"{path[:9]} {offset} {length} {size}", raw, frozenset({400, 409}))
            chunked = request(
                "PUT", path, ours, chunks(b"x" * size, 2), *lines, "Transfer-Encoding: chunked"
            )
            yield Attack(f"{path[:9]} {offset} {length} {size} c", chunked, frozenset({400, 409}))
    fits = ("Upload-Offset: 0", "Upload-Length: 5", "Upload-Complete: ?1")
    listed = request("PUT", WHERE_PAGE, ours, b"hello", *fits)
    yield Attack("a page that no case lists", listed, frozenset({404}))
    other = request("PUT", WHERE_BUNDLE, ours, b"hello", *fits)
    yield Attack("a bundle of another name", other, frozenset({409}))
    for junk in (b"hello", b"DOORSTEP CASE 1\n", b"DOORSTEP CASE 1\n" + bytes(500), bytes(100_000)):
        path = f"/v1/bundles/{wire.hash_of(junk)}"
        lines = ("Upload-Offset: 0", f"Upload-Length: {len(junk)}")
        yield Attack("a bundle of junk", request("PUT", path, ours, junk, *lines), frozenset({422}))
    for wanted in ("bytes=0-", "bytes=-5", "bytes=0-0,1-1" + ",2-2" * 900, "bytes=9-1", "x"):
        raw = request("GET", WHERE_DOCUMENT, ours, b"", f"Range: {wanted}")
        yield Attack(f"a stranger's paper, {wanted[:12]}", raw, frozenset({404}))


def attacks(ours: Credentials, strangers: Sequence[tuple[str, Credentials, int]]) -> list[Attack]:
    """All of them. `strangers`: (name, header, the status that they get)."""
    return list(
        chain(
            hostile.paths(ours),
            hostile.methods(ours),
            hostile.strangers_at_every_door(strangers),
            hostile.types(ours),
            hostile.sizes(ours),
            hostile.heads(ours),
            broken_json(ours),
            wrong_fields(ours),
            wrong_values(ours),
            frames(ours),
            pieces(ours),
            uploads(ours),
        )
    )


def _case(name: str, ours: Credentials, body: dict[str, Any], field: str) -> Attack:
    raw = request("PUT", WHERE_CASE, ours, json.dumps(body).encode(), f"Content-Type: {wire.JSON}")
    return Attack(f"case: {name}", raw, frozenset({422}), field)


def _would_do(field: str, value: object) -> bool:
    """Of the right kind; what it means is looked at elsewhere."""
    if field == "version":
        return value == 1 and value is not True
    if field in ("pages", "answers"):
        return value in ([], {}) and isinstance(value, list) == (field == "pages")
    if field == "signature":
        return value is None
    if field in ("started_at", "confirmed_at"):
        return value is None and field == "confirmed_at"
    return isinstance(value, str) and len(value) <= 200


def _lying(content: bytes) -> bytes:
    """A frame that says another size than is in it (RFC 8878 section 3.1.1.1, recalled)."""
    frame = packed(content, dictionary=NONE)
    assert zstandard.get_frame_parameters(frame).content_size == len(content)
    # Sizes from 256 on stand less 256 in two bytes behind magic number and descriptor.
    assert struct.unpack_from("<H", frame, 5) == (len(content) - 256,)
    return frame[:5] + struct.pack("<H", len(content) - 257) + frame[7:]


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())

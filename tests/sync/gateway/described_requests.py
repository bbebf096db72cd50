"""What schemathesis cannot make up from the description: frames, pieces, hashes that fit.

It loads this module by SCHEMATHESIS_HOOKS. Most of its well-formed requests are made right in what
no schema can say, so that they reach what lies behind the checks; the others stay as they are.
"""

import os
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import schemathesis
from hypothesis import strategies as st
from schemathesis.core.parameters import ParameterLocation

from sync import batch, wire
from sync.packing import NONE, packed, unpacked
from sync.pieces import PIECES, Ask, Asked, Piece, body_of
from tests.counterparts.sample_cases import NOON, draft
from tests.counterparts.village import picture

PICTURES = [picture(serial, material=f"m{serial}", side=24) for serial in range(4)]
# Documents that the gateway under test has.
TRANSFERS = os.environ.get("DOORSTEP_TRANSFERS", "").split()


def text(serial: int, variant: int, pages: Sequence[int]) -> wire.CaseText:
    """A case that the gateway takes; the same serial with another variant is a conflict."""
    case = replace(
        draft(serial),
        item_title=f"事项{variant}",
        receipt_number=f"R{serial}",
        confirmed_at=NOON,
        pages=tuple(PICTURES[number].reference() for number in dict.fromkeys(pages)),
    )
    return wire.text_of(case)


texts = st.builds(
    text,
    st.integers(1, 30),
    st.integers(0, 1),
    st.lists(st.integers(0, len(PICTURES) - 1), max_size=3),
)
junk = st.binary(max_size=300)


def frame(some: Sequence[bytes], dictionary: int | None) -> bytes:
    content = batch.together([one or b"0" for one in some])
    return packed(content) if dictionary is None else packed(content, dictionary=dictionary)


def one_text(made: wire.CaseText) -> bytes:
    return wire.canonical(made)


frames = st.builds(
    frame,
    st.lists(texts.map(one_text) | st.just(b'{"version":1}') | st.just(b"[1]"), max_size=5),
    st.sampled_from([None, NONE]),
)


def piece(number: int, begin: int, end: int) -> Piece | None:
    content = PICTURES[number].jpeg
    part = content[min(begin, end) : max(begin, end)]
    if not part:
        return None
    return Piece(PICTURES[number].sha256, len(content), min(begin, end), part)


def pieces_body(
    some: Sequence[Piece | None], asked: Sequence[wire.CaseText], spoilt: bool
) -> bytes:
    head = Asked(tuple(Ask(one.case_id, wire.fingerprint(one)) for one in asked))
    body = b"".join(body_of(head, [one for one in some if one is not None]))
    return body[:-1] if spoilt else body


ends = st.sampled_from([0, 1, 100, 10_000]) | st.integers(0, 600)
bodies = st.builds(
    pieces_body,
    st.lists(st.builds(piece, st.integers(0, len(PICTURES) - 1), ends, ends), max_size=6),
    st.lists(texts, max_size=5),
    st.booleans(),
)

schemathesis.openapi.media_type(batch.BATCH, frames | frames | junk)
schemathesis.openapi.media_type(PIECES, bodies | bodies | junk)
schemathesis.openapi.media_type(wire.BYTES, junk | st.sampled_from([p.jpeg for p in PICTURES]))


@schemathesis.serializer(batch.BATCH, PIECES)
def as_it_is(_context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else msgspec.json.encode(str(value))


@schemathesis.deserializer(batch.BATCH)
def out_of_frame(_context: Any, response: Any) -> Any:
    return msgspec.json.decode(unpacked(response.content, limit=batch.UNPACKED_LIMIT))


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    name = case.operation.definition.raw["operationId"]
    if case.meta is None:
        return
    if not case.meta.generation.mode.is_positive:
        headers = case.meta.components.get(ParameterLocation.HEADER)
        if name == "send_case" and (headers is None or headers.mode.is_positive):
            # else every body would be told that it changed on its way
            case.headers.pop(wire.FINGERPRINT_HEADER, None)
        return
    chance = zlib.crc32(repr((case.id, case.body)).encode("utf-8", "replace")) >> 8
    if chance % 4 == 0:
        return
    match name:
        case "send_cases" if isinstance(case.body, bytes):
            try:
                content = unpacked(case.body, limit=batch.UNPACKED_LIMIT)
            except Exception:  # noqa: BLE001 - junk; what header it has does not matter
                return
            case.headers[wire.FINGERPRINT_HEADER] = wire.hash_of(content)
        case "send_case":
            made = text(chance % 31, chance % 3 % 2, [chance % 4])
            case.path_parameters["case_id"] = made.case_id
            case.headers.pop(wire.FINGERPRINT_HEADER, None)
            case.body = msgspec.to_builtins(made)
        case "send_page" | "send_bundle":
            page = PICTURES[chance % len(PICTURES)]
            at = chance % len(page.jpeg) if chance % 5 == 0 else 0
            case.path_parameters["sha256"] = page.sha256
            case.headers[wire.UPLOAD_OFFSET] = str(at)
            case.headers[wire.UPLOAD_LENGTH] = str(len(page.jpeg))
            case.body = page.jpeg[at:]
        case "get_document" if TRANSFERS:
            case.path_parameters["sha256"] = TRANSFERS[0]

"""What cards, readers and printers may answer: whole, spoilt in places, or nothing of the kind."""

import json
from typing import Any, Final

from hypothesis import strategies as st

from devices.card_trace.trace_file import FORMAT, What
from devices.id_card.pcsc_blocks import read_block
from devices.id_card.photo_hook import BMP_SIZE
from devices.id_card.sam_frame import PREAMBLE, Command, SamStatus, checksum, request
from devices.id_card.specimens import FOUR_LAYOUTS, SOCIAL_SECURITY
from devices.travel_document.mrz import ALPHABET, FILLER
from devices.travel_document.specimens import EVERY_ZONE
from tests.counterparts.block_card import VirtualBlockCard
from tests.counterparts.card_blocks import block_of
from tests.counterparts.piv_card import VirtualPivCard, new_key
from tests.counterparts.social_card import VirtualSocialCard

Card = VirtualSocialCard | VirtualPivCard
PIN: Final = "246810"
STAFF_KEY: Final = new_key()
IPP_NAMES: Final = ("printer-state-reasons", "printer-uuid", "job-name", "job-state", "job-id", "")
IPP_TAGS: Final = (0x13, 0x21, 0x22, 0x23, 0x30, 0x31, 0x33, 0x34, 0x35, 0x37, 0x41, 0x44, 0x45)
REASONS: Final = ("none", "media-jam-error", "cover-open", "media-empty-warning", "paused", "")


def spoilt(whole: st.SearchStrategy[bytes], most: int = 4) -> st.SearchStrategy[bytes]:
    """The same bytes with a few others put in their place, cut off, or with something behind."""

    def spoil(found: bytes, changes: list[tuple[int, int]], size: int, more: bytes) -> bytes:
        content = bytearray(found)
        for at, byte in changes:
            if content:
                content[at % len(content)] = byte
        return bytes(content[: size or None]) + more

    changes = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=most)
    size = st.just(0) | st.integers(0, 300)
    return st.builds(spoil, whole, changes, size, st.just(b"") | st.binary(max_size=20))


def sam_streams() -> st.SearchStrategy[list[bytes]]:
    """Pieces of a line: whole frames, frames with a wrong byte, rubbish."""

    def frame(status: int, content: bytes) -> bytes:
        body = (len(content) + 4).to_bytes(2) + bytes([0, 0, status]) + content
        return PREAMBLE + body + bytes([checksum(body)])

    statuses = st.sampled_from([status.value for status in SamStatus]) | st.integers(0, 255)
    read = st.builds(
        lambda text, photo, rest: text.to_bytes(2) + photo.to_bytes(2) + bytes(rest),
        st.sampled_from([0, 255, 256, 0xFFFF]),
        st.sampled_from([0, 1024, 0xFFFF]),
        st.sampled_from([0, 255, 256, 1280, 2300]),
    )
    frames = st.builds(frame, statuses, st.binary(max_size=80) | read)
    piece = frames | spoilt(frames) | st.binary(max_size=60) | st.just(PREAMBLE)
    return st.lists(piece, max_size=8)


def sam_blocks() -> st.SearchStrategy[tuple[bytes, bytes]]:
    """Text blocks of all layouts, spoilt in places or of other sizes, and a newest address."""
    blocks = st.sampled_from([block_of(card) for card in FOUR_LAYOUTS])
    letters = st.sampled_from([b" \0", b"J\0", b"I\0", b"Y\0", b"\0\xd8", b"K\0"])
    noise = st.builds(
        lambda block, letter: block[:248] + letter + block[250:],
        st.binary(min_size=256, max_size=256),
        letters,
    )
    block = spoilt(blocks, 12) | noise | blocks | st.binary(max_size=300)
    return st.tuples(block, st.binary(max_size=80))


def BLOCKS() -> VirtualBlockCard:  # noqa: N802 - named like the card it makes
    """An ID card that a PC/SC reader offers in blocks."""
    return VirtualBlockCard(block_of(FOUR_LAYOUTS[0]))


def traces() -> st.SearchStrategy[str]:
    """Files of card traces: lines of the right kind, with odd values, and other lines."""
    row = st.fixed_dictionaries(
        {
            "at": st.floats() | st.integers() | st.text(max_size=3),
            "device": st.sampled_from(["id_card", "social_card", ""]) | st.none(),
            "what": st.sampled_from([one.value for one in What]) | st.text(max_size=5),
        },
        optional={
            "content": st.sampled_from(["sam 115200", "R02"]).map(lambda s: s.encode().hex())
            | st.binary(max_size=40).map(bytes.hex)
            | st.sampled_from([read_block(0).hex(), request(Command.FIND).hex()])
            | st.text(max_size=6)
        },
    )
    line = row.map(json.dumps) | st.text(max_size=30)
    head = st.just(json.dumps({"format": FORMAT})) | st.text(max_size=20)
    return st.builds(
        lambda head, lines: "\n".join([head, *lines]), head, st.lists(line, max_size=12)
    )


def pictures() -> st.SearchStrategy[bytes]:
    """What a program for photos may answer: pictures, spoilt in their heads, cut, and others."""
    head = b"BM" + (BMP_SIZE).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little")
    head += (40).to_bytes(4, "little") + (102).to_bytes(4, "little") + (126).to_bytes(4, "little")
    head += b"\x01\x00\x18\x00" + bytes(24)
    changes = st.lists(st.tuples(st.integers(0, 53), st.integers(0, 255)), max_size=6)

    def changed(changes: list[tuple[int, int]], size: int) -> bytes:
        picture = bytearray(head.ljust(BMP_SIZE, b"\x55"))
        for at, byte in changes:
            picture[at] = byte
        return bytes(picture[:size])

    size = st.just(BMP_SIZE) | st.integers(0, BMP_SIZE)
    return st.builds(changed, changes, size) | st.binary(max_size=300)


def tlv_contents() -> st.SearchStrategy[bytes]:
    """Nested fields with lengths that are right, too long, long forms, and none."""
    sizes = st.sampled_from([b"\x80", b"\x81\x05", b"\x82\xff\xff", b"\x84\0\0\0\1", b"\xff", b""])
    tag = st.sampled_from([b"\x53", b"\x5f\x1f", b"\x61", b"\x7c", b"\x87", b"\x8e", b"\x1f\xff"])
    right = st.builds(
        lambda tag, value: tag + bytes([len(value)]) + value, tag, st.binary(max_size=40)
    )
    wrong = st.builds(lambda tag, size, value: tag + size + value, tag, sizes, st.binary())
    return st.lists(right | wrong | st.binary(max_size=9), max_size=8).map(b"".join)


def SOCIAL() -> Card:  # noqa: N802 - named like the card it makes
    """A social security card of the second generation, right in all it says."""
    return VirtualSocialCard(SOCIAL_SECURITY)


def STAFF() -> Card:  # noqa: N802
    """A staff card, right in all it says."""
    return VirtualPivCard(STAFF_KEY, pin=PIN)


Changes = dict[int, bytes]
"""By the number of the answer: what is said instead."""


def apdu_answers(card: Any) -> st.SearchStrategy[tuple[Any, Changes]]:
    """A card that is right but for some answers; `card` makes it anew each time."""
    status = st.sampled_from(["9000", "6100", "61ff", "6c00", "6c10", "6982", "6a83", "63c1", ""])
    said = st.builds(lambda content, end: content + end, st.binary(max_size=60), _hex(status))
    return st.tuples(st.just(card), st.dictionaries(st.integers(0, 20), said, max_size=6))


def travel_answers() -> st.SearchStrategy[tuple[str, Changes]]:
    """The zone inside a chip, and answers of it that are something else."""
    changes = st.dictionaries(st.integers(0, 12), st.binary(max_size=60), max_size=3)
    return st.tuples(zones(), st.just({}) | changes)


def zones() -> st.SearchStrategy[str]:
    """Zones with some letters changed, zones of random letters, and no zones."""

    def spoil(zone: str, changes: list[tuple[int, str]]) -> str:
        letters = list(zone)
        for at, letter in changes:
            letters[at % len(letters)] = letter
        return "".join(letters)

    letter = st.sampled_from([*ALPHABET, FILLER])
    changes = st.lists(st.tuples(st.integers(0, 91), letter), max_size=6)
    some = st.text(ALPHABET + FILLER, min_size=88, max_size=90)
    codes = st.sampled_from(["P<", "C<CHN", "CS", "CD", "CR", "CT", "I<", "A<"])
    coded = st.builds(lambda code, rest: (code + rest)[: len(rest)], codes, some)
    return st.builds(spoil, st.sampled_from(EVERY_ZONE), changes) | coded | some | st.text()


def printer_words() -> st.SearchStrategy[list[bytes]]:
    """What a receipt printer says to one question after the other."""
    right = st.sampled_from([b"\x12", b"\x16", b"\x1a", b"\x32", b"\x72", b"\x7e", b"\0", b"\x0c"])
    return st.lists(right | st.binary(max_size=4) | st.just(b""), max_size=24)


def ipp_answers() -> st.SearchStrategy[bytes]:
    """Answers of a printer in groups of attributes, spoilt in places."""
    text = st.sampled_from([reason.encode() for reason in REASONS]) | st.binary(max_size=12)
    value = text | st.integers(0, 10).map(lambda state: state.to_bytes(4))

    def attribute(tag: int, name: str, value: bytes) -> bytes:
        named = len(name).to_bytes(2) + name.encode()
        return bytes([tag]) + named + len(value).to_bytes(2) + value

    attributes = st.builds(attribute, st.sampled_from(IPP_TAGS), st.sampled_from(IPP_NAMES), value)
    group = st.builds(
        lambda tag, inner: bytes([tag]) + b"".join(inner),
        st.sampled_from([1, 2, 4, 5, 6]),
        st.lists(attributes, max_size=4),
    )
    body = st.lists(group, max_size=4).map(b"".join)
    whole = st.builds(
        lambda status, body: b"\x01\x01" + status + b"\0\0\0\1" + body + b"\x03",
        _hex(st.sampled_from(["0000", "0001", "0406", "0503", "ffff"])),
        body,
    )
    backwards = whole.map(lambda answer: answer[:-1] + bytes.fromhex("440000fffb03"))
    return whole | spoilt(whole) | backwards | st.binary(max_size=60)


def cups_answers() -> st.SearchStrategy[tuple[dict[str, Any], dict[str, Any], bytes]]:
    """Attributes of queue and job as pycups gives them, right and of other kinds; the printer's."""
    odd: st.SearchStrategy[Any] = (
        st.none()
        | st.integers(-5, 300)
        | st.text(max_size=5)
        | st.lists(st.integers() | st.sampled_from(REASONS), max_size=3)
    )
    reasons = st.lists(st.sampled_from(REASONS), max_size=3) | odd
    queue = st.fixed_dictionaries(
        {},
        optional={
            "printer-state": st.integers(3, 5) | odd,
            "printer-state-reasons": reasons,
            "device-uri": odd,
            "sides-supported": odd,
        },
    )
    job = st.fixed_dictionaries(
        {}, optional={"job-state": st.integers(2, 10) | odd, "time-at-processing": odd}
    )
    return st.tuples(queue, job, ipp_answers())


def _hex(digits: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    return digits.map(bytes.fromhex)

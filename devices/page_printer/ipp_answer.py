"""Looks at a printer's answer before pyipp does, which some wrong bytes would hold for ever.

pyipp 0.17.2 takes lengths as signed numbers: one below zero leads it back to where it was. (Form of
an answer: RFC 8010 section 3.1, read in excerpts.)
"""

from typing import Any, Final

HEAD_SIZE: Final = 8  # version, status, request number
END: Final = 0x03
GROUPS: Final = frozenset({0x01, 0x02, 0x04, 0x05})  # those that pyipp knows
FIXED_SIZES: Final = {0x21: 4, 0x22: 1, 0x23: 4, 0x31: 11}  # integer, boolean, enum, dateTime
WITH_LANGUAGE: Final = frozenset({0x35, 0x36})
LONGEST: Final = 0x7FFF


class NotWhole(Exception):
    """Bytes that are no answer, or one that pyipp reads differently from what it says."""


def need_whole(answer: bytes) -> None:
    """Raises NotWhole unless every length in it leads forward and inside."""
    at = HEAD_SIZE
    while (tag := _byte(answer, at)) != END:
        if tag in GROUPS:
            at += 1
            tag = _byte(answer, at)
        if tag in GROUPS or tag == END:
            raise NotWhole("an empty group")
        at = _after(answer, at + 1, _size(answer, at + 1))
        size = _size(answer, at)
        if size != FIXED_SIZES.get(tag, size):
            raise NotWhole("a value of a wrong size")
        end = _after(answer, at, size)
        if tag in WITH_LANGUAGE:
            language = _after(answer, at + 2, _size(answer, at + 2))
            if _after(answer, language, _size(answer, language)) != end:
                raise NotWhole("a language of a wrong size")
        at = end


def guard(device: Any) -> None:
    """Let this pyipp.IPP refuse such answers, with NotWhole."""
    request = device._request

    async def checked(*args: Any, **more: Any) -> bytes:
        answer: bytes = await request(*args, **more)
        need_whole(answer)
        return answer

    device._request = checked


def _byte(answer: bytes, at: int) -> int:
    if at >= len(answer):
        raise NotWhole("cut off")
    return answer[at]


def _size(answer: bytes, at: int) -> int:
    size = int.from_bytes(answer[at : at + 2])
    if size > LONGEST:
        raise NotWhole("a length below zero")
    return size


def _after(answer: bytes, at: int, size: int) -> int:
    """Where the next thing begins after the two bytes of a length and what they measure."""
    end = at + 2 + size
    if end > len(answer):
        raise NotWhole("cut off")
    return end

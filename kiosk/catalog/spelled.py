"""Many names in one long text, so that all of them are looked through at the speed of one."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

END: Final = "\n"  # between two names; nobody types it


class Spelled:
    """Names, each a row of parts: characters, initials or syllables. One thread while adding."""

    def __init__(self) -> None:
        self._text = ""
        self._begins: list[int] = []  # of each name
        self._owners: list[int] = []
        self._parts = bytearray()  # 1 where a part begins

    def add(self, owner: int, parts: Sequence[str]) -> None:
        """A name of the item with that number."""
        if not parts:
            return
        self._begins.append(len(self._text))
        self._owners.append(owner)
        for part in parts:
            self._parts += b"\1" + bytes(len(part) - 1)
        self._parts.append(0)
        self._text += "".join(parts) + END

    def hits(self, wanted: str, *, at_parts: bool = False) -> Iterator[tuple[int, bool]]:
        """(item, whether a name begins there) of the first occurrence in each name.

        `at_parts`: only where a part begins.
        """
        text, parts, begins = self._text, self._parts, self._begins
        at = text.find(wanted)
        while at >= 0:
            if at_parts and not parts[at]:
                at = text.find(wanted, at + 1)
                continue
            name = bisect_right(begins, at)
            yield self._owners[name - 1], at == begins[name - 1]
            if name == len(begins):
                return
            at = text.find(wanted, begins[name])

    def nearly(self, wanted: str) -> Iterator[int]:
        """Items with a name in which `wanted` stands at a part with exactly one slip in it.

        A slip: one letter wrong, lacking, too much, or two neighbours swapped. One half of what
        was typed is free of it, so only where that half stands is looked at closely; unless the
        two in the middle are swapped.
        """
        half = len(wanted) // 2
        first, second = wanted[:half], wanted[half:]
        middle = first[:-1] + second[:1] + first[-1:] + second[1:]
        if middle != wanted:
            for owner, _ in self.hits(middle, at_parts=True):
                yield owner
        text, parts = self._text, self._parts
        starts = {at for at in self._found(first) if parts[at]}
        for at in self._found(second):
            for start in (at - half - 1, at - half, at - half + 1):
                if start >= 0 and parts[start]:
                    starts.add(start)
        for start in starts:
            if _one_slip(wanted, text, start):
                yield self._owners[bisect_right(self._begins, start) - 1]

    def _found(self, wanted: str) -> Iterator[int]:
        at = self._text.find(wanted)
        while at >= 0:
            yield at
            at = self._text.find(wanted, at + 1)


def _one_slip(wanted: str, text: str, start: int) -> bool:
    """Whether the text at `start` begins with `wanted` but for one slip."""
    same, length = 0, len(wanted)
    while same < length and text[start + same] == wanted[same]:
        same += 1
    if same == length:
        return False
    here, rest = start + same, wanted[same + 1 :]
    if text.startswith(rest, here):
        return True  # one too much
    if text[here] == END:
        return False
    if text.startswith(rest, here + 1) or text.startswith(wanted[same:], here + 1):
        return True  # one is wrong, or one lacks
    return len(rest) > 0 and text.startswith(rest[0] + wanted[same] + rest[1:], here)

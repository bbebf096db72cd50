"""Tells a bar-code scanner that types like a keyboard from a person at the keys."""

from dataclasses import dataclass, field
from typing import Final

# A scanner sends a character every 1 to 20 ms; nobody types six in a row 50 ms apart.
LONGEST_GAP: Final = 0.05  # seconds
SHORTEST_CODE: Final = 6
LONGEST_CODE: Final = 400


@dataclass(slots=True)
class KeyBursts:
    """Fed with every key and the moment it came, in seconds of any steady clock."""

    _typed: list[str] = field(default_factory=list, repr=False)
    _last: float = 0.0

    def key(self, character: str, moment: float) -> None:
        """A character came."""
        if moment - self._last > LONGEST_GAP or len(self._typed) >= LONGEST_CODE:
            self._typed.clear()
        self._typed.append(character)
        self._last = moment

    def ended(self, moment: float) -> str:
        """Enter came: the code that was scanned, "" when a person was typing."""
        code = "".join(self._typed)
        self._typed.clear()
        is_burst = len(code) >= SHORTEST_CODE and moment - self._last <= LONGEST_GAP
        return code if is_burst else ""

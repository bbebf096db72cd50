"""The contract of whatever turns the picture of one line of print into text."""

from dataclasses import dataclass, field
from typing import Protocol

from devices.camera.pictures import Pixels
from devices.camera.reading.alphabets import Alphabet


@dataclass(frozen=True, slots=True)
class ReadCharacter:
    """One character of a line. `confidence`: 0..1, the recogniser's own share for it."""

    character: str = field(repr=False)
    confidence: float
    at: float  # its middle, 0 the line's left end, 1 its right end


@dataclass(frozen=True, slots=True)
class ReadLine:
    """What a line says. Never to be trusted by itself: see ReadField."""

    characters: tuple[ReadCharacter, ...] = ()

    @property
    def text(self) -> str:
        """Left to right, as printed."""
        return "".join(one.character for one in self.characters)

    @property
    def confidence(self) -> float:
        """That of its weakest character; 0 when there is none."""
        return min((one.confidence for one in self.characters), default=0.0)


class LineReader(Protocol):
    """For one thread at a time, and never the one that draws."""

    def read(self, line: Pixels, alphabet: Alphabet = Alphabet.ANYTHING) -> ReadLine:
        """The text of a BGR picture that holds one horizontal line and little else.

        `alphabet`: what looks like another character becomes the nearest of these, with the low
        confidence that it deserves. On one core about 20 ms for a name of three characters and
        100 ms for a line of eleven.
        """
        ...

    def forget(self) -> None:
        """Keep nothing of the lines read so far. Costs about as much as reading the last one."""
        ...


class ReadingMissing(Exception):
    """This terminal has no models to read print with, or they cannot be used; says which."""

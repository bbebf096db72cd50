"""Reads lines with the PP-OCRv6 recogniser, whose model lies inside the wheel `rapidocr`.

The only file that knows that package and its model. Of the package nothing is imported: OpenCV's
own `cv2.dnn` runs the model (docs/decisions/0043). Models and code are Apache-2.0, of PaddleOCR.
"""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from devices.camera.pictures import Pixels, Places, Reals
from devices.camera.reading.alphabets import Alphabet, holds
from devices.camera.reading.api import ReadCharacter, ReadingMissing, ReadLine
from devices.camera.reading.model_words import metadata_of

PACKAGE: Final = "rapidocr"
MODEL: Final = "rapidocr/models/PP-OCRv6_rec_small.onnx"
HEIGHT: Final = 48  # pixels, and the levels below: PaddleOCR's recogniser configuration
LEVEL_SCALE: Final = 1 / 127.5
LEVEL_MIDDLE: Final = 127.5
BLANK: Final = 0  # class 0 of the network: between two characters
_NARROW: Final = frozenset({Alphabet.DIGITS, Alphabet.CITIZEN_NUMBER, Alphabet.CAPITALS_DIGITS})
SQUEEZED, SQUEEZED_NARROW = 0.6, 0.8
"""Of the width, which is what reading costs. Ideographs bear more than narrow characters, of which
the second of two like ones is lost first (docs/decisions/0043 has the measurement)."""

_WIDTH_STEP: Final = 32  # pixels; OpenCV plans anew for every width it has not met
_NARROWEST: Final = 64
_WIDEST: Final = 2400
_PAPER_MARGIN: Final = 4  # pixels of the line's own border, repeated to fill the last step


def model_file() -> Path | None:
    """Where the model lies; None: the package is not installed, or has another model."""
    try:
        file = Path(str(distribution(PACKAGE).locate_file(MODEL)))
    except PackageNotFoundError:
        return None
    return file if file.is_file() else None


class PpOcrLineReader:
    """A `LineReader`. Made in about 0.15 s; keeps about 150 MB. Not for two threads at once."""

    def __init__(self) -> None:
        """Raises ReadingMissing."""
        file = model_file()
        if file is None:
            raise ReadingMissing(f"{PACKAGE} with {MODEL} is not installed")
        content = file.read_bytes()
        try:
            words = metadata_of(content)["character"].splitlines()
            self._net = cv2.dnn.readNetFromONNX(np.frombuffer(content, np.uint8))
        except (ValueError, KeyError, cv2.error) as error:
            raise ReadingMissing(f"{file.name} cannot be used") from error
        self._words = ["", *words, " "]
        self._allowed: dict[Alphabet, Places] = {}
        self._width = 0  # pixels of the line that the network still holds; 0: none

    def read(self, line: Pixels, alphabet: Alphabet = Alphabet.ANYTHING) -> ReadLine:
        """See LineReader."""
        if min(line.shape[:2]) < 2:  # noqa: PLR2004
            return ReadLine()
        squeezed = (
            1.0
            if alphabet is Alphabet.MACHINE_ZONE
            else (SQUEEZED_NARROW if alphabet in _NARROW else SQUEEZED)
        )
        picture, filled = _prepared(line, squeezed)
        self._width = picture.shape[-1]
        self._net.setInput(picture)
        shares = np.asarray(self._net.forward())[0]
        return ReadLine(self._characters(shares, self._places_of(alphabet), filled))

    def forget(self) -> None:
        """See LineReader. A blank line as wide as the last one takes its place in every layer."""
        if self._width:
            self._net.setInput(np.zeros((1, 3, HEIGHT, self._width), np.float32))
            self._net.forward()
            self._width = 0

    def _places_of(self, alphabet: Alphabet) -> Places:
        """The classes of that alphabet and the blank."""
        if alphabet not in self._allowed:
            places = (at for at, word in enumerate(self._words) if word and holds(alphabet, word))
            self._allowed[alphabet] = np.array([BLANK, *places])
        return self._allowed[alphabet]

    def _characters(
        self, shares: Reals, allowed: Places, filled: float
    ) -> tuple[ReadCharacter, ...]:
        """Greedy connectionist decoding: repeated classes are one character, blanks part them."""
        seen = shares[:, allowed]
        best = seen.argmax(1)
        found: list[ReadCharacter] = []
        start = 0
        for step in range(1, len(best) + 1):
            if step < len(best) and best[step] == best[start]:
                continue
            word = self._words[allowed[best[start]]]
            if word:
                share = float(seen[start:step, best[start]].max())
                middle = (start + step) / 2 / len(best) / filled
                found.append(ReadCharacter(word, min(1.0, share), min(1.0, middle)))
            start = step
        return tuple(found)


def _prepared(line: Pixels, squeezed: float) -> tuple[Reals, float]:
    """As the network wants it, and which share of its width is the line."""
    height, width = line.shape[:2]
    wanted = round(HEIGHT * width / height * squeezed)
    wanted = min(max(wanted, 8), _WIDEST)
    full = max(_NARROWEST, -(-(wanted + _PAPER_MARGIN) // _WIDTH_STEP) * _WIDTH_STEP)
    way = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_CUBIC
    small = np.asarray(cv2.resize(line, (wanted, HEIGHT), interpolation=way))
    padded = cv2.copyMakeBorder(small, 0, 0, 0, full - wanted, cv2.BORDER_REPLICATE)
    levels = (np.asarray(padded, np.float32) - LEVEL_MIDDLE) * LEVEL_SCALE
    return np.ascontiguousarray(levels.transpose(2, 0, 1)[None]), wanted / full

from importlib.metadata import PackageNotFoundError

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from devices.camera.pictures import Pixels
from devices.camera.reading import pp_ocr
from devices.camera.reading.alphabets import Alphabet, holds
from devices.camera.reading.api import ReadingMissing, ReadLine
from devices.camera.reading.specimen_cards import FONT


def line(words: str, size: int = 40) -> Pixels:
    font = ImageFont.truetype(FONT, size, index=2)
    picture = Image.new("RGB", (int(font.getlength(words)) + 20, size + 24), (250, 250, 250))
    ImageDraw.Draw(picture).text((10, 2), words, font=font, fill=(20, 20, 20))
    return np.asarray(picture, np.uint8)[:, :, ::-1]


@pytest.mark.parametrize("words", ["张喆", "吉林省延吉市朝阳川镇太阳村3组12号"])
def test_reads_what_stands_there(reader: pp_ocr.PpOcrLineReader, words: str) -> None:
    read = reader.read(line(words), Alphabet.ADDRESS)
    assert read.text == words
    assert read.confidence > 0.8
    places = [one.at for one in read.characters]
    assert places == sorted(places)


def test_only_characters_of_the_alphabet_come_out(reader: pp_ocr.PpOcrLineReader) -> None:
    plain = reader.read(line("O1B5 汉字"))
    digits = reader.read(line("O1B5 汉字"), Alphabet.DIGITS)
    assert set(plain.text) - set("0123456789")
    assert not set(digits.text) - set("0123456789")
    assert digits.confidence < plain.confidence


def test_empty_paper_says_nothing(reader: pp_ocr.PpOcrLineReader) -> None:
    assert reader.read(np.full((60, 300, 3), 240, np.uint8)) == ReadLine()
    assert reader.read(np.zeros((1, 300, 3), np.uint8)) == ReadLine()
    assert ReadLine().confidence == 0


def test_nobodys_name_is_in_a_repr(reader: pp_ocr.PpOcrLineReader) -> None:
    assert "张" not in repr(reader.read(line("张喆"), Alphabet.NAME))


def test_the_network_holds_no_line_that_was_forgotten(reader: pp_ocr.PpOcrLineReader) -> None:
    """It keeps its layers, so that asking it again tells the last line again."""

    def told_again() -> bool:
        shares = np.asarray(reader._net.forward())[0]
        return bool((shares.argmax(1) != pp_ocr.BLANK).any())

    assert reader.read(line("张喆"), Alphabet.NAME).text == "张喆"
    assert told_again()
    reader.forget()
    assert not told_again()
    reader.forget()
    assert reader.read(line("张喆"), Alphabet.NAME).text == "张喆"


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 90),
    st.integers(1, 500),
    st.sampled_from(Alphabet),
    st.integers(0, 2**32 - 1),
)
def test_any_picture_gives_a_line_of_that_alphabet(
    height: int, width: int, alphabet: Alphabet, seed: int
) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    read = _shared().read(noise, alphabet)
    assert all(holds(alphabet, one.character) for one in read.characters)
    assert all(0 <= one.confidence <= 1 and 0 <= one.at <= 1 for one in read.characters)


def test_a_terminal_without_the_models_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_name: str) -> None:
        raise PackageNotFoundError

    monkeypatch.setattr(pp_ocr, "distribution", missing)
    assert pp_ocr.model_file() is None
    with pytest.raises(ReadingMissing, match="rapidocr"):
        pp_ocr.PpOcrLineReader()


_kept: list[pp_ocr.PpOcrLineReader] = []


def _shared() -> pp_ocr.PpOcrLineReader:
    """Hypothesis and fixtures of functions do not go together."""
    if not _kept:
        _kept.append(pp_ocr.PpOcrLineReader())
    return _kept[0]

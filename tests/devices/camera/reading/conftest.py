import pytest

from devices.camera.reading.pp_ocr import PpOcrLineReader


@pytest.fixture(scope="session")
def reader() -> PpOcrLineReader:
    return PpOcrLineReader()

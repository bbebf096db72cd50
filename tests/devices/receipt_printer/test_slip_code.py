"""Codes of slips keep to the small mode on both sides of a #, and are read again as they were."""

import io

import pytest
import segno
import zxingcpp
from PIL import Image

from devices.receipt_printer.slip_code import slip_code

CODE = "DS1/2224010010010126112800017." + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 13


@pytest.mark.parametrize(
    "text", [CODE, f"HTTPS://BANSHI.JL.GOV.CN/C#{CODE}", "#", "#A", "A#", "好#好"]
)
def test_it_is_read_as_it_was(text: str) -> None:
    written = io.BytesIO()
    slip_code(text).save(written, kind="png", scale=4, border=4)
    [found] = zxingcpp.read_barcodes(Image.open(written))
    assert found.text == text


def test_an_address_costs_one_version_at_most() -> None:
    address = f"HTTPS://BANSHI.JL.GOV.CN/C#{CODE}"
    assert slip_code(address).version <= slip_code(CODE).version + 1
    assert segno.make(address, error="m", micro=False).version > slip_code(address).version + 2


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match=r"does not fit|too large|provided"):
        slip_code("HTTPS://A/C#" + "A" * 5000)

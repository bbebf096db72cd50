"""The guide as a slip."""

from datetime import UTC, datetime

import pytest

from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.guide_slip import guide_slip
from kiosk.papers.slip_layout import SlipLayout
from tests.kiosk.flow.conftest import SITE, called

NOW = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)


def test_the_slip_says_what_to_bring_how_long_and_whom_to_call() -> None:
    slip = guide_slip(called("residence_permit"), SITE, now=NOW)
    lines = dict(slip.lines)
    assert lines["办理事项"] == "居住证申领"
    assert SITE.phone in lines["咨询电话"]
    assert "12345" in lines["咨询电话"]
    assert slip.materials[0].startswith("居民身份证")
    assert any("系统能查到就不用带" in words for words in slip.materials)
    assert not any("申领表" in words for words in slip.materials)  # filled in here
    assert slip.qr.startswith("https://")


@pytest.mark.parametrize("width", [576, 384])
@pytest.mark.parametrize("item", list(packaged_catalog()), ids=lambda item: item.key)
def test_every_guide_fits_a_slip(item: ServiceItem, width: int) -> None:
    assert SlipLayout(width).picture(guide_slip(item, SITE, now=NOW)).width == width

"""What a pretended service point is made of: its own gateway's address and marks on every slip."""

from pathlib import Path

import pytest
from PIL import Image

from kiosk.domain.receipt import Receipt
from kiosk.simulated_site import MARK, NOTE, Marked, SimulatedSite

SLIP = Receipt(title="办件回执", site="示范村", lines=(), notes=("好",), footer="请妥善保管")


class Drawn:
    """A layout that remembers what it was given."""

    def __init__(self) -> None:
        self.seen: list[Receipt] = []

    def picture(self, receipt: Receipt) -> Image.Image:
        self.seen.append(receipt)
        return Image.new("1", (8, 8))


def test_every_slip_of_training_is_marked_before_it_is_drawn() -> None:
    drawn = Drawn()
    Marked(drawn).picture(SLIP)
    [seen] = drawn.seen
    assert seen.marks == (MARK,)
    assert seen.notes == (NOTE, "好")


@pytest.mark.parametrize("marked", [True, False])
def test_nothing_of_the_environment_enters_its_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marked: bool
) -> None:
    monkeypatch.setenv("DOORSTEP_GATEWAY", '{"url": "https://gateway.example"}')
    monkeypatch.setenv("DOORSTEP_DEVICES", '{"receipt_printer": "network:192.168.1.50"}')
    monkeypatch.setenv("DOORSTEP_SITE", '{"query_prefix": "DS1/"}')
    site = SimulatedSite(tmp_path, terminal_id="t", marked=marked)
    try:
        assert site.settings.gateway.url == site.gateway.base_url
        assert site.settings.devices.receipt_printer == "none"
        assert site.settings.devices.sticks == ()
        assert site.settings.site.query_prefix == ("训练/" if marked else "DS1/")
    finally:
        site.close()

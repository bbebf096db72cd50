"""The main job from standby to the printed result, as `./run journey` walks it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).parents[2]
PAGES = [
    "standby", "home", "items", "guide", "read-card", "form-from-card", "form-filled",
    "materials-live", "materials-taken", "signed", "review", "done-saved", "done-printed",
    "progress-identify", "progress-cases", "progress-case", "certificate", "certificate-printed",
]  # fmt: skip


def walked(out: Path, *options: str) -> dict[str, Any]:
    ended = subprocess.run(
        [sys.executable, "-m", "kiosk", "journey", "--out", str(out), *options],
        check=False,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    report: dict[str, Any] = json.loads((out / "journey.json").read_text("utf-8"))
    assert report["gateway"]["cases"] == 1
    assert report["gateway"]["page_hashes"] == report["scanned_page_hashes"]
    assert len(report["scanned_page_hashes"]) == 2
    assert report["readable_on_disk"] == []
    assert report["state"] == "delivered"
    for name in ("receipt.bin", "receipt.png", "printed.pdf"):
        assert (out / name).stat().st_size > 1000
    return report


@pytest.mark.counterpart
@pytest.mark.timeout(300)
def test_online_with_an_id_card_nothing_readable_is_written_anywhere(tmp_path: Path) -> None:
    report = walked(tmp_path)
    assert [step["step"] for step in report["steps"]] == PAGES
    assert len(report["official_number"]) == 43


@pytest.mark.counterpart
@pytest.mark.timeout(300)
def test_offline_with_a_social_security_card(tmp_path: Path) -> None:
    report = walked(tmp_path, "--offline", "--card", "pcsc", "--size", "1280x800")
    steps = [step["step"] for step in report["steps"]]
    assert steps[12:15] == ["done-printed", "progress-offline", "progress-identify"]

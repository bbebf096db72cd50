"""`kiosk scan` says one line for each picture and never fails."""

import json
from pathlib import Path

import pytest

from devices.camera.pictures import to_jpeg
from devices.camera.specimen_pages import Specimen, empty_desk, on_desk
from kiosk.scan_command import as_json_line, scan_report, scan_reports

SAMPLES = Path(__file__).parents[1] / "samples"


def test_a_page_is_reported_with_corners_judgement_and_time(tmp_path: Path) -> None:
    picture = tmp_path / "form.jpg"
    picture.write_bytes(to_jpeg(on_desk(Specimen.FORM), 95))
    report = json.loads(as_json_line(scan_report(picture)))
    assert report.pop("milliseconds") > 0
    assert report.pop("sureness") > 0.6
    corners = report.pop("corners")
    assert corners[0] == pytest.approx([452, 62], abs=3)
    assert corners[2] == pytest.approx([1216, 1134], abs=3)
    assert report == {"file": str(picture), "cut_off": False, "judgement": [], "codes": []}


def test_an_empty_desk_has_null_corners(tmp_path: Path) -> None:
    picture = tmp_path / "desk.jpg"
    picture.write_bytes(to_jpeg(empty_desk()))
    report = scan_report(picture)
    assert report["corners"] is None
    assert report["judgement"] == ["no_page"]


def test_codes_are_listed_with_format_and_text() -> None:
    report = scan_report(SAMPLES / "barcodes" / "qr_1.webp")
    wanted = (SAMPLES / "barcodes" / "qr_1.txt").read_text(encoding="utf-8")
    assert report["codes"] == [{"format": "qr", "text": wanted}]


def test_what_cannot_be_read_is_an_error_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    (tmp_path / "b.jpg").write_bytes(to_jpeg(empty_desk()))
    (tmp_path / "c.txt").write_text("left out", encoding="utf-8")
    reports = list(scan_reports([tmp_path, tmp_path / "missing.jpg"]))
    assert [Path(str(r["file"])).name for r in reports] == ["a.jpg", "b.jpg", "missing.jpg"]
    assert ["error" in report for report in reports] == [True, False, True]
    for report in reports:
        assert "\n" not in as_json_line(report)

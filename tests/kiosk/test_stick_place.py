"""Where a stick is found."""

from pathlib import Path

from kiosk.stick_place import stick_under


def test_the_first_mounted_folder_counts_also_one_deeper(tmp_path: Path) -> None:
    label = tmp_path / "media" / "kiosk" / "U盘"
    label.mkdir(parents=True)
    (tmp_path / "media" / "empty").mkdir()
    places = (tmp_path / "nowhere", tmp_path / "media")
    assert stick_under(places, is_mount=lambda path: path == label) == label
    assert stick_under(places, is_mount=lambda path: path.name == "empty") is not None
    assert stick_under(places) is None


def test_a_link_is_no_stick(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "link").symlink_to("/")
    assert stick_under((tmp_path / "media",)) is None

"""The keyboard on the screen: pinyin gives characters, and nothing that was typed is kept."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ui.widgets.screen_keyboard import MEMORY, forget_typed_words, prepare


def test_the_settings_are_made_and_the_memory_has_no_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CONFIG_HOME", "QT_IM_MODULE"):
        monkeypatch.setenv(name, "before")
    prepare(tmp_path / "keyboard")
    assert os.environ["QT_IM_MODULE"] == "qtvirtualkeyboard"
    assert os.environ["XDG_CONFIG_HOME"] == str(tmp_path / "keyboard")
    assert (tmp_path / "keyboard" / MEMORY).is_file()


def test_words_that_were_kept_all_the_same_are_wiped(tmp_path: Path) -> None:
    dictionary = tmp_path / MEMORY / "pinyin" / "usr_dict.dat"
    dictionary.parent.mkdir(parents=True)
    dictionary.write_bytes(b"a name")
    forget_typed_words(tmp_path)
    forget_typed_words(tmp_path)
    assert (tmp_path / MEMORY).read_bytes() == b""


@pytest.fixture(params=["1080x1920", "1920x1080"])
def display(request: pytest.FixtureRequest) -> Iterator[str]:
    """A display of its own, without anything on it."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    read, write = os.pipe()
    server = subprocess.Popen(
        [
            "Xvfb",
            "-displayfd",
            str(write),
            "-screen",
            "0",
            f"{request.param}x24",
            "-nolisten",
            "tcp",
        ],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as answers:
        number = answers.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


@pytest.mark.counterpart
def test_pinyin_gives_characters_and_the_next_person_is_offered_none_of_them(
    display: str, tmp_path: Path
) -> None:
    environment = os.environ | {
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "QT_QUICK_BACKEND": "software",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.typing_under_x", str(tmp_path), str(tmp_path / "x.png")],
        env=environment,
        capture_output=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    seen = json.loads(done.stdout)
    assert seen["offered_0"][0] == "张测试"
    assert seen["typed"] == "章测试"
    assert seen["offered_1"] == seen["offered_0"]  # 章测试 was not learned
    assert seen["files"] == ["x.png"]
    assert seen["suggestions_uncovered"]
    assert seen["key_height"] >= 96
    assert seen["touches"] > len("ceshi")  # whoever types is still there
    assert seen["hidden"]

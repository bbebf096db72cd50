"""The main job from standby to the printed result, as `./run journey` walks it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).parents[2]
PAGES = [
    "standby", "home", "items", "guide", "read-card", "form-from-card", "form-filled",
    "materials-live", "materials-taken", "signed", "review", "done-saved", "done-printed",
    "progress-identify", "progress-cases", "progress-case", "progress-printed",
]  # fmt: skip
OPENED = re.compile(r'\bopen(?:at)?\((?:AT_FDCWD, )?"(?P<path>[^"]+)", (?P<flags>[A-Z_|]+)')
# What others write: the counterparts, the gateway, caches of Python, fonts and printer profiles.
OF_OTHERS = re.compile(
    r"^/(dev|proc|sys|run|var/(cache|lib|run))/"
    r"|/doorstep-(cups|pcscd|sam)|/doorstep-journey-[^/]+/(gateway|desk|token)"
    r"|capabilities\.pickle$|__pycache__|\.cache/|/\.X"
    r"|/[a-z0-9_]{8}$"  # Python's tempfile tries once whether it may write here, and removes it
)


def walked(out: Path, *options: str, tracer: list[str] | None = None) -> dict[str, Any]:
    ended = subprocess.run(
        [*(tracer or []), sys.executable, "-m", "kiosk", "journey", "--out", str(out), *options],
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
    log = tmp_path / "opened.log"
    tracer = ["strace", "-f", "--seccomp-bpf", "-e", "trace=open,openat,creat", "-o", str(log)]
    out = tmp_path / "out"
    report = walked(out, tracer=tracer)
    assert [step["step"] for step in report["steps"]] == PAGES
    assert len(report["official_number"]) == 43
    strange = sorted(
        {
            found["path"]
            for found in OPENED.finditer(log.read_text(errors="replace"))
            if re.search("O_WRONLY|O_RDWR", found["flags"])
            and not OF_OTHERS.search(found["path"])
            and not found["path"].startswith(str(out))
            and not re.search(
                r"/doorstep-journey-[^/]+/store/|/doorstep-journey-[^/]+/?$", found["path"]
            )
        }
    )
    assert strange == []


@pytest.mark.counterpart
@pytest.mark.timeout(300)
def test_offline_with_a_social_security_card(tmp_path: Path) -> None:
    report = walked(tmp_path, "--offline", "--card", "pcsc", "--size", "1280x800")
    steps = [step["step"] for step in report["steps"]]
    assert steps[12:15] == ["done-printed", "progress-offline", "progress-identify"]

"""Stalls of the interface's thread while the terminal syncs with 10,000 cached cases, the time of
a page change by the clock and by its thread's processor time, and memory, beside a bare window of
the same toolkit in the same run.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.many_cases import KEY, filled
from tests.counterparts.display import VirtualDisplay
from tests.counterparts.gateway_process import GatewayProcess

NAME: Final = "interface"
CASES: Final = 10_000
CHECKOUT: Final = Path(__file__).parents[2]
# The goals of the issue: milliseconds and megabytes.
STALL_P99, STALL_MOST, PAGE_MOST, MEMORY_MOST = 50, 200, 100, 300


def run() -> dict[str, float]:
    """Bare, product, bare: whatever else the machine does is seen in both."""
    with tempfile.TemporaryDirectory() as place, VirtualDisplay(1080, 1920):
        folder = Path(place)
        gateway = GatewayProcess(folder / "gateway")
        public_key = gateway.enrol("terminal-01", folder / "token")
        config = folder / "kiosk.toml"
        config.write_text(
            f'folder = "{folder / "store"}"\nfull_screen = false\n[gateway]\n'
            f'url = "{gateway.base_url}"\ntoken_file = "{folder / "token"}"\n'
            f'public_key = "{public_key}"\n',
            "utf-8",
        )
        (folder / "store").mkdir()
        key_file = folder / "store.key"
        key_file.write_text(KEY.hex(), "ascii")
        key_file.chmod(0o600)
        filled(folder / "store", CASES).close()
        gateway.start()
        try:
            before, product, after = _one("bare"), _one("product", str(config)), _one("bare")
        finally:
            gateway.stop()
    bare = {key: before[key] + after[key] for key in ("late_ms", "page_ms", "page_cpu_ms")}
    bare["memory_mb"] = before["memory_mb"]
    figures: dict[str, float] = {}
    print(
        f"{'':22}{'stall p99':>11}{'most ms':>9}{'page median':>13}{'most ms':>9}"
        f"{'its CPU':>9}{'most ms':>9}{'MB':>7}"
    )
    for name, found in (("bare Widgets window", bare), ("terminal", product)):
        late, page, cpu = sorted(found["late_ms"]), found["page_ms"], found["page_cpu_ms"]
        row = {
            "stall_p99_ms": late[int(len(late) * 0.99)],
            "stall_most_ms": late[-1],
            "page_median_ms": statistics.median(page),
            "page_most_ms": max(page),
            "page_cpu_median_ms": statistics.median(cpu),
            "page_cpu_most_ms": max(cpu),
            "memory_mb": found["memory_mb"],
        }
        print(
            f"{name:22}{row['stall_p99_ms']:11.1f}{row['stall_most_ms']:9.1f}"
            f"{row['page_median_ms']:13.1f}{row['page_most_ms']:9.1f}"
            f"{row['page_cpu_median_ms']:9.1f}{row['page_cpu_most_ms']:9.1f}{row['memory_mb']:7.0f}"
        )
        kind = "bare" if found is bare else "terminal"
        figures |= {f"{kind}_{key}": round(value, 2) for key, value in row.items()}
    print(
        f"goals: stall p99 {STALL_P99}, most {STALL_MOST}; page {PAGE_MOST}; memory {MEMORY_MOST}"
    )
    return figures


def _one(*words: str) -> dict[str, Any]:
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.interface_child", *words],
        check=True,
        cwd=CHECKOUT,
        env={**os.environ, "QT_QPA_PLATFORM": "xcb"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        timeout=120,
    )
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return found

"""The gateway asked by its own description, by a tool that tries what nobody thought of.

For a long run by hand:
DOORSTEP_EXAMPLES=2000 ./run test -o timeout=0 tests/sync/gateway/test_described.py
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from sync import wire
from tests.counterparts.gateway_process import CHECKOUT, GatewayProcess
from tests.sync.gateway.described_requests import PICTURES, text

HERE = Path(__file__).parent
TERMINAL = "terminal-1"
EXAMPLES = os.environ.get("DOORSTEP_EXAMPLES", "12")  # for each operation


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    process = GatewayProcess(tmp_path / "gateway")
    process.start()
    yield process
    process.stop()


def answered(gateway: GatewayProcess) -> Counter[tuple[str, str]]:
    """How often each operation gave each status."""
    figures = requests.get(f"{gateway.base_url}/metrics", timeout=5).text
    return Counter(
        {
            (sample.labels["operation"], sample.labels["status"]): int(sample.value)
            for family in text_string_to_metric_families(figures)
            for sample in family.samples
            if sample.name == "doorstep_requests_total"
        }
    )


def test_whatever_is_asked_the_answer_is_the_one_that_was_described(
    gateway: GatewayProcess, tmp_path: Path
) -> None:
    gateway.enrol(TERMINAL, tmp_path / "token")
    token = (tmp_path / "token").read_text("ascii").strip()
    ours = {"Authorization": f"Bearer {token}", wire.TERMINAL_HEADER: TERMINAL}
    news = requests.get(f"{gateway.base_url}/v1/changes", headers=ours, timeout=5).json()
    listing = text(99, 0, range(len(PICTURES)))  # a case that waits for the pages they know
    put = f"{gateway.base_url}/v1/cases/{listing.case_id}"
    assert requests.put(put, wire.canonical(listing), headers=ours, timeout=5).status_code == 202
    report = tmp_path / "report.json"
    seed = [] if "DOORSTEP_EXAMPLES" in os.environ else ["--seed", "1"]
    asked = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(HERE / "schemathesis.toml"), "--no-color", "run"),
            f"{gateway.base_url}/v1/openapi.json",
            *(word for name, value in ours.items() for word in ("--header", f"{name}: {value}")),
            *("--max-examples", EXAMPLES, "--phases", "examples,coverage,fuzzing", *seed),
            *("--continue-on-failure", "--report-json-path", str(report)),
        ],
        env={
            **os.environ,
            "PYTHONPATH": str(CHECKOUT),
            "SCHEMATHESIS_HOOKS": "tests.sync.gateway.described_requests",
            "DOORSTEP_TRANSFERS": news["catalog"]["transfer"],
        },
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stdout
    told = json.loads(report.read_text("utf-8"))
    assert told["complete"]
    assert told["operations"]["tested"] == told["operations"]["total"]
    assert told["test_cases"]["generated"] > 500
    counted = answered(gateway)
    # It came through to what lies behind the checks, and nothing broke there.
    for way in (
        ("send_cases", "200"),
        ("send_case", "202"),
        ("send_case", "409"),
        ("send_pages", "200"),
        ("send_page", "201"),
        ("get_document", "200"),
        ("send_heartbeat", "204"),
    ):
        assert counted[way], f"{way} never happened: {counted}"
    assert {status for _, status in counted if status >= "5"} <= {"503", "broken"}

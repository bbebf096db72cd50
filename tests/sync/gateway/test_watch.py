"""What those who look after a gateway see: whether it lives, whether it can work, what it did."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from sync import wire
from sync.gateway.database import Database, DatabaseTrouble
from sync.gateway.health import Health
from sync.gateway.metrics import Metrics
from sync.gateway.office import Office
from sync.gateway.serve import EmbeddedGateway
from sync.gateway.standing import STILL_TRUE, Standings
from sync.outbox_sender import OutboxSender
from tests.counterparts.sample_cases import NAME, NOON, NUMBER, case_id
from tests.counterparts.village import TERMINAL_ID, Village, submit

BOTH_ENGINES = True
Figures = dict[tuple[str, ...], float]


def figures(text: str) -> Figures:
    """By name and the values of its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def look(village: Village) -> Figures:
    answer = requests.get(f"{village.gateway.base_url}/metrics", timeout=5)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    return figures(answer.text)


def heartbeat(aside: int) -> wire.Heartbeat:
    entries = tuple(wire.AsideEntry(case_id(n + 1), "answers.name: x") for n in range(aside))
    return wire.Heartbeat(program="0.1", now=NOON, waiting=7, aside=entries)


def test_what_was_done_is_counted(village: Village) -> None:
    first, second, half = (village.confirm(serial, pages=1) for serial in (1, 2, 3))
    OutboxSender(village.store, village.client, listener=village.heard).send_due(NOON)
    submit(village.client, first)
    village.client.heartbeat(heartbeat(aside=2))
    found = look(village)
    assert found["doorstep_requests_total", "send_heartbeat", "204"] == 1
    assert found["doorstep_request_seconds_count", "send_cases"] >= 2
    assert found["doorstep_case_answers_total", "received"] >= 4
    sizes = sum(page.size for case in (first, second, half) for page in case.pages)
    assert found["doorstep_kept_bytes_total",] > sizes
    assert found["doorstep_commit_wishes_count",] > 3
    assert found["doorstep_commit_seconds_count",] == found["doorstep_commit_wishes_count",]
    assert found["doorstep_standing_known",] == 1
    assert found["doorstep_cases_received_total",] == 3
    assert found["doorstep_cases_waiting", "received"] == 3
    assert found["doorstep_cases_waiting", "queued"] == 0
    assert found["doorstep_terminals",] == found["doorstep_terminals_heard_lately",] == 1
    assert found["doorstep_terminals_unsent_cases",] == 7
    assert found["doorstep_terminals_set_aside_cases",] == 2
    assert found["doorstep_terminals_with_set_aside_cases",] == 1
    assert 0 < found["doorstep_disk_free_bytes",] < found["doorstep_disk_size_bytes",]
    assert found["doorstep_requests_under_way",] == 1


def test_no_figure_names_a_case_a_person_or_a_terminal(village: Village) -> None:
    case = village.confirm(1, pages=1)
    OutboxSender(village.store, village.client, listener=village.heard).send_due(NOON)
    village.client.heartbeat(heartbeat(aside=1))
    text = requests.get(f"{village.gateway.base_url}/metrics", timeout=5).text
    arrived = village.gateway.review.case(case.case_id)
    for word in (case.case_id, NAME, NUMBER, TERMINAL_ID, arrived.official_number):
        assert word not in text


def test_who_asks_for_openmetrics_gets_it(village: Village) -> None:
    answer = requests.get(
        f"{village.gateway.base_url}/metrics",
        headers={"Accept": "application/openmetrics-text; version=1.0.0"},
        timeout=5,
    )
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_figures_are_not_for_whoever_comes_through_a_proxy(village: Village, header: str) -> None:
    address = f"{village.gateway.base_url}/metrics"
    answer = requests.get(address, headers={header: "127.0.0.1"}, timeout=5)
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, wire.PROBLEM)


def test_two_gateways_in_one_process_count_apart(village: Village, tmp_path: Path) -> None:
    other = EmbeddedGateway(tmp_path / "other")
    other.start()
    requests.get(f"{other.base_url}/v1/time", timeout=5)
    text = requests.get(f"{other.base_url}/metrics", timeout=5).text
    assert figures(text)["doorstep_requests_total", "get_time", "200"] == 1
    assert ("doorstep_requests_total", "get_time", "200") not in look(village)
    other.stop()


def test_health_and_readiness_are_for_everybody(village: Village) -> None:
    for path, word in (("/healthz", "up"), ("/readyz", "ready")):
        answer = requests.get(village.gateway.base_url + path, timeout=5)
        assert (answer.status_code, answer.json()) == (200, {"status": word})
        assert answer.headers[wire.GATEWAY_HEADER] == "1"


def test_a_gateway_whose_database_will_not_is_not_ready_and_says_why(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise DatabaseTrouble("SQLITE_FULL")

    monkeypatch.setattr(village.gateway._office._database, "write", broken)
    answer = requests.get(f"{village.gateway.base_url}/readyz", timeout=5)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json()["reasons"] == ["database: DatabaseTrouble"]
    assert requests.get(f"{village.gateway.base_url}/healthz", timeout=5).status_code == 200


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "office")
    yield made
    made.close()


def test_a_disk_that_takes_nothing_is_a_reason(office: Office, tmp_path: Path) -> None:
    health = Health(tmp_path / "gone", office._database)
    assert health.complaints() == ("disk: No such file or directory",)


def test_a_disk_that_is_nearly_full_is_a_reason(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.gateway.health.LEAST_FREE", 1 << 62)
    assert Health(tmp_path, office._database).complaints() == ("disk: nearly full",)


def test_who_asks_often_makes_the_disk_work_once_a_second(office: Office, tmp_path: Path) -> None:
    now = 0.0
    health = Health(tmp_path, office._database, clock=lambda: now)
    assert health.complaints() == ()
    office.close()
    assert health.complaints() == ()  # still what was found a moment ago
    now = 2.0
    assert list(tmp_path.glob("tmp*")) == []


def test_figures_come_though_the_database_is_gone() -> None:
    def gone() -> None:
        raise DatabaseTrouble("gone")

    content, _ = Metrics(gone).text("")  # type: ignore[arg-type]
    assert figures(content.decode())["doorstep_standing_known",] == 0


def test_standings_are_looked_up_once_in_a_while(office: Office, tmp_path: Path) -> None:
    now = 0.0
    asked: list[str] = []
    database: Database = office._database
    read = database.read
    database.read = lambda statement, *values: asked.append(statement) or read(statement, *values)  # type: ignore[method-assign,assignment,func-returns-value]
    standings = Standings(tmp_path, database, office.terminals, now=lambda: NOON, clock=lambda: now)
    first = standings.now()
    count = len(asked)
    assert standings.now() is first
    now = STILL_TRUE + 1
    assert standings.now() == first
    assert len(asked) == 2 * count


def test_the_description_is_given_to_everybody(village: Village) -> None:
    answer = requests.get(f"{village.gateway.base_url}/v1/openapi.json", timeout=5)
    assert answer.headers["Content-Type"] == wire.JSON
    assert json.loads(answer.text)["openapi"] == "3.1.0"

"""A thousand wrong or hostile requests: each is told what is wrong, in time, and nothing stays."""

import http.client
import json
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync import wire
from sync.gateway.database import Database
from sync.gateway.database_address import opener_of
from sync.gateway.office import LEDGER, Elsewhere, Office
from sync.gateway.openapi import COMMON
from sync.gateway.sqlite_database import SqliteDatabase
from sync.http_gateway import HttpGateway
from sync.pieces import HEAD, PIECES
from tests.counterparts.certificates import Authority
from tests.counterparts.gateway_process import GatewayProcess
from tests.sync.gateway.described_answer import undescribed
from tests.sync.gateway.described_requests import PICTURES, text
from tests.sync.gateway.hostile import SHA, Attack, Credentials, chunks, request
from tests.sync.gateway.hostile_bodies import asking, attacks

BOTH_ENGINES = True
PATIENCE = 2.0  # seconds that the gateway under test has for half a request
IN_TIME = 10.0  # seconds for one answer, on a busy machine
TABLES = (
    *("office_case", "case_page", "content", "pack", "conflict", "document", "news"),
    *("heartbeat", "serial", "terminal", "transfer", "catalogue"),
)


@pytest.fixture
def gateway(tmp_path: Path, database_address: str) -> Iterator[GatewayProcess]:
    process = GatewayProcess(
        tmp_path / "gateway",
        database=database_address,
        options=("--head-seconds", str(PATIENCE), "--idle-seconds", str(PATIENCE)),
    )
    process.start()
    yield process
    process.stop()


@pytest.fixture
def door(gateway: GatewayProcess, database_address: str) -> Iterator[Office]:
    office = Office(gateway.folder, elsewhere=Elsewhere(database=opener_of(database_address)))
    yield office
    office.close()


def left(folder: Path, address: str) -> Mapping[str, object]:
    """Every file and the number of rows in every table."""
    opened: Callable[[], Database] = opener_of(address) or (lambda: SqliteDatabase(folder / LEDGER))
    with closing(opened()) as database:
        count = "SELECT count(*) FROM {}"
        rows = {table: database.read(count.format(table)) for table in TABLES}
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return {**rows, "files": [name for name in files if not name.startswith(LEDGER)]}


def told(port: int, attack: Attack) -> tuple[int, http.client.HTTPResponse, bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=IN_TIME) as line:
        with suppress(OSError):  # it may have heard enough; what it said is still to be read
            line.sendall(attack.request)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        return answer.status, answer, answer.read()


def _asked(raw: bytes) -> tuple[str, str]:
    words = raw.partition(b"\r\n")[0].decode("latin-1").split(" ")
    return words[0], words[1] if len(words) > 1 else ""


def complaint(port: int, attack: Attack) -> str:
    """What is wrong with the answer; "" when all is well."""
    try:
        status, answer, body = told(port, attack)
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {error!r}"
    if status not in attack.statuses:
        return f"{status}, not {sorted(attack.statuses)}: {body[:200]!r}"
    if answer.headers[wire.GATEWAY_HEADER] != str(wire.VERSION):
        return f"{status} without our mark"
    if answer.headers["Content-Type"] != wire.PROBLEM:
        return f"{status} as {answer.headers['Content-Type']}"
    method, path = _asked(attack.request)
    if found := undescribed(method, path, status, answer.headers):
        return found
    if answer.length and b"HEAD" not in attack.request[:5]:
        return "the answer is cut off"
    problem = wire.decoded(body, wire.Problem) if body else None
    if problem is None or problem.status != status or not problem.title:
        return f"{status} without words: {body[:200]!r}"
    if attack.field and not any(attack.field in reason for reason in problem.reasons):
        return f"{attack.field!r} is not in {problem.reasons}"
    return ""


def test_a_thousand_hostile_requests_are_told_so_and_leave_nothing_behind(
    gateway: GatewayProcess, door: Office, database_address: str
) -> None:
    token = door.door.add_terminal("t1")
    other = door.door.add_terminal("t2")
    revoked = door.door.add_terminal("t3")
    door.door.revoke("t3")
    expired = door.door.add_terminal("t4", expires_at=datetime.now(UTC) - timedelta(days=1))
    strangers = [
        ("nobody", Credentials(()), 401),
        ("no token", Credentials((b"Doorstep-Terminal: t1",)), 401),
        ("no terminal", Credentials((f"Authorization: Bearer {token}".encode(),)), 401),
        ("another's token", Credentials.of("t1", other), 401),
        ("a long token", Credentials.of("t1", "x" * 9000), 401),
        ("a token in Latin-1", Credentials.of("t1", "é" * 43), 401),
        ("a stranger", Credentials.of("t1' OR '1'='1", token), 401),
        ("a revoked one", Credentials.of("t3", revoked), 403),
        ("an expired one", Credentials.of("t4", expired), 401),
    ]
    basic = Credentials((b"Authorization: Basic eDp5", b"Doorstep-Terminal: t1"))
    all_of_them = attacks(Credentials.of("t1", token), [*strangers, ("Basic", basic, 401)])
    assert len(all_of_them) >= 1000
    before = left(gateway.folder, database_address)
    wrong = {}
    for attack in all_of_them:
        begun = time.monotonic()
        if found := complaint(gateway.port, attack):
            wrong[attack.name] = f"{found} after {time.monotonic() - begun:.1f} s"
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)
    assert left(gateway.folder, database_address) == before
    good = Attack("time", request("GET", "/v1/time", Credentials(())), frozenset({200}))
    assert told(gateway.port, good)[0] == 200


def test_a_terminal_touches_nothing_of_another_and_keeps_nothing_that_is_damaged(
    gateway: GatewayProcess, door: Office, database_address: str
) -> None:
    first = Credentials.of("t1", door.door.add_terminal("t1"))
    second = Credentials.of("t2", door.door.add_terminal("t2"))
    page = PICTURES[0]
    case = text(1, 0, [0])
    put = f"/v1/cases/{case.case_id}"
    sent = request("PUT", put, first, wire.canonical(case))
    assert told(gateway.port, Attack("case", sent, frozenset()))[0] == 202
    before = left(gateway.folder, database_address)
    size = len(page.jpeg)
    lines = ("Upload-Offset: 0", f"Upload-Length: {size}")
    upload = request("PUT", f"/v1/pages/{page.sha256}", second, page.jpeg, *lines)
    assert complaint(gateway.port, Attack("another's page", upload, frozenset({404}))) == ""
    spoilt = HEAD.pack(bytes.fromhex(page.sha256), size, 0, size - 1, 1) + page.jpeg[:-1]
    damaged = request(
        *("POST", "/v1/pages", first, asking(b'{"cases":[]}') + spoilt),
        f"Content-Type: {PIECES}",
    )
    assert complaint(gateway.port, Attack("a damaged page", damaged, frozenset({400}))) == ""
    wrong = request("PUT", f"/v1/pages/{page.sha256}", first, bytes(size), *lines)
    assert complaint(gateway.port, Attack("other bytes", wrong, frozenset({409}))) == ""
    assert left(gateway.folder, database_address) == before


def test_a_bundle_that_contradicts_itself_leaves_nothing(
    gateway: GatewayProcess, door: Office, database_address: str
) -> None:
    ours = Credentials.of("t1", door.door.add_terminal("t1"))
    before = left(gateway.folder, database_address)
    lines = ("Upload-Offset: 0", "Upload-Length: 150000", "Transfer-Encoding: chunked")
    body = chunks(bytes(400_000), 50_000)
    sent = request("PUT", f"/v1/bundles/{SHA}", ours, body, *lines)
    assert complaint(gateway.port, Attack("a bundle", sent, frozenset({400}))) == ""
    assert left(gateway.folder, database_address) == before


def test_half_open_connections_stop_nobody_and_are_closed(
    gateway: GatewayProcess, door: Office
) -> None:
    ours = Credentials.of("t1", door.door.add_terminal("t1"))
    begin = request("PUT", "/v1/cases/x", ours, b"", length=1000)
    with ExitStack() as held:
        lines = [
            held.enter_context(
                socket.create_connection(("127.0.0.1", gateway.port), timeout=IN_TIME)
            )
            for _ in range(400)
        ]
        for number, line in enumerate(lines):
            # Nothing at all, half a header, a blank line, half a body.
            line.sendall(
                [b"", b"GET /v1/time HTTP/1.1\r\nHost: x\r\nX-", b"\r\n", begin][number % 4]
            )
        for _ in range(20):
            good = Attack("time", request("GET", "/v1/time", Credentials(())), frozenset({200}))
            begun = time.monotonic()
            assert told(gateway.port, good)[0] == 200
            assert time.monotonic() - begun < PATIENCE
        drip = lines[1]
        answers = set()
        for number, line in enumerate(lines):
            answer = http.client.HTTPResponse(line)
            answer.begin()
            answers.add((number % 4, answer.status))
            assert answer.headers["Content-Type"] == wire.PROBLEM
            assert line is not drip or answer.status == 408
    # A body that stops is told so, or cut off when its request was turned away before.
    assert {status for kind, status in answers if kind < 3} == {408}
    assert {status for kind, status in answers if kind == 3} <= {408, 429}


def test_a_header_that_drips_is_given_up_too(gateway: GatewayProcess) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=IN_TIME) as line:
        line.sendall(b"GET /v1/time HTTP/1.1\r\n")
        begun = time.monotonic()
        line.settimeout(0.2)
        answer = b""
        while not answer and time.monotonic() - begun < IN_TIME:
            line.sendall(b"X-A: b\r\n")
            try:
                answer = line.recv(1000)
            except TimeoutError:
                continue
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - begun < PATIENCE + 3


def test_answers_that_uvicorn_would_give_are_described() -> None:
    """What stands before the application may say 400, 408, 431 and 503 of anything."""
    assert {"BadRequest", "TooSlow", "HeadTooLong", "NotNow"} <= set(COMMON)


@pytest.mark.parametrize("kind", ["none", "foreign", "expired"])
def test_who_has_no_certificate_of_our_authority_is_not_even_listened_to(
    tmp_path: Path, kind: str
) -> None:
    ours, foreign = Authority(tmp_path / "ours"), Authority(tmp_path / "foreign")
    served = ours.pair("gateway")
    gateway = GatewayProcess(
        tmp_path / "gateway",
        options=(
            *("--tls-certificate", str(served.certificate), "--tls-key", str(served.key)),
            *("--terminal-authority", str(ours.root)),
        ),
    )
    gateway.start()

    def asked(pair: tuple[Path, Path] | None) -> bytes:
        context = ssl.create_default_context(cafile=str(ours.root))
        if pair is not None:
            context.load_cert_chain(*pair)
        with (
            socket.create_connection(("127.0.0.1", gateway.port), timeout=IN_TIME) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1") as line,
        ):
            line.sendall(request("GET", "/v1/time", Credentials(())))
            return line.recv(100)

    public_key = gateway.enrol("t1", tmp_path / "token")
    good = ours.pair("terminal")
    terminal = HttpGateway(
        f"https://127.0.0.1:{gateway.port}",
        terminal_id="t1",
        token=(tmp_path / "token").read_text("ascii").strip(),
        gateway_key=bytes.fromhex(public_key),
        ca_file=str(ours.root),
        certificate=(str(good.certificate), str(good.key)),
    )
    bad = {
        "none": None,
        "foreign": foreign.pair("terminal"),
        "expired": ours.pair("old", ends=timedelta(seconds=-1)),
    }[kind]
    try:
        assert asked((good.certificate, good.key)).startswith(b"HTTP/1.1 200 ")
        assert terminal.time() is not None  # our own terminal shows its certificate
        try:
            answer = asked((bad.certificate, bad.key) if bad else None)
        except OSError:  # what OpenSSL says; TLS 1.3 may tell only by the end of the connection
            answer = b""
        assert answer == b""
    finally:
        terminal.interrupt()
        gateway.stop()


def test_the_command_says_what_goes_together(tmp_path: Path) -> None:
    for words in (["--tls-key", "x"], ["--terminal-authority", "x"], ["--head-seconds", "0"]):
        said = subprocess.run(
            [sys.executable, "-m", "kiosk", "gateway", "serve", "--folder", str(tmp_path), *words],
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert said.returncode == 2
        assert said.stderr

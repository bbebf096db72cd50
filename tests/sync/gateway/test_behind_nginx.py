"""Behind a real nginx, set up as it is shipped: bodies as files, several processes, cuts."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from kiosk.domain.case import Case
from sync import pieces, wire
from sync.api import Acknowledged, PagesWanted
from sync.gateway.database_address import opener_of
from sync.gateway.office import Elsewhere, Office
from sync.gateway.page_door import BODY_FILE
from sync.http_gateway import HttpGateway
from sync.pieces import Piece
from tests.counterparts.gateway_process import GatewayProcess
from tests.counterparts.nginx_server import NginxServer, as_packaged
from tests.counterparts.postgres_server import PostgresServer
from tests.counterparts.sample_cases import NOON, draft
from tests.counterparts.village import picture

pytestmark = pytest.mark.counterpart
QUICK = 1_000_000.0  # bytes/s
NAMES = tuple(f"t{number}" for number in range(1, 17))
TELL = "add_header Doorstep-Upstream $upstream_addr always;\n"


class Place:
    """Gateways over one folder, and nginx in front of them."""

    def __init__(self, folder: Path, stack: ExitStack, *, gateways: int, database: str) -> None:
        self.folder = folder / "gateway"
        self.bodies = folder / "bodies"
        self._elsewhere = Elsewhere(database=opener_of(database))
        with self.office() as office:
            self.key = office.public_key
            self._tokens = {name: office.door.add_terminal(name) for name in NAMES}
        processes = [
            GatewayProcess(self.folder, database=database, options=("--bodies", str(self.bodies)))
            for _ in range(gateways)
        ]
        for process in processes:
            process.start()
            stack.callback(process.stop)
        ports = [process.port for process in processes]
        self.ports = ports
        configuration = as_packaged(*ports, bodies=self.bodies)
        self.nginx = stack.enter_context(NginxServer(folder / "nginx", TELL + configuration))

    def office(self) -> "_Opened":
        return _Opened(Office(self.folder, elsewhere=self._elsewhere))

    def packs(self) -> list[Path]:
        return [path for path in (self.folder / "pack").rglob("*") if path.is_file()]

    def left_bodies(self) -> list[Path]:
        return [path for path in self.bodies.rglob("*") if path.is_file()]

    def client(self, name: str, *, rate: float = 0.0) -> HttpGateway:
        made = HttpGateway(
            self.nginx.base_url, terminal_id=name, token=self._tokens[name], gateway_key=self.key
        )
        made._transport.pace._rate = rate
        return made

    def headers(self, name: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._tokens[name]}",
            wire.TERMINAL_HEADER: name,
            "Content-Type": pieces.PIECES,
        }


class _Opened:
    def __init__(self, office: Office) -> None:
        self._office = office

    def __enter__(self) -> Office:
        return self._office

    def __exit__(self, *_: object) -> None:
        self._office.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        yield Place(tmp_path, stack, gateways=1, database="")


def case_with_pages(serial: int, count: int = 2) -> tuple[Case, list[bytes]]:
    taken = [picture(serial * 100 + n, material=f"m{n}", side=120) for n in range(count)]
    case = replace(
        draft(serial),
        confirmed_at=NOON,
        receipt_number=f"{serial:08d}",
        pages=tuple(page.reference() for page in taken),
    )
    return case, [page.jpeg for page in taken]


def bring(client: HttpGateway, case: Case, contents: list[bytes]) -> Acknowledged:
    [wanted] = client.submit_all([case])
    assert isinstance(wanted, PagesWanted)
    some = [Piece(p.sha256, p.size, 0, c) for p, c in zip(case.pages, contents, strict=True)]
    [answer] = client.send_pieces(some, [case]).cases
    assert isinstance(answer, Acknowledged)
    return answer


def test_a_body_of_a_quick_line_becomes_a_pack_without_being_copied(place: Place) -> None:
    case, contents = case_with_pages(1)
    bring(place.client("t1", rate=QUICK), case, contents)
    [pack] = place.packs()
    assert pack.stat().st_size > sum(map(len, contents))  # the body's heads are in it too
    assert pack.stat().st_nlink == 1  # nginx has removed its own name
    assert pack.stat().st_mode & 0o777 == 0o600
    assert place.left_bodies() == []
    with place.office() as office:
        assert [office.packs.read(page.sha256) for page in case.pages] == contents
    assert place.nginx.errors() == ""


def test_a_body_of_a_slow_line_is_passed_on_as_it_comes(place: Place) -> None:
    case, contents = case_with_pages(1)
    bring(place.client("t1"), case, contents)
    [pack] = place.packs()
    assert pack.stat().st_size == sum(map(len, contents))


def test_what_came_before_a_cut_of_a_slow_line_need_not_come_again(place: Place) -> None:
    case, contents = case_with_pages(1, 1)
    client = place.client("t1")
    client.submit_all([case])
    [page], [content] = case.pages, contents
    body = b"".join(pieces.body_of(pieces.Asked(), [Piece(page.sha256, page.size, 0, content)]))
    head = (
        "POST /v1/pages HTTP/1.1\r\nHost: x\r\n"
        + "".join(f"{name}: {value}\r\n" for name, value in place.headers("t1").items())
        + f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", place.nginx.port)) as line:
        line.sendall(head + body[: len(body) // 2])
        threading.Event().wait(0.7)  # so that it is passed on
    offset = 0
    for _ in range(50):
        [wanted] = client.submit_all([case])
        assert isinstance(wanted, PagesWanted)
        [(_, offset)] = wanted.offsets
        if offset:
            break
        threading.Event().wait(0.1)
    assert offset > len(content) // 3


def test_a_page_that_is_damaged_or_here_already_or_nobodys_spoils_no_other(place: Place) -> None:
    case, contents = case_with_pages(1, 3)
    client = place.client("t1", rate=QUICK)
    client.submit_all([case])
    first, second, third = (
        Piece(p.sha256, p.size, 0, c) for p, c in zip(case.pages, contents, strict=True)
    )
    damaged = replace(second, content=bytes(len(contents[1])))
    foreign = Piece("ef" * 32, 3, 0, b"abc")
    answer = client.send_pieces([first, damaged, foreign], [case])
    assert answer.partial == ((second.sha256, 0),)
    assert answer.unlisted == {foreign.sha256}
    [done] = client.send_pieces([first, second, third], [case]).cases
    assert isinstance(done, Acknowledged)
    with place.office() as office:
        assert [office.packs.read(page.sha256) for page in case.pages] == contents
    assert place.left_bodies() == []


def test_only_nginx_may_name_a_file(place: Place) -> None:
    """A terminal's own header does not get through, and no file outside is read."""
    case, _ = case_with_pages(1, 1)
    place.client("t1").submit_all([case])
    secret = place.folder / "signing.key"
    headers = {**place.headers("t1"), BODY_FILE: str(secret)}
    for rate in ("0", "1000000"):
        through = requests.post(
            f"{place.nginx.base_url}/v1/pages",
            data=b"nothing",
            headers={**headers, wire.RATE_HEADER: rate},
            timeout=5,
        )
        assert through.status_code == 400
        assert through.json()["type"].endswith("pages-unreadable")
    past = requests.post(f"http://127.0.0.1:{place.ports[0]}/v1/pages", headers=headers, timeout=5)
    assert past.status_code == 400
    assert past.json()["type"].endswith("body-elsewhere")
    assert requests.get(f"{place.nginx.base_url}/metrics", timeout=5).status_code == 403


def test_two_processes_with_terminals_at_each_give_no_number_twice(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    with ExitStack() as stack:
        place = Place(tmp_path, stack, gateways=2, database=postgres.new_database())
        clients = {name: place.client(name, rate=QUICK) for name in NAMES}
        assert len({_gateway_of(place, name) for name in clients}) == 2
        told: dict[str, list[Acknowledged]] = {}

        def send(name: str, first: int) -> None:
            told[name] = [
                bring(clients[name], *case_with_pages(first + number)) for number in range(4)
            ]

        threads = [
            threading.Thread(target=send, args=(name, 100 * number))
            for number, name in enumerate(clients, 1)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        numbers = [one.official_number for some in told.values() for one in some]
        assert len(numbers) == len(set(numbers)) == 64
        assert sorted(int(number[-4:]) for number in numbers) == list(range(1, 65))
        with place.office() as office:
            assert len(list(office.review.waiting())) == 64
            assert office.problems() == []


def _gateway_of(place: Place, name: str) -> str:
    """By which process this terminal is served: a part of a page lies only with that one."""
    answer = requests.get(
        f"{place.nginx.base_url}/v1/time", headers={wire.TERMINAL_HEADER: name}, timeout=5
    )
    return answer.headers["Doorstep-Upstream"]

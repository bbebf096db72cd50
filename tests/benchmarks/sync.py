"""How sending fares on village lines, against the POST per case that most terminals do.

The line is tests/counterparts/bad_line.py with a delay that does not narrow it: no loss of single
packets, so nothing here shows what loss does to one connection. Ratios count, not seconds.
"""

import asyncio
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, perf_counter
from typing import Final

import requests

from kiosk.domain.case import Case
from sync import wire
from sync.sync_round import SyncRound
from tests.counterparts.bad_line import PIECE, BadLine, _Connection
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, draft, page
from tests.counterparts.sample_forms import sample_forms
from tests.counterparts.village import Heard, Village, picture

NAME: Final = "sync"
FORMS: Final = 200
PAGE: Final = 200_000  # bytes; a scan at 300 dpi
SCAN: Final = 2_000_000
FASTER: Final = 10  # (c) is played ten times as fast: rate up, light and darkness shortened
PATIENCE: Final = 300.0  # seconds until somebody counts as not done


@dataclass(frozen=True, slots=True)
class Sent:
    """What one way of sending cost."""

    seconds: float
    payload: int  # bytes that had to get there
    up: int  # bytes on the line, from the terminal
    down: int
    cuts: int = 0
    rounds: int = 0
    requests: int = 0

    @property
    def ratio(self) -> float:
        """Bytes on the line for each byte that had to get there."""
        return (self.up + self.down) / self.payload


def run() -> dict[str, float]:
    """About two minutes."""
    with _folder() as folder:
        figures = _forms(folder / "a") | _pages(folder / "b") | _cuts(folder / "c")
    return {name: round(value, 3) for name, value in figures.items()}


# -- (a) many forms


def _forms(folder: Path) -> dict[str, float]:
    # The delay is set as 150 ms each way: 300 ms there and back.
    weather = {"kbit": 256.0, "far": 0.15}
    cases = sample_forms(FORMS, seed=99)
    texts = [wire.canonical(wire.text_of(case)) for case in cases]
    payload = sum(map(len, texts))
    ours = _ours(folder, lambda village: _confirm_all(village, cases), payload, weather)
    peer = _peer([_json_post(text) for text in texts], payload, weather)
    print(f"\n(a) {FORMS} forms, {payload / 1000:.0f} kB of JSON, 256 kbit/s, 300 ms")
    _table(ours, peer, "POST per case")
    print(f"faster {peer.seconds / ours.seconds:.1f} times; requests {ours.requests}")
    return {
        "forms_s": ours.seconds,
        "forms_wire_to_json": ours.ratio,
        "forms_requests": ours.requests,
        "forms_peer_s": peer.seconds,
        "forms_peer_wire_to_json": peer.ratio,
        "forms_faster": peer.seconds / ours.seconds,
    }


# -- (b) cases with pages


def _pages(folder: Path) -> dict[str, float]:
    weather = {"kbit": 2000.0, "far": 0.06}
    cases = [_with_pages(serial, (PAGE, PAGE)) for serial in range(1, 11)]
    payload = sum(len(one) for _, pages in cases for one in pages)
    ideal = payload * 8 / 2_000_000

    def fill(village: Village) -> None:
        for case, pages in cases:
            _confirm(village, case, pages)

    ours = _ours(folder, fill, payload, weather)
    posts = [_multipart_post(case, pages) for case, pages in cases]
    peer = _peer(posts, payload, weather)
    print(f"\n(b) 10 cases with 2 pages, {payload / 1e6:.1f} MB, 2 Mbit/s, 120 ms")
    _table(ours, peer, "multipart POST per case")
    print(f"of the line's rate {ideal / ours.seconds:.2f}; POST {ideal / peer.seconds:.2f}")
    return {
        "pages_s": ours.seconds,
        "pages_of_line_rate": ideal / ours.seconds,
        "pages_wire_to_payload": ours.ratio,
        "pages_peer_of_line_rate": ideal / peer.seconds,
        "pages_to_peer": peer.seconds / ours.seconds,
    }


# -- (c) a line that comes and goes


def _cuts(folder: Path) -> dict[str, float]:
    """15 s of light, then 45 s in which whatever is on the line is lost; ten times as fast."""
    weather = {"kbit": 512.0 * FASTER, "far": 0.1 / FASTER}
    case, pages = _with_pages(1, (SCAN,))

    def fill(village: Village) -> None:
        _confirm(village, case, pages)

    ours = _ours(
        folder,
        fill,
        SCAN,
        weather,
        light=15 / FASTER,
        darkness=45 / FASTER,
        block_timeout=20 / FASTER,
        answer_timeout=30 / FASTER,
    )
    again = max(0, ours.up - SCAN) / max(1, ours.cuts)
    print(f"\n(c) one page of 2 MB at 512 kbit/s, 15 s up and 45 s down, {FASTER} times as fast")
    print(f"{'':26}{'s':>8}{'wire/payload':>14}{'cuts':>6}{'again per cut':>15}")
    print(f"{'sync':26}{ours.seconds * FASTER:8.0f}{ours.ratio:14.3f}{ours.cuts:6}{again:13.0f} B")
    return {
        "cuts_s": ours.seconds * FASTER,
        "cuts_wire_to_payload": ours.ratio,
        "cuts": ours.cuts,
        "cuts_sent_again_per_cut_bytes": again,
    }


# -- the line


class FarLine(BadLine):
    """A line as wide as its rate however far it is: pieces are under way one behind the other."""

    def __init__(self, target: int, *, kbit: float, far: float) -> None:
        """`far`: seconds one way."""
        super().__init__(target, kbit=kbit)
        self._far = far

    async def _pump(
        self,
        connection: _Connection,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        way: int,
    ) -> None:
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arriving = asyncio.create_task(self._arrive(connection, under_way, writer, way))
        connection.pumps.append(arriving)
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                await self._carry(len(piece), way)
                under_way.put_nowait((monotonic() + self._far, piece))
        under_way.put_nowait((monotonic() + self._far, b""))
        await arriving

    async def _arrive(
        self,
        connection: _Connection,
        under_way: asyncio.Queue[tuple[float, bytes]],
        writer: asyncio.StreamWriter,
        way: int,
    ) -> None:
        with suppress(OSError):
            while True:
                due, piece = await under_way.get()
                await asyncio.sleep(max(0.0, due - monotonic()))
                if not piece:
                    break
                if self._tears(connection, len(piece), way):
                    return
                writer.write(piece)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()


# -- our side


def _ours(
    folder: Path,
    fill: Callable[[Village], None],
    payload: int,
    weather: dict[str, float],
    *,
    light: float = 0.0,
    darkness: float = 0.0,
    **patience: float,
) -> Sent:
    village = Village(folder)
    try:
        fill(village)
        line = FarLine(int(village.gateway.base_url.rpartition(":")[2]), **weather)
        waits = {"block_timeout": 20.0, "answer_timeout": 30.0} | patience
        line.start()
        client = village.new_client(base_url=line.base_url, **waits)
        asked = _counting(client)
        one = SyncRound(village.store, client, listener=Heard())
        with _comes_and_goes(line, light, darkness) as fallen:
            begun, now, rounds = perf_counter(), NOON, 0
            while village.store.waiting() and perf_counter() - begun < PATIENCE:
                one.run(now)
                rounds += 1
                now = _next_try(now, village, darkness)
            seconds = perf_counter() - begun
            cuts = len(fallen)
        if village.store.waiting():
            raise RuntimeError("not done")
        client.interrupt()
        line.stop()
        counts = line.counts
        return Sent(seconds, payload, counts.bytes_up, counts.bytes_down, cuts, rounds, len(asked))
    finally:
        village.close()


def _next_try(now: datetime, village: Village, darkness: float) -> datetime:
    """The store's waits are not waited for; the line's are, in twentieths of a darkness."""
    if village.store.waiting() and darkness:
        threading.Event().wait(darkness / 20)
    return now + timedelta(hours=1)


def _counting(client: object) -> list[str]:
    """Notes each text request, by wrapping the one way out."""
    asked: list[str] = []
    ask = client._ask  # type: ignore[attr-defined]

    def noted(method: str, path: str, **rest: object) -> object:
        if path.startswith("/v1/cases"):
            asked.append(path)
        return ask(method, path, **rest)

    client._ask = noted  # type: ignore[attr-defined]
    return asked


@contextmanager
def _comes_and_goes(line: BadLine, light: float, darkness: float) -> Iterator[list[float]]:
    """Cuts the line again and again; each cut is noted."""
    fallen: list[float] = []
    over = threading.Event()

    def play() -> None:
        while not over.wait(light):
            line.cut()
            fallen.append(perf_counter())
            over.wait(darkness)
            line.mend()

    playing = threading.Thread(target=play, name="weather")
    if darkness:
        playing.start()
    try:
        yield fallen
    finally:
        over.set()
        if darkness:
            playing.join()


# -- the peer: one POST per case over a connection that is kept, as most terminals do it

Post = Callable[[requests.Session, str], requests.Response]


def _json_post(text: bytes) -> Post:
    def post(session: requests.Session, url: str) -> requests.Response:
        headers = {"Content-Type": "application/json"}
        return session.post(url, data=text, headers=headers, timeout=120)

    return post


def _multipart_post(case: Case, pages: list[bytes]) -> Post:
    form = {"case": wire.canonical(wire.text_of(case)).decode()}

    def post(session: requests.Session, url: str) -> requests.Response:
        files = [("page", (f"{n}.jpg", one, "image/jpeg")) for n, one in enumerate(pages)]
        return session.post(url, data=form, files=files, timeout=120)

    return post


def _peer(posts: list[Post], payload: int, weather: dict[str, float]) -> Sent:
    class Taking(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # the whole answer in one piece

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            answer = b'{"status":"ok","number":"22240126030500000001"}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            return

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            return  # the line ends with its last byte

    server = Quiet(("127.0.0.1", 0), Taking)
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever, args=(0.02,))
    serving.start()
    try:
        with FarLine(server.server_port, **weather) as line, requests.Session() as session:
            session.trust_env = False
            begun = perf_counter()
            for post in posts:
                post(session, line.base_url).raise_for_status()
            seconds = perf_counter() - begun
            counts = line.counts
            return Sent(seconds, payload, counts.bytes_up, counts.bytes_down, requests=len(posts))
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


# -- cases


def _confirm_all(village: Village, cases: list[Case]) -> None:
    for case in cases:
        village.store.save_draft(case)
        village.store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)


def _with_pages(serial: int, sizes: tuple[int, ...]) -> tuple[Case, list[bytes]]:
    return draft(serial), [_picture(serial * 100 + n, size) for n, size in enumerate(sizes)]


def _picture(serial: int, size: int) -> bytes:
    """A real small picture, filled up behind its end: the gateway looks at every page."""
    small = picture(serial).jpeg
    return small + page(serial, size=size - len(small)).jpeg


def _confirm(village: Village, case: Case, pages: list[bytes]) -> None:
    village.store.save_draft(case)
    taken = [
        replace(page(1, material=f"m{n}", size=1), jpeg=jpeg) for n, jpeg in enumerate(pages, 1)
    ]
    for one in taken:
        village.store.add_page(case.case_id, one)
    whole = replace(case, pages=tuple(one.reference() for one in taken))
    village.store.confirm(whole, site=SITE, terminal=TERMINAL, now=NOON)


def _table(ours: Sent, peer: Sent, peer_name: str) -> None:
    print(f"{'':26}{'s':>8}{'wire/payload':>14}{'up kB':>9}{'down kB':>9}")
    for name, sent in (("sync", ours), (peer_name, peer)):
        print(
            f"{name:26}{sent.seconds:8.1f}{sent.ratio:14.3f}"
            f"{sent.up / 1000:9.0f}{sent.down / 1000:9.0f}"
        )


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="doorstep-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)

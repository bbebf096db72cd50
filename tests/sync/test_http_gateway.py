"""What the terminal believes of an answer, and what it does not."""

import base64
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import msgspec
import pytest

from kiosk.domain.fault import Fault
from sync import wire
from sync.api import Acknowledged, GatewayUnreachable, PagesWanted, Refused
from sync.gateway.signing import SigningKey
from sync.http_gateway import HttpGateway
from tests.counterparts.canned_gateway import Canned, CannedGateway
from tests.counterparts.sample_cases import draft
from tests.counterparts.village import Village, picture
from tests.counterparts.waiting import wait_until

KEY = SigningKey(bytes(range(32)))
OTHER_KEY = SigningKey(bytes(range(1, 33)))
OURS = {wire.GATEWAY_HEADER: "1"}
CASE = draft()
TEXT = wire.text_of(CASE)


@pytest.fixture
def canned() -> Iterator[CannedGateway]:
    with CannedGateway() as server:
        yield server


@pytest.fixture
def client(canned: CannedGateway) -> Iterator[HttpGateway]:
    made = HttpGateway(
        canned.base_url,
        terminal_id="t1",
        token="secret",
        gateway_key=KEY.public,
        block_timeout=2,
        answer_timeout=2,
    )
    yield made
    made.interrupt()


def says(message: object, *, status: int = 200, kind: str = wire.JSON) -> Canned:
    return Canned(status, msgspec.json.encode(message), {**OURS, "Content-Type": kind})


def word(**changes: object) -> wire.Acknowledgement:
    plain = wire.Acknowledgement(
        case_id=TEXT.case_id,
        terminal_id="t1",
        fingerprint=wire.fingerprint(TEXT),
        pages=(),
        official_number="7",
        received_at=datetime(2026, 3, 5, tzinfo=UTC),
    )
    return msgspec.structs.replace(plain, **changes)


def received(signed: bytes) -> Canned:
    return says(wire.Received(signed))


def fault_of(call: Callable[[], object]) -> Fault:
    with pytest.raises(GatewayUnreachable) as caught:
        call()
    return caught.value.fault


PORTALS = {
    "a portal's page": Canned(200, b"<html>login</html>", {"Content-Type": "text/html"}),
    "a redirect to a portal": Canned(302, b"", {"Location": "http://127.0.0.1:9/login"}),
    "network authentication required": Canned(511, b"", {}),
    "our words without our header": Canned(200, b'{"type":"wanted","pages":[]}', {}),
    "somebody else's no": Canned(401, b"", {"WWW-Authenticate": "Basic"}),
    "our header with a page": Canned(200, b"<html>", {**OURS, "Content-Type": "text/html"}),
    "our header with other words": Canned(200, b"[]", {**OURS, "Content-Type": wire.JSON}),
    "words of an unknown kind": Canned(200, b'{"type":"x"}', {**OURS, "Content-Type": wire.JSON}),
    "more than any answer has": Canned(200, b" " * 1_100_000, {**OURS, "Content-Type": wire.JSON}),
}


@pytest.mark.parametrize("answer", PORTALS.values(), ids=PORTALS.keys())
def test_an_answer_that_is_not_ours_is_foreign(
    canned: CannedGateway, client: HttpGateway, answer: Canned
) -> None:
    canned.answer = answer
    assert fault_of(lambda: client.submit(CASE)) is Fault.GATEWAY_FOREIGN
    assert fault_of(lambda: client.pull("")) is Fault.GATEWAY_FOREIGN
    assert client.reachable() is Fault.GATEWAY_FOREIGN
    assert {path for path, _, _ in canned.asked} == {
        f"/v1/cases/{CASE.case_id}",
        "/v1/changes?since=",
        "/v1/time",
    }  # no redirect was followed


def test_a_proxy_in_front_may_say_that_the_gateway_is_away(
    canned: CannedGateway, client: HttpGateway
) -> None:
    canned.answer = Canned(502)
    assert fault_of(lambda: client.submit(CASE)) is Fault.GATEWAY_UNREACHABLE


@pytest.mark.parametrize("status", [401, 403])
def test_a_no_of_our_gateway_is_refused(
    canned: CannedGateway, client: HttpGateway, status: int
) -> None:
    canned.answer = Canned(status, b"", OURS)
    assert fault_of(lambda: client.submit(CASE)) is Fault.GATEWAY_REFUSED
    assert client.reachable() is Fault.GATEWAY_REFUSED


@pytest.mark.parametrize(
    ("wish", "least", "most"),
    [
        ("17", 17, 17),
        ("999999", 3600, 3600),
        (timedelta(minutes=10), 500, 600),
        (timedelta(minutes=-10), 0, 0),
    ],
)
def test_the_wish_to_be_left_alone_is_heard(
    canned: CannedGateway, client: HttpGateway, wish: str | timedelta, least: float, most: float
) -> None:
    if isinstance(wish, timedelta):
        wish = format_datetime(datetime.now(UTC) + wish, usegmt=True)
    canned.answer = Canned(503, b"", {**OURS, "Retry-After": wish})
    with pytest.raises(GatewayUnreachable) as caught:
        client.submit(CASE)
    assert caught.value.fault is Fault.GATEWAY_UNREACHABLE
    assert caught.value.retry_after is not None
    assert least <= caught.value.retry_after <= most


@pytest.mark.parametrize("wish", ["soon", "", "-5", "1e9", "²", "Mon, 99 Foo 2026"])
def test_a_wish_that_cannot_be_read_is_none(
    canned: CannedGateway, client: HttpGateway, wish: str
) -> None:
    canned.answer = Canned(503, b"", {**OURS, "Retry-After": wish.encode().decode("latin-1")})
    with pytest.raises(GatewayUnreachable) as caught:
        client.submit(CASE)
    assert caught.value.retry_after is None


def test_an_acknowledgement_with_our_signature_is_believed(
    canned: CannedGateway, client: HttpGateway
) -> None:
    signed = KEY.acknowledgement(word())
    canned.answer = received(signed)
    assert client.submit(CASE) == Acknowledged("7", signed)


FORGED = {
    "another key": OTHER_KEY.acknowledgement(word()),
    "another case": KEY.acknowledgement(word(case_id="another")),
    "another text": KEY.acknowledgement(word(fingerprint="0" * 64)),
    "other pages": KEY.acknowledgement(word(pages=("0" * 64,))),
    "another number": wire.canonical(
        wire.Signed(
            wire.canonical(word(official_number="8")),
            wire.decoded(KEY.acknowledgement(word()), wire.Signed).signature,
            "",
        )
    ),
    "a catalogue's signature": wire.canonical(
        wire.Signed(wire.canonical(word()), KEY.catalog("v", wire.canonical(word())), "")
    ),
    "no signature": wire.canonical(wire.Signed(wire.canonical(word()), b"", "")),
    "nothing": b"",
}


@pytest.mark.parametrize("signed", FORGED.values(), ids=FORGED.keys())
def test_an_acknowledgement_that_is_not_for_this_case_is_not_believed(
    canned: CannedGateway, client: HttpGateway, signed: bytes
) -> None:
    canned.answer = received(signed)
    assert fault_of(lambda: client.submit(CASE)) is Fault.GATEWAY_FOREIGN


def test_pages_that_are_wanted_are_named_with_their_offset(
    canned: CannedGateway, client: HttpGateway
) -> None:
    canned.answer = says(wire.Wanted((wire.PageWanted("a" * 64, 5),)), status=202)
    assert client.submit(CASE) == PagesWanted((("a" * 64, 5),))


def test_a_refusal_carries_its_reasons(canned: CannedGateway, client: HttpGateway) -> None:
    reasons = ("answers.contact_mobile: 手机号码有误",)
    problem = wire.Problem("urn:x", "no", 422, reasons)
    canned.answer = says(problem, status=422, kind=wire.PROBLEM)
    assert client.submit(CASE) == Refused(reasons)


def test_a_page_goes_on_at_the_offset_the_gateway_names(
    canned: CannedGateway, client: HttpGateway
) -> None:
    canned.answer = Canned(409, b"", {**OURS, wire.UPLOAD_OFFSET: "60000"})
    content = bytes(100_000)
    fault_of(lambda: client.send_page("a" * 64, content, offset=10))
    assert [len(body) for _, _, body in canned.asked] == [65_536, 40_000, 40_000]
    _, headers, _ = canned.asked[1]
    assert headers[wire.UPLOAD_OFFSET] == "60000"
    assert headers[wire.UPLOAD_LENGTH] == "100000"
    assert "Transfer-Encoding" not in headers


@pytest.mark.parametrize("named", ["", "-1", "x", "100001"])
def test_an_impossible_offset_ends_the_attempt(
    canned: CannedGateway, client: HttpGateway, named: str
) -> None:
    canned.answer = Canned(409, b"", {**OURS, wire.UPLOAD_OFFSET: named})
    fault_of(lambda: client.send_page("a" * 64, bytes(100_000), offset=0))
    assert len(canned.asked) == 1


def test_a_document_with_another_hash_is_refused(
    canned: CannedGateway, client: HttpGateway
) -> None:
    canned.answer = Canned(200, b"other", {**OURS, "Content-Type": wire.BYTES})
    assert fault_of(lambda: client.document("0" * 64)) is Fault.GATEWAY_FOREIGN
    assert client.document(wire.hash_of(b"other")) == b"other"


def test_a_catalogue_is_believed_only_with_our_signature(
    canned: CannedGateway, client: HttpGateway
) -> None:
    def signed_by(key: SigningKey, version: str) -> Canned:
        signature = base64.b64encode(key.catalog(version, b"{}")).decode()
        return Canned(200, b"{}", {**OURS, wire.SIGNATURE_HEADER: signature})

    canned.answer = signed_by(KEY, "草案/1")
    assert client.catalog("草案/1") == b"{}"
    for wrong in (signed_by(OTHER_KEY, "草案/1"), signed_by(KEY, "2"), Canned(200, b"{}", OURS)):
        canned.answer = wrong
        assert fault_of(lambda: client.catalog("草案/1")) is Fault.GATEWAY_FOREIGN


def test_every_request_names_the_terminal_and_its_token(
    canned: CannedGateway, client: HttpGateway
) -> None:
    fault_of(lambda: client.pull("x.1.y"))
    [(path, headers, _)] = canned.asked
    assert path == "/v1/changes?since=x.1.y"
    assert headers["Authorization"] == "Bearer secret"
    assert headers[wire.TERMINAL_HEADER] == "t1"


def test_a_cookie_of_a_portal_is_not_kept(canned: CannedGateway, client: HttpGateway) -> None:
    canned.answer = Canned(200, b"", {"Set-Cookie": "spy=1"})
    for _ in range(2):
        fault_of(lambda: client.pull(""))
    assert all("Cookie" not in headers for _, headers, _ in canned.asked)


def test_a_netrc_does_not_replace_the_token(
    canned: CannedGateway,
    client: HttpGateway,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    fault_of(lambda: client.pull(""))
    assert canned.asked[0][1]["Authorization"] == "Bearer secret"


def test_nobody_there_is_unreachable() -> None:
    client = HttpGateway("http://127.0.0.1:9", terminal_id="t", token="x", gateway_key=KEY.public)
    assert fault_of(lambda: client.submit(CASE)) is Fault.GATEWAY_UNREACHABLE
    assert client.reachable() is Fault.GATEWAY_UNREACHABLE
    assert client.time() is None


def test_our_gateway_is_reachable_and_tells_its_time(village: Village) -> None:
    assert village.client.reachable() is None
    told = village.client.time()
    assert told is not None
    assert abs(datetime.now(UTC) - told) < timedelta(seconds=30)


def test_on_a_dark_line_reachable_answers_within_its_time(village: Village) -> None:
    village.line.darken()
    begun = time.monotonic()
    assert village.client.reachable() is Fault.GATEWAY_UNREACHABLE
    assert time.monotonic() - begun < 3.5


def test_a_slow_line_does_not_run_into_the_deadline_of_one_block(village: Village) -> None:
    case = village.confirm(pages=1, side=2800)  # more than the kernel takes at once
    village.client.submit(case)
    [page] = case.pages
    village.line.set(kbit=page.size * 8 / 1000 / 3)  # 3 s for the page, 0.01 s for a block of it
    client = village.new_client(block_timeout=0.8, answer_timeout=9.0)
    begun = time.monotonic()
    client.send_page(page.sha256, village.store.page(page.sha256), offset=0)
    assert time.monotonic() - begun > 2.5
    client.interrupt()


def test_interrupting_ends_a_call_that_waits(village: Village) -> None:
    village.line.darken()
    client = village.new_client(answer_timeout=60.0)
    faults: list[Fault] = []
    waiting = threading.Thread(target=lambda: faults.append(fault_of(lambda: client.pull(""))))
    waiting.start()
    wait_until(lambda: village.line.counts.connections > 0)
    client.interrupt()
    waiting.join(5)
    assert faults == [Fault.GATEWAY_UNREACHABLE]
    assert fault_of(lambda: client.send_page("a" * 64, picture().jpeg, offset=0)) is (
        Fault.GATEWAY_UNREACHABLE
    )


def test_a_key_of_another_size_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        HttpGateway("http://127.0.0.1:9", terminal_id="t", token="x", gateway_key=b"short")

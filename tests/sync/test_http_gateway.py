"""What the terminal believes of an answer, and what it does not."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import msgspec
import pytest

from kiosk.domain.fault import Fault
from sync import batch, pieces, wire
from sync.api import Acknowledged, GatewayUnreachable, PagesAnswer, PagesWanted, Refused
from sync.gateway.signing import SigningKey
from sync.gateway_key import ACKNOWLEDGEMENT, CONFIGURATION
from sync.http_gateway import HttpGateway
from sync.packing import NONE, packed
from sync.pieces import Piece
from tests.counterparts.canned_gateway import Canned, CannedGateway
from tests.counterparts.sample_cases import draft
from tests.counterparts.village import Village, send_page, submit
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


def replies(*some: batch.Reply) -> Canned:
    content = packed(wire.canonical(batch.Replies(some)), dictionary=NONE)
    return Canned(200, content, {**OURS, "Content-Type": batch.BATCH})


def received(signed: bytes) -> Canned:
    return replies(wire.Received(signed))


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
    "more than any answer has": Canned(200, b" " * 1_100_000, {**OURS, "Content-Type": wire.JSON}),
}


@pytest.mark.parametrize("answer", PORTALS.values(), ids=PORTALS.keys())
def test_an_answer_that_is_not_ours_is_foreign(
    canned: CannedGateway, client: HttpGateway, answer: Canned
) -> None:
    canned.answer = answer
    assert fault_of(lambda: submit(client, CASE)) is Fault.GATEWAY_FOREIGN
    assert fault_of(lambda: client.pull("", catalog="")) is Fault.GATEWAY_FOREIGN
    assert client.reachable() is Fault.GATEWAY_FOREIGN
    assert {path for path, _, _ in canned.asked} == {
        "/v1/cases",
        "/v1/changes?since=&catalog=",
        "/v1/time",
    }  # no redirect was followed


@pytest.mark.parametrize("status", [407, 502, 504])
def test_a_proxy_in_front_may_say_that_the_gateway_is_away(
    canned: CannedGateway, client: HttpGateway, status: int
) -> None:
    canned.answer = Canned(status)
    assert fault_of(lambda: submit(client, CASE)) is Fault.PROXY_IN_BETWEEN


@pytest.mark.parametrize("status", [401, 403])
def test_a_no_of_our_gateway_is_refused(
    canned: CannedGateway, client: HttpGateway, status: int
) -> None:
    canned.answer = Canned(status, b"", OURS)
    assert fault_of(lambda: submit(client, CASE)) is Fault.GATEWAY_REFUSED
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
        submit(client, CASE)
    assert caught.value.fault is Fault.GATEWAY_BUSY
    assert caught.value.retry_after is not None
    assert least <= caught.value.retry_after <= most


@pytest.mark.parametrize("wish", ["soon", "", "-5", "1e9", "²", "Mon, 99 Foo 2026"])
def test_a_wish_that_cannot_be_read_is_none(
    canned: CannedGateway, client: HttpGateway, wish: str
) -> None:
    canned.answer = Canned(503, b"", {**OURS, "Retry-After": wish.encode().decode("latin-1")})
    with pytest.raises(GatewayUnreachable) as caught:
        submit(client, CASE)
    assert caught.value.retry_after is None


def test_an_acknowledgement_with_our_signature_is_believed(
    canned: CannedGateway, client: HttpGateway
) -> None:
    signed = KEY.acknowledgement(word())
    canned.answer = received(signed)
    assert submit(client, CASE) == Acknowledged("7", signed)


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
    assert fault_of(lambda: submit(client, CASE)) is Fault.GATEWAY_FOREIGN


def test_pages_that_are_wanted_are_named_with_their_offset(
    canned: CannedGateway, client: HttpGateway
) -> None:
    canned.answer = replies(wire.Wanted((wire.PageWanted("a" * 64, 5),)))
    assert submit(client, CASE) == PagesWanted((("a" * 64, 5),))


def test_a_refusal_carries_its_reasons(canned: CannedGateway, client: HttpGateway) -> None:
    reasons = ("answers.contact_mobile: 手机号码有误",)
    problem = wire.Problem("urn:x", "no", 422, reasons)
    canned.answer = says(problem, status=422, kind=wire.PROBLEM)
    assert submit(client, CASE) == Refused(reasons)


def kept(*cases: batch.Reply | None, **rest: object) -> Canned:
    return says(pieces.Kept(cases, **rest))  # type: ignore[arg-type]


def test_pieces_and_the_cases_they_complete_travel_together(
    canned: CannedGateway, client: HttpGateway
) -> None:
    signed = KEY.acknowledgement(word())
    partial = wire.PageWanted("b" * 64, 7)
    canned.answer = kept(batch.brief(signed, "t1"), partial=(partial,), unlisted=("c" * 64,))
    some = [Piece("a" * 64, 5, 0, b"whole"), Piece("b" * 64, 99, 3, b"part")]
    answer = client.send_pieces(some, [CASE])
    assert answer == PagesAnswer(
        (Acknowledged("7", signed),), (("b" * 64, 7),), frozenset({"c" * 64})
    )
    [(path, headers, body)] = canned.asked
    assert (path, headers["Content-Type"]) == ("/v1/pages", pieces.PIECES)
    assert "Transfer-Encoding" not in headers
    unpacking = pieces.Unpacking()
    assert [(p.sha256, p.offset, p.content) for p in unpacking.take(body)] == [
        ("a" * 64, 0, b"whole"),
        ("b" * 64, 3, b"part"),
    ]
    assert unpacking.asked == pieces.Asked((pieces.Ask(CASE.case_id, wire.fingerprint(TEXT)),))


@pytest.mark.parametrize(
    "answer",
    [kept(), kept(None, None), Canned(200, b"[]", {**OURS, "Content-Type": wire.JSON})],
    ids=["too few", "too many", "other words"],
)
def test_an_answer_to_pieces_that_makes_no_sense_is_foreign(
    canned: CannedGateway, client: HttpGateway, answer: Canned
) -> None:
    canned.answer = answer
    assert fault_of(lambda: client.send_pieces([], [CASE])) is Fault.GATEWAY_FOREIGN


@pytest.mark.parametrize("signed", FORGED.values(), ids=FORGED.keys())
def test_a_forged_acknowledgement_after_pages_is_not_believed_either(
    canned: CannedGateway, client: HttpGateway, signed: bytes
) -> None:
    canned.answer = kept(wire.Received(signed))
    assert fault_of(lambda: client.send_pieces([], [CASE])) is Fault.GATEWAY_FOREIGN


def test_a_file_is_handed_over_as_it_comes_and_goes_on_where_it_stopped(
    canned: CannedGateway, client: HttpGateway
) -> None:
    content = bytes(range(256)) * 300
    taken = bytearray(content[:1000])
    canned.answer = Canned(206, content[1000:], {**OURS, "Content-Type": wire.BYTES})
    client.fetch("a" * 64, offset=len(taken), keep=taken.extend)
    assert taken == content
    assert canned.asked[0][1]["Range"] == "bytes=1000-"


def test_who_sends_all_of_a_file_again_is_understood_too(
    canned: CannedGateway, client: HttpGateway
) -> None:
    content = bytes(range(256)) * 300
    taken = bytearray(content[:20_000])
    canned.answer = Canned(200, content, {**OURS, "Content-Type": wire.BYTES})
    client.fetch("a" * 64, offset=len(taken), keep=taken.extend)
    assert taken == content


@pytest.mark.parametrize("answer", [Canned(200, b"<html>"), Canned(404, b"", OURS)])
def test_nothing_of_a_strangers_file_is_handed_over(
    canned: CannedGateway, client: HttpGateway, answer: Canned
) -> None:
    canned.answer = answer
    taken: list[bytes] = []
    fault_of(lambda: client.fetch("a" * 64, offset=0, keep=taken.append))
    assert taken == []


def test_a_catalogue_is_believed_only_with_our_signature(client: HttpGateway) -> None:
    def signed_by(key: SigningKey, version: str) -> wire.CatalogOffer:
        return wire.CatalogOffer(
            version="草案/1",
            signature=key.catalog(version, b"{}"),
            base="",
            transfer="a" * 64,
            size=2,
        )

    client.check_catalog(signed_by(KEY, "草案/1"), b"{}")
    for wrong in (signed_by(OTHER_KEY, "草案/1"), signed_by(KEY, "2")):
        assert fault_of(lambda wrong=wrong: client.check_catalog(wrong, b"{}")) is (  # type: ignore[misc]
            Fault.GATEWAY_FOREIGN
        )


def test_a_configuration_is_believed_only_with_our_signature(
    canned: CannedGateway, client: HttpGateway
) -> None:
    def page(key: SigningKey, kind: bytes) -> Canned:
        signed = key.signed(kind, b"{}")
        return says(wire.ChangesPage(configuration=signed, cursor="e.1", more=False))

    canned.answer = page(KEY, CONFIGURATION)
    assert client.pull("", catalog="").configuration == b"{}"
    for wrong in (page(OTHER_KEY, CONFIGURATION), page(KEY, ACKNOWLEDGEMENT)):
        canned.answer = wrong
        assert fault_of(lambda: client.pull("", catalog="")) is Fault.GATEWAY_FOREIGN


def test_every_request_names_the_terminal_and_its_token(
    canned: CannedGateway, client: HttpGateway
) -> None:
    fault_of(lambda: client.pull("x.1", catalog="ab"))
    [(path, headers, _)] = canned.asked
    assert path == "/v1/changes?since=x.1&catalog=ab"
    assert headers["Authorization"] == "Bearer secret"
    assert headers[wire.TERMINAL_HEADER] == "t1"


def test_a_cookie_of_a_portal_is_not_kept(canned: CannedGateway, client: HttpGateway) -> None:
    canned.answer = Canned(200, b"", {"Set-Cookie": "spy=1"})
    for _ in range(2):
        fault_of(lambda: client.pull("", catalog=""))
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
    fault_of(lambda: client.pull("", catalog=""))
    assert canned.asked[0][1]["Authorization"] == "Bearer secret"


def test_nobody_there_is_unreachable() -> None:
    client = HttpGateway("http://127.0.0.1:9", terminal_id="t", token="x", gateway_key=KEY.public)
    assert fault_of(lambda: submit(client, CASE)) is Fault.GATEWAY_DOWN
    assert client.reachable() is Fault.GATEWAY_DOWN
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
    submit(village.client, case)
    [page] = case.pages
    village.line.set(kbit=page.size * 8 / 1000 / 3)  # 3 s for the page, 0.01 s for a block of it
    client = village.new_client(block_timeout=0.8, answer_timeout=0.8)
    begun = time.monotonic()
    send_page(client, village.store, page)
    assert time.monotonic() - begun > 2.5
    client.interrupt()


def test_interrupting_ends_a_call_that_waits(village: Village) -> None:
    village.line.darken()
    client = village.new_client(answer_timeout=60.0)
    faults: list[Fault] = []
    waiting = threading.Thread(
        target=lambda: faults.append(fault_of(lambda: client.pull("", catalog="")))
    )
    waiting.start()
    wait_until(lambda: village.line.counts.connections > 0)
    client.interrupt()
    waiting.join(5)
    assert faults == [Fault.GATEWAY_UNREACHABLE]
    assert fault_of(lambda: client.send_pieces([], [CASE])) is Fault.GATEWAY_UNREACHABLE


def test_a_key_of_another_size_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        HttpGateway("http://127.0.0.1:9", terminal_id="t", token="x", gateway_key=b"short")

"""Many texts in one request, and what the terminal believes of the answer."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import zstandard

from kiosk.domain.fault import Fault
from sync import batch, wire
from sync.api import Acknowledged, GatewayUnreachable, NotNow, Refused
from sync.gateway.signing import SigningKey
from sync.http_gateway import HttpGateway
from sync.packing import NEWEST, NONE, packed
from tests.counterparts.canned_gateway import Canned, CannedGateway
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, draft
from tests.counterparts.sample_forms import sample_forms
from tests.counterparts.village import Village, submit

KEY = SigningKey(bytes(range(32)))
OURS = {wire.GATEWAY_HEADER: "1"}
CASE = draft()
TEXT = wire.text_of(CASE)


@pytest.fixture
def canned() -> Iterator[CannedGateway]:
    with CannedGateway() as server:
        yield server


@pytest.fixture
def client(canned: CannedGateway) -> Iterator[HttpGateway]:
    made = HttpGateway(canned.base_url, terminal_id="t1", token="secret", gateway_key=KEY.public)
    yield made
    made.interrupt()


def word() -> wire.Acknowledgement:
    return wire.Acknowledgement(
        case_id=TEXT.case_id,
        terminal_id="t1",
        fingerprint=wire.fingerprint(TEXT),
        pages=(),
        official_number="7",
        received_at=datetime(2026, 3, 5, tzinfo=UTC),
    )


def fault_of(call: Callable[[], object]) -> Fault:
    with pytest.raises(GatewayUnreachable) as caught:
        call()
    return caught.value.fault


def frame(*replies: batch.Reply) -> Canned:
    content = packed(wire.canonical(batch.Replies(replies)), dictionary=NONE)
    return Canned(200, content, {**OURS, "Content-Type": batch.BATCH})


TWO = (CASE, draft(2))


def test_many_texts_go_in_one_request_and_each_gets_its_own_answer(
    canned: CannedGateway, client: HttpGateway
) -> None:
    canned.answer = frame(batch.NotTaken(("x: y",)), batch.Later())
    assert client.submit_all(TWO) == [Refused(("x: y",)), NotNow()]
    [(path, headers, body)] = canned.asked
    assert (path, headers["Content-Type"]) == ("/v1/cases", batch.BATCH)
    assert batch.cases_in(body)[1] == [wire.canonical(wire.text_of(case)) for case in TWO]


def test_a_brief_acknowledgement_is_believed_only_for_its_own_case(
    canned: CannedGateway, client: HttpGateway
) -> None:
    short = batch.brief(KEY.acknowledgement(word()), "t1")
    canned.answer = frame(short, batch.Later())
    assert client.submit_all(TWO)[0] == Acknowledged("7", KEY.acknowledgement(word()))
    canned.answer = frame(batch.Later(), short)
    assert fault_of(lambda: client.submit_all(TWO)) is Fault.GATEWAY_FOREIGN


@pytest.mark.parametrize(
    "answer",
    [
        frame(batch.Later()),
        Canned(200, b"no frame", {**OURS, "Content-Type": batch.BATCH}),
        Canned(200, packed(bytes(50_000_000)), {**OURS, "Content-Type": batch.BATCH}),
        Canned(200, packed(b"[]"), {**OURS, "Content-Type": batch.BATCH}),
        Canned(200, b"{}", {**OURS, "Content-Type": wire.JSON}),
    ],
    ids=["too few", "no frame", "a bomb", "other words", "another form"],
)
def test_an_answer_to_many_that_makes_no_sense_is_foreign(
    canned: CannedGateway, client: HttpGateway, answer: Canned
) -> None:
    canned.answer = answer
    assert fault_of(lambda: client.submit_all(TWO)) is Fault.GATEWAY_FOREIGN


@pytest.mark.parametrize("status", [409, 413, 422])
def test_a_text_that_alone_is_refused_is_refused_with_the_reasons(
    canned: CannedGateway, client: HttpGateway, status: int
) -> None:
    problem = wire.Problem("urn:x", "no", status, ("case: x",))
    canned.answer = Canned(status, wire.canonical(problem), {**OURS, "Content-Type": wire.PROBLEM})
    assert client.submit_all([CASE]) == [Refused(("case: x",))]
    fault_of(lambda: client.submit_all(TWO))  # which of them is not known
    canned.answer = Canned(status, b"", OURS)
    assert client.submit_all([CASE]) == [Refused((f"case: {status}",))]


def test_a_gateway_without_our_dictionary_gets_the_texts_without_one(
    canned: CannedGateway, client: HttpGateway
) -> None:
    canned.answer = Canned(415, b"", {**OURS, batch.DICTIONARIES_HEADER: "99999"})
    fault_of(lambda: client.submit_all(TWO))
    assert [zstandard.get_frame_parameters(body).dict_id for _, _, body in canned.asked] == [
        NEWEST,
        NONE,
    ]


def test_two_hundred_forms_are_across_in_one_request(village: Village) -> None:
    for case in sample_forms(200, seed=5):
        village.store.save_draft(case)
        village.store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
    cases = [village.store.case(entry.case_id) for entry in village.store.due(NOON, 200)]
    size = sum(len(wire.canonical(wire.text_of(case))) for case in cases)
    answers = village.client.submit_all(cases)
    assert all(isinstance(answer, Acknowledged) for answer in answers)
    counts = village.line.counts
    assert counts.connections == 1
    assert counts.bytes_up < 0.36 * size
    assert [submit(village.client, case) for case in cases[:3]] == list(answers[:3])

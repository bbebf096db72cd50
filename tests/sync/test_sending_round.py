"""How long a case that did not arrive waits, and how much of nothing one round bears."""

from collections.abc import Callable, Sequence

from kiosk.domain.case import Case
from offline_store.sqlcipher_store import SqlCipherStore
from sync.api import Acknowledged, SubmitAnswer
from sync.outbox_sender import OutboxSender
from sync.sending_round import MOST_CHOKED, SendReport, seconds_to_wait
from tests.counterparts.sample_cases import NOON
from tests.counterparts.scripted_gateway import SILENCE, ScriptedGateway, only_silence
from tests.counterparts.village import Heard, confirmed


def send(store: SqlCipherStore, gateway: ScriptedGateway) -> SendReport:
    return OutboxSender(store, gateway, listener=Heard()).send_due(NOON)


def test_it_never_gives_up_and_waits_between_nothing_and_five_minutes() -> None:
    for attempts in (1, 2, 8, 9, 1_000_000):
        highest = min(300, 2 * 2 ** (min(attempts, 30) - 1))
        waits = [seconds_to_wait(attempts, None) for _ in range(200)]
        assert 0 <= min(waits) <= max(waits) <= highest
        assert max(waits) > highest / 2  # full jitter: the whole window is used


def test_the_gateways_wish_is_the_least_and_a_fifth_more_the_most() -> None:
    waits = [seconds_to_wait(9, 60) for _ in range(100)]
    assert min(waits) >= 60
    assert max(waits) <= 72


def test_one_text_among_many_that_the_gateway_chokes_on_is_found(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    cases = [confirmed(store, serial, pages=0) for serial in range(1, 10)]
    gateway.on_submit = lambda case: Acknowledged(f"N{case.case_id}", b"signed")
    whole = gateway.submit_all

    def chokes(some: Sequence[Case]) -> Sequence[SubmitAnswer]:
        if cases[4] in some:
            raise SILENCE
        return whole(some)

    gateway.submit_all = chokes  # type: ignore[method-assign]
    gateway.on_submit = only_silence_for(cases[4], gateway.on_submit)
    report = send(store, gateway)
    assert report.put_off == (cases[4].case_id,)
    assert len(report.acknowledged) == 8


def test_a_gateway_that_chokes_on_everything_does_not_hold_the_round_for_hours(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    for serial in range(1, 81):
        confirmed(store, serial, pages=0)
    gateway.on_submit = only_silence  # and yet the gateway says that it is there
    report = send(store, gateway)
    assert len(report.put_off) == 80
    assert len(gateway.asked) == MOST_CHOKED


def test_pages_that_a_gateway_chokes_on_do_not_hold_the_round_for_hours_either(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    for serial in range(1, 81):
        confirmed(store, serial, pages=1)

    def silent(_sha256: str, _offset: int) -> None:
        raise SILENCE

    gateway.on_page = silent  # and yet the gateway says that it is there
    report = send(store, gateway)
    assert len(report.put_off) == 80
    assert report.fault is None
    assert sum(asked.startswith("page") for asked in gateway.asked) == MOST_CHOKED


def only_silence_for(
    wrong: Case, rest: Callable[[Case], SubmitAnswer | None]
) -> Callable[[Case], SubmitAnswer | None]:
    def on_submit(case: Case) -> SubmitAnswer | None:
        if case.case_id == wrong.case_id:
            raise SILENCE
        return rest(case)

    return on_submit

"""One open order for a case, shown to its own terminal, paid once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sync import wire
from sync.gateway.case_book import CaseBook, Offered
from sync.gateway.database import Database
from sync.gateway.payments import CODE_LIVES, AlreadyDemanded, Payments, SimulatedProvider
from tests.counterparts.sample_cases import NOON, case_id, draft

ID = case_id(1)
TERMINAL = "220104-01"


class Desk:
    """Payments over one database, with a clock turned by hand."""

    def __init__(self, database: Database) -> None:
        self.moment = NOON
        book = CaseBook(database)
        text = wire.text_of(replace(draft(1), receipt_number="R1", confirmed_at=NOON))
        offered = Offered(text, wire.canonical(text), wire.fingerprint(text))
        database.write(lambda w: book.add(w, [(TERMINAL, offered)], {}, now=NOON))
        self.provider = SimulatedProvider(database, self.now)
        self.payments = Payments(database=database, book=book, provider=self.provider, now=self.now)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_nothing_is_shown_before_an_office_demands_it(desk: Desk) -> None:
    assert desk.payments.order(TERMINAL, ID) is None


def test_a_demand_is_an_order_with_a_code_for_its_own_terminal_alone(desk: Desk) -> None:
    order_id = desk.payments.demand(ID, subject=" 工本费 ", amount=1600)
    order = desk.payments.order(TERMINAL, ID)
    assert order is not None
    assert (order.order_id, order.subject, order.amount, order.state) == (
        order_id,
        "工本费",
        1600,
        "open",
    )
    assert desk.payments.order(TERMINAL, ID) == order
    assert desk.payments.order("another", ID) is None


def test_a_code_that_ran_out_is_renewed_for_the_same_order(desk: Desk) -> None:
    desk.payments.demand(ID, subject="工本费", amount=1)
    first = desk.payments.order(TERMINAL, ID)
    desk.moment += CODE_LIVES + timedelta(seconds=1)
    second = desk.payments.order(TERMINAL, ID)
    assert first is not None
    assert second is not None
    assert second.order_id == first.order_id
    assert second.expires_at > first.expires_at


def test_it_is_paid_once_and_stays_so(desk: Desk) -> None:
    order_id = desk.payments.demand(ID, subject="工本费", amount=1600)
    desk.payments.order(TERMINAL, ID)
    desk.provider.pay(order_id)
    paid = desk.payments.order(TERMINAL, ID)
    assert paid is not None
    assert (paid.state, paid.paid_at) == ("paid", NOON)
    desk.moment += timedelta(days=1)
    desk.provider.pay(order_id)
    assert desk.payments.order(TERMINAL, ID) == paid
    [demand] = desk.payments.every()
    assert demand.paid_at == NOON


def test_it_may_be_paid_before_the_terminal_ever_asked(desk: Desk) -> None:
    order_id = desk.payments.demand(ID, subject="工本费", amount=1600)
    desk.provider.pay(order_id)
    order = desk.payments.order(TERMINAL, ID)
    assert order is not None
    assert order.state == "paid"


def test_a_second_demand_waits_until_the_first_is_paid(desk: Desk) -> None:
    order_id = desk.payments.demand(ID, subject="工本费", amount=1600)
    with pytest.raises(AlreadyDemanded):
        desk.payments.demand(ID, subject="邮寄费", amount=800)
    desk.provider.pay(order_id)
    desk.payments.order(TERMINAL, ID)
    second = desk.payments.demand(ID, subject="邮寄费", amount=800)
    shown = desk.payments.order(TERMINAL, ID)
    assert shown is not None
    assert shown.order_id == second


@pytest.mark.parametrize(("subject", "amount"), [("", 5), ("工本费", 0), ("工本费", -1)])
def test_no_sum_and_no_reason_is_no_demand(desk: Desk, subject: str, amount: int) -> None:
    with pytest.raises(ValueError, match="amount"):
        desk.payments.demand(ID, subject=subject, amount=amount)


def test_nothing_is_demanded_of_a_case_that_nobody_knows(desk: Desk) -> None:
    with pytest.raises(KeyError):
        desk.payments.demand(case_id(9), subject="工本费", amount=1)

"""Orders for what an office demands on a case: paid by telephone with a QR code, never in cash."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import uuid4

from sync.gateway.case_book import CaseBook
from sync.gateway.database import Database, Row, Writing
from sync.online import PaymentOrder

CODE_LIVES: Final = timedelta(minutes=10)  # of a code; the next ask makes a new one
_COLUMNS: Final = (
    "SELECT order_id, case_id, subject, amount, code, expires_at, paid_at FROM payment_order"
)


class PaymentProvider(Protocol):
    """The province's unified payment 统一公共支付.

    Repeating a call with the same id changes nothing. Both raise OSError when it cannot be reached.
    """

    def code_for(self, order_id: str, *, amount: int, subject: str) -> str:
        """What the QR code of that order holds. `amount`: fen."""
        ...

    def paid_at(self, order_id: str) -> datetime | None:
        """When it was paid; None: not yet."""
        ...


class SimulatedProvider:
    """Stands in where no province's payment is connected; no money moves. Any thread."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def code_for(self, order_id: str, *, amount: int, subject: str) -> str:
        """See PaymentProvider."""
        return f"SIMULATED-PAYMENT/{order_id}/{amount}"

    def paid_at(self, order_id: str) -> datetime | None:
        """See PaymentProvider."""
        rows = self._database.read(
            "SELECT paid_at FROM simulated_payment WHERE order_id=?", order_id
        )
        return datetime.fromisoformat(rows[0][0]) if rows else None

    def pay(self, order_id: str) -> None:
        """As if somebody had paid with the telephone."""
        self._database.write(
            lambda w: w.run(
                "INSERT INTO simulated_payment (order_id, paid_at) VALUES (?, ?)"
                " ON CONFLICT (order_id) DO NOTHING",
                order_id,
                self._now().isoformat(),
            )
        )


@dataclass(frozen=True, slots=True)
class Demand:
    """What an office demanded. `amount`: fen."""

    order_id: str
    case_id: str
    subject: str
    amount: int
    paid_at: datetime | None


class AlreadyDemanded(Exception):
    """Something is to be paid for the case already, and was not paid yet."""


class Payments:
    """Any thread. Raises DatabaseTrouble."""

    def __init__(
        self,
        *,
        database: Database,
        book: CaseBook,
        provider: PaymentProvider,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._book = book
        self._provider = provider
        self._now = now

    def demand(self, case_id: str, *, subject: str, amount: int) -> str:
        """The id of the order. Raises KeyError, ValueError, AlreadyDemanded."""
        row = self._book.case(case_id)
        if row is None:
            raise KeyError(case_id)
        if amount < 1 or not subject.strip():
            raise ValueError("an amount and what for")
        order_id = uuid4().hex

        def work(w: Writing) -> None:
            if w.run(
                "SELECT 1 FROM payment_order WHERE case_id=? AND paid_at IS NULL LIMIT 1", case_id
            ):
                raise AlreadyDemanded(case_id)
            w.run(
                "INSERT INTO payment_order (order_id, case_id, terminal_id, subject, amount, code,"
                " made_at) VALUES (?, ?, ?, ?, ?, '', ?)",
                order_id,
                case_id,
                row.terminal_id,
                subject.strip(),
                amount,
                self._now().isoformat(),
            )

        self._database.write(work)
        return order_id

    def every(self) -> list[Demand]:
        """All demands, the newest first."""
        return [
            Demand(order_id, case_id, subject, amount, _moment(paid_at))
            for order_id, case_id, subject, amount, _, _, paid_at in self._database.read(
                f"{_COLUMNS} ORDER BY made_at DESC, order_id"
            )
        ]

    def order(self, terminal_id: str, case_id: str) -> PaymentOrder | None:
        """What this terminal may show for its case, with a code that works; None: nothing to pay.

        The same order as long as its code lives. Raises OSError when the provider does not answer.
        """
        rows = self._database.read(
            f"{_COLUMNS} WHERE case_id=? AND terminal_id=? ORDER BY made_at DESC LIMIT 1",
            case_id,
            terminal_id,
        )
        if not rows:
            return None
        order_id, _, subject, amount, code, expires_at, paid_at = rows[0]
        if paid_at is not None:
            return _order(rows[0], "paid")
        paid = self._provider.paid_at(order_id)
        now = self._now()
        if paid is not None:
            return self._changed(order_id, "paid_at", paid.isoformat(), code, expires_at, "paid")
        ends = _moment(expires_at)
        if ends is None or ends <= now:
            code = self._provider.code_for(order_id, amount=amount, subject=subject)
            later = (now + CODE_LIVES).isoformat()
            return self._changed(order_id, "expires_at", later, code, later, "open")
        return _order(rows[0], "open")

    def _changed(
        self, order_id: str, column: str, value: str, code: str, expires_at: str | None, state: str
    ) -> PaymentOrder:
        """`column` is one of ours."""
        set_paid = "paid_at=coalesce(paid_at, ?)" if column == "paid_at" else "expires_at=?"

        def work(w: Writing) -> Row:
            [row] = w.run(
                f"UPDATE payment_order SET {set_paid}, code=? WHERE order_id=?"  # noqa: S608 - ours
                " RETURNING order_id, case_id, subject, amount, code, expires_at, paid_at",
                value,
                code,
                order_id,
            )
            return row

        return _order(self._database.write(work), state)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _order(row: Row, state: str) -> PaymentOrder:
    order_id, case_id, subject, amount, code, expires_at, paid_at = row
    paid = _moment(paid_at)
    ends = _moment(expires_at) or paid
    assert ends is not None, "an order without an end"
    return PaymentOrder(
        order_id=order_id,
        case_id=case_id,
        subject=subject,
        amount=amount,
        code=code,
        state=state,
        expires_at=ends,
        paid_at=paid,
    )

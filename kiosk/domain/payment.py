"""What is to be paid for a case 缴费: with a telephone, at the office's demand, never in cash."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaymentDue:
    """One order. `amount`: fen. `code`: what the QR code for the telephone holds."""

    order_id: str
    subject: str
    amount: int
    code: str
    paid: bool


def yuan(amount: int) -> str:
    """Fen as yuan with two decimals: 12.50."""
    return f"{amount // 100}.{amount % 100:02}"

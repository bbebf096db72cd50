"""What an office certifies: the five common proofs, each with the facts that stand on it.

Amounts are in fen 分, so that nothing is rounded; months are written 2026-03.
"""

from datetime import date
from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
from msgspec import Meta

Words = Annotated[str, Meta(min_length=1, max_length=120)]
Month = Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Fen = Annotated[int, Meta(ge=0, lt=10**13)]
Number = Annotated[str, Meta(pattern=r"^\d{17}[\dX]$")]  # 公民身份号码


@unique
class ProofKind(StrEnum):
    """The value is the name of the template's file."""

    INSURED = "insured"  # 参保缴费证明
    PENSION = "pension"  # 养老待遇证明
    RESIDENCE = "residence"  # 居住证明
    ALLOWANCE = "allowance"  # 低保证明
    PAYMENT = "payment"  # 缴费凭证


TITLES: Final = {
    ProofKind.INSURED: "社会保险参保缴费证明",
    ProofKind.PENSION: "养老保险待遇领取证明",
    ProofKind.RESIDENCE: "居住证明",
    ProofKind.ALLOWANCE: "最低生活保障证明",
    ProofKind.PAYMENT: "社会保险费缴费凭证",
}


class Insurance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One insurance 险种 of a person."""

    scheme: Words
    state: Words  # 参保状态
    since: Month
    until: Month  # paid up to and with this month
    months: Annotated[int, Meta(ge=0, le=1200)]


class Insured(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="insured"):
    """参保缴费证明."""

    place: Words  # 参保地
    insurances: Annotated[tuple[Insurance, ...], Meta(min_length=1, max_length=40)]


class Pension(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="pension"):
    """养老待遇证明."""

    scheme: Words
    since: Month
    monthly: Fen
    paid_until: Month
    state: Words


class Residence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="residence"):
    """居住证明."""

    registered: Words  # 户籍地址
    address: Words
    since: date
    verified_by: Words  # the village's committee 村(居)民委员会


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of a household."""

    name: Words
    relation: Words
    number: Number

    def __repr__(self) -> str:
        return "Member()"


class Allowance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="allowance"):
    """低保证明."""

    kind: Words  # 城市, 农村
    register: Words  # 低保证号
    address: Words
    since: Month
    monthly: Fen  # of the whole household
    members: Annotated[tuple[Member, ...], Meta(min_length=1, max_length=40)]


class Contribution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a voucher."""

    item: Words
    period: Words
    amount: Fen
    paid_on: date


class Payment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="payment"):
    """缴费凭证."""

    place: Words
    contributions: Annotated[tuple[Contribution, ...], Meta(min_length=1, max_length=400)]


Facts = Insured | Pension | Residence | Allowance | Payment


class NotFacts(ValueError):
    """The file does not say what this proof needs; names the place, never a value."""


def read_facts(file: bytes) -> Facts:
    """Facts in JSON, `type` says of which proof. Raises NotFacts."""
    try:
        read: Facts = msgspec.json.decode(file, type=Facts)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise NotFacts(str(error)) from None
    return read


def kind_of(facts: Facts) -> ProofKind:
    """Which proof these are the facts of."""
    return ProofKind(str(type(facts).__struct_config__.tag))

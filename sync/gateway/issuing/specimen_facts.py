"""Invented facts, so that the whole way can be walked without an office's own system."""

from datetime import date
from typing import Final

from sync.gateway.issuing.facts import (
    Allowance,
    Contribution,
    Facts,
    Insurance,
    Insured,
    Member,
    Payment,
    Pension,
    ProofKind,
    Residence,
)

PLACE: Final = "示范县示范镇"
HOME: Final = "示范县示范镇向阳村三组17号"
# The specimen numbers of GB 11643 (recalled): nobody has them.
OTHER: Final = "440524188001010014"
SCHEME: Final = "城乡居民基本养老保险"


def specimen_facts(kind: ProofKind, holder: str, number: str) -> Facts:
    """Facts of that kind for this person; nothing of them is true."""
    match kind:
        case ProofKind.INSURED:
            return Insured(
                place=PLACE,
                insurances=(
                    Insurance(SCHEME, "正常参保", "2012-01", "2026-10", 178),
                    Insurance("城乡居民基本医疗保险", "正常参保", "2008-01", "2026-12", 228),
                    Insurance("工伤保险", "暂停缴费", "2019-04", "2021-09", 30),
                ),
            )
        case ProofKind.PENSION:
            return Pension(SCHEME, "2019-07", 17_830, "2026-10", "正常发放")
        case ProofKind.RESIDENCE:
            return Residence(
                registered=HOME,
                address="示范县示范镇滨河路88号2栋3单元501室",
                since=date(2019, 6, 1),
                verified_by="向阳村村民委员会",
            )
        case ProofKind.ALLOWANCE:
            return Allowance(
                kind="农村居民最低生活保障",
                register="样低保字第000873号",
                address=HOME,
                since="2024-03",
                monthly=93_400,
                members=(Member(holder, "本人", number), Member("样本乙", "配偶", OTHER)),
            )
        case ProofKind.PAYMENT:
            return Payment(
                place=PLACE,
                contributions=tuple(
                    Contribution(SCHEME, f"{year}年度", 20_000, date(year, 3, 18))
                    for year in range(2016, 2027)
                ),
            )

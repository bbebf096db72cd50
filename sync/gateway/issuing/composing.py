"""Composes a proof as PDF/A-2b: the office's template, the case's person, the facts."""

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import segno
import typst

from sync.gateway.issuing.amounts import capital_amount, plain_amount
from sync.gateway.issuing.facts import (
    TITLES,
    Allowance,
    Facts,
    Insured,
    Payment,
    Pension,
    Residence,
    kind_of,
)

TEMPLATES: Final = Path(__file__).parent / "templates"
_ESCAPED: Final = re.compile(r"\\u\{([0-9a-f]{1,6})\}")
ANY_MASK: Final = 2
MOST_TRACKING: Final = 12  # points between the letters of a short title
SHORT_TITLE: Final = 6


class Unwritable(Exception):
    """The proof cannot be set. `character`: the one that is in none of the fonts, "" otherwise.

    It may be a piece of a name, so the text does not hold it.
    """

    def __init__(self, why: str, character: str = "") -> None:
        super().__init__(why)
        self.character = character


@dataclass(frozen=True, slots=True)
class Proof:
    """What stands on one paper. `number`: of the paper; `qr`: what its code holds."""

    number: str
    office: str
    issued: date
    holder: str = field(repr=False)
    holder_number: str = field(repr=False)  # 公民身份号码
    facts: Facts = field(repr=False)
    qr: str = field(repr=False)
    check: str = "扫描二维码可核对本证明的编号、姓名和日期。复印件不作凭证。"
    footnote: str = ""  # such as that it is a specimen

    @property
    def title(self) -> str:
        """As it stands on the paper."""
        return TITLES[kind_of(self.facts)]


class Composer:
    """One thread. The first paper takes half a second to load the fonts, each further one 10 ms."""

    def __init__(self, fonts: Sequence[Path], *, templates: Path = TEMPLATES) -> None:
        """`templates`: a folder with files of the names of the packaged ones."""
        self._compiler = typst.Compiler(
            str(templates / "proof.typ"),
            root=str(templates),
            font_paths=[str(folder) for folder in fonts],
            ignore_system_fonts=True,
        )

    def pdf(self, proof: Proof) -> bytes:
        """A4 pages. The same proof gives the same bytes; nothing is written to disk.

        The holder's number stands in the file's own keywords too (decision 0031). Raises
        Unwritable.
        """
        words = json.dumps(_words(proof), ensure_ascii=False)
        try:
            made = self._compiler.compile(
                sys_inputs={"d": words}, format="pdf", pdf_standards=["a-2b"]
            )
        except typst.TypstError as error:
            raise _refusal(error.message) from None
        assert isinstance(made, bytes)
        return made


def _refusal(message: str) -> Unwritable:
    """Typst says: the text "X" could not be displayed with font ...; X may be \\u{e001}."""
    quoted = message.partition("could not be displayed")[0].split('"')
    if len(quoted) > 1:
        escaped = _ESCAPED.fullmatch(quoted[1])
        character = chr(int(escaped[1], 16)) if escaped else quoted[1]
        return Unwritable("a character is in none of the fonts", character)
    return Unwritable("cannot be set")


def _words(proof: Proof) -> dict[str, object]:
    title = proof.title
    return {
        "kind": kind_of(proof.facts).value,
        "title": title,
        "tracking": MOST_TRACKING if len(title) <= SHORT_TITLE else 2,
        "number": proof.number,
        "name": proof.holder,
        "shown_number": proof.holder_number,
        "number_of_holder": proof.holder_number,
        "office": proof.office,
        "issued": [proof.issued.year, proof.issued.month, proof.issued.day],
        "qr_svg": qr_svg(proof.qr),
        "check": proof.check,
        "footnote": proof.footnote,
        **_of_facts(proof.facts, proof.holder_number),
    }


def qr_svg(text: str) -> str:
    """The code as a drawing, with the quiet zone of 4 modules (ISO/IEC 18004, not read).

    To try all eight masks takes 20 ms. A mask breaks up patterns of the text; a signature has none.
    """
    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False, mask=ANY_MASK, boost_error=False)
    code.save(out, kind="svg", border=4, xmldecl=False)
    return out.getvalue().decode()


def _of_facts(facts: Facts, number: str) -> dict[str, object]:
    match facts:
        case Insured():
            return {
                "place": facts.place,
                "insurances": [
                    {
                        "scheme": one.scheme,
                        "state": one.state,
                        "since": _month(one.since),
                        "until": _month(one.until),
                        "months": str(one.months),
                    }
                    for one in facts.insurances
                ],
            }
        case Pension():
            return {
                "scheme": facts.scheme,
                "state": facts.state,
                "since": _month(facts.since),
                "paid_until": _month(facts.paid_until),
                "monthly": plain_amount(facts.monthly),
                "monthly_capital": capital_amount(facts.monthly),
            }
        case Residence():
            return {
                # GB 11643: digits 7 to 14 are the birthday, an odd 17th is a man's (recalled)
                "gender": "男" if int(number[16]) % 2 else "女",
                "born": f"{number[6:10]}年{int(number[10:12])}月{int(number[12:14])}日",
                "registered": facts.registered,
                "address": facts.address,
                "since": _day(facts.since),
                "verified_by": facts.verified_by,
            }
        case Allowance():
            return {
                "allowance": facts.kind,
                "register": facts.register,
                "address": facts.address,
                "since": _month(facts.since),
                "monthly": plain_amount(facts.monthly),
                "monthly_capital": capital_amount(facts.monthly),
                "members": [
                    {"name": one.name, "relation": one.relation, "number": one.number}
                    for one in facts.members
                ],
            }
        case Payment():
            total = sum(one.amount for one in facts.contributions)
            return {
                "place": facts.place,
                "contributions": [
                    {
                        "item": one.item,
                        "period": one.period,
                        "paid_on": one.paid_on.isoformat(),
                        "amount": plain_amount(one.amount),
                    }
                    for one in facts.contributions
                ],
                "total": plain_amount(total),
                "total_capital": capital_amount(total),
            }


def _month(month: str) -> str:
    return f"{month[:4]}年{int(month[5:])}月"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

"""Makes the entrustment 授权委托书 by which an applicant lets somebody else handle a case: A4.

It states what the guide's row asks for: who entrusts whom with which item, and both signatures.
Agency is free (T-38 of reference/domain.md), so nothing of money stands on it.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from devices.page_printer.preview import page_picture
from kiosk.papers import compose
from kiosk.papers.compose import Template
from kiosk.papers.paper_words import PaperWords

PIXELS_PER_INCH: Final = 150  # as photographed pages have about: reference/scanning.md
JPEG_QUALITY: Final = 80
_OF_RELATION: Final = ("（与委托人的关系：{relation}）", "(위임인과의 관계: {relation})")
# The words of the mandate. Korean: 조선어 초안 — 언어사업위원회 검토 필요; the Chinese counts.
_BODY: Final = (
    "委托人因本人不便亲自办理，现委托受托人（与委托人的关系：{relation}）代为向{office}办理“{item}”。",
    "受托人可以代为填写申请内容、提交申请材料、接收补正通知和领取回执。办理结果由委托人本人领取，"
    "委托人另有书面说明的除外。",
    "受托人如实转交委托人提供的材料，只为办理上述事项使用委托人的个人信息，办完后不保留。"
    "代办不收取任何报酬。",
    "委托期限：自签字之日起，至上述事项办结之日止。委托人可以随时撤销委托。",
)
_BODY_KO: Final = (
    "위임인은 직접 처리하기 불편하여 수임인(위임인과의 관계: {relation})에게 {office}에 "
    "“{item}”을(를) 대신 처리하도록 위임합니다.",
    "수임인은 신청내용을 대신 적고 자료를 내며 보정통지와 접수증을 받을수 있습니다. 처리결과는 "
    "위임인이 따로 서면으로 밝히지 않는 한 위임인 본인이 받습니다.",
    "수임인은 위임인이 준 자료를 사실대로 넘기고 위임인의 개인정보를 우의 사항에만 쓰며 처리후 "
    "보관하지 않습니다. 대리처리는 무료입니다.",
    "위임기한: 서명한 날부터 우의 사항이 끝나는 날까지. 위임인은 "
    "언제든지 위임을 취소할수 있습니다.",
)


@dataclass(frozen=True, slots=True)
class Signed:
    """One of the two who sign. `signature`: JPEG of the pad, b"" for a line to sign by hand."""

    name: str = field(repr=False)
    number: str = field(repr=False)
    signature: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Entrustment:
    """Who lets whom handle what."""

    applicant: Signed
    agent: Signed
    relation: str  # the agent's to the applicant, in the catalogue's words
    item: str
    office: str
    site: str
    day: date


@dataclass(frozen=True, slots=True)
class Paper:
    """The same page twice: for the printer, and as the picture that goes with the case."""

    pdf: bytes = field(repr=False)
    jpeg: bytes = field(repr=False)
    width: int  # pixels of the picture
    height: int


def entrustment_paper(
    entrustment: Entrustment, *, korean: bool = False, provisional: bool = False
) -> Paper:
    """One A4 page. The words are data, never markup; the same words give the same PDF.

    `korean`: with a Korean translation under the Chinese. `provisional`: the printed page bears
    the mark; the picture never does, since it goes to the province with the case.
    Some 50 ms, a quarter of a second more for the first paper: not on the interface's thread.
    Nothing is written to the disk. Raises PaperError.
    """
    plain = compose.pdf(entrustment_page(entrustment, korean=korean))
    picture = page_picture(plain, dpi=PIXELS_PER_INCH).convert("L")
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=JPEG_QUALITY)
    pdf = plain
    if provisional:
        pdf = compose.pdf(entrustment_page(entrustment, korean=korean, provisional=True))
    return Paper(pdf, jpeg.getvalue(), picture.width, picture.height)


def entrustment_page(
    entrustment: Entrustment, *, korean: bool = False, provisional: bool = False
) -> compose.Paper:
    """What stands on it; see `entrustment_paper`."""
    say = PaperWords(korean=korean)
    parts = {
        "relation": entrustment.relation,
        "office": entrustment.office,
        "item": entrustment.item,
    }
    words = {
        **say.mark(provisional=provisional),
        "title": say.say("entrustment"),
        "page_number": say.say("page_number"),
        "number_label": say.say("id_number"),
        "footer": say.say("entrustment_footer", site=entrustment.site),
        "day": [entrustment.day.year, entrustment.day.month, entrustment.day.day],
        "applicant": _signed(entrustment.applicant, "applicant", say),
        "agent": _signed(entrustment.agent, "agent", say),
        "body": _filled(_BODY, parts),
        "body_ko": _filled(_BODY_KO, parts) if korean else [],
        "korean": korean,
    }
    return compose.Paper(Template.ENTRUSTMENT, say.say("entrustment")["zh"], words)


def _filled(body: Sequence[str], parts: Mapping[str, str]) -> list[str]:
    """Without a word of the relation where nobody said it."""
    if not parts["relation"]:
        for words in _OF_RELATION:
            body = [line.replace(words, "") for line in body]
    return [line.format(**parts) for line in body]


def _signed(person: Signed, role: str, say: PaperWords) -> dict[str, object]:
    return {
        "role": say.say(role),
        "name": person.name,
        "number": person.number,
        "signs": say.say(f"{role}_signs"),
        "signature": list(person.signature),  # typst reads no base64
    }

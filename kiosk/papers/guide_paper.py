"""办事指南 of an item for A4, with every element that the province publishes (T-08 to T-10)."""

from datetime import date
from typing import Final

import segno

from kiosk.domain.guide import Contact, Depth, Guide
from kiosk.domain.service_item import Material, Need, ServiceItem
from kiosk.papers.compose import Paper, Template
from kiosk.papers.paper_words import Both, PaperWords

NEEDS: Final = {Need.REQUIRED: "必要", Need.OPTIONAL: "有就带", Need.LATER: "可以后补"}
DEPTHS: Final = {
    Depth.FULL: "全程网办：在“吉事办”上能办完",
    Depth.PART: "部分网办：在“吉事办”上能申请",
    Depth.INFO: "“吉事办”上只能看指南",
}
MATERIALS_HEAD: Final = ("材料名称", "是否必要", "份数", "形式、来源和签字", "说明")


def guide_paper(
    item: ServiceItem, *, site: str, phone: str, version: str, day: date, korean: bool = False
) -> Paper:
    """`site` and `phone`: of this service point; `version`: of the catalogue; `day`: of today."""
    guide = item.guide
    say = PaperWords(korean=korean)
    code = segno.make(guide.online_url, error="m", micro=False) if guide.online_url else None
    date_words = f"{day.year}年{day.month}月{day.day}日"
    official = say.say("illustrative" if item.illustrative else "official")
    fixed = ("page_number", "no_materials")
    return Paper(
        Template.GUIDE,
        item.title,
        {
            **{key: say.say(key) for key in fixed},
            "title": say.given(item.title, item.title_ko),
            "kind": say.say("guide_kind"),
            "day": (day.year, day.month, day.day),
            "qr_svg": "" if code is None else code.svg_inline(border=4),
            "qr_words": say.say("guide_qr"),
            "facts": facts(item, site=site, phone=phone),
            "before": _sections((say.say("conditions"), guide.conditions)),
            "materials_title": say.say("materials"),
            "materials_head": MATERIALS_HEAD,
            "materials": [_material(m) for m in item.materials],
            "flow_title": say.say("flow"),
            "flow": guide.flow,
            "after": _sections(
                (say.say("notes"), guide.notes), (say.say("legal_basis"), guide.legal_basis)
            ),
            "footer": say.say("guide_footer", version=version, date=date_words, official=official),
        },
    )


def facts(item: ServiceItem, *, site: str, phone: str) -> list[tuple[str, str]]:
    """(label, words) of what is said in one line; what the office does not publish is left out."""
    guide = item.guide
    own = f"{site}（电话 {phone}）" if phone else site
    known = [
        ("受理部门", guide.department),
        ("办理地点", "；".join(place for place in (own, guide.place) if place)),
        ("办理时间", guide.hours),
        ("法定办结时限", guide.statutory_limit),
        ("承诺办结时限", guide.promised_limit),
        ("收费", _fee(guide)),
        ("办好后拿到", guide.result),
        ("到现场次数", _visits(guide.visits)),
        ("网上办理深度", "" if guide.depth is None else DEPTHS[guide.depth]),
        ("咨询方式", _lines(guide.consult)),
        ("监督投诉", _lines(guide.complain)),
        ("业务办理项编码", item.code),
    ]
    return [(label, words) for label, words in known if words]


def _visits(visits: int | None) -> str:
    if visits is None:
        return ""
    return f"最多 {visits} 次" if visits else "0 次，不用跑部门"


def _fee(guide: Guide) -> str:
    parts = (guide.fee, guide.fee_basis and f"依据：{guide.fee_basis}", guide.fee_reduction)
    return "；".join(part for part in parts if part)


def _lines(contacts: tuple[Contact, ...]) -> str:
    return "；".join(f"{contact.name} {contact.phone}" for contact in contacts)


def _sections(*sections: tuple[Both, tuple[str, ...]]) -> list[dict[str, object]]:
    return [{"title": title, "lines": lines} for title, lines in sections if lines]


def _material(material: Material) -> tuple[str, ...]:
    signed = material.signature and f"签字：{material.signature}"
    source = "在本机上填写" if material.blank_form else material.issued_by
    how = "；".join(part for part in (material.form, source, signed) if part)
    said = "；".join(part for part in (material.note, material.exempt_when) if part)
    return (material.name, NEEDS[material.need], f"{material.pages} 份", how, said)

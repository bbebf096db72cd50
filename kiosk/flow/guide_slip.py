"""The guide as a short slip to take home: what to bring, how long, whom to call."""

from datetime import datetime
from typing import Final

from kiosk.domain.receipt import Receipt
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.site import Site

TITLE: Final = "办事指南"
TO_BRING: Final = "要带什么"
FOOTER: Final = "本终端服务不收费"


def guide_slip(item: ServiceItem, site: Site, *, now: datetime) -> Receipt:
    """`now` is aware, in the time zone to print. The QR code leads to where it is done online."""
    guide = item.guide
    lines = [
        ("办理事项", item.title),
        ("受理部门", guide.department),
        ("办理时限", guide.promised_limit or guide.statutory_limit),
        ("收费", guide.fee),
        ("咨询电话", "、".join(dict.fromkeys(filter(None, [site.phone, *_phones(item)])))),
        ("打印时间", f"{now:%Y年%m月%d日 %H:%M}"),
    ]
    names = []
    for material in item.own_materials():
        why = "，系统能查到就不用带" if material.fetched else ""
        if not (material.blank_form and not material.photographed):
            names.append(f"{material.name}{why}")
    return Receipt(
        title=TITLE,
        site=site.name,
        lines=tuple((label, words) for label, words in lines if words),
        materials=tuple(names) or ("不用带材料",),
        notes=guide.notes,
        qr=guide.online_url,
        footer=FOOTER,
        materials_title=TO_BRING,
        qr_words="扫码上“吉事办”",
        korean=((item.title, item.title_ko),) if item.title_ko else (),
    )


def _phones(item: ServiceItem) -> tuple[str, ...]:
    return tuple(contact.phone for contact in item.guide.consult)

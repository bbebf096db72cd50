"""An invented paper for each template, to try those that a county has put in the place of ours."""

from collections.abc import Mapping
from datetime import UTC, datetime

from kiosk.domain.finding import Finding, as_it_is, said
from kiosk.domain.receipt import Receipt
from kiosk.domain.service_item import ServiceItem
from kiosk.papers.compose import Paper, Template, Typesetter, shared_typesetter
from kiosk.papers.daily_list import daily_list
from kiosk.papers.entrustment import Entrustment, Signed, entrustment_page
from kiosk.papers.form_paper import form_paper
from kiosk.papers.guide_paper import guide_paper
from kiosk.papers.slip_layout import SlipLayout
from kiosk.papers.trial_paper import trial_paper

SITE = "示范村便民服务点"
DAY = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)


def sample_papers(item: ServiceItem) -> Mapping[Template, Paper]:
    """One of every template. `item`: any of the catalogue."""
    slip = Receipt(
        "办件回执",
        SITE,
        (("回执编号", "22240100-000137"), ("申请人", "测试甲")),
        materials=("户口簿",),
        notes=("材料已上传，受理以部门审核为准。",),
        qr="DS1/22240100000137",
        footer="本终端服务不收费 · 请妥善保管",
        marks=("样张",),
        with_korean=True,
    )
    return {
        Template.SLIP: SlipLayout().paper(slip),
        Template.GUIDE: guide_paper(item, site=SITE, phone="", version="1", day=DAY.date()),
        Template.FORM: form_paper(item, filled=True),
        Template.ENTRUSTMENT: entrustment_page(
            Entrustment(
                applicant=Signed("测试甲", "11010519491231002X"),
                agent=Signed("测试乙", "440524188001010014"),
                relation="亲属",
                item=item.title,
                office=item.guide.department,
                site=SITE,
                day=DAY.date(),
            ),
            provisional=True,
        ),
        Template.TRIAL: trial_paper(DAY),
        Template.DAILY_LIST: daily_list((), site=SITE, printed_by="测试乙", now=DAY),
    }


def template_finding(item: ServiceItem, typesetter: Typesetter | None = None) -> Finding:
    """Whether the county's own templates can be used; for doctor and the page of staff."""
    setter = typesetter or shared_typesetter()
    own = setter.own_files()
    broken = setter.broken_templates(sample_papers(item)) if own else ()
    if broken:
        named = tuple(as_it_is(f"{file}: {why}") for file, why in broken)
        return Finding("templates", False, (*named, said("templates_ours_taken")))
    if not own:
        return Finding("templates", True, (said("templates_ours"),))
    told = said("templates_own", count=len(own), place=setter.own_folder)
    return Finding("templates", True, (told,))

"""Writes the slip for a case: what was taken in, its number, and where to ask."""

from collections.abc import Callable
from datetime import datetime

from kiosk.domain.case import Case, CaseKind
from kiosk.domain.id_number import masked
from kiosk.domain.printed import PROVISIONAL_MARK
from kiosk.domain.receipt import Receipt
from kiosk.domain.receipt_number import grouped, plain
from kiosk.domain.service_item import Material, Need, ServiceItem
from kiosk.flow.site import Site

# What a slip's code holds with its proof, "" where there is none; never raises.
Prove = Callable[[Case, datetime], str]
TITLE_ONLINE = "办件回执"
TITLE_OFFLINE = "采集回执"
TITLES = {CaseKind.CORRECTION: "补正回执", CaseKind.LETTER: "来信回执"}
# The words of reference/domain.md section 6, trap 6: an official number exists only after sync.
NOTE_OFFLINE = (
    "材料已在本机加密保存，联网后自动上传。",
    "已采集，受理编号以上传后通知为准；凭本回执编号可随时查询。",
)
NOTE_ONLINE = ("材料已上传，受理以部门审核为准。", "办理时限自受理之日起计算。")
NOTE_HOLDER_ONLY = "结果只交给申请人本人：请本人带身份证来取，代办人不能代取。"
PROOF_MARK = "."  # what follows it in a slip's code is its proof (sync/proof_code.py)
ADDRESS_END = "#"  # what stands before it is the page where a telephone checks the code
QR_PROGRESS = "扫码查询办理进度"
QR_BY_PHONE = "用手机扫码：核对真假。在终端上扫码：查进度。"
QR_BY_STAFF = "在终端上扫码：查进度。要核对真假，问服务点工作人员。"
FOOTER = "本终端服务不收费 · 请妥善保管"


def query_code(case: Case, site: Site) -> str:
    """What the slip's QR code holds: opens the case's progress at any terminal."""
    return f"{site.query_prefix}{case.receipt_number}"


def no_proof(_case: Case, _now: datetime) -> str:
    """Of a terminal that has no key for slips."""
    return ""


def receipt_number_in(code: str, site: Site) -> str | None:
    """The receipt number in a scanned code, None when the code is something else.

    With a proof or without one (decision 0031): to look a case up, the number alone is enough.
    """
    code = code.rpartition(ADDRESS_END)[2]
    if not code.startswith(site.query_prefix):
        return None
    return plain(code[len(site.query_prefix) :].partition(PROOF_MARK)[0])


def receipt_for(
    case: Case, item: ServiceItem, site: Site, *, now: datetime, prove: Prove = no_proof
) -> Receipt:
    """The slip for a confirmed case. `now` is aware, in the time zone to print."""
    online = bool(case.official_number)
    photographed = {page.material for page in case.pages}
    names = tuple(m.name for m in item.materials if m.key in photographed)
    fetched = tuple(
        f"{m.name}（部门联网查，查不到再补）"
        for m in item.own_materials()
        if case.kind is CaseKind.APPLICATION and _is_left_to_the_office(m, photographed)
    )
    lines = [
        ("回执编号", grouped(case.receipt_number)),
        ("办件编号", case.official_number if online else "联网后由省平台生成"),
        ("办理事项", case.item_title),
        *_person(case),
        ("提交时间", f"{now:%Y年%m月%d日 %H:%M}"),
        ("受理部门", item.guide.department),
    ]
    if item.guide.promised_limit:
        lines.append(("承诺时限", item.guide.promised_limit))
    if site.phone:
        lines.append(("咨询电话", site.phone))
    signed = ("本人签名（电子）",) if case.signature else ()
    proof = prove(case, now)
    return Receipt(
        title=TITLES.get(case.kind, TITLE_ONLINE if online else TITLE_OFFLINE),
        site=site.name,
        lines=tuple(lines),
        materials=(*_identity(case), *names, *fetched, *signed),
        notes=(*(NOTE_ONLINE if online else NOTE_OFFLINE), *_who_fetches(case, item)),
        qr=proof or query_code(case, site),
        footer=FOOTER,
        qr_words=_how_to_check(proof),
        marks=() if online else (PROVISIONAL_MARK,),
        korean=((item.title, item.title_ko),) if item.title_ko else (),
    )


def _how_to_check(proof: str) -> str:
    if not proof:
        return QR_PROGRESS
    return QR_BY_PHONE if ADDRESS_END in proof else QR_BY_STAFF


def _person(case: Case) -> list[tuple[str, str]]:
    """Nothing where no card was read."""
    if not case.applicant_number:
        return []
    return [("申请人", case.applicant_name), ("证件号码", masked(case.applicant_number))]


def _who_fetches(case: Case, item: ServiceItem) -> list[str]:
    """An agent holds the slip: it says whose the result is."""
    by_agent = case.handling.agent is not None
    return [NOTE_HOLDER_ONLY] if by_agent and item.result_for_holder_only else []


def _identity(case: Case) -> list[str]:
    return ["身份信息（读卡核验）"] if case.applicant_number else []


def _is_left_to_the_office(material: Material, photographed: set[str]) -> bool:
    needed = material.fetched and material.need is Need.REQUIRED
    return needed and material.key not in photographed

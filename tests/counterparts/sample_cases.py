"""Invented cases and pages for the store, the outbox and the walks; no real person is in them."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from kiosk.domain.case import Case, CaseId
from kiosk.domain.home_visit import HomeVisit
from kiosk.domain.notice import Audience, Notice
from kiosk.domain.page import ScannedPage
from kiosk.domain.printed import PaperKind, PrintOrder
from kiosk.domain.progress import IssuedDocument, StateChange
from offline_store.api import StoreKey
from offline_store.arrivals import Arrivals
from offline_store.sqlcipher_store import SqlCipherStore, open_store

SITE: Final = "220104001001"
TERMINAL: Final = "01"
NAME: Final = "测试甲"
NUMBER: Final = "11010519491231002X"
NOON: Final = datetime(2026, 3, 5, 4, 0, 0, 123456, tzinfo=UTC)  # noon in Beijing


NOTICE: Final = Notice(
    notice_id="n1",
    title="低保年审开始",
    body="请在月底前办理。",
    published_at=NOON,
    until=None,
    audience=Audience.EVERYBODY,
)
VISIT: Final = HomeVisit(
    visit_id="v1",
    name=NAME,
    number=NUMBER,
    phone="13800138000",
    address="示范村三组",
    item_code="",
    wanted_on=date(2026, 12, 24),
    note="腿脚不便",
)


def case_id(serial: int) -> CaseId:
    """An id in the form of UUIDv7, always the same for the same serial."""
    return CaseId(f"01957000-0000-7000-8000-{serial:012x}")


def draft(serial: int = 1, *, fields: int = 20) -> Case:
    """A draft with a form, without pages."""
    return Case(
        case_id=case_id(serial),
        item_code="11220100MB1234567W4220104001001AA",
        item_title="最低生活保障",
        catalog_version="2026-03-01",
        started_at=NOON + timedelta(minutes=serial),
        applicant_name=NAME,
        applicant_number=NUMBER,
        answers={f"field{n}": f"第{n}项的回答" for n in range(fields)} | {"name": NAME},
    )


def page(serial: int = 1, *, material: str = "m1", size: int = 100_000) -> ScannedPage:
    """A page of random bytes, since a JPEG does not compress either."""
    jpeg = random.Random(serial).randbytes(size)
    return ScannedPage(material=material, jpeg=jpeg, width=1240, height=1754)


def document(case: CaseId, content: bytes = b"%PDF-1.7 issued") -> tuple[IssuedDocument, bytes]:
    """A paper that the office issued for that case."""
    name = ScannedPage(material="", jpeg=content, width=0, height=0).sha256
    return IssuedDocument(sha256=name, case_id=case, title="批准通知书", size=len(content)), content


def draft_in(
    store: SqlCipherStore, serial: int = 1, *, pages: int = 2, size: int = 100_000
) -> Case:
    """A draft with pages and a signature, in the store as it is just before "confirm"."""
    case = draft(serial)
    store.save_draft(case)
    taken = [page(serial * 100 + n, material=f"m{n}", size=size) for n in range(pages)]
    signature = page(serial * 100 + 99, material="signature", size=5000)
    for one in (*taken, signature):
        store.add_page(case.case_id, one)
    case = replace(
        case,
        pages=tuple(one.reference() for one in taken),
        signature=signature.reference(),
    )
    store.save_draft(case)
    return case


def confirmed_in(store: SqlCipherStore, serial: int = 1, *, pages: int = 2) -> Case:
    """A confirmed case that waits in the outbox."""
    case = draft_in(store, serial, pages=pages)
    return store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)


def take_in(
    store: SqlCipherStore,
    changes: Sequence[StateChange] = (),
    papers: Sequence[tuple[IssuedDocument, bytes]] = (),
    *,
    catalog: tuple[str, bytes] | None = None,
    cursor: str = "1",
    now: datetime = NOON,
) -> Sequence[CaseId]:
    """What a pull does with changes and papers: stage the bytes, then all of it together."""
    for paper, content in papers:
        store.stage(paper.sha256, 0, content)
    arrivals = Arrivals(
        changes=tuple(changes), documents=tuple(paper for paper, _ in papers), catalog=catalog
    )
    return store.apply(arrivals, cursor=cursor, now=now)


def put_up(store: SqlCipherStore, *, cursor: str = "1") -> None:
    """What comes down that is not about cases, and what staff set."""
    arrivals = Arrivals(notices=(NOTICE,), visits=(VISIT,), configuration=("7", b"{}"))
    store.apply(arrivals, cursor=cursor, now=NOON)
    store.set_switch("sending", "saving")


def fill(folder: Path, key: StoreKey) -> None:
    """The content of tests/samples/store/vN.db: a draft, a waiting and an answered case.

    From version 4 on also what `put_up` does, and half a download; from version 7 on a print.
    """
    store = open_store(folder, key, clock=lambda: NOON)
    draft_in(store, 1, size=1000)
    store.confirm(draft_in(store, 2, size=1000), site=SITE, terminal=TERMINAL, now=NOON)
    answered = store.confirm(draft_in(store, 3, size=1000), site=SITE, terminal=TERMINAL, now=NOON)
    store.acknowledged(
        answered.case_id, acknowledgement=b"signed", official_number="2201042603050001", now=NOON
    )
    papers = [document(answered.case_id)]
    take_in(store, papers=papers, catalog=("2026-03-01", b"{}"), cursor="e1.7")
    put_up(store, cursor="e1.7")
    store.stage("0" * 64, 0, b"half of something")
    store.begin_print(
        PrintOrder(PaperKind.RECEIPT, answered.case_id, answered.receipt_number), now=NOON
    )
    store.close()

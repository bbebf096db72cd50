"""The way of a case through a terminal, from the first field to the clean-up, step by step."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from devices.page_printer.api import PrintJobState
from devices.page_printer.simulated_printer import SimulatedPagePrinter
from devices.receipt_printer.api import ReceiptPrinter
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.page import ScannedPage
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.flow_view import FlowView
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.receipts import receipt_for
from kiosk.flow.site import Site
from kiosk.flow.steps import Step
from offline_store.api import Limits, Store
from sync.api import GatewayClient
from sync.sync_round import SyncRound, SyncSettings
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL
from tests.counterparts.village import Heard, picture
from tests.matrix.planted import ACCOUNT, CARD, ON_A_PAGE, PHONE, WORDS, jpeg_with
from tests.matrix.world import NEW, OLD, PAPER, TIDY_AT

# What is said once it is true; whatever happens afterwards, it must stay true. After TYPED stand
# the key of a field and the second at which it was filled in.
TYPED, PAGE, SAFE, ACKED, PRINTED, DELIVERED, TIDIED, DONE = (
    *("TYPED", "PAGE", "SAFE", "ACKED", "PRINTED", "DELIVERED", "TIDIED", "DONE"),
)
THE_SITE: Final = Site(code=SITE, name="示范村便民服务点", terminal=TERMINAL)
ANSWERS: Final = {
    "contact_mobile": PHONE,
    "relief_type": "急难型",
    "event": WORDS,
    "event_date": "2026-02-20",
    "loss": "700",
    "info_check_auth": "yes",
    "commitment": "yes",
    "bank_account": ACCOUNT,
    "bank_name": "示范银行",
}
SECONDS_A_FIELD: Final = 0.7
LARGE: Final = 290  # pixels a side: about 70 KB, more than one piece of 64 KB
Say = Callable[[str], None]


@cache
def item() -> ServiceItem:
    """What is applied for: urgent, with words to type and pages to photograph."""
    return next(i for i in packaged_catalog() if i.key == "temp_relief")


@cache
def pages() -> tuple[ScannedPage, ...]:
    """The pages of case NEW, one of which is dropped again, then its signature."""
    large, small, blurred = (picture(200 + n, side=s) for n, s in enumerate((LARGE, 96, 48)))
    large = replace(large, jpeg=jpeg_with(large.jpeg, ON_A_PAGE), pdf=b"")
    return (
        replace(large, material="m3"),
        replace(blurred, material="m4"),
        replace(small, material="m4"),
        picture(299, material="signature", side=32),
    )


DROPPED: Final = 1  # of these pages


class Refused(Exception):
    """The screen shows this fault; the resident may press the button again."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)


@dataclass
class Clock:
    """The terminal's, turned by the walk."""

    moment: datetime

    def now(self) -> datetime:
        """As the flow asks it."""
        return self.moment


class Walk:
    """One terminal in one thread. `receipts`: None where there is no printer."""

    def __init__(
        self,
        store: Store,
        client: GatewayClient,
        say: Say,
        *,
        hours: int = 0,
        receipts: ReceiptPrinter | None = None,
        is_careless: bool = False,
    ) -> None:
        """`hours`: after noon, when the terminal sends.

        `is_careless`: says SAFE before it is true, for the proof that this is found out.
        """
        self._store = store
        self._client = client
        self._say = say
        self._sending_at = NOON + timedelta(hours=hours)
        self._clock = Clock(NOON)
        self._receipts = receipts
        self._is_careless = is_careless

    def go(self) -> None:
        """All of it. May be repeated after any end.

        Raises StoreError and Refused; the line's troubles end in a later try.
        """
        if not self._is_confirmed():
            self._take_in()
        self._exchange()
        self._hand_over()
        self._store.tidy(TIDY_AT, Limits())
        self._say(TIDIED)
        self._say(DONE)

    def _is_confirmed(self) -> bool:
        try:
            return self._store.case(NEW).state is not CaseState.DRAFT
        except KeyError:
            return False

    def _take_in(self) -> None:
        flow = IntakeFlow(
            item(),
            self._store,
            site=THE_SITE,
            catalog_version="2026-03-01",
            new_case_id=lambda: NEW,
            now=self._clock.now,
            on_change=_refuse,
        )
        flow.begin()
        flow.next()
        flow.card_read(CARD)
        for key, answer in ANSWERS.items():
            self._clock.moment += timedelta(seconds=SECONDS_A_FIELD)
            flow.answer(key, answer)
            self._say(f"{TYPED} {key} {self._seconds()}")
            flow.tick()
        flow.next()
        for number, page in enumerate(pages()[:-1]):
            flow.page_taken(page)
            self._say(f"{PAGE} {page.sha256}" if number != DROPPED else "AND")
        flow.page_dropped(pages()[DROPPED].sha256)
        flow.next()
        flow.signed(pages()[-1])
        self._say(f"{PAGE} {pages()[-1].sha256}")
        flow.next()
        if self._is_careless:
            self._say(SAFE)
        flow.next()
        assert flow.view.step is Step.DONE, flow.view.step
        self._say(SAFE)
        if self._receipts is not None:
            assert flow.view.case is not None
            slip = receipt_for(flow.view.case, item(), THE_SITE, now=self._clock.now())
            self._receipts.print_receipt(slip)

    def _seconds(self) -> float:
        return (self._clock.moment - NOON).total_seconds()

    def _exchange(self) -> None:
        """Send, pull, and tell how this terminal is."""
        settings = SyncSettings(urgent={item().code})
        SyncRound(self._store, self._client, listener=Heard(), settings=settings).run(
            self._sending_at
        )
        if not self._store.waiting():
            self._say(ACKED)

    def _hand_over(self) -> None:
        """Print what was issued; it is delivered once the printer says so."""
        if self._store.case(OLD).state is not CaseState.DECIDED:
            return
        printer = SimulatedPagePrinter()
        for paper in self._store.documents_of(OLD):
            content = self._store.document(paper.sha256)
            assert content == PAPER
            job = printer.print_pdf(content, title=paper.sha256[:8])
            while printer.job_status(job).state is not PrintJobState.PRINTED:
                pass
            self._say(PRINTED)
        self._store.delivered(OLD, now=NOON)
        self._say(DELIVERED)


def _refuse(view: FlowView) -> None:
    if view.fault is not None:
        raise Refused(view.fault)
    assert not view.complaints, view.complaints
    assert not view.missing or view.step is Step.MATERIALS, view.missing

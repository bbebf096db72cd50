"""Everything the pages may use, handed in once by the program."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from devices.location.api import Position
from devices.power.battery import Battery
from kiosk.domain.case import CaseId
from kiosk.domain.finding import Finding
from kiosk.domain.letters import Seal
from kiosk.domain.mode import Mode
from kiosk.domain.sending import Sending
from kiosk.domain.service_item import ServiceCatalog, ServiceItem
from kiosk.domain.standing import Standing
from kiosk.flow.certificate_flow import CheckPaper
from kiosk.flow.equipment import Equipment
from kiosk.flow.health import Health
from kiosk.flow.online import NobodyOnline, OnlineDesk
from kiosk.flow.receipts import Prove, no_proof
from kiosk.flow.site import Site
from offline_store.api import ScreenStore
from ui.texts import Texts
from ui.theme.comfort import AS_IT_IS, Comfort


@dataclass(frozen=True, slots=True)
class Terminal:
    """One terminal as the interface sees it; all of it belongs to the interface's thread."""

    catalog: Callable[[], ServiceCatalog]  # the one that counts now; asked when a visit begins
    store: ScreenStore
    site: Site
    equipment: Equipment
    texts: Texts
    now: Callable[[], datetime]  # aware, in the local time zone
    new_case_id: Callable[[], CaseId]
    standing: Callable[[], Standing]  # whether it may still take cases in; never raises
    sending: Sending  # what may go over the line until staff set something else
    search: Callable[[ServiceCatalog, str], Sequence[ServiceItem]]  # pinyin or characters
    mode: Mode = Mode.SELF_SERVICE
    battery: Callable[[], Battery | None] = lambda: None  # some files of the kernel; never raises
    position: Callable[[], Position | None] = lambda: None  # some seconds; on a thread of its own
    findings: Callable[[], Sequence[Finding]] = tuple  # disk, clock, store, catalogue; some ms
    recent_log: Callable[[], Sequence[str]] = tuple  # the newest lines last, without numbers
    start_training: Callable[[], None] | None = None  # None: this is the training, or a test
    is_training: bool = False  # invented people, a gateway of its own: marked on every screen
    seal: Seal | None = None  # of evaluations; None: the gateway's key is not known
    online: OnlineDesk = field(default_factory=NobodyOnline)
    prove: Prove = no_proof  # what makes slips checkable offline
    health: Callable[[], Health] = Health  # of all devices, as they stand now; returns at once
    comfort: Comfort = AS_IT_IS  # what the site begins every visit with
    # Whether an office's file may be shown and printed, as of now; a test alone checks nothing.
    paper_check: Callable[[], CheckPaper] = lambda: lambda _pdf, _case: ""

    def visit_over(self) -> None:
        """Devices and gateway answer nobody any more who asked in it."""
        self.equipment.visit_over()
        self.online.visit_over()

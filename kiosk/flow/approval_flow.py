"""A second person reads what a colleague took in, and lets it be sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.domain.case import Case, CaseId
from kiosk.domain.fault import Fault
from kiosk.domain.staff import StaffMember
from offline_store.api import CaseStore, StoreError


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """`own`: those that this person had in hand and may not approve."""

    step: str = "approval"  # there is one page
    waiting: tuple[Case, ...] = field(default=(), repr=False)  # the oldest first
    own: frozenset[CaseId] = frozenset()
    approved: int = 0  # since the page was opened
    fault: Fault | None = None


class ApprovalFlow:
    """Lives on the interface's thread. Store trouble appears as `view.fault`."""

    def __init__(
        self,
        store: CaseStore,
        staff: StaffMember,
        *,
        now: Callable[[], datetime],
        send_soon: Callable[[], None],
        on_change: Callable[[ApprovalView], None],
    ) -> None:
        self._store = store
        self._staff = staff
        self._now = now
        self._send_soon = send_soon
        self._on_change = on_change
        self.view = ApprovalView()

    def begin(self) -> None:
        """Everything that waits."""
        self._look(self.view.approved)

    def approve(self, case_id: CaseId) -> None:
        """Let that case be sent; not one of their own."""
        if case_id in self.view.own:
            return
        try:
            self._store.release(case_id, by=self._staff.staff_id, now=self._now())
        except StoreError as error:
            self._look(self.view.approved, fault=error.fault)
            return
        except KeyError:  # removed since
            self._look(self.view.approved)
            return
        self._send_soon()
        self._look(self.view.approved + 1)

    def leave(self) -> None:
        """Nobody stays in the view."""
        self.view = ApprovalView()

    def _look(self, approved: int, *, fault: Fault | None = None) -> None:
        waiting: tuple[Case, ...] = ()
        try:
            waiting = tuple(reversed(self._store.held()))
        except StoreError as error:
            fault = error.fault
        by = self._staff.staff_id
        own = {c.case_id for c in waiting if not c.handling.may_be_approved_by(by)}
        self.view = ApprovalView(
            waiting=waiting, own=frozenset(own), approved=approved, fault=fault
        )
        self._on_change(self.view)

"""第二人核准: what colleagues took in and waits for somebody else's word."""

from collections.abc import Mapping

from PySide6.QtWidgets import QFrame

from kiosk.domain.case import Case, CaseKind
from kiosk.domain.id_number import masked
from kiosk.domain.page import ScanLevel
from kiosk.domain.receipt_number import grouped
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.approval_flow import ApprovalFlow, ApprovalView
from kiosk.flow.equipment import Equipment
from ui.item_words import case_title
from ui.pages.page import Page
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import (
    ScrollColumn,
    breakable,
    column,
    emptied,
    frame,
    push_button,
    row,
    words,
)


class ApprovalPage(Page[ApprovalFlow, ApprovalView]):
    """The oldest first; as much of each as the approver has to know."""

    def __init__(
        self,
        flow: ApprovalFlow,
        *,
        items: Mapping[str, ServiceItem],
        equipment: Equipment,
        texts: Texts,
        scale: Scale,
    ) -> None:
        """`items`: of the catalogue, by code."""
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        self._items = items
        edge = Space.EDGE if scale.portrait else Space.GAP
        page = column(scale, self, gap=Space.NEAR, edge=edge)
        page.addWidget(words(texts.say("approval.title"), "title"))
        self._state = words("", "body", tone="quiet")
        page.addWidget(self._state)
        self._trouble = FaultNotice(texts, scale)
        page.addWidget(self._trouble)
        self._scroll = ScrollColumn(scale, gap=Space.NEAR)
        page.addWidget(self._scroll, 1)

    def draw(self, view: ApprovalView) -> None:
        """Everything that waits."""
        say = self.texts.say
        key = "approval.state" if view.waiting else "approval.nothing"
        self._state.setText(say(key, count=len(view.waiting), approved=view.approved))
        self._trouble.show_fault(view.fault)
        emptied(self._scroll.inside)
        for case in view.waiting:
            self._scroll.inside.addWidget(self._card(case, own=case.case_id in view.own))

    def forget(self) -> None:
        """Nobody stays on the page."""
        emptied(self._scroll.inside)

    def _card(self, case: Case, *, own: bool) -> QFrame:
        say, handling = self.texts.say, case.handling
        block = frame("card")
        line = row(self.scale, block, gap=Space.NEAR, edge=Space.GAP)
        told = column(self.scale, gap=Space.HAIR)
        title = case_title(case.item_title, self._items.get(case.item_code), self.texts)
        told.addWidget(words(title, "large", strong=True))
        told.addWidget(words(f"{case.applicant_name}  {masked(case.applicant_number)}"))
        if case.kind is CaseKind.CORRECTION:
            told.addWidget(words(say("correction_held.kind"), tone="warn", strong=True))
        if handling.agent is not None:
            told.addWidget(words(say("approval.agent", name=handling.agent.name)))
        checked = sum(page.level is ScanLevel.CHECKED for page in case.pages)
        pages = say("approval.pages", count=len(case.pages), checked=checked)
        told.addWidget(words(pages, "body", tone="quiet"))
        number = breakable(grouped(case.receipt_number))
        told.addWidget(words(say("approval.number", number=number), "note", tone="quiet"))
        line.addLayout(told, 1)
        if own:
            told.addWidget(words(say("approval.own"), "body", tone="warn", strong=True))
        else:
            button = push_button(
                say("approval.approve"), "strong", lambda: self.flow.approve(case.case_id)
            )
            button.setObjectName(f"approve_{case.case_id}")
            button.setAccessibleName(say("approval.approve_named", name=case.applicant_name))
            line.addWidget(button)
        return block

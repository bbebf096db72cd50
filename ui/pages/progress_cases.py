"""Every case of the person whose card was read, newest first."""

from PySide6.QtWidgets import QFrame

from kiosk.domain.case import Case
from kiosk.flow.equipment import Equipment, Event, NetworkChanged
from kiosk.flow.progress_flow import ProgressFlow, ProgressView
from ui.case_stages import tone_of
from ui.item_words import case_title
from ui.local_time import day_words
from ui.pages.progress_page import ProgressPage
from ui.texts import Texts
from ui.theme.icons import Picture, shown
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import ScrollColumn, TouchCard, badge, column, emptied, frame, row, words


class CasesPage(ProgressPage):
    """Cards to touch; plain words when there are none."""

    def __init__(
        self, flow: ProgressFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        page = column(scale, self, gap=Space.NEAR, edge=Space.EDGE)
        page.addWidget(words(texts.say("progress.cases_title"), "title"))
        self._hint = words(texts.say("progress.cases_body"), "body", tone="quiet")
        page.addWidget(self._hint)
        self._offline = words(texts.say("progress.offline"), "body", tone="warn")
        self._offline.hide()
        page.addWidget(self._offline)
        self._trouble = FaultNotice(texts, scale)
        page.addWidget(self._trouble)
        self._empty = self._empty_notice()
        page.addWidget(self._empty)
        self._scroll = ScrollColumn(scale, gap=Space.NEAR)
        page.addWidget(self._scroll, 1)

    def draw(self, view: ProgressView) -> None:
        """All cases anew."""
        self._trouble.show_fault(view.fault)
        self._empty.setVisible(not view.cases)
        self._hint.setVisible(bool(view.cases))
        emptied(self._scroll.inside)
        for case in view.cases:
            self._scroll.inside.addWidget(self._card(case, view))

    def happened(self, event: Event) -> None:
        """Without a network the states may be old: say so."""
        if isinstance(event, NetworkChanged):
            self._offline.setVisible(event.fault is not None)

    def forget(self) -> None:
        """No case stays on the page."""
        emptied(self._scroll.inside)

    def _card(self, case: Case, view: ProgressView) -> TouchCard:
        say, is_aside = self.texts.say, case.case_id in view.aside
        card = TouchCard(self.scale, lambda: self.flow.choose(case.case_id))
        card.setObjectName(f"case_{case.case_id}")
        line = row(self.scale, gap=Space.GAP)
        text = column(self.scale, gap=Space.TIGHT)
        title = case_title(case.item_title, self.flow.item_of(case), self.texts)
        text.addWidget(words(title, "large", strong=True))
        foot = row(self.scale)
        state = say("aside.resident.state" if is_aside else f"state.{case.state}")
        foot.addWidget(badge(state, tone_of(case.state)))
        date = day_words(case.confirmed_at or case.started_at, self.texts)
        foot.addWidget(words(say("progress.handed_in", date=date), "note", tone="quiet"), 1)
        text.addLayout(foot)
        if case.case_id in view.void_cases:
            void = words(say("void.in_list"), "body", tone="bad", strong=True)
            void.setObjectName("case_void")
            text.addWidget(void)
        line.addLayout(text, 1)
        line.addWidget(shown(Picture.NEXT, self.scale.ink(Colour.BLUE), self.scale.px(48)))
        card.inside.addLayout(line)
        return card

    def _empty_notice(self) -> QFrame:
        block = frame("notice", tone="blue")
        line = row(self.scale, block, gap=Space.GAP, edge=Space.GAP)
        line.addWidget(shown(Picture.INFO, self.scale.ink(Colour.BLUE), self.scale.px(72)))
        text = column(self.scale, gap=Space.TIGHT)
        text.addWidget(words(self.texts.say("progress.empty_title"), "heading"))
        text.addWidget(words(self.texts.say("progress.empty_body"), "large"))
        line.addLayout(text, 1)
        block.hide()
        return block

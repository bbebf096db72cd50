"""办事指南: who may apply, what to bring, how it goes, how long, what it costs, by which law."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout

from kiosk.domain.fault import Fault
from kiosk.domain.guide import Contact, Guide
from kiosk.domain.service_item import Capture, Material, Need, ServiceItem
from kiosk.flow.equipment import DeviceLooked, Equipment, Event, NetworkChanged
from kiosk.flow.flow_view import FlowView
from kiosk.flow.health import Health, Obstacle
from kiosk.flow.intake_flow import IntakeFlow
from ui.item_words import item_title
from ui.pages.page import VisitPage
from ui.standing_words import standing_words
from ui.texts import Texts
from ui.theme.icons import Picture, shown
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.guide_papers import GuidePapers
from ui.widgets.health_notice import HealthNotice
from ui.widgets.item_card import Offer, offer_of
from ui.widgets.pieces import ScrollColumn, badge, column, frame, row, words
from ui.widgets.qr_code import qr_code

PIECE_MS: Final = 40  # from one piece to the next: a touch in between is answered


class GuidePage(VisitPage):
    """The first page of a visit. Only here an item that cannot be done now is refused."""

    def __init__(
        self,
        flow: IntakeFlow,
        *,
        equipment: Equipment,
        texts: Texts,
        scale: Scale,
        version: str,
        now: Callable[[], datetime],
        health: Callable[[], Health] = Health,
    ) -> None:
        """`version`: of the catalogue, as on the printed guide. `health`: see Terminal."""
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        self._network: Fault | None = None
        self._health = health
        item = flow.view.item
        page = column(scale, self, gap=Space.NEAR)
        page.setContentsMargins(
            scale.px(Space.EDGE), scale.px(Space.GAP), scale.px(Space.EDGE), scale.px(Space.TIGHT)
        )
        page.addWidget(words(item_title(item, texts), "heading"))
        self._scroll = ScrollColumn(scale, gap=Space.NEAR)
        page.addWidget(self._scroll, 1)
        self._notice, self._notice_title, self._notice_body = self._refusal()
        self._scroll.inside.addWidget(self._notice)
        self.obstacles = HealthNotice(texts, scale)
        self._scroll.inside.addWidget(self.obstacles)
        self._standing = words("", "body", tone="warn", strong=True)
        self._scroll.inside.addWidget(self._standing)
        self._trouble = FaultNotice(texts, scale)
        self._scroll.inside.addWidget(self._trouble)
        self._scroll.inside.addWidget(self._facts(item))
        self.papers = GuidePapers(
            self,
            item,
            equipment=equipment,
            site=flow.site,
            version=version,
            now=now,
            texts=texts,
            scale=scale,
        )
        self._scroll.inside.addWidget(self.papers)
        several = len(item.guide.conditions) > 1
        self._add(self._list("conditions", item.guide.conditions, numbered=several))
        # What lies below the edge of the screen is laid out once the page is seen, piece by piece.
        self._below: list[Callable[[], QFrame | None]] = [
            lambda: self._materials(item),
            lambda: self._flow(item),
            lambda: self._list("notes", item.guide.notes),
            lambda: self._list("legal_basis", item.guide.legal_basis),
            lambda: self._online(item),
        ]
        self._next_piece = QTimer(self)
        self._next_piece.setInterval(PIECE_MS)
        self._next_piece.timeout.connect(self._add_piece)

    def make_whole(self) -> None:
        """What lies below as well."""
        while self._below:
            self._add_piece()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Seen for the first time: now there is time for what lies below."""
        super().paintEvent(event)
        if self._below and not self._next_piece.isActive():
            self._next_piece.start()

    def _add_piece(self) -> None:
        if self._below:
            self._add(self._below.pop(0)())
        if not self._below:
            self._next_piece.stop()

    def _add(self, block: QFrame | None) -> None:
        if block is not None:
            self._scroll.inside.addWidget(block)

    @property
    def offer(self) -> Offer:
        """What this terminal can do about the item now."""
        view = self.flow.view
        return offer_of(view.item, online=self._network is None, assisted=view.assisted)

    @property
    def next_words(self) -> str:
        """我要办理, or why not."""
        if self.offer is Offer.GUIDE_ONLY:
            return self.texts.say("guide.next_guide_only")
        if not self.can_go_next:
            return self.texts.say("health.cannot_next" if self._stopped else "guide.next_offline")
        return self.texts.say("guide.next")

    @property
    def can_go_next(self) -> bool:
        """Not for what needs staff, nor for what needs a network or a device that is not there."""
        if self._stopped:
            return False
        if self.offer is Offer.NEEDS_NETWORK:
            return self._network is None
        return self.offer is not Offer.GUIDE_ONLY

    @property
    def _stopped(self) -> bool:
        """A device is missing without which the case could not be finished."""
        return any(one.stops for one in self._in_the_way)

    @property
    def _in_the_way(self) -> tuple[Obstacle, ...]:
        if self.offer is Offer.GUIDE_ONLY:
            return ()
        return self._health().obstacles(
            self.flow.view.item,
            by_picture=self.flow.takes_pictures and self.equipment.reads_papers,
            by_document=self.equipment.reads_documents,
        )

    def draw(self, view: FlowView) -> None:
        """The guide never changes; only the notices above it do."""
        here = self.offer is not Offer.GUIDE_ONLY
        self._trouble.show_fault(view.fault if here else None)
        self.obstacles.show_obstacles(self._in_the_way)
        standing = standing_words(view.standing, self.texts)
        self._standing.setText(standing)
        self._standing.setVisible(here and bool(standing) and view.fault is None)
        key = {
            Offer.GUIDE_ONLY: "guide_only",
            Offer.NEEDS_NETWORK: "" if self.can_go_next else "needs_network",
            Offer.COLLECT_FIRST: "collect",
            Offer.HERE: "",
        }[self.offer]
        self._notice.setVisible(bool(key))
        if key:
            self._notice_title.setText(self.texts.say(f"guide.{key}_title"))
            self._notice_body.setText(self.texts.say(f"guide.{key}_body"))

    def happened(self, event: Event) -> None:
        """The network or a device came or went; how a paper comes out."""
        self.papers.happened(event)
        if isinstance(event, NetworkChanged) and event.fault != self._network:
            self._network = event.fault
            self.draw(self.flow.view)
            self.next_changed.emit()
        elif isinstance(event, DeviceLooked):
            self.draw(self.flow.view)
            self.next_changed.emit()

    def left(self) -> None:
        """The paper that lay open goes."""
        self.papers.close_sheet()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own name
        """The paper over the page is as large as the page."""
        super().resizeEvent(event)
        self.papers.cover()

    def _refusal(self) -> tuple[QFrame, QLabel, QLabel]:
        block = frame("notice", tone="blue")
        line = row(self.scale, block, gap=Space.GAP, edge=Space.GAP)
        line.addWidget(shown(Picture.INFO, self.scale.ink(Colour.BLUE), self.scale.px(64)))
        text = column(self.scale, gap=Space.TIGHT)
        title, body = words("", "large", strong=True), words("")
        text.addWidget(title)
        text.addWidget(body)
        line.addLayout(text, 1)
        return block, title, body

    def _facts(self, item: ServiceItem) -> QFrame:
        guide = item.guide
        facts = [
            ("department", guide.department),
            ("promised", guide.promised_limit),
            ("statutory", guide.statutory_limit),
            ("fee", "；".join(f for f in (guide.fee, guide.fee_basis, guide.fee_reduction) if f)),
            ("result", guide.result),
            ("place", guide.place),
            ("hours", guide.hours),
            ("visits", self._visits(guide)),
            ("consult", _phones(guide.consult)),
            ("complain", _phones(guide.complain)),
        ]
        block = frame("card")
        grid = QGridLayout(block)
        edge = self.scale.px(Space.GAP)
        grid.setContentsMargins(edge, edge, edge, edge)
        grid.setHorizontalSpacing(edge)
        grid.setVerticalSpacing(self.scale.px(Space.TIGHT))
        top = Qt.AlignmentFlag.AlignTop
        columns = 1 if self.scale.portrait else 2
        for n, (key, text) in enumerate((key, text) for key, text in facts if text):
            line, at = n // columns, n % columns * 2
            label = words(self.texts.say(f"guide.{key}"), "body", tone="quiet")
            label.setWordWrap(False)
            grid.addWidget(label, line, at, top)
            grid.addWidget(words(text, "body", strong=True), line, at + 1, top)
            grid.setColumnStretch(at + 1, 1)
        return block

    def _visits(self, guide: Guide) -> str:
        if guide.visits is None:
            return ""
        if guide.visits == 0:
            return self.texts.say("guide.no_visit")
        return self.texts.say("guide.most_visits", count=guide.visits)

    def _online(self, item: ServiceItem) -> QFrame | None:
        """网上办理深度, and the way to the province's own site (T-16, T-27)."""
        guide = item.guide
        if guide.depth is None:
            return None
        block, inside = self._block("online")
        line = row(self.scale, gap=Space.GAP)
        line.addWidget(words(self.texts.say(f"depth.{guide.depth}"), "body"), 1)
        if guide.online_url:
            code = QLabel()
            code.setAccessibleName(guide.online_url)
            code.setPixmap(qr_code(guide.online_url, self.scale.px(220)))
            line.addWidget(code)
        inside.addLayout(line)
        return block

    def _block(self, key: str) -> tuple[QFrame, QVBoxLayout]:
        block = frame("card")
        inside = column(self.scale, block, gap=Space.NEAR, edge=Space.GAP)
        inside.addWidget(words(self.texts.say(f"guide.{key}"), "large", tone="blue", strong=True))
        return block, inside

    def _list(self, key: str, lines: tuple[str, ...], *, numbered: bool = False) -> QFrame | None:
        if not lines:
            return None
        block, inside = self._block(key)
        role = "note" if key == "legal_basis" else "body"
        for n, text in enumerate(lines, start=1):
            inside.addWidget(words(f"{n}. {text}" if numbered else text, role))
        return block

    def _materials(self, item: ServiceItem) -> QFrame:
        block, inside = self._block("materials")
        for material in item.own_materials():
            inside.addLayout(self._material(material))
        agents = [m.name for m in item.materials if m.agent_only]
        if agents:
            inside.addWidget(words(self.texts.say("guide.agent_title"), "body", strong=True))
            inside.addWidget(words("、".join(agents), "body", tone="quiet"))
        return block

    def _material(self, material: Material) -> QVBoxLayout:
        say = self.texts.say
        lines = column(self.scale, gap=Space.HAIR)
        head = row(self.scale)
        head.addWidget(words(material.name, "body", strong=True), 1)
        for text, tone in self._badges(material):
            head.addWidget(badge(say(f"guide.{text}"), tone), 0, Qt.AlignmentFlag.AlignTop)
        lines.addLayout(head)
        if material.replaced_by_card:
            lines.addWidget(words(say("guide.by_card"), "note", tone="good"))
        elif Capture.CARD in material.captures and not material.photographed:
            lines.addWidget(words(say("guide.others_cards"), "note", tone="quiet"))
        elif Capture.SOCIAL_CARD in material.captures and not material.photographed:
            lines.addWidget(words(say("guide.by_social_card"), "note", tone="quiet"))
        elif material.photographed:
            how = say("guide.pages", form=material.form, pages=material.pages)
            text = self.texts.joined("　", (how, say("guide.photographed")))
            lines.addWidget(words(text, "note", tone="quiet"))
        else:
            lines.addWidget(words(say("guide.on_screen"), "note", tone="good"))
        if material.exempt_when and material.photographed:
            lines.addWidget(words(material.exempt_when, "note", tone="quiet"))
        return lines

    def _badges(self, material: Material) -> list[tuple[str, str]]:
        if not material.photographed:
            if material.replaced_by_card:
                return [("by_card_badge", "good")]
            if Capture.CARD in material.captures:
                return [("others_cards_badge", "warn")]
            if Capture.SOCIAL_CARD in material.captures:
                return [("by_social_card_badge", "warn")]
            return [("on_screen_badge", "good")]
        if material.fetched:
            return [("shared_badge", "good")]
        if material.need is Need.OPTIONAL:
            return [("optional_badge", "quiet")]
        if material.need is Need.LATER:
            return [("later_badge", "quiet")]
        return [("photographed_badge", "warn")]

    def _flow(self, item: ServiceItem) -> QFrame | None:
        if not item.guide.flow:
            return None
        block, inside = self._block("steps")
        for n, (step, what) in enumerate(item.guide.flow, start=1):
            line = row(self.scale)
            number = words(str(n), "body")
            number.setProperty("step", "now")
            side = self.scale.px(56)
            number.setFixedSize(side, side)
            number.setAlignment(Qt.AlignmentFlag.AlignCenter)
            line.addWidget(number, 0, Qt.AlignmentFlag.AlignTop)
            text = column(self.scale, gap=Space.HAIR)
            text.addWidget(words(step, "body", strong=True))
            if what and what != step:
                text.addWidget(words(what, "body", tone="quiet"))
            line.addLayout(text, 1)
            inside.addLayout(line)
        return block


def _phones(contacts: tuple[Contact, ...]) -> str:
    return "、".join(f"{contact.name} {contact.phone}" for contact in contacts)

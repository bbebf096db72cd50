"""Asks for the cards of the family, one after the other; each fills a row of the table."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from devices.id_card.card_watch import CardFailed, CardRead
from kiosk.domain.handling import FamilyMember
from kiosk.domain.identity import IdentityCard
from kiosk.flow.equipment import Equipment, Event
from kiosk.flow.family import members_in
from kiosk.flow.flow_view import FlowView
from kiosk.flow.intake_flow import IntakeFlow
from ui.pages.handled_page import HandledPage
from ui.texts import Texts
from ui.theme.icons import Picture, picture
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.card_by_picture import CardByPicture
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.person_card import person_card
from ui.widgets.pieces import (
    ScrollColumn,
    column,
    emptied,
    push_button,
    row,
    words,
)


class FamilyPage(HandledPage):
    """Cards are read as long as the page is shown; who has no card is typed on the next page."""

    def __init__(
        self, flow: IntakeFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        edge = Space.EDGE if scale.portrait else Space.GAP
        page = column(scale, self, gap=Space.GAP, edge=edge)
        self._by_reader = QWidget()
        halves = (column if scale.portrait else row)(
            scale, self._by_reader, gap=Space.GAP if scale.portrait else Space.WIDE
        )
        page.addWidget(self._by_reader, 1)
        self._by_picture = CardByPicture(equipment=equipment, texts=texts, scale=scale)
        self._by_picture.confirmed.connect(self._photographed)
        self._by_picture.given_up.connect(self._by_reader.show)
        page.addWidget(self._by_picture, 1)
        said = ScrollColumn(scale, gap=Space.NEAR)
        asking = column(scale, gap=Space.NEAR) if scale.portrait else said.inside
        asking.addWidget(words(texts.say("family.title"), "title"))
        asking.addWidget(words(texts.say("family.body"), "large"))
        self._picture = QLabel()
        high = scale.px(220 if scale.portrait else 180)
        self._picture.setPixmap(picture(Picture.CARD_ON_READER, scale.ink(Colour.BLUE), high))
        asking.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignCenter)
        self._count = words("", "large", tone="blue", strong=True)
        self._count.setObjectName("family_count")
        asking.addWidget(self._count)
        self._trouble = FaultNotice(texts, scale)
        asking.addWidget(self._trouble)
        if equipment.reads_papers:
            photograph = push_button(
                texts.say("reading.offer_family"), "secondary", self._by_camera
            )
            photograph.setObjectName("photograph_card")
            asking.addWidget(photograph, 0, Qt.AlignmentFlag.AlignCenter)
        if scale.portrait:
            halves.addLayout(asking)
        else:
            halves.addWidget(said, 1)
        self._people = ScrollColumn(scale, gap=Space.NEAR)
        halves.addWidget(self._people, 1)

    def entered(self) -> None:
        """Begin to look for cards."""
        self.equipment.watch_cards(True)

    def left(self) -> None:
        """Stop looking for cards."""
        self.equipment.watch_cards(False)
        self._by_picture.stop()
        self._by_reader.show()

    def happened(self, event: Event) -> None:
        """A card was read, or could not be read."""
        if isinstance(event, CardRead):
            self.flow.card_read(event.card)
        elif isinstance(event, CardFailed):
            self.flow.device_failed(event.fault)
        self._by_picture.happened(event)

    def draw(self, view: FlowView) -> None:
        """Everybody who stands in the table."""
        table = view.item.family_table
        if table is None:
            return
        answer = view.answers.get(table.key, "")
        members = members_in(table, answer, read=view.handling.members)
        read = sum(member.by_card for member in members)
        self._count.setText(self.texts.say("family.count", count=read))
        self._trouble.show_fault(view.fault)
        self._picture.setVisible(view.fault is None)
        emptied(self._people.inside)
        for member in members:
            self._people.inside.addWidget(self._card(member, view))

    def forget(self) -> None:
        """Nobody stays on the page."""
        emptied(self._people.inside)
        self._by_picture.forget()

    def _by_camera(self) -> None:
        self._by_reader.hide()
        self._by_picture.start()

    def _photographed(self, card: IdentityCard) -> None:
        self._by_reader.show()
        self.flow.card_read(card)

    def _card(self, member: FamilyMember, view: FlowView) -> QFrame:
        say = self.texts.say
        acts = []
        if view.holder is not None and member.number != view.holder.number:
            number = member.number
            drop = push_button(
                say("family.drop"), "danger", lambda: self.handled.member_dropped(number)
            )
            drop.setAccessibleName(say("family.drop_named", name=member.name))
            acts.append(drop)
        return person_card(
            member.name,
            member.number,
            mark=say("family.read" if member.by_card else "family.typed"),
            tone="good" if member.by_card else "quiet",
            scale=self.scale,
            private=True,
            acts=acts,
        )

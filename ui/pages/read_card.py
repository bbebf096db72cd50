"""Asks for the identity card, after saying what is read from it, why, and for how long."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from devices.id_card.card_watch import CardFailed, CardRead
from kiosk.domain.identity import IdentityCard
from kiosk.flow.equipment import Equipment, Event
from kiosk.flow.flow_view import FlowView
from kiosk.flow.handled_intake import HandledIntake
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.steps import Step
from ui.item_words import item_title
from ui.pages.page import VisitPage
from ui.texts import Texts
from ui.theme.icons import Picture, picture, shown
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.card_by_document import CardByDocument
from ui.widgets.card_by_picture import CardByPicture
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import PRIVATE, ScrollColumn, column, frame, push_button, row, words


class ReadCardPage(VisitPage):
    """Moves on by itself when a card was read. Reading is on only while the page is shown.

    Signals: for_another: whoever stands here handles the case for somebody else.
    """

    for_another = Signal()

    def __init__(
        self, flow: IntakeFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        page = column(scale, self, gap=Space.GAP, edge=Space.EDGE if scale.portrait else Space.GAP)
        self._by_reader = QWidget()
        halves = (column if scale.portrait else row)(
            scale, self._by_reader, gap=Space.GAP if scale.portrait else Space.WIDE
        )
        page.addWidget(self._by_reader, 1)
        self._by_picture = CardByPicture(equipment=equipment, texts=texts, scale=scale)
        self._by_picture.confirmed.connect(self._photographed)
        self._by_picture.given_up.connect(self._by_reader.show)
        page.addWidget(self._by_picture, 1)
        self._by_document = CardByDocument(equipment=equipment, texts=texts, scale=scale)
        self._by_document.confirmed.connect(self._document_read)
        self._by_document.given_up.connect(self._by_reader_again)
        self._by_document.lifted.connect(self._look_for_cards)
        page.addWidget(self._by_document, 1)
        asking = column(scale, gap=Space.NEAR)
        centre = Qt.AlignmentFlag.AlignCenter
        self._title = words("", "title")
        self._body = words("", "large")
        self._state = words("", "large", tone="blue", strong=True)
        asking.addStretch(1)
        for label in (self._title, self._body):
            label.setAlignment(centre)
            asking.addWidget(label)
        self._picture = QLabel()
        self._good = shown(Picture.CHECK, scale.ink(Colour.GOOD), scale.px(200))
        asking.addWidget(self._picture, 0, centre)
        asking.addWidget(self._good, 0, centre)
        self._state.setAlignment(centre)
        asking.addWidget(self._state)
        self._trouble = FaultNotice(texts, scale)
        asking.addWidget(self._trouble)
        self._for_another = push_button(
            texts.say("agency.for_another"), "secondary", self.for_another.emit
        )
        self._for_another.setObjectName("for_another")
        asking.addWidget(self._for_another, 0, centre)
        self._photograph = push_button(texts.say("reading.offer"), "secondary", self._by_camera)
        self._photograph.setObjectName("photograph_card")
        asking.addWidget(self._photograph, 0, centre)
        self._document = push_button(texts.say("travel.offer"), "secondary", self._by_passport)
        self._document.setObjectName("use_document")
        asking.addWidget(self._document, 0, centre)
        asking.addStretch(1)
        halves.addLayout(asking, 1)
        halves.addWidget(self._privacy_notice(), 0 if scale.portrait else 1)

    @property
    def can_go_next(self) -> bool:
        """Only after a card; usually nobody needs the button here."""
        return self.flow.view.holder is not None

    def entered(self) -> None:
        """Begin to look for cards."""
        self._look_for_cards()

    def left(self) -> None:
        """Stop looking for cards."""
        self.equipment.watch_cards(False)
        self._by_picture.stop()
        self._by_document.stop()
        self._by_reader.show()

    def happened(self, event: Event) -> None:
        """A card was read, or could not be read."""
        if isinstance(event, CardRead):
            self.flow.card_read(event.card)
        elif isinstance(event, CardFailed):
            self.flow.device_failed(event.fault)
        self._by_picture.happened(event)
        self._by_document.happened(event)

    def draw(self, view: FlowView) -> None:
        """Waiting, read, or in trouble."""
        say = self.texts.say
        holder = view.holder
        key = "done" if holder else "resume" if view.resuming else "first"
        whose = "agency.applicant" if view.item.by_agent and key != "resume" else "read_card"
        self._title.setText(say(f"{whose}.{key}_title"))
        self._body.setProperty(PRIVATE, holder is not None)  # it greets by name then
        self._body.setText(say(f"{whose}.{key}_body", name=holder.name if holder else ""))
        self._state.setText(say("read_card.again" if holder else "read_card.waiting"))
        self._good.setVisible(holder is not None)
        self._state.setVisible(view.fault is None)
        self._trouble.show_fault(view.fault)
        may = isinstance(self.flow, HandledIntake) and view.item.may_be_handled_by_agent
        asked = holder is None and view.fault is None and not view.resuming
        self._for_another.setVisible(may and asked and not view.item.by_agent)
        may_photograph = (
            holder is None
            and view.step is Step.READ_CARD
            and self.flow.takes_pictures
            and self.equipment.reads_papers
        )
        self._photograph.setVisible(may_photograph)
        own = view.step is Step.READ_CARD and not view.resuming
        by_document = holder is None and own and self.equipment.reads_documents
        self._document.setVisible(by_document)
        offers = may_photograph or by_document
        self._draw_picture(view, offers=offers)

    def _draw_picture(self, view: FlowView, *, offers: bool) -> None:
        """The picture makes room for a notice and for other ways; words never do."""
        has_room = view.fault is None or (self.scale.portrait and not offers)
        self._picture.setVisible(view.holder is None and has_room)
        crowded = view.fault is not None or self.scale.crowded
        high = 110 if offers else 180 if crowded else 300 if self.scale.portrait else 270
        ink = self.scale.ink(Colour.BLUE)
        self._picture.setPixmap(picture(Picture.CARD_ON_READER, ink, self.scale.px(high)))

    def forget(self) -> None:
        """The greeting names the person."""
        self._body.clear()
        self._by_picture.forget()
        self._by_document.forget()

    def _by_camera(self) -> None:
        self._by_reader.hide()
        self._by_picture.start()

    def _by_passport(self) -> None:
        """The reader of ID cards may be the very one on which the passport is laid."""
        self.equipment.watch_cards(False)
        self._by_reader.hide()
        self._by_document.start()

    def _by_reader_again(self) -> None:
        self._by_reader.show()
        self._look_for_cards()

    def _look_for_cards(self) -> None:
        self.equipment.watch_cards(True)

    def _document_read(self, card: IdentityCard) -> None:
        """A reader of ID cards would take the document that still lies there for a wrong card."""
        self._by_reader.show()
        self.flow.card_read(card)

    def _photographed(self, card: IdentityCard) -> None:
        self._by_reader.show()
        self.flow.card_read(card)

    def _privacy_notice(self) -> QFrame:
        say, item = self.texts.say, self.flow.view.item
        block = frame("card")
        outer = column(self.scale, block, gap=Space.TIGHT, edge=Space.GAP)
        title = row(self.scale)
        title.addWidget(shown(Picture.SHIELD, self.scale.ink(Colour.BLUE), self.scale.px(56)))
        heading = words(say("read_card.notice_title"), "large", tone="blue", strong=True)
        title.addWidget(heading, 1)
        outer.addLayout(title)
        inside = outer
        if not self.scale.portrait:
            scroll = ScrollColumn(self.scale, gap=Space.TIGHT)
            outer.addWidget(scroll, 1)
            inside = scroll.inside
        parts: dict[str, dict[str, str]] = {
            "what": {},
            "why": {"item": item_title(item, self.texts)},
            "who": {"department": item.guide.department},
            "how_long": {},
        }
        # Until its card lies there, nobody may learn what a draft is about.
        sealed = self.flow.view.resuming
        for key, values in parts.items():
            line = row(self.scale, gap=Space.NEAR)
            label = words(say(f"read_card.{key}"), "body", tone="blue", strong=True)
            label.setWordWrap(False)
            label.setFixedWidth(self.scale.room(140))
            line.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
            told = f"{key}_sealed" if sealed and values else f"{key}_body"
            line.addWidget(words(say(f"read_card.{told}", **values)), 1)
            inside.addLayout(line)
        inside.addWidget(words(say("read_card.rights"), "note", tone="quiet"))
        return block

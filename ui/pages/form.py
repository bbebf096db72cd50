"""Asks the questions of an item, one card below the other, with large keys for the one in hand."""

from collections.abc import Iterator
from functools import cached_property

from PySide6.QtCore import QPoint, QRectF, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget
from shiboken6 import isValid

from kiosk.domain.answers import LONG_TERM
from kiosk.domain.identity import CardKind
from kiosk.domain.service_item import FieldSource, FieldType, FormField
from kiosk.flow.equipment import Equipment, Event, NetworkChanged
from kiosk.flow.flow_view import FlowView
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.prefill import filled_by_card
from kiosk.flow.steps import Step
from ui.answer_words import answer_words
from ui.pages.page import VisitPage
from ui.texts import Texts
from ui.theme.tokens import TOUCH, Scale, Space
from ui.widgets.entry_dock import EntryDock
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.field_card import FieldCard, FromCardCard, control_for
from ui.widgets.field_choice import LongChoiceField, OptionSheet
from ui.widgets.field_control import FieldControl, empty_clipboard
from ui.widgets.field_date import DateField
from ui.widgets.field_digits import DigitsField
from ui.widgets.field_division import DivisionField, DivisionSheet
from ui.widgets.field_table import TableField
from ui.widgets.field_text import LongTextField, TextField, hide_screen_keyboard
from ui.widgets.last_time_card import LastTimeCard
from ui.widgets.list_sheet import ListSheet
from ui.widgets.pieces import ScrollColumn, column, words
from ui.widgets.to_phone_offer import ToPhoneOffer

SETTLED_MS = 400  # after that the layout has long made room for the keys
DOCK_WIDTH = 600  # of the keys beside the form on a lying screen, at 1920x1080


class FormPage(VisitPage):
    """What the card answered stands on top for reading; below it a card for every question.

    Signals: looking_at(str): the key of the question that people answer now.
    """

    looking_at = Signal(str)

    def __init__(
        self, flow: IntakeFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        down, beside = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        page = QBoxLayout(down if scale.portrait else beside, self)
        edge = scale.px(Space.EDGE if scale.portrait else Space.GAP)
        page.setContentsMargins(edge, scale.px(Space.NEAR), edge, scale.px(Space.NEAR))
        page.setSpacing(scale.px(Space.NEAR))
        self._lines = column(scale, gap=Space.TIGHT)
        page.addLayout(self._lines, 1)
        self._trouble = FaultNotice(texts, scale)
        self._lines.addWidget(self._trouble)
        self._problems = words("", "large", tone="bad", strong=True)
        self._problems.hide()
        self._lines.addWidget(self._problems)
        self.questions = ScrollColumn(scale, gap=Space.NEAR)
        self._lines.addWidget(self.questions, 1)
        self.questions.inside.addWidget(words(texts.say("form.title"), "heading"))
        self._asked = words("", "body", tone="quiet")
        self.questions.inside.addWidget(self._asked)
        self.last_time = LastTimeCard(texts=texts, scale=scale)
        self.last_time.wanted.connect(self._same_again)
        self.questions.inside.addWidget(self.last_time)
        self.from_card = FromCardCard(texts=texts, scale=scale)
        self.questions.inside.addWidget(self.from_card)
        self._first = self.questions.inside.count()  # where the questions begin
        self.cards: dict[str, FieldCard] = {}
        self.to_phone = ToPhoneOffer(texts=texts, scale=scale)
        self.to_phone.grew.connect(lambda: QTimer.singleShot(0, self, self.see_foot))
        self.to_phone.hide()
        self.dock = EntryDock(texts=texts, scale=scale)
        if not scale.portrait:
            self.dock.setFixedWidth(scale.px(DOCK_WIDTH))
        page.addWidget(self.dock)
        self._sheets: list[ListSheet] = []
        self._complaints_seen = 0
        self._in_sight: QWidget | None = None
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self._let_go)
        self.questions.verticalScrollBar().rangeChanged.connect(self._bring)

    @cached_property
    def sheet(self) -> OptionSheet:
        """The list of a question with many choices, made when first opened."""
        made = OptionSheet(self, texts=self.texts, scale=self.scale)
        self._sheets.append(made)
        return made

    @cached_property
    def places(self) -> DivisionSheet:
        """The list of places, made when first opened."""
        made = DivisionSheet(self, texts=self.texts, scale=self.scale)
        self._sheets.append(made)
        return made

    def ask_ahead(self) -> Iterator[None]:
        """Before there is a card: one card of a question after the other, each a few ms."""
        likely = [field for field in self.flow.view.asked if not _from_card(field)]
        for count in range(1, len(likely) + 1):
            self._ask(likely[:count])
            yield

    def entered(self) -> None:
        """Follow the on-screen keyboard, so that it never hides what is being written."""
        keyboard = QGuiApplication.inputMethod()
        keyboard.keyboardRectangleChanged.connect(self._make_room)
        keyboard.visibleChanged.connect(self._make_room)

    def left(self) -> None:
        """Keys and keyboard go."""
        keyboard = QGuiApplication.inputMethod()
        keyboard.keyboardRectangleChanged.disconnect(self._make_room)
        keyboard.visibleChanged.disconnect(self._make_room)
        self.dock.leave()
        for sheet in self._sheets:
            sheet.close_list()
        hide_screen_keyboard()

    def happened(self, event: Event) -> None:
        """A form may go on elsewhere; what follows a case may not."""
        if isinstance(event, NetworkChanged):
            view = self.flow.view
            whole = Step.GUIDE in view.steps and not view.item.by_agent
            self.to_phone.setVisible(whole)
            self.to_phone.network(event.fault)

    def see_foot(self) -> None:
        """The foot of the form, where people touched and now wait."""
        bar = self.questions.verticalScrollBar()
        bar.setValue(bar.maximum())

    def draw(self, view: FlowView) -> None:
        """Questions, answers, and what is wrong with them."""
        asked = [field for field in view.asked if not self._known(field, view)]
        if [field.key for field in asked] != list(self.cards):
            self._ask(asked)
        self._draw_known(view)
        for key, card in self.cards.items():
            card.show_answer(view.answers.get(key, ""), view.complaints.get(key))
            card.show_offers(view.offers.get(key, ()))
        self._trouble.show_fault(view.fault)
        count = len(view.complaints)
        self._problems.setText(self.texts.say("form.problems", count=count))
        self._problems.setVisible(count > 0)
        if view.complaints and len(view.complaints) > self._complaints_seen:
            self._show_first(view)
        self._complaints_seen = count

    def forget(self) -> None:
        """Every field forgets, and what was marked in one."""
        self.dock.forget()
        for sheet in self._sheets:
            sheet.close_list()
        for card in self.cards.values():
            card.forget()
        self._ask([])
        self.from_card.forget()
        self.last_time.forget()
        empty_clipboard()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own name
        """The list over the page is as large as the page."""
        super().resizeEvent(event)
        for sheet in self._sheets:
            sheet.setGeometry(self.rect())

    def _known(self, field: FormField, view: FlowView) -> bool:
        """Read from the card, so nobody has to type it; the place may be changed."""
        return field.key in view.prefilled and _from_card(field)

    def _draw_known(self, view: FlowView) -> None:
        """What the card has answered, and what the person answered the last time."""
        self.from_card.show_lines(
            [
                (field.label, self._shown(field, view.answers[field.key]))
                for field in view.asked
                if self._known(field, view)
            ]
        )
        other = view.holder is not None and view.holder.kind is not CardKind.RESIDENT
        self.from_card.source.setText(
            self.texts.say("form.from_other_card" if other else "form.from_card_badge")
        )
        self.last_time.show_lines(
            [
                (field.label, self._shown(field, view.last_time[field.key]))
                for field in view.item.questions()
                if field.key in view.last_time and not view.same_as_last_time
            ]
        )

    def _same_again(self) -> None:
        self.dock.leave()
        self.flow.answer_as_last_time()
        self._show_open()

    def _show_open(self) -> None:
        """What is still open, such as a consent, comes into sight."""
        answers = self.flow.view.answers
        still = (c for k, c in self.cards.items() if c.field.required and not answers.get(k))
        card = next(still, None)
        if card is not None:
            self._show(card)

    def _shown(self, field: FormField, answer: str) -> str:
        return answer_words(field, answer, self.texts, hidden=True)

    def _ask(self, fields: list[FormField]) -> None:
        """Cards of questions that stay are left as they are: somebody may be writing in one."""
        before, self.cards = self.cards, {}
        is_first = not before
        for n, field in enumerate(fields):
            card = before.pop(field.key, None) or self._card(field)
            self.cards[field.key] = card
            self.questions.inside.insertWidget(self._first + n, card)
        self.questions.inside.addWidget(self.to_phone)  # the last one
        at_field = self.cards.get(self.flow.view.at_field)
        if is_first and at_field is not None:  # a draft that is gone on with
            QTimer.singleShot(0, at_field, lambda: self._go_on_at(at_field))
        for card in before.values():
            served = self.dock.served
            if served is not None and card.isAncestorOf(served):
                self.dock.leave()
            card.forget()
            card.hide()
            self.questions.inside.removeWidget(card)
            card.deleteLater()
        key = "form.asked" if fields else "form.nothing_asked"
        self._asked.setText(self.texts.say(key, count=len(fields)))

    def _card(self, field: FormField) -> FieldCard:
        control = control_for(field, site=self.flow.site, texts=self.texts, scale=self.scale)
        card = FieldCard(field, control, texts=self.texts, scale=self.scale)
        card.setObjectName(f"field_{field.key}")
        control.answered.connect(lambda answer: self._answered(card, answer))
        card.wanted.connect(lambda wanted: self._wanted(card, wanted))
        return card

    def _answered(self, card: FieldCard, answer: str) -> None:
        """The keys of another question go; so do the wheels, when the date is 长期."""
        control, served = card.control, self.dock.served
        own = served is control or (served is not None and control.isAncestorOf(served))
        if not own or (served is control and answer == LONG_TERM):
            self.dock.leave()
        focus = QGuiApplication.focusObject()
        if isinstance(focus, QWidget) and not control.isAncestorOf(focus):
            hide_screen_keyboard()
        self.looking_at.emit(card.field.key)
        self.flow.answer(card.field.key, answer)
        if card.field.type is FieldType.CONSENT and answer:
            self._show_open()

    def _wanted(self, card: FieldCard, wanted: FieldControl) -> None:
        self.looking_at.emit(card.field.key)
        title = card.field.label
        if isinstance(card.control, TableField):
            title = card.control.cell_title(wanted) or title
        match wanted:
            case TextField() | LongTextField():
                self.dock.leave()
            case DigitsField():
                hide_screen_keyboard()
                self.dock.serve_digits(wanted, title)
            case DateField():
                hide_screen_keyboard()
                self.dock.serve_date(wanted, title, today=self.flow.today)
            case DivisionField():
                hide_screen_keyboard()
                self.dock.leave()
                self.places.open_for(wanted, title)
            case LongChoiceField():
                hide_screen_keyboard()
                self.dock.leave()
                self.sheet.open_for(wanted, title)
            case _:
                hide_screen_keyboard()
                self.dock.leave()
        self._show(wanted if card.control is not wanted else card)

    def _show_first(self, view: FlowView) -> None:
        first = next((key for key in self.cards if key in view.complaints), None)
        if first is not None:
            self.dock.leave()
            self._show(self.cards[first])

    def _go_on_at(self, card: FieldCard) -> None:
        """Where people were: in sight, with its keys."""
        if isinstance(card.control, DigitsField):
            self._wanted(card, card.control)
        else:
            self._show(card)

    def _show(self, widget: QWidget) -> None:
        """Bring it into sight, and again while the layout makes room for the keys."""
        self._in_sight = widget
        self._settled.start()
        QTimer.singleShot(0, self, self._bring)

    def _bring(self) -> None:
        widget = self._in_sight
        if widget is not None and isValid(widget) and widget.isVisibleTo(self):
            self.questions.ensureWidgetVisible(widget, 0, self.scale.px(Space.GAP))

    def _let_go(self) -> None:
        self._in_sight = None

    def _make_room(self) -> None:
        keyboard = QGuiApplication.inputMethod()
        covered = 0
        if keyboard.isVisible():
            rect: QRectF = keyboard.keyboardRectangle()
            bottom = self.mapToGlobal(QPoint(0, self.height())).y()
            suggestions = self.scale.px(TOUCH)  # above the keys, see screen_keyboard.py
            covered = max(0, bottom - round(rect.top()) + suggestions)
        self._lines.setContentsMargins(0, 0, 0, covered)
        focus = QGuiApplication.focusObject()
        if covered and isinstance(focus, QWidget) and self.isAncestorOf(focus):
            self._show(focus)


def _from_card(field: FormField) -> bool:
    return filled_by_card(field) and field.source is not FieldSource.TERMINAL

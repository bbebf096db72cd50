"""One question of the form as a white card: what is asked, where to answer, what is wrong."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from kiosk.domain.answers import Complaint, complaint_about
from kiosk.domain.service_item import FieldType, FormField
from kiosk.flow.site import Site
from ui.answer_words import answer_words
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.field_choice import MOST_ON_THE_PAGE, ChoiceChips, LongChoiceField
from ui.widgets.field_consent import ConsentRow
from ui.widgets.field_control import FieldControl
from ui.widgets.field_date import DateField
from ui.widgets.field_digits import DigitsField
from ui.widgets.field_division import DivisionField
from ui.widgets.field_table import TableField
from ui.widgets.field_text import LongTextField, TextField
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.pieces import PRIVATE, badge, column, emptied, push_button, restyled, row, words


def control_for(field: FormField, *, site: Site, texts: Texts, scale: Scale) -> FieldControl:
    """The way of answering that fits the kind of field."""
    match field.type:
        case FieldType.CHOICE | FieldType.CODE | FieldType.MULTICHOICE:
            many = field.type is FieldType.MULTICHOICE
            if len(field.options) > MOST_ON_THE_PAGE and not many:
                return LongChoiceField(field.options, texts=texts, scale=scale)
            return ChoiceChips(field.options, scale=scale, many=many, required=field.required)
        case FieldType.DATE | FieldType.DATE_OR_LONG | FieldType.YEARMONTH | FieldType.YEAR:
            return DateField(field.type, texts=texts, scale=scale)
        case FieldType.ID_NUMBER | FieldType.MOBILE | FieldType.NUMBER | FieldType.MONEY:
            return DigitsField(field.type, texts=texts, scale=scale)
        case FieldType.DIVISION:
            return DivisionField(site, texts=texts, scale=scale)
        case FieldType.CONSENT:
            return ConsentRow(texts.say("form.agree", sentence=field.label), scale=scale)
        case FieldType.TABLE:
            return TableField(field.columns, texts=texts, scale=scale)
        case FieldType.TEXTAREA:
            return LongTextField(texts=texts, scale=scale, max_length=field.max_length)
        case FieldType.TEXT | FieldType.ADDRESS:
            return TextField(texts=texts, scale=scale, max_length=field.max_length)


class FieldCard(QFrame):
    """Signals: wanted(QWidget): the control, or a cell in it, that needs the keys."""

    wanted = Signal(QWidget)

    def __init__(
        self, field: FormField, control: FieldControl, *, texts: Texts, scale: Scale
    ) -> None:
        super().__init__()
        self.field = field
        self.control = control
        self._texts = texts
        self.setProperty("kind", "card")
        inside = column(scale, self, gap=Space.TIGHT, edge=Space.GAP)
        if field.type is not FieldType.CONSENT:
            top = row(scale)
            top.addWidget(words(field.label, "large", strong=True), 1)
            if not field.required:
                top.addWidget(badge(texts.say("form.optional"), "quiet"))
            inside.addLayout(top)
        if field.note:
            inside.addWidget(words(field.note, "note", tone="quiet"))
        inside.addWidget(control)
        control.call_itself(field.label)
        self._feedback = words("", "body", tone="bad", strong=True)
        self._feedback.hide()
        inside.addWidget(self._feedback)
        self._offers = QWidget()
        FlowLayout(self._offers, spacing=scale.px(Space.TIGHT))
        self._offers.hide()
        inside.insertWidget(inside.indexOf(control) + 1, self._offers)
        self._offered: tuple[str, ...] = ()
        self._judged = ""  # the answer with which people left the field
        control.wanted.connect(self.wanted)
        control.left.connect(self._left)

    @property
    def feedback(self) -> str:
        """The words below the field, "" for none."""
        return "" if self._feedback.isHidden() else self._feedback.text()

    def show_answer(self, answer: str, complaint: Complaint | None) -> None:
        """The answer as the visit has it, and what `next` complained about."""
        self.control.show_answer(answer)
        control = self.control
        complete = isinstance(control, DigitsField) and control.complete
        if complaint is None and answer and (complete or answer == self._judged):
            complaint = complaint_about(self.field, answer)
            if complaint is None and complete and self.field.type is FieldType.ID_NUMBER:
                self._say(self._texts.say("form.number_right"), "good")
                return
        if complaint is None:
            self._feedback.hide()
        elif answer and isinstance(control, DigitsField) and control.lacking:
            self._say(self._texts.say("form.digits_lack", count=control.lacking), "bad")
        else:
            self._say(self._texts.say(f"complaint.{complaint}"), "bad")

    def show_offers(self, offers: tuple[str, ...]) -> None:
        """Answers to put in with one touch; private ones are starred out."""
        if offers == self._offered:
            return  # called for every key that is pressed
        self._offered = offers
        layout = self._offers.layout()
        assert layout is not None
        emptied(layout)
        for n, offer in enumerate(offers):
            told = answer_words(self.field, offer, self._texts, hidden=True)
            if self.field.type is FieldType.TABLE:
                told = self._texts.say("form.offer_table")
            chip = push_button(
                self._texts.say("form.offer", answer=told),
                "chip",
                lambda offer=offer: self.control.changed_to(offer),  # type: ignore[misc]
            )
            chip.setObjectName(f"offer_{self.field.key}_{n}")
            layout.addWidget(chip)
        self._offers.setVisible(bool(offers))

    def forget(self) -> None:
        """Nothing of the person stays."""
        self._judged = ""
        self.show_offers(())
        self.control.forget()
        self._feedback.hide()

    def _left(self) -> None:
        """The check speaks as soon as people are done with the field, not only at `next`."""
        self._judged = self.control.answer
        if self._judged:
            self.show_answer(self._judged, None)

    def _say(self, text: str, tone: str) -> None:
        self._feedback.setText(text)
        restyled(self._feedback, tone=tone)
        self._feedback.show()


class FromCardCard(QFrame):
    """What the card has answered already, for reading only."""

    def __init__(self, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self._scale = scale
        self.setProperty("kind", "card")
        inside = column(scale, self, gap=Space.TIGHT, edge=Space.GAP)
        top = row(scale)
        top.addWidget(words(texts.say("form.from_card"), "large", strong=True), 1)
        self.source = badge(texts.say("form.from_card_badge"), "good")
        top.addWidget(self.source)
        inside.addLayout(top)
        self._shown: list[tuple[str, str]] | None = None
        self._lines: QWidget | None = None
        self._inside = inside

    def show_lines(self, lines: list[tuple[str, str]]) -> None:
        """(label, words) one below the other; none at all hides the card."""
        if lines == self._shown:
            return  # called for every key that is pressed
        self._shown = lines
        if self._lines is not None:
            self._lines.hide()
            self._lines.deleteLater()
        self._lines = QWidget()
        block = QGridLayout(self._lines)
        block.setContentsMargins(0, 0, 0, 0)
        block.setHorizontalSpacing(self._scale.px(Space.NEAR))
        block.setVerticalSpacing(self._scale.px(Space.HAIR))
        beside = 1 if self._scale.portrait else 2
        for n, (label, shown) in enumerate(lines):
            line, pair = divmod(n, beside)
            block.addWidget(words(label, "body", tone="quiet"), line, pair * 2)
            answer = words(shown, "body")
            answer.setProperty(PRIVATE, True)
            block.addWidget(answer, line, pair * 2 + 1)
        for pair in range(beside):
            block.setColumnStretch(pair * 2, 2)
            block.setColumnStretch(pair * 2 + 1, 3)
        self._inside.addWidget(self._lines)
        self.setVisible(bool(lines))

    def forget(self) -> None:
        """The lines go."""
        self.show_lines([])

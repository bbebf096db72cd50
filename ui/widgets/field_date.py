"""A day, a month or a year, chosen on the wheels."""

from datetime import date

from kiosk.domain.answers import LONG_TERM
from kiosk.domain.service_item import FieldType
from ui.answer_words import date_words
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.field_control import FieldControl
from ui.widgets.pieces import push_button, restyled, row


class DateField(FieldControl):
    """Shows the date in words; a touch brings up the wheels."""

    def __init__(self, kind: FieldType, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self.kind = kind
        self._texts = texts
        line = row(scale, self, gap=Space.TIGHT)
        self.button = push_button("", "field", lambda: self.wanted.emit(self))
        line.addWidget(self.button, 1)
        self.long_term = push_button(texts.say("form.long_term"), "chip", self._long_term)
        self.long_term.setCheckable(True)
        self.long_term.setVisible(kind is FieldType.DATE_OR_LONG)
        line.addWidget(self.long_term)
        self.draw_answer()

    def starts_at(self, today: date) -> date:
        """Where the wheels stand at first: at the answer, else at today."""
        digits = self._answer.split("-")
        if not self._answer or not all(part.isdigit() for part in digits):
            return today
        year, month, day = (*map(int, digits), 1, 1)[:3]
        return date(year, month, day)

    def draw_answer(self) -> None:
        """In words."""
        self.button.setText(date_words(self._answer, self._texts) or self._texts.say("form.date"))
        restyled(self.button, empty="" if self._answer else "true")
        self.long_term.setChecked(self._answer == LONG_TERM)

    def show_state(self, state: str) -> None:
        """Colour of the edge."""
        restyled(self.button, state=state)

    def _long_term(self) -> None:
        self.changed_to("" if self._answer == LONG_TERM else LONG_TERM)
        self.draw_answer()

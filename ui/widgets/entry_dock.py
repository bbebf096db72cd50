"""The place beside the form where the keys for the field in hand appear: digits or date wheels."""

from collections.abc import Callable
from datetime import date
from functools import cached_property

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedWidget

from kiosk.domain.service_item import FieldType
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.date_wheels import FIRST_YEAR, DateWheels
from ui.widgets.field_control import FieldControl
from ui.widgets.field_date import DateField
from ui.widgets.field_digits import EXTRA_KEY, DigitsField
from ui.widgets.keypad import Keypad
from ui.widgets.pieces import column, push_button, words


class EntryDock(QFrame):
    """Serves one field at a time; hidden while none is served.

    Signals: left(): the field in hand is done, by the button or because another took its place.
    """

    left = Signal()

    def __init__(self, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self._texts = texts
        self._served: FieldControl | None = None
        self._wheels_made = False
        self.setProperty("kind", "panel")
        outer = column(scale, self, gap=Space.TIGHT, edge=Space.NEAR)
        self._title = words("", "body", strong=True)
        outer.addWidget(self._title)
        self._title.setVisible(scale.portrait)  # a lying screen has no height to spare
        self._scale = scale
        self._keys = QStackedWidget()
        outer.addWidget(self._keys, 1)
        self.done = push_button(texts.say("form.done"), "strong", self._done)
        outer.addWidget(self.done)
        self.hide()

    @cached_property
    def keypad(self) -> Keypad:
        """Made when first needed, as the wheels are: most forms need one of them or none."""
        keypad = Keypad(texts=self._texts, scale=self._scale)
        keypad.pressed.connect(self._pressed)
        keypad.erased.connect(lambda: self._digits(DigitsField.erase))
        keypad.emptied.connect(lambda: self._digits(DigitsField.empty))
        self._keys.addWidget(keypad)
        return keypad

    @cached_property
    def wheels(self) -> DateWheels:
        """See `keypad`."""
        self._wheels_made = True
        wheels = DateWheels(texts=self._texts, scale=self._scale)
        wheels.chosen.connect(self._chosen)
        self._keys.addWidget(wheels)
        return wheels

    @property
    def served(self) -> FieldControl | None:
        """The field in hand."""
        return self._served

    def serve_digits(self, field: DigitsField, title: str) -> None:
        """The keys write into that field from now on."""
        self._serve(field, title)
        self.keypad.offer(EXTRA_KEY.get(field.kind, ""))
        self._keys.setCurrentWidget(self.keypad)
        self.done.setText(self._texts.say("form.done"))

    def serve_date(self, field: DateField, title: str, *, today: date) -> None:
        """The wheels turn that field's date from now on."""
        self._serve(field, title)
        self.wheels.show_date(field.kind, field.starts_at(today))
        self._keys.setCurrentWidget(self.wheels)
        self.done.setText(self._texts.say("form.date_done"))

    def leave(self) -> None:
        """No field is served any more."""
        served, self._served = self._served, None
        self.hide()
        if served is not None:
            served.show_state("")
            served.left.emit()
            self.left.emit()

    def forget(self) -> None:
        """The wheels stood at somebody's birthday, perhaps."""
        self.leave()
        self._title.setText("")
        if self._wheels_made:
            self.wheels.show_date(FieldType.DATE, date.min.replace(year=FIRST_YEAR))

    def _serve(self, field: FieldControl, title: str) -> None:
        if self._served is not None and self._served is not field:
            self.leave()
        self._served = field
        field.show_state("active")
        self._title.setText(title)
        self.show()

    def _done(self) -> None:
        if isinstance(self._served, DateField):
            self._served.changed_to(self.wheels.answer)  # also when the wheels stood right already
        self.leave()

    def _pressed(self, character: str) -> None:
        if isinstance(self._served, DigitsField):
            self._served.press(character)

    def _digits(self, act: Callable[[DigitsField], None]) -> None:
        if isinstance(self._served, DigitsField):
            act(self._served)

    def _chosen(self, answer: str) -> None:
        if isinstance(self._served, DateField):
            self._served.changed_to(answer)

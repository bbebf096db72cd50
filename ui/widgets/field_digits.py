"""Numbers typed on the digit keys, shown in groups as people read them aloud."""

from typing import Final

from kiosk.domain.service_item import FieldType
from ui.texts import Texts
from ui.theme.tokens import Scale
from ui.widgets.field_control import FieldControl
from ui.widgets.pieces import column, push_button, restyled

LONGEST: Final = {
    FieldType.ID_NUMBER: 18,
    FieldType.MOBILE: 11,
    FieldType.NUMBER: 9,
    FieldType.MONEY: 11,  # under 100 million yuan with two decimals (kiosk.domain.answers)
}
GROUPS: Final = {
    FieldType.ID_NUMBER: (6, 4, 4, 4),
    FieldType.MOBILE: (3, 4, 4),
}
EXTRA_KEY: Final = {FieldType.ID_NUMBER: "X", FieldType.MONEY: "."}
DECIMALS: Final = 2


def in_groups(kind: FieldType, digits: str) -> str:
    """138 0013 8000 for a mobile number, 12,345.50 for money."""
    if kind is FieldType.MONEY:
        whole, point, rest = digits.partition(".")
        return (f"{int(whole):,}" if whole.isdecimal() else whole) + point + rest
    parts, start = [], 0
    for size in GROUPS.get(kind, ()):
        parts.append(digits[start : start + size])
        start += size
    parts.append(digits[start:])
    return " ".join(part for part in parts if part)


class DigitsField(FieldControl):
    """A field that the digit keys write into while it is active."""

    def __init__(self, kind: FieldType, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self.kind = kind
        self._texts = texts
        self._typed = ""  # as pressed, so that a point at the end stays visible
        self.button = push_button(
            texts.say("form.type_here"), "field", lambda: self.wanted.emit(self)
        )
        self.button.setProperty("empty", "true")
        column(scale, self).addWidget(self.button)

    @property
    def complete(self) -> bool:
        """True when no more digits can follow, so that it may be judged at once."""
        return self.kind in GROUPS and len(self._answer) == LONGEST[self.kind]

    @property
    def lacking(self) -> int:
        """How many digits are still to come, where the number of digits is known."""
        return LONGEST[self.kind] - len(self._answer) if self.kind in GROUPS else 0

    def press(self, character: str) -> None:
        """One key. What cannot belong to such a number is not taken."""
        typed = self._typed + character
        if self._may_be(typed):
            self._take(typed)

    def erase(self) -> None:
        """The last character goes."""
        self._take(self._typed[:-1])

    def empty(self) -> None:
        """All of it goes."""
        self._take("")

    def draw_answer(self) -> None:
        """In groups, money with its unit."""
        if self._typed.rstrip(".") != self._answer:
            self._typed = self._answer
        text = in_groups(self.kind, self._typed)
        if text and self.kind is FieldType.MONEY:
            text = self._texts.say("form.yuan", amount=text)
        self.button.setText(text or self._texts.say("form.type_here"))
        restyled(self.button, empty="" if text else "true")

    def show_state(self, state: str) -> None:
        """Colour of the edge."""
        restyled(self.button, state=state)

    def forget(self) -> None:
        """The pressed keys go too."""
        self._typed = ""
        super().forget()

    def _take(self, typed: str) -> None:
        self._typed = typed
        answer = typed.rstrip(".")
        if answer == self._answer:
            self.draw_answer()
        else:
            self.changed_to(answer)

    def _may_be(self, typed: str) -> bool:
        if len(typed) > LONGEST[self.kind]:
            return False
        if self.kind is FieldType.ID_NUMBER:
            return typed[:-1].isdigit() or len(typed) == 1 if typed[-1] != "X" else len(typed) == 18  # noqa: PLR2004
        if self.kind is FieldType.MONEY:
            whole, point, rest = typed.partition(".")
            plain = whole == "0" or not whole.startswith("0")
            return bool(whole) and plain and "." not in rest and len(rest) <= DECIMALS * bool(point)
        return True

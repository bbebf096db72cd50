"""One of several answers, or several of them, as chips; long lists open over the page."""

from typing import Final

from PySide6.QtWidgets import QPushButton, QWidget

from kiosk.domain.answers import SEPARATOR
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.field_control import FieldControl
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.list_sheet import ListSheet
from ui.widgets.pieces import column, push_button, restyled

MOST_ON_THE_PAGE: Final = 12  # more options open as a list over the page
Options = tuple[tuple[str, str], ...]


class ChoiceChips(FieldControl):
    """Chips that wrap. `many`: any number of them. Touching a chosen one takes it away again,
    except where exactly one is needed."""

    def __init__(self, options: Options, *, scale: Scale, many: bool, required: bool) -> None:
        super().__init__()
        self._many = many
        self._required = required
        self.chips: dict[str, QPushButton] = {}
        flow = FlowLayout(self, spacing=scale.px(Space.TIGHT))
        for code, label in options:
            chip = push_button(label, "chip", lambda code=code: self._touched(code))  # type: ignore[misc]
            chip.setCheckable(True)
            self.chips[code] = chip
            flow.addWidget(chip)

    def draw_answer(self) -> None:
        """Blue is chosen."""
        chosen = self._answer.split(SEPARATOR) if self._many else [self._answer]
        for code, chip in self.chips.items():
            chip.setChecked(code in chosen)

    def _touched(self, code: str) -> None:
        if self._many:
            chosen = set(self._answer.split(SEPARATOR)) ^ {code}
            answer = SEPARATOR.join(known for known in self.chips if known in chosen)
        else:
            answer = "" if code == self._answer and not self._required else code
        self.changed_to(answer)
        self.draw_answer()  # the touch itself has turned the chip over


class LongChoiceField(FieldControl):
    """Shows the chosen words; a touch asks the page to open the whole list."""

    def __init__(self, options: Options, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self.options = options
        self._empty = texts.say("form.choose_here")
        self.button = push_button(self._empty, "field", lambda: self.wanted.emit(self))
        self.button.setProperty("empty", "true")
        column(scale, self).addWidget(self.button)

    def draw_answer(self) -> None:
        """The words of the code."""
        self.button.setText(dict(self.options).get(self._answer, "") or self._empty)
        restyled(self.button, empty="" if self._answer else "true")

    def show_state(self, state: str) -> None:
        """Colour of the edge."""
        restyled(self.button, state=state)


class OptionSheet(ListSheet):
    """A long list over the page: scroll, touch one, and it closes by itself."""

    def __init__(self, page: QWidget, *, texts: Texts, scale: Scale) -> None:
        super().__init__(page, texts=texts, scale=scale)
        self._field: LongChoiceField | None = None
        self.chips: dict[str, QPushButton] = {}

    def open_for(self, field: LongChoiceField, title: str) -> None:
        """Show that field's options over the whole page."""
        self._field = field
        holder = QWidget()
        flow = FlowLayout(holder, spacing=self._scale.px(Space.TIGHT))
        self.chips = {}
        for code, label in field.options:
            chip = push_button(label, "chip", lambda code=code: self._chosen(code))  # type: ignore[misc]
            chip.setCheckable(True)
            chip.setChecked(code == field.answer)
            self.chips[code] = chip
            flow.addWidget(chip)
        self.list.inside.addWidget(holder)
        self.show_over(title)

    def close_list(self) -> None:
        """Nothing was chosen, or it was."""
        self._field = None
        self.chips = {}
        super().close_list()

    def _chosen(self, code: str) -> None:
        field = self._field
        if field is not None:
            field.changed_to(code)
        self.close_list()

"""A place of the province: this terminal's own, or another chosen level by level."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kiosk.catalog.divisions import PROVINCE, Division, jilin
from kiosk.flow.site import Site
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.field_control import FieldControl
from ui.widgets.field_text import TextField
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.list_sheet import ListSheet
from ui.widgets.pieces import (
    column,
    emptied,
    push_button,
    restyled,
    words,
)

NEAREST: Final = 2  # levels that are named, so that a long name fits in large type
VILLAGE_LENGTH: Final = 30  # as in kiosk.domain.answers


class DivisionField(FieldControl):
    """The place of this terminal, unless people say that it is another one.

    Below a township the village is typed: there is no list of all villages.
    """

    def __init__(self, site: Site, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self._site = site
        self._texts = texts
        inside = column(scale, self, gap=Space.TIGHT)
        self._here = words("", "large")
        inside.addWidget(self._here)
        self.button = push_button("", "field", lambda: self.wanted.emit(self))
        inside.addWidget(self.button)
        self.village = TextField(texts=texts, scale=scale, max_length=VILLAGE_LENGTH)
        self.village.edit.setPlaceholderText(texts.say("form.village").in_one_line())
        self.village.answered.connect(self._village_typed)
        self.village.wanted.connect(self.wanted)
        self.village.left.connect(self.left)
        inside.addWidget(self.village)
        self.change = push_button(texts.say("form.change"), "secondary", self._change)
        inside.addWidget(self.change, 0, Qt.AlignmentFlag.AlignLeft)
        self.draw_answer()

    @property
    def site_code(self) -> str:
        """Where choosing begins."""
        return self._site.code

    def chosen(self, code: str) -> None:
        """That division was chosen; a village typed below another one goes."""
        self.changed_to(code)

    def draw_answer(self) -> None:
        """A name says more than twelve digits."""
        here = self._answer == self._site.code
        code, _, village = self._answer.partition(" ")
        self._here.setText(self._texts.say("form.here", site=self._site.name))
        self._here.setVisible(here)
        self.button.setVisible(not here)
        near = "".join(place.name for place in jilin().path_to(code)[-NEAREST:])
        shown = near or code or self._texts.say("form.choose_place")
        self.button.setText(shown)
        restyled(self.button, empty="" if code else "true")
        self.village.setVisible(bool(code) and not here)
        self.village.show_answer(village)
        self.change.setText(self._texts.say("form.change" if here else "form.back_to_here"))

    def show_state(self, state: str) -> None:
        """Colour of the edge."""
        restyled(self.button, state=state)

    def forget(self) -> None:
        """The village goes too."""
        self.village.forget()
        super().forget()

    def _village_typed(self, village: str) -> None:
        code = self._answer.partition(" ")[0]
        self.changed_to(f"{code} {village.strip()}" if village.strip() else code)

    def _change(self) -> None:
        if self._answer == self._site.code:
            self.wanted.emit(self)
        else:
            self.changed_to(self._site.code)


class DivisionSheet(ListSheet):
    """Prefecture, county, township, one touch each. It begins in the own county."""

    def __init__(self, page: QWidget, *, texts: Texts, scale: Scale) -> None:
        super().__init__(page, texts=texts, scale=scale)
        self._field: DivisionField | None = None
        self._note = texts.say("form.place_note")

    def open_for(self, field: DivisionField, title: str) -> None:
        """Choose for that field."""
        self._field = field
        path = jilin().path_to(field.answer or field.site_code)
        self._show([one for one in path if jilin().below(one.code)])
        self.show_over(title)

    def close_list(self) -> None:
        """Nothing was chosen, or it was."""
        self._field = None
        super().close_list()

    def _show(self, path: list[Division]) -> None:
        """The divisions below the last one of that path; the path leads back up."""
        if not path:
            path = list(jilin().path_to(PROVINCE))
        emptied(self.list.inside)
        above = [(one, path[: n + 1]) for n, one in enumerate(path)]
        self.list.inside.addWidget(self._chips("above", above, chosen=path[-1].code))
        self.list.inside.addWidget(words(self._note, "body", tone="quiet"))
        below = [(one, [*path, one]) for one in jilin().below(path[-1].code)]
        self.list.inside.addWidget(self._chips("place", below, chosen=""))
        self.list.to_top()

    def _chips(
        self, name: str, places: list[tuple[Division, list[Division]]], *, chosen: str
    ) -> QWidget:
        holder = QWidget()
        flow = FlowLayout(holder, spacing=self._scale.px(Space.TIGHT))
        for place, path in places:
            chip = push_button(place.name, "chip", lambda path=path: self._touched(path))  # type: ignore[misc]
            chip.setObjectName(f"{name}_{place.code}")
            chip.setCheckable(True)
            chip.setChecked(place.code == chosen)
            flow.addWidget(chip)
        return holder

    def _touched(self, path: list[Division]) -> None:
        if jilin().below(path[-1].code):
            self._show(path)
        elif self._field is not None:
            self._field.chosen(path[-1].code)
            self.close_list()

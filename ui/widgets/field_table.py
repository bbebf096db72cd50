"""A table filled row by row: family members, what the household owns, what it spends."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QWidget

from kiosk.domain.answers import CELL_END, ROW_END, cell_kind
from kiosk.domain.id_number import masked
from kiosk.domain.service_item import FieldType
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.field_control import FieldControl
from ui.widgets.field_digits import DigitsField, in_groups
from ui.widgets.field_text import TextField
from ui.widgets.pieces import column, emptied, frame, push_button, row, words

LONGEST_CELL = 30


def rows_in(answer: str, width: int) -> list[list[str]]:
    """Rows of exactly that many cells."""
    rows = [line.split(CELL_END) for line in answer.split(ROW_END)] if answer else []
    return [(cells + [""] * width)[:width] for cells in rows]


class TableField(FieldControl):
    """Rows as small cards; one of them open for writing at a time.

    `wanted` is emitted with the cell that needs the keys, and with the table when none does.
    `cells` are those of the open row, by column; `cell_title` names one for the keys' heading.
    """

    def __init__(self, columns: tuple[str, ...], *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self._texts = texts
        self._scale = scale
        self.columns = columns or (texts.say("form.column_name"), texts.say("form.column_amount"))
        self._open: int | None = None
        self._contents: list[list[str]] = []  # as shown; rows without a word are not an answer
        self.cells: list[FieldControl] = []
        outer = column(scale, self, gap=Space.TIGHT)
        self._rows = column(scale, gap=Space.TIGHT)
        outer.addLayout(self._rows)
        self.add = push_button(texts.say("form.row_add"), "secondary", self._add)
        outer.addWidget(self.add)
        self.draw_answer()

    def cell_title(self, cell: FieldControl) -> str:
        """The heading of that cell's column."""
        return self.columns[self.cells.index(cell)] if cell in self.cells else ""

    def show_answer(self, answer: str) -> None:
        """An open row is not disturbed by its own answer."""
        if answer != self._answer:
            self._open = None
            self._contents = rows_in(answer, len(self.columns))
        super().show_answer(answer)

    def draw_answer(self) -> None:
        """Every row anew; there are few."""
        emptied(self._rows)
        self.cells = []
        for number, cells in enumerate(self._contents):
            make = self._open_row if number == self._open else self._closed_row
            self._rows.addWidget(make(number, cells))
        if not self._contents:
            self._rows.addWidget(words(self._texts.say("form.row_empty"), "body", tone="quiet"))
        self.add.setVisible(self._open is None)

    def forget(self) -> None:
        """Cells forget before they go."""
        for cell in self.cells:
            cell.forget()
        self._open = None
        self._contents = []
        super().forget()

    def _closed_row(self, number: int, cells: list[str]) -> QFrame:
        card = frame("panel")
        inside = column(self._scale, card, gap=Space.TIGHT, edge=Space.NEAR)
        top = row(self._scale)
        title = self._texts.say("form.row_title", number=number + 1)
        top.addWidget(words(title, "body", strong=True), 1)
        top.addWidget(self._button("form.row_edit", "secondary", lambda: self._edit(number)))
        top.addWidget(self._button("form.row_delete", "danger", lambda: self._delete(number)))
        inside.addLayout(top)
        for heading, cell in zip(self.columns, cells, strict=True):
            line = row(self._scale)
            line.addWidget(words(heading, "body", tone="quiet"), 2)
            line.addWidget(words(self._shown(heading, cell), "body"), 3)
            inside.addLayout(line)
        return card

    def _open_row(self, number: int, cells: list[str]) -> QFrame:
        card = frame("panel")
        inside = column(self._scale, card, gap=Space.TIGHT, edge=Space.NEAR)
        title = self._texts.say("form.row_title", number=number + 1)
        inside.addWidget(words(title, "body", strong=True))
        for heading, cell in zip(self.columns, cells, strict=True):
            inside.addWidget(words(heading, "body"))
            field = self._cell(heading)
            field.show_answer(cell)
            field.wanted.connect(self.wanted)
            field.answered.connect(lambda _answer: self._cells_changed())
            field.call_itself(heading)
            self.cells.append(field)
            inside.addWidget(field)
        inside.addWidget(self._button("form.row_done", "strong", self._close))
        return card

    def _cell(self, heading: str) -> FieldControl:
        kind = cell_kind(heading)
        if kind is not FieldType.TEXT:
            return DigitsField(kind, texts=self._texts, scale=self._scale)
        key = f"form.quick.{heading}"
        quick = self._texts.listed(key) if self._texts.has(key) else ()
        return TextField(texts=self._texts, scale=self._scale, max_length=LONGEST_CELL, quick=quick)

    def _shown(self, heading: str, cell: str) -> str:
        if not cell:
            return self._texts.say("form.row_nothing")
        match cell_kind(heading):
            case FieldType.ID_NUMBER:
                return masked(cell)
            case FieldType.MONEY:
                return self._texts.say("form.yuan", amount=in_groups(FieldType.MONEY, cell))
            case _:
                return cell

    def _button(self, key: str, kind: str, act: Callable[[], object]) -> QWidget:
        return push_button(self._texts.say(key), kind, act)

    def _cells_changed(self) -> None:
        assert self._open is not None
        self._contents[self._open] = [
            cell.answer.replace(CELL_END, " ").replace(ROW_END, " ") for cell in self.cells
        ]
        self._tell()

    def _tell(self) -> None:
        filled = [cells for cells in self._contents if any(cells)]
        answer = ROW_END.join(CELL_END.join(cells) for cells in filled)
        if answer != self._answer:
            self._answer = answer
            self.answered.emit(answer)

    def _add(self) -> None:
        self._contents.append([""] * len(self.columns))
        self._edit(len(self._contents) - 1)

    def _edit(self, number: int) -> None:
        self._open = number
        self.wanted.emit(self)  # the keys may serve a cell that goes away now
        self.draw_answer()

    def _close(self) -> None:
        self._open = None
        self._contents = [cells for cells in self._contents if any(cells)]
        self.wanted.emit(self)
        self.draw_answer()
        self.left.emit()

    def _delete(self, number: int) -> None:
        del self._contents[number]
        self._open = None
        self._tell()
        self.wanted.emit(self)
        self.draw_answer()

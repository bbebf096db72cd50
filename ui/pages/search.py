"""Finds an item by the first letters of its pinyin, by common words, or by characters."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from kiosk.domain.service_item import ServiceItem
from ui.pages.items import ItemList
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.letter_keypad import LetterKeypad
from ui.widgets.pieces import column, frame, push_button, row, words


class SearchPage(QWidget):
    """Signal: chosen(ServiceItem). Touching the field brings the keyboard for characters."""

    chosen = Signal(object)

    def __init__(
        self,
        find: Callable[[str], Sequence[ServiceItem]],
        *,
        online: bool,
        texts: Texts,
        scale: Scale,
    ) -> None:
        super().__init__()
        self._find = find
        self._online = online
        self._texts = texts
        page = column(scale, self, gap=Space.NEAR, edge=Space.EDGE)
        page.addWidget(words(texts.say("search.title"), "title"))
        halves = column(scale, gap=Space.GAP) if scale.portrait else row(scale, gap=Space.WIDE)
        page.addLayout(halves, 1)
        typing = column(scale, gap=Space.NEAR)
        halves.addLayout(typing, 0 if scale.portrait else 1)
        self.field = QLineEdit()
        self.field.setPlaceholderText(texts.say("search.hint").in_one_line())
        self.field.setAccessibleName(texts.say("search.title"))
        self.field.setMaxLength(20)
        self.field.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # the keyboard comes when asked for
        self.field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.field.textChanged.connect(self._typed)
        typing.addWidget(self.field)
        keypad = LetterKeypad(texts=texts, scale=scale)
        keypad.letter.connect(lambda letter: self.field.setText(self.field.text() + letter))
        keypad.delete.connect(lambda: self.field.setText(self.field.text()[:-1]))
        keypad.clear.connect(self.field.clear)
        typing.addWidget(keypad)
        if not scale.portrait:
            typing.addStretch(1)
        found = column(scale, gap=Space.TIGHT)
        halves.addLayout(found, 1)
        self._count = words("", "body", tone="quiet")
        found.addWidget(self._count)
        self._common = self._common_words(scale)
        found.addWidget(self._common)
        self._nothing = frame("notice", tone="blue")
        inside = column(scale, self._nothing, edge=Space.GAP)
        self._nothing_title = words("", "large", strong=True)
        inside.addWidget(self._nothing_title)
        inside.addWidget(words(texts.say("search.nothing_body")))
        found.addWidget(self._nothing)
        self._list = ItemList(texts=texts, scale=scale, columns=1)
        self._list.chosen.connect(self.chosen)
        found.addWidget(self._list, 1)
        found.addStretch(0)
        self._rest = found
        self._typed("")

    def _typed(self, typed: str) -> None:
        items = tuple(self._find(typed)) if typed else ()
        self._common.setVisible(not typed)
        self._nothing.setVisible(bool(typed) and not items)
        self._nothing_title.setText(self._texts.say("search.nothing_title", typed=typed))
        self._list.setVisible(bool(items))
        self._list.show_items(items, online=self._online)
        found = self._texts.say("search.found", count=len(items)) if items else ""
        self._count.setText(found if typed else self._texts.say("search.common"))
        self._rest.setStretch(self._rest.count() - 1, 0 if items else 1)

    def _common_words(self, scale: Scale) -> QWidget:
        block = QWidget()
        grid = QGridLayout(block)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(scale.px(Space.NEAR))
        columns = scale.columns(4 if scale.portrait else 3)
        for n, word in enumerate(self._texts.listed("search.common_words")):
            typed = word.chinese  # the search knows Chinese
            chip = push_button(word, "chip", lambda typed=typed: self.field.setText(typed))  # type: ignore[misc]
            grid.addWidget(chip, n // columns, n % columns)
        return block

"""Words typed on the on-screen keyboard, on one line or several."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QWidget

from ui.texts import Texts
from ui.texts.languages import Words
from ui.theme.tokens import TOUCH, Scale, Space
from ui.widgets.field_control import FieldControl
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.pieces import column, push_button, restyled


class TextField(FieldControl):
    """One line. `quick` are frequent answers that are put in, in Chinese, by one touch."""

    def __init__(
        self, *, texts: Texts, scale: Scale, max_length: int, quick: tuple[Words, ...] = ()
    ) -> None:
        super().__init__()
        self.edit = QLineEdit()
        self.edit.setMaxLength(max_length)
        self.edit.setPlaceholderText(texts.say("form.type_here").in_one_line())
        self.edit.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.edit.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # never by itself
        self.edit.setDragEnabled(False)
        # Predictions are lists of earlier words; nobody else's words may be offered.
        self.edit.setInputMethodHints(Qt.InputMethodHint.ImhNoPredictiveText)
        self.edit.textEdited.connect(self.changed_to)
        self.edit.returnPressed.connect(self.edit.clearFocus)
        self.edit.installEventFilter(self)
        layout = column(scale, self, gap=Space.TIGHT)
        layout.addWidget(self.edit)
        self._quick: list[tuple[str, QPushButton]] = []
        if quick:
            layout.addWidget(self._quick_row(quick, scale))

    def draw_answer(self) -> None:
        """Setting the text also empties the list of what can be undone."""
        if self.edit.text() != self._answer:
            self.edit.setText(self._answer)
        for word, chip in self._quick:
            chip.setChecked(word == self._answer)

    def show_state(self, state: str) -> None:
        """Colour of the edge."""
        restyled(self.edit, state=state)

    def forget(self) -> None:
        """`setText` ends the undo list; `clear` would keep it."""
        self._answer = ""
        self.edit.setText("")
        self.draw_answer()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        """Touching the line is wanting to write in it."""
        if event.type() == QEvent.Type.FocusIn:
            self.wanted.emit(self)
        elif event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().eventFilter(watched, event)

    def _quick_row(self, quick: tuple[Words, ...], scale: Scale) -> QWidget:
        holder = QWidget()
        flow = FlowLayout(holder, spacing=scale.px(Space.TIGHT))
        for words in quick:
            word = words.chinese
            chip = push_button(words, "chip", lambda word=word: self._put(word))  # type: ignore[misc]
            chip.setCheckable(True)
            self._quick.append((word, chip))
            flow.addWidget(chip)
        return holder

    def _put(self, word: str) -> None:
        self.edit.clearFocus()
        self.changed_to(word)
        self.draw_answer()


class LongTextField(FieldControl):
    """Several lines, for telling what happened."""

    def __init__(self, *, texts: Texts, scale: Scale, max_length: int) -> None:
        super().__init__()
        self._max_length = max_length
        self.edit = QPlainTextEdit()
        self.edit.setPlaceholderText(texts.say("form.type_here"))
        self.edit.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.edit.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # never by itself
        self.edit.setUndoRedoEnabled(False)
        self.edit.setInputMethodHints(Qt.InputMethodHint.ImhNoPredictiveText)
        self.edit.setFixedHeight(scale.px(TOUCH * 3))
        self.edit.textChanged.connect(self._typed)
        self.edit.installEventFilter(self)
        column(scale, self).addWidget(self.edit)

    def draw_answer(self) -> None:
        """Only when it differs, so the cursor stays."""
        if self.edit.toPlainText() != self._answer:
            self.edit.setPlainText(self._answer)

    def show_state(self, state: str) -> None:
        """Colour of the edge."""
        restyled(self.edit, state=state)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        """Touching the lines is wanting to write in them."""
        if event.type() == QEvent.Type.FocusIn:
            self.wanted.emit(self)
        elif event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().eventFilter(watched, event)

    def _typed(self) -> None:
        text = self.edit.toPlainText()
        if len(text) > self._max_length:
            text = text[: self._max_length]
            self.edit.setPlainText(text)
        if text != self._answer:
            self._answer = text
            self.answered.emit(text)


def hide_screen_keyboard() -> None:
    """Take the cursor out of whatever field has it; the keyboard goes down by itself."""
    focus = QGuiApplication.focusObject()
    if isinstance(focus, QLineEdit | QPlainTextEdit):
        focus.clearFocus()
    QGuiApplication.inputMethod().hide()

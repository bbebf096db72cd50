"""What is said when a page is read aloud: everything on it that others in the room may hear."""

import re
from collections.abc import Iterator
from typing import Final, TypeVar, cast

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from ui.texts import Texts
from ui.texts.languages import Language
from ui.widgets.pieces import PRIVATE

W = TypeVar("W", bound=QWidget)
HANGUL: Final = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
# A number of a person, masked or not: an identity or telephone number, a bank card.
NUMBER: Final = re.compile(r"[0-9*][0-9*\s\u200b-]{5,}[0-9*Xx]")
SAID_OF_NUMBER: Final = 2  # characters at its end, to tell one from another


def sentences(page: QWidget, texts: Texts, language: Language) -> list[str]:
    """Headings, what to do, fields and buttons, from top to bottom, in one language.

    Answers are not said, only that there is one; of every long number only the end.
    """
    found = [_safe(line, texts) for line in _lines(page, texts, language)]
    said = [line for line in found if line]
    names = [
        _safe(_in(button.text() or button.accessibleName(), language), texts)
        for button in _seen(page, QPushButton)
        if button.isEnabled() and not _is_private(button)
    ]
    names = [name for name in names if name]
    if names:
        said.append(texts.say("voice.button", names="，".join(dict.fromkeys(names))))
    return [_in(line, language) for line in said]


def _lines(page: QWidget, texts: Texts, language: Language) -> Iterator[str]:
    pieces: list[QLabel | QLineEdit | QPlainTextEdit | QPushButton] = [
        *_seen(page, QLabel),
        *_seen(page, QLineEdit),
        *_seen(page, QPlainTextEdit),
        *(button for button in _seen(page, QPushButton) if button.property("kind") == "field"),
    ]
    pieces.sort(key=lambda piece: _place(piece, page))
    for piece in pieces:
        if isinstance(piece, QLabel):
            if not _is_private(piece) and not isinstance(piece.parent(), QPushButton):
                yield _in(piece.text(), language)
            continue
        if isinstance(piece, QPushButton):
            name, answer = piece.accessibleDescription(), piece.property("empty") != "true"
        else:
            name = piece.accessibleName()
            text = piece.text() if isinstance(piece, QLineEdit) else piece.toPlainText()
            answer = bool(text)
        yield _in(texts.say("voice.answered" if answer else "voice.empty", name=name), language)


def _is_private(piece: QWidget) -> bool:
    return bool(piece.property(PRIVATE)) or piece.property("kind") == "field"


def _place(piece: QWidget, page: QWidget) -> tuple[int, int]:
    corner = piece.mapTo(page, QPoint(0, 0))
    return corner.y(), corner.x()


def _seen(page: QWidget, kind: type[W]) -> Iterator[W]:
    pieces = cast("list[W]", page.findChildren(kind))
    return (piece for piece in pieces if piece.isVisible())


def _in(text: str, language: Language) -> str:
    """Of words in two languages only the lines of that one."""
    lines = text.split("\n")
    korean = [bool(HANGUL.search(line)) for line in lines]
    if any(korean) and not all(korean):
        wanted = language is Language.KOREAN
        lines = [line for line, is_korean in zip(lines, korean, strict=True) if is_korean is wanted]
    return "，".join(line for line in lines if line.strip())


def _safe(text: str, texts: Texts) -> str:
    def ending(match: re.Match[str]) -> str:
        return texts.one("voice.number", end=match.group()[-SAID_OF_NUMBER:])

    return NUMBER.sub(ending, text).replace("*", "")

"""Twenty invented values of one person, and every place of the process where they could stay."""

import gc
import linecache
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget

# None of them stands anywhere in the program, the catalogue or the tests.
PLANTED: Final = (
    "欧阳翠屏",
    "110105197306157727",
    "吉林省汪清县罗子沟镇鹿角沟村八组三十一号",
    "13894417263",
    "轮椅上下台阶不便",
    "澹台月容",
    "220724196811230035",
    "皇甫小石头",
    "6217991180034567721",
    "张家店卫生院二零二四年冬",
    "家中漏雨三处",
    "15584003971",
    "玉米二十七亩三分",
    "司徒阿妹",
    "龙井市白金乡平顶村",
    "烧毁粮仓一座",
    "43028819",
    "低血糖与甲亢",
    "鹧鸪沟道班房",
    "尉迟长生",
)
ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
WORDY: Final = frozenset({"QString", "QStringList", "QVariant", "QVariantList", "QByteArray"})
PLAIN_TYPES: Final = (str, bytes, bytearray)


def in_text(text: str) -> bool:
    """Whether any planted value stands in it."""
    return any(value in text for value in PLANTED)


def in_bytes(content: bytes | bytearray) -> bool:
    """The same in what was written, whatever the encoding."""
    return any(value.encode(coding) in content for value in PLANTED for coding in ENCODINGS)


def in_widgets() -> list[str]:
    """Words, tool tips, names for assistive technology, titles and own properties of everything."""
    found = []
    for widget in QApplication.allWidgets():
        for thing in (widget, *widget.findChildren(QObject)):
            found += [
                f"{type(thing).__name__}.{name}" for name, text in _said(thing) if in_text(text)
            ]
    return sorted(set(found))


def _said(thing: QObject) -> Iterator[tuple[str, str]]:
    meta = thing.metaObject()
    known = [meta.property(n) for n in range(meta.propertyCount())]
    names = [one.name() for one in known if one.typeName() in WORDY]
    names += [bytes(name.data()).decode() for name in thing.dynamicPropertyNames()]
    for name in names:
        value = None
        with suppress(RuntimeError):  # of a kind that Python cannot have, so no words
            value = thing.property(name)
        if isinstance(value, str | list | tuple):
            yield name, str(value)
    if isinstance(thing, QPlainTextEdit):
        yield "document", thing.toPlainText()
    if isinstance(thing, QLineEdit):  # what undoing would bring back
        before = thing.text()
        thing.undo()
        yield "undo", thing.text()
        thing.setText(before)
    if isinstance(thing, QLabel | QWidget):
        yield "what's this", thing.whatsThis() if isinstance(thing, QWidget) else ""


def in_clipboard() -> list[str]:
    """The clipboard and the selection."""
    clipboard = QGuiApplication.clipboard()
    modes = [mode for mode in QClipboard.Mode if mode is not QClipboard.Mode.FindBuffer]
    return [mode.name for mode in modes if in_text(clipboard.text(mode))]


def in_objects(leave_out: Callable[[object], bool]) -> list[str]:
    """Python's objects that hold a planted value: whatever the collector knows, and its parts."""
    gc.collect()
    linecache.clearcache()  # this file's own lines, read for a traceback
    found = []
    own = {id(PLANTED), id(sys._getframe())}
    for holder in gc.get_objects():
        if id(holder) in own or leave_out(holder):
            continue
        for part in _parts(holder):
            if (isinstance(part, str) and in_text(part)) or (
                isinstance(part, bytes | bytearray) and in_bytes(part)
            ):
                found.append(f"{type(holder).__module__}.{type(holder).__name__}")
                break
    return sorted(set(found))


def _parts(holder: object) -> Iterator[object]:
    """Texts and bytes in it, also inside of what the collector does not look after."""
    for part in gc.get_referents(holder):
        if isinstance(part, PLAIN_TYPES):
            yield part
        elif part is not PLANTED and not gc.is_tracked(part):
            yield from _parts(part)


def in_files(*folders: Path) -> list[str]:
    """Files below these folders with a planted value in them, in any of the encodings."""
    found = []
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and in_bytes(file.read_bytes()):
                found.append(str(file))
    return found

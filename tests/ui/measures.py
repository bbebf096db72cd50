"""What can be measured on a window: cut words, small targets, weak contrast, missing names."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEventLoop, QPoint, QRect, QSize
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from ui.theme.tokens import TOUCH, Scale, Type

FEWEST_PIXELS = 12  # of one colour that count as ink
THIN_FROM, THIN = 6, 3  # characters of a line, and the fewest of them beside each other
TOUCHED = (QAbstractButton, QLineEdit, QPlainTextEdit)
ROLES = frozenset(
    {
        QAccessible.Role.Button,
        QAccessible.Role.CheckBox,
        QAccessible.Role.RadioButton,
        QAccessible.Role.EditableText,
    }
)


def settle() -> None:
    """Let layouts of wrapped words find their heights."""
    for _ in range(3):
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def seen(window: QWidget, *kinds: type[QWidget]) -> Iterator[QWidget]:
    """Widgets of these kinds that are shown, whether or not they are pushed off the screen."""
    for kind in kinds:
        for widget in window.findChildren(kind):
            if widget.isVisible():
                yield widget


def cut_words(window: QWidget) -> list[str]:
    """Words that need more room than their label or button has."""
    labels = [_cut_label(w) for w in seen(window, QLabel) if isinstance(w, QLabel)]
    buttons = [_cut_button(w) for w in seen(window, QPushButton) if isinstance(w, QPushButton)]
    return [told for told in labels + buttons if told]


def _cut_label(label: QLabel) -> str:
    if not label.text():
        return ""
    if label.hasHeightForWidth():
        needed = label.heightForWidth(label.width())
    else:
        needed = label.sizeHint().height()
    too_wide = not label.wordWrap() and label.sizeHint().width() > label.width() + 1
    longest = max(label.fontMetrics().horizontalAdvance(part) for part in label.text())
    if needed > label.height() + 1 or too_wide or longest > label.width():
        return f"{label.text()!r}: {label.size().toTuple()} needs {needed}"
    return ""


def _cut_button(button: QPushButton) -> str:
    if not button.text():
        return ""
    needed = button.fontMetrics().size(0, button.text())
    if not button.icon().isNull():
        needed += QSize(button.iconSize().width() + 4, 0)
    if needed.width() > button.width() or needed.height() > button.height():
        return f"button {button.text()!r}: {button.size().toTuple()} needs {needed.toTuple()}"
    return ""


def thin_words(window: QWidget) -> list[str]:
    """Sentences with so little room that they stand one or two characters to a line."""
    return [
        f"{label.text()!r}: {label.width()} px wide"
        for label in seen(window, QLabel)
        if isinstance(label, QLabel)
        and max(map(len, label.text().split("\n"))) >= THIN_FROM
        and label.width() < THIN * label.fontMetrics().horizontalAdvance("家")
    ]


def squeezed(window: QWidget) -> list[str]:
    """Layouts that got less room than the least they need; what scrolls is looked at inside."""
    told = []
    for widget in (*seen(window, QWidget),):
        layout = widget.layout()
        if layout is None or isinstance(widget.parent(), QScrollArea):
            continue
        least = layout.totalMinimumSize()
        if least.width() > widget.width() + 1:
            told.append(f"{_called(widget)}: {widget.width()} wide, needs {least.width()}")
    for area in seen(window, QScrollArea):
        assert isinstance(area, QScrollArea)
        if area.widget() and area.widget().minimumSizeHint().width() > area.viewport().width():
            told.append(f"{_called(area)}: wider than it may be")
    return told


def overlapping(window: QWidget) -> list[str]:
    """Words or buttons beside each other in the same block that lie over each other."""
    told = []
    pieces = list(seen(window, QLabel, QAbstractButton))
    for n, one in enumerate(pieces):
        for other in pieces[n + 1 :]:
            if one.parent() is other.parent() and one.geometry().intersects(other.geometry()):
                told.append(f"{_called(one)} lies over {_called(other)}")
    return told


def small_targets(window: QWidget, scale: Scale) -> list[str]:
    """What is touched and is smaller than a finger needs."""
    least = scale.px(TOUCH)
    return [
        f"{_called(widget)}: {widget.size().toTuple()}"
        for widget in seen(window, *TOUCHED)
        if min(widget.width(), widget.height()) < least
    ]


def small_type(window: QWidget, scale: Scale) -> list[str]:
    """Words smaller than the smallest type of the tokens."""
    least = scale.px(Type.NOTE)
    return [
        f"{_called(widget)}: {widget.fontInfo().pixelSize()} px"
        for widget in seen(window, QLabel, *TOUCHED)
        if widget.fontInfo().pixelSize() < least
    ]


def unnamed(window: QWidget) -> list[str]:
    """What is touched and has no name for assistive technology, or not the role of a control."""
    told = []
    for widget in seen(window, *TOUCHED):
        reader = QAccessible.queryAccessibleInterface(widget)
        if not reader.text(QAccessible.Text.Name).strip():
            told.append(f"{_called(widget)} has no name")
        if reader.role() not in ROLES:
            told.append(f"{_called(widget)} is a {reader.role()}")
    return told


def unreachable(window: QWidget) -> list[str]:
    """Buttons that the keys of a desk set never come to."""
    return [
        _called(widget)
        for widget in seen(window, QPushButton)
        if not widget.focusPolicy().value & 1  # Qt.FocusPolicy.TabFocus
    ]


def weak_words(window: QWidget, least: float) -> list[str]:
    """Words whose pixels have less contrast to their ground; what lies under a shade is left out.

    The ground is the most frequent colour, the ink the one of enough pixels farthest from it.
    """
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1) & 0xFFFFFF
    told = []
    for widget in seen(window, QLabel, QPushButton):
        words = widget.text() if isinstance(widget, QLabel | QPushButton) else ""
        box = widget.rect()
        pushed_away = widget.visibleRegion().boundingRect() != box
        if not words.strip() or pushed_away or _is_covered(window, widget, box):
            continue
        box = QRect(widget.mapTo(window, box.topLeft()), box.size())
        part = pixels[box.top() : box.bottom() + 1, box.left() : box.right() + 1]
        found = _contrast_of(part)
        if found < least:
            told.append(f"{words!r}: {found:.1f}")
    return told


def _is_covered(window: QWidget, widget: QWidget, box: QRect) -> bool:
    top = window.childAt(widget.mapTo(window, box.center()))
    return top is not widget and not widget.isAncestorOf(top) and not top.isAncestorOf(widget)


def _contrast_of(part: npt.NDArray[np.uint32]) -> float:
    colours, counts = np.unique(part, return_counts=True)
    ground = luminance(_rgb(int(colours[counts.argmax()])))
    inks = colours[counts >= FEWEST_PIXELS]
    return max(contrast(luminance(_rgb(int(ink))), ground) for ink in inks)


def _rgb(colour: int) -> tuple[int, int, int]:
    return colour >> 16 & 255, colour >> 8 & 255, colour & 255


def luminance(rgb: tuple[int, int, int]) -> float:
    """Relative luminance (WCAG 2.1, 1.4.3)."""
    red, green, blue = (
        part / 3294.6 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in rgb
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    """Contrast ratio of two luminances, 1 to 21 (WCAG 2.1, 1.4.3)."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _called(widget: QWidget) -> str:
    words = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    return f"{type(widget).__name__} {words or widget.accessibleName() or widget.objectName()!r}"


def place_of(widget: QWidget, window: QWidget) -> QRect:
    """Where it lies in the window."""
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())

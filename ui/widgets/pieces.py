"""Small building blocks every page is made of: words, buttons, cards, rows, scrolling areas."""

from collections.abc import Callable
from typing import Final, cast

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QScroller,
    QScrollerProperties,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.theme.tokens import Scale, Space

ZERO_WIDTH_SPACE: Final = "\u200b"  # shows nothing; a line may end there

PRIVATE: Final = "private"  # property of a widget that shows something of the person


def words(
    text: str, role: str = "body", *, tone: str = "", strong: bool = False, private: bool = False
) -> QLabel:
    """A wrapping label. Roles and tones: ui/theme/stylesheet.py.

    `private`: it shows something of a person, which is never read aloud.
    """
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)  # an answer may hold "<"
    label.setWordWrap(True)
    label.setProperty("role", role)
    if tone:
        label.setProperty("tone", tone)
    if strong:
        label.setProperty("strong", "true")
    if private:
        label.setProperty(PRIVATE, True)
    return label


def breakable(number: str) -> str:
    """A long number that may go on in the next line, after every eight characters."""
    return ZERO_WIDTH_SPACE.join(number[n : n + 8] for n in range(0, len(number), 8))


def badge(text: str, tone: str) -> QLabel:
    """A short word on a coloured ground."""
    label = words(text, "note", tone=tone)
    label.setWordWrap(False)
    label.setProperty("badge", "true")
    label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return label


class WordsButton(QPushButton):
    """A button as high as its lines need: the style sheet's least height would squeeze two."""

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's own name
        """Other words, of one line or several."""
        super().setText(text)
        self.make_room()

    def event(self, event: QEvent) -> bool:
        """Its type is known only when it is styled."""
        done = super().event(event)
        if event.type() in (QEvent.Type.Polish, QEvent.Type.StyleChange, QEvent.Type.Show):
            self.make_room()
        return done

    def make_room(self) -> None:
        """No layout may take a line away."""
        if "\n" in self.text():
            self.setMinimumHeight(self.sizeHint().height())


def push_button(
    text: str, kind: str, on_click: Callable[[], object] | None = None, *, size: str = ""
) -> QPushButton:
    """A button of one of the kinds of the style sheet.

    Tab reaches it; a touch never takes the keyboard from a field.
    """
    button = WordsButton(text)
    button.setProperty("kind", kind)
    if size:
        button.setProperty("size", size)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if on_click is not None:
        button.clicked.connect(lambda _checked=False: on_click())
    return button


def frame(kind: str, *, tone: str = "") -> QFrame:
    """An empty block of one of the kinds of the style sheet."""
    block = QFrame()
    block.setProperty("kind", kind)
    if tone:
        block.setProperty("tone", tone)
    return block


def column(
    scale: Scale, parent: QWidget | None = None, *, gap: int = Space.NEAR, edge: int = 0
) -> QVBoxLayout:
    """A column with distances of the tokens."""
    layout = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    _spaced(layout, scale, gap, edge)
    return layout


def row(
    scale: Scale, parent: QWidget | None = None, *, gap: int = Space.NEAR, edge: int = 0
) -> QHBoxLayout:
    """A row with distances of the tokens."""
    layout = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    _spaced(layout, scale, gap, edge)
    return layout


def restyled(widget: QWidget, **properties: str) -> None:
    """Set dynamic properties and draw the widget by them at once. Nothing new costs nothing."""
    news = {name: value for name, value in properties.items() if widget.property(name) != value}
    if not news:
        return
    for name, value in news.items():
        widget.setProperty(name, value)
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # it is styled when it is first shown
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
    if isinstance(widget, WordsButton):
        widget.make_room()


def emptied(layout: QLayout) -> None:
    """Take everything out of a layout and let it go; nothing of a person stays behind."""
    while layout.count():
        item = layout.takeAt(0)
        widget = cast("QWidget | None", item.widget())  # the stubs do not know of None
        inner = cast("QLayout | None", item.layout())
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            emptied(inner)
            inner.deleteLater()


class TouchCard(QPushButton):
    """A button with widgets inside: `card.inside` is its column. As high as its words need."""

    def __init__(
        self,
        scale: Scale,
        on_click: Callable[[], object] | None = None,
        *,
        kind: str = "card",
        edge: int = Space.GAP,
    ) -> None:
        super().__init__()
        self.setProperty("kind", kind)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._told = ""  # what it calls itself, unless the page gave it a name
        self.inside = column(scale, self, gap=Space.TIGHT, edge=edge)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if on_click is not None:
            self.clicked.connect(lambda _checked=False: on_click())

    def event(self, event: QEvent) -> bool:
        """Whoever cannot see it hears the words inside."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.LayoutRequest):
            self._name_itself()
        return super().event(event)

    def _name_itself(self) -> None:
        if self.accessibleName() == self._told:
            labels = cast("list[QLabel]", self.findChildren(QLabel))
            said = (label.text() for label in labels if label.text())
            self._told = "，".join(said).replace("\n", "，")
            self.setAccessibleName(self._told)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's own name
        """Wrapped words decide the height."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's own name
        """What the words inside need at that width."""
        return max(self.inside.totalHeightForWidth(width), self.minimumHeight())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Of what is inside, not of the button's own text."""
        return self.inside.totalSizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Narrow is fine: words wrap."""
        return QSize(0, self.inside.totalMinimumSize().height())


class ScrollColumn(QScrollArea):
    """A column that is pushed by the finger; `inside` is its layout."""

    def __init__(self, scale: Scale, *, gap: int = Space.NEAR, edge: int = 0) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._content = QWidget()
        self._content.setProperty("kind", "scrolled")
        outer = column(scale, self._content, gap=0)
        outer.setContentsMargins(0, 0, scale.px(Space.TIGHT), 0)
        self.inside = column(scale, gap=gap, edge=edge)
        outer.addLayout(self.inside)
        outer.addStretch(1)
        self.setWidget(self._content)
        _pushed_by_finger(self)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own name
        """Wrapped words inside must know how wide they may be."""
        super().resizeEvent(event)
        self._content.setMaximumWidth(self.viewport().width())

    def to_top(self) -> None:
        """Show the beginning again."""
        self.verticalScrollBar().setValue(0)


def _pushed_by_finger(area: QScrollArea) -> None:
    viewport = area.viewport()
    QScroller.grabGesture(viewport, QScroller.ScrollerGestureType.LeftMouseButtonGesture)
    scroller = QScroller.scroller(viewport)
    properties = scroller.scrollerProperties()
    off = QScrollerProperties.OvershootPolicy.OvershootAlwaysOff
    metric = QScrollerProperties.ScrollMetric.VerticalOvershootPolicy
    properties.setScrollMetric(metric, off)
    scroller.setScrollerProperties(properties)


def _spaced(layout: QBoxLayout, scale: Scale, gap: int, edge: int) -> None:
    layout.setSpacing(scale.px(gap) if gap else 0)
    margin = scale.px(edge) if edge else 0
    layout.setContentsMargins(margin, margin, margin, margin)

"""The pages of a document as they will be printed: pushed by a finger, pinched, or by buttons.

Only what is on the screen is rendered, with half a screen above and below. So memory does not grow
with the number of pages or with the zoom: two such pictures at most, about 30 MB at 1080x1920.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from devices.page_printer.preview import PageSize, Part, page_part, page_sizes
from ui.background import Background
from ui.theme.tokens import Scale, Space

MOST: Final = 4.0  # times as large as the page that fills the width
STEP: Final = 1.5  # of a button
RENDER_AFTER_MS: Final = 40  # when the finger moves on, the next place counts
MOST_WIDTH: Final = 1000  # pixels at 1080x1920 of a page that fills the width
PAPER: Final = QColor("#ffffff")
EDGE: Final = QColor("#8a94a3")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A rendered part of one page."""

    page: int
    scale: float
    part: Part
    image: QImage


@dataclass(frozen=True, slots=True)
class _Wanted:
    page: int
    scale: float
    part: Part


class PageView(QWidget):
    """Signals: moved (another place or size is shown), failed (it is no readable document)."""

    moved = Signal()
    failed = Signal()

    def __init__(self, scale: Scale) -> None:
        super().__init__()
        self._px = scale
        self._pdf = b""
        self._sizes: tuple[PageSize, ...] = ()
        self._pieces: tuple[_Piece, ...] = ()
        self._zoom = 1.0
        self._at = QPointF(0, 0)  # top left of the screen, in pixels of the whole column of pages
        self._held: list[QPointF] = []
        self._busy = self._again = False
        self._background = Background(self)
        self._background.done.connect(self._came)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(RENDER_AFTER_MS)
        self._soon.timeout.connect(self._render)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(scale.px(200))

    def show_pdf(self, pdf: bytes, name: str) -> None:
        """From its first page on. `name` is for assistive technology. Raises DeviceError."""
        self._sizes = page_sizes(pdf)
        self._pdf, self._pieces, self._zoom, self._at = pdf, (), 1.0, QPointF(0, 0)
        self.setAccessibleName(name)
        self._moved()

    def render_now(self) -> None:
        """Wait for the picture: for tests and for pictures of scenes."""
        self._soon.stop()
        self._came(_rendered(self._pdf, self._wanted()))

    def forget(self) -> None:
        """Nothing of the document stays."""
        self._background.forget()
        self._soon.stop()
        self._busy = self._again = False
        self._pdf, self._sizes, self._pieces = b"", (), ()
        self.update()

    # -- where we are

    @property
    def pages(self) -> int:
        """How many the document has."""
        return len(self._sizes)

    @property
    def page(self) -> int:
        """The one in the middle of the screen, from 1."""
        middle = self._at.y() + self.height() / 2
        tops = self._tops()
        return max(1, sum(top <= middle for top in tops))

    @property
    def zoom(self) -> float:
        """1: the page fills the width."""
        return self._zoom

    @property
    def may_grow(self) -> bool:
        """Whether there is anything larger."""
        return self._zoom < MOST

    @property
    def may_shrink(self) -> bool:
        """Whether there is anything smaller."""
        return self._zoom > self._least()

    def grow(self) -> None:
        """One step larger, round the middle of the screen."""
        self._zoom_to(self._zoom * STEP, self._middle())

    def shrink(self) -> None:
        """One step smaller."""
        self._zoom_to(self._zoom / STEP, self._middle())

    def whole_page(self) -> None:
        """The page that is in the middle, all of it."""
        number = self.page - 1
        self._zoom_to(self._least(), self._middle())
        if self._sizes:
            self._go(QPointF(self._at.x(), self._tops()[number] - self._gap))

    # -- fingers, mouse and wheel

    def event(self, event: QEvent) -> bool:
        """One finger pushes, two pinch."""
        if isinstance(event, QTouchEvent):
            self._touched([point.position() for point in event.points()], event)
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own name
        """A mouse is one finger."""
        self._held = [event.position()]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own name
        """It pushes."""
        self._push([event.position()])

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's own name
        """A wheel pushes too."""
        self._go(self._at - QPointF(event.angleDelta()))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own name
        """The same place in the new size."""
        super().resizeEvent(event)
        self._go(self._at)

    def _touched(self, places: list[QPointF], event: QTouchEvent) -> None:
        if event.type() == QEvent.Type.TouchUpdate and len(places) == len(self._held):
            self._push(places)
        ended = event.type() in (QEvent.Type.TouchEnd, QEvent.Type.TouchCancel)
        self._held = [] if ended else places

    def _push(self, places: list[QPointF]) -> None:
        before, self._held = self._held, places
        if len(before) != len(places) or not places:
            return
        was, now = _middle_of(before), _middle_of(places)
        if len(places) > 1 and _spread(before) > 1:
            self._zoom_to(self._zoom * _spread(places) / _spread(before), was)
        self._go(self._at - (now - was))

    # -- geometry: a column of pages, each as wide as its paper

    @property
    def _gap(self) -> int:
        return self._px.px(Space.NEAR)

    @property
    def _scale(self) -> float:
        """Pixels of the screen for a point of the paper."""
        widest = max((size.width for size in self._sizes), default=595.0)
        room = min(self.width() - 2 * self._gap, self._px.px(MOST_WIDTH))
        return max(0.05, room / widest * self._zoom)

    def _least(self) -> float:
        """The zoom at which a whole page fits on the screen."""
        scale = self._scale / self._zoom
        highest = max((size.height for size in self._sizes), default=842.0)
        return min(1.0, max(0.05, (self.height() - 2 * self._gap) / (highest * scale)))

    def _tops(self) -> list[float]:
        tops, y = [], float(self._gap)
        for size in self._sizes:
            tops.append(y)
            y += size.height * self._scale + self._gap
        return tops

    def _places(self) -> list[QRectF]:
        """Of the pages, on the screen."""
        scale = self._scale
        widest = max(self.width(), self._width())
        return [
            QRectF(
                (widest - size.width * scale) / 2 - self._at.x(),
                top - self._at.y(),
                size.width * scale,
                size.height * scale,
            )
            for size, top in zip(self._sizes, self._tops(), strict=True)
        ]

    def _width(self) -> float:
        widest = max((size.width for size in self._sizes), default=0.0)
        return widest * self._scale + 2 * self._gap

    def _height(self) -> float:
        return sum(size.height * self._scale + self._gap for size in self._sizes) + self._gap

    def _middle(self) -> QPointF:
        return QPointF(self.width() / 2, self.height() / 2)

    def _zoom_to(self, zoom: float, around: QPointF) -> None:
        """What lies under `around` stays there."""
        before = self._scale
        # margins between the pages do not grow with them: left out, the finger sees no difference
        self._zoom = min(MOST, max(self._least(), zoom))
        grown = self._scale / before
        self._go((self._at + around) * grown - around)

    def _go(self, at: QPointF) -> None:
        x = min(max(0.0, at.x()), max(0.0, self._width() - self.width()))
        y = min(max(0.0, at.y()), max(0.0, self._height() - self.height()))
        self._at = QPointF(x, y)
        self._moved()

    def _moved(self) -> None:
        self.update()
        if self._pdf and not self._soon.isActive():
            self._soon.start()
        self.moved.emit()

    # -- pictures

    def _wanted(self) -> tuple[_Wanted, ...]:
        more = self.height() / 2
        seen = QRectF(0, -more, self.width(), self.height() + 2 * more)
        wanted = []
        for number, place in enumerate(self._places()):
            shown = place.intersected(seen)
            if shown.width() >= 1 and shown.height() >= 1:
                here = shown.translated(-place.topLeft())
                part = Part(int(here.x()), int(here.y()), int(here.width()), int(here.height()))
                wanted.append(_Wanted(number, self._scale, part))
        return tuple(wanted)

    def _render(self) -> None:
        if self._busy:
            self._again = True
            return
        pdf, wanted = self._pdf, self._wanted()
        self._busy = True
        self._background.run(lambda: _rendered(pdf, wanted))

    def _came(self, made: object) -> None:
        self._busy = False
        if not isinstance(made, tuple):
            self.failed.emit()
            return
        self._pieces = made
        self.update()
        if self._again:
            self._again = False
            self._soon.start()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """White paper at once, what stands on it as soon as it is rendered."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        places = self._places()
        for place in places:
            if place.bottom() > 0 and place.top() < self.height():
                painter.fillRect(place, PAPER)
        for piece in self._pieces:
            grown = self._scale / piece.scale
            part, origin = piece.part, places[piece.page].topLeft()
            painter.drawImage(
                QRectF(
                    origin.x() + part.left * grown,
                    origin.y() + part.top * grown,
                    part.width * grown,
                    part.height * grown,
                ),
                piece.image,
            )
        painter.setPen(EDGE)
        for place in places:
            painter.drawRect(place)
        painter.end()


def _rendered(pdf: bytes, wanted: Sequence[_Wanted]) -> tuple[_Piece, ...]:
    pieces = []
    for one in wanted:
        made = page_part(pdf, one.page, scale=one.scale, part=one.part)
        kind = QImage.Format.Format_RGB32
        image = QImage(made.pixels, made.width, made.height, made.width * 4, kind).copy()
        pieces.append(_Piece(one.page, one.scale, one.part, image))
    return tuple(pieces)


def _middle_of(places: Sequence[QPointF]) -> QPointF:
    count = len(places)
    return QPointF(sum(p.x() for p in places) / count, sum(p.y() for p in places) / count)


def _spread(places: Sequence[QPointF]) -> float:
    """How far the first two fingers are apart."""
    between = places[0] - places[1]
    return float((between.x() ** 2 + between.y() ** 2) ** 0.5)

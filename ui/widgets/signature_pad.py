"""A white field to write one's name on with a finger or a pen, and the picture of it."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QBuffer, QEvent, QIODevice, QLineF, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.tokens import RADIUS, Colour, Scale, Space, Type

# Shorter than this, at 1080x1920, is a dot or a dash and no name. Our own choice.
LEAST_INK: Final = 350
LEAST_WIDTH: Final = 120
INK_WIDTH: Final = 7
PICTURE_MARGIN: Final = 24
JPEG_QUALITY: Final = 90


class SignaturePad(QWidget):
    """Strokes are smoothed through the middles of what the finger reports.

    Signals:
    begun: a stroke begins.
    lifted: a stroke has ended.
    """

    begun = Signal()
    lifted = Signal()

    def __init__(self, *, scale: Scale, invitation: str) -> None:
        super().__init__()
        self._scale = scale
        self._invitation = invitation
        self._strokes: list[list[QPointF]] = []
        self._paths: list[QPainterPath] = []  # of the strokes that are finished
        self._finger: int | None = None  # the first finger writes; the palm does not
        self._earlier = QImage()  # a signature from before, when the page was left meanwhile
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(scale.px(300))

    @property
    def blank(self) -> bool:
        """Nothing is written."""
        return not self._strokes and self._earlier.isNull()

    @property
    def written(self) -> bool:
        """Somebody wrote here; an earlier signature that is shown does not count."""
        return bool(self._strokes)

    @property
    def enough(self) -> bool:
        """Long and wide enough to be a name."""
        ink = sum(_length(stroke) for stroke in self._strokes)
        wide = self._bounds().width() >= self._scale.px(LEAST_WIDTH)
        return ink >= self._scale.px(LEAST_INK) and wide

    def clear(self) -> None:
        """Wipe it."""
        self._strokes = []
        self._paths = []
        self._finger = None
        self._earlier = QImage()
        self.update()

    def show_earlier(self, jpeg: bytes) -> None:
        """A signature that was drawn before; the first stroke replaces it."""
        self._earlier = QImage.fromData(jpeg)
        self.update()

    def picture(self) -> tuple[bytes, int, int]:
        """Black on white, trimmed to the ink: JPEG, width and height. About 5 ms."""
        area = (
            self._bounds()
            .toAlignedRect()
            .adjusted(-PICTURE_MARGIN, -PICTURE_MARGIN, PICTURE_MARGIN, PICTURE_MARGIN)
        )
        image = QImage(area.size(), QImage.Format.Format_RGB888)
        image.fill(QColor(255, 255, 255))
        painter = QPainter(image)
        painter.translate(-area.topLeft())
        self._paint_ink(painter, QColor(0, 0, 0))
        painter.end()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "JPEG", JPEG_QUALITY)  # type: ignore[call-overload]
        return bytes(buffer.data().data()), image.width(), image.height()

    def event(self, event: QEvent) -> bool:
        """Fingers; what a mouse does arrives in the functions below."""
        if isinstance(event, QTouchEvent):
            self._touched(event)
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own name
        """Mouse or a pen that acts as one."""
        self._down(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own name
        """Writing goes on."""
        self._move(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own name
        """The stroke ends."""
        self._up(event.position())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Paper, a line to write on, the ink."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = self._scale.px(3)
        painter.setPen(QPen(QColor(self._scale.ink(Colour.BLUE)), edge))
        painter.setBrush(QColor(self._scale.ink(Colour.SURFACE)))
        radius = self._scale.px(RADIUS)
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), radius, radius
        )
        margin = self._scale.px(Space.EDGE)
        base = self.height() * 3 / 4
        painter.setPen(QPen(QColor(self._scale.ink(Colour.LINE)), edge, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(margin, base), QPointF(self.width() - margin, base))
        if not self._earlier.isNull():
            painter.drawImage(self._earlier_place(), self._earlier)
        elif not self._strokes:
            font = self.font()
            font.setPixelSize(self._scale.px(Type.LARGE))
            painter.setFont(font)
            painter.setPen(QColor(self._scale.ink(Colour.TEXT_QUIET)))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._invitation)
        self._paint_ink(painter, QColor(self._scale.ink(Colour.TEXT)))
        painter.end()

    def _touched(self, event: QTouchEvent) -> None:
        for point in event.points():
            if self._finger is None and event.type() == QEvent.Type.TouchBegin:
                self._finger = point.id()
                self._down(point.position())
            elif point.id() == self._finger:
                if event.type() in (QEvent.Type.TouchEnd, QEvent.Type.TouchCancel):
                    self._finger = None
                    self._up(point.position())
                else:
                    self._move(point.position())

    def _down(self, at: QPointF) -> None:
        self._earlier = QImage()
        self._strokes.append([QPointF(at)])
        self.begun.emit()
        self.update()

    def _move(self, at: QPointF) -> None:
        if len(self._strokes) == len(self._paths):
            return  # no stroke is being written
        self._strokes[-1].append(QPointF(at))
        self.update()

    def _up(self, at: QPointF) -> None:
        if len(self._strokes) == len(self._paths):
            return
        self._strokes[-1].append(QPointF(at))
        self._paths.append(_smooth(self._strokes[-1]))
        self.update()
        self.lifted.emit()

    def _paint_ink(self, painter: QPainter, colour: QColor) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        width = self._scale.px(INK_WIDTH)
        pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for path in self._paths:
            painter.drawPath(path)
        for stroke in self._strokes[len(self._paths) :]:
            painter.drawPath(_smooth(stroke))

    def _bounds(self) -> QRectF:
        bounds = QRectF()
        for stroke in self._strokes:
            bounds = bounds.united(_smooth(stroke).boundingRect())
        return bounds

    def _earlier_place(self) -> QRect:
        size = self._earlier.size()
        if size.width() > self.width() or size.height() > self.height():
            size.scale(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(self.rect().center())
        return place


def _smooth(stroke: Sequence[QPointF]) -> QPainterPath:
    """Curves through the middles between points, with the points as handles."""
    path = QPainterPath(stroke[0])
    for handle, after in pairwise(stroke[1:]):
        path.quadTo(handle, QLineF(handle, after).center())
    path.lineTo(stroke[-1] + QPointF(0.1, 0))  # a dot is ink, too
    return path


def _length(stroke: Sequence[QPointF]) -> float:
    return sum(QLineF(a, b).length() for a, b in pairwise(stroke))

"""Large wheels for year, month and day: touch the arrows, or push with the finger."""

from calendar import monthrange
from datetime import date
from typing import Final

from PySide6.QtCore import QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.domain.service_item import FieldType
from ui.texts import Texts
from ui.theme.tokens import TOUCH, Colour, Scale, Space, Type
from ui.widgets.pieces import column, push_button, row

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2099  # the domain takes 19xx and 20xx (kiosk.domain.answers.YEAR)
FIRST_REPEAT_MS: Final = 400
REPEAT_MS: Final = 120


class Wheel(QWidget):
    """Numbers one below the other; the middle one counts.

    Signals: moved(int): the new number, when people moved it.
    """

    moved = Signal(int)

    def __init__(self, unit: str, *, scale: Scale) -> None:
        super().__init__()
        self._unit = unit
        self._scale = scale
        self._first, self._last = 1, 1
        self.value = 1
        self._pulled_from: float | None = None
        self._step = scale.px(TOUCH * (0.8 if scale.portrait else 0.62))
        self.setMinimumHeight(self._step * 3)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_range(self, first: int, last: int, value: int) -> None:
        """Offer these numbers, with that one in the middle."""
        self._first, self._last = first, last
        self.value = min(max(value, first), last)
        self.update()

    def turn(self, by: int) -> None:
        """Up or down, not beyond the ends."""
        value = min(max(self.value + by, self._first), self._last)
        if value != self.value:
            self.value = value
            self.update()
            self.moved.emit(value)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own name
        """A push with the finger begins."""
        self._pulled_from = event.position().y()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own name
        """One number per row that the finger goes."""
        if self._pulled_from is None:
            return
        rows = int((self._pulled_from - event.position().y()) / (self._step * 0.5))
        if rows:
            self._pulled_from = event.position().y()
            self.turn(rows)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own name
        """A touch without a push takes the number that was touched."""
        if self._pulled_from == event.position().y():
            away = round((event.position().y() - self.height() / 2) / self._step)
            self.turn(max(-1, min(1, away)))
        self._pulled_from = None

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """The middle large and blue, its neighbours quiet."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        step = self._step
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._scale.ink(Colour.SURFACE)))
        radius = self._scale.px(Space.TIGHT)
        painter.drawRoundedRect(
            QRect(0, round(middle - step / 2), self.width(), step), radius, radius
        )
        for away in (-1, 0, 1):
            number = self.value + away
            if not self._first <= number <= self._last:
                continue
            here = away == 0
            font = QFont(self.font())
            font.setPixelSize(self._scale.px(Type.LARGE if here else Type.BODY))
            font.setBold(here)
            painter.setFont(font)
            painter.setPen(QColor(self._scale.ink(Colour.BLUE if here else Colour.TEXT_QUIET)))
            place = QRect(0, round(middle + (away - 0.5) * step), self.width(), step)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, f"{number}{self._unit}")
        painter.end()

    def middle_of(self, away: int) -> QPointF:
        """Where the neighbour `away` rows below the middle is touched."""
        return QPointF(self.width() / 2, self.height() / 2 + away * self._step)


class DateWheels(QWidget):
    """Year, or year and month, or year, month and day.

    Signals: chosen(str): the date as the domain keeps it, after every turn of a wheel.
    """

    chosen = Signal(str)

    def __init__(self, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self._kind = FieldType.DATE
        self.year = Wheel(texts.say("form.year"), scale=scale)
        self.month = Wheel(texts.say("form.month"), scale=scale)
        self.day = Wheel(texts.say("form.day"), scale=scale)
        outer = column(scale, self, gap=Space.TIGHT)
        decades = row(scale, gap=Space.TIGHT)
        for key, by in (("form.ten_years_earlier", -10), ("form.ten_years_later", +10)):
            button = push_button(texts.say(key), "keypad", lambda by=by: self.year.turn(by))  # type: ignore[misc]
            button.setProperty("wide", "true")
            decades.addWidget(button)
        outer.addLayout(decades)
        line = row(scale, gap=Space.TIGHT)
        self._columns: list[QWidget] = []
        for wheel in (self.year, self.month, self.day):
            holder = QWidget()
            inside = column(scale, holder, gap=Space.HAIR)
            inside.addWidget(self._arrow(wheel, -1, scale))
            inside.addWidget(wheel, 1)
            inside.addWidget(self._arrow(wheel, +1, scale))
            line.addWidget(holder, 3 if wheel is self.year else 2)
            self._columns.append(holder)
            wheel.moved.connect(self._moved)
        outer.addLayout(line, 1)

    def show_date(self, kind: FieldType, day: date) -> None:
        """Offer wheels for that kind of date, standing at that day."""
        self._kind = kind
        self._columns[1].setVisible(kind is not FieldType.YEAR)
        self._columns[2].setVisible(kind not in (FieldType.YEAR, FieldType.YEARMONTH))
        self.year.show_range(FIRST_YEAR, LAST_YEAR, day.year)
        self.month.show_range(1, 12, day.month)
        self._fit_days(day.day)

    @property
    def answer(self) -> str:
        """The date in the middle, as the domain keeps it."""
        day = date(self.year.value, self.month.value, self.day.value)
        if self._kind is FieldType.YEAR:
            return f"{day.year:04d}"
        return day.isoformat()[:7] if self._kind is FieldType.YEARMONTH else day.isoformat()

    def _fit_days(self, day: int) -> None:
        self.day.show_range(1, monthrange(self.year.value, self.month.value)[1], day)

    def _moved(self) -> None:
        self._fit_days(self.day.value)
        self.chosen.emit(self.answer)

    @staticmethod
    def _arrow(wheel: Wheel, by: int, scale: Scale) -> QWidget:
        arrow = push_button("\u25b2" if by < 0 else "\u25bc", "keypad", lambda: wheel.turn(by))
        arrow.setMinimumHeight(scale.px(TOUCH))
        arrow.setAutoRepeat(True)
        arrow.setAutoRepeatDelay(FIRST_REPEAT_MS)
        arrow.setAutoRepeatInterval(REPEAT_MS)
        return arrow

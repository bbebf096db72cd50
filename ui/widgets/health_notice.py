"""Says before anything begins what this machine cannot do now, and how people get on without it."""

from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from kiosk.flow.health import Obstacle
from ui.texts import Texts
from ui.theme.icons import Picture, shown
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.pieces import column, emptied, restyled, row, words


class HealthNotice(QFrame):
    """Hidden while nothing is in the way."""

    def __init__(self, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self._texts = texts
        self._scale = scale
        self._shown: tuple[Obstacle, ...] = ()
        self.setObjectName("health_notice")
        self.setProperty("kind", "notice")
        self.setProperty("tone", "warn")
        line = row(scale, self, gap=Space.GAP, edge=Space.GAP)
        side = scale.px(64)
        icon = shown(Picture.WARNING, scale.ink(Colour.WARN), side)
        line.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        inside = QWidget()
        self._said = column(scale, inside, gap=Space.TIGHT)
        line.addWidget(inside, 1)
        self.hide()

    def show_obstacles(self, obstacles: tuple[Obstacle, ...]) -> None:
        """These, the gravest first; none: nothing to say."""
        self.setVisible(bool(obstacles))
        if obstacles == self._shown:
            return
        self._shown = obstacles
        emptied(self._said)
        say = self._texts.say
        stopped = any(one.stops for one in obstacles)
        tone = "bad" if stopped else "warn"
        restyled(self, tone=tone)
        key = "health.stopped_title" if stopped else "health.title"
        self._said.addWidget(words(say(key), "large", tone=tone, strong=True))
        for way_on, same in groupby(obstacles, key=lambda one: one.way_on):
            for one in same:
                told = f"{say(f'health.device.{one.device}')} {one.fault.value}"
                self._said.addWidget(words(told, "body", strong=True))
            self._said.addWidget(words(say(f"health.way.{way_on}"), "body"))

"""The page while nobody is there: what this is, and three big words to begin with."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from kiosk.flow.site import Site
from ui.texts import Texts
from ui.texts.languages import OWN_NAMES, Language
from ui.theme.icons import Picture, shown
from ui.theme.tokens import TOUCH, Colour, Scale, Space
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.pieces import TouchCard, column, push_button, row, words


class StandbyPage(QWidget):
    """Any touch begins.

    Signals: apply (办事), progress (查进度, 打证明), resume (继续), staff (工作人员),
    notices (通知), comfort (大字、语言), read (朗读).
    """

    apply = Signal()
    comfort = Signal()
    read = Signal()
    staff = Signal()
    notices = Signal()
    progress = Signal()
    resume = Signal()

    def __init__(self, *, site: Site, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self._texts = texts
        self._scale = scale
        self._has_notice = self._offers_resuming = False
        self.setObjectName("standby")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        page = column(scale, self, gap=Space.GAP if scale.portrait else Space.NEAR, edge=Space.EDGE)
        self._page = page
        if not scale.portrait:
            side, above = scale.px(Space.EDGE), scale.px(Space.GAP)
            page.setContentsMargins(side, above, side, above)
        self._upload = words("", "note")
        self._upload.setObjectName("standby_upload")
        self._upload.setWordWrap(False)
        self._network = words("", "body")
        self._network.setWordWrap(False)
        page.addLayout(self._place(site))
        page.addStretch(2)
        name = words(texts.one("product.name"), "number")
        name.setObjectName("product_name")
        self._name = name
        self._motto = words(texts.say("product.motto"), "large")
        self._clock = words("", "heading")
        for label in (name, self._motto, self._clock):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            page.addWidget(label)
        page.addStretch(2)
        self._begin = words(texts.say("standby.begin"), "heading")
        self._begin.setAlignment(Qt.AlignmentFlag.AlignCenter)
        page.addWidget(self._begin)
        long = scale.few_choices and len(texts.languages) > 1
        upright = scale.portrait or long
        doors = column(scale, gap=Space.GAP) if upright else row(scale, gap=Space.GAP)
        self.doors = {
            "apply": self._door("apply", Picture.DOCUMENT, self.apply.emit),
            "progress": self._door("progress", Picture.SEARCH, self.progress.emit),
            "print": self._door("print", Picture.PRINTER, self.progress.emit),
        }
        for door in self.doors.values():
            doors.addWidget(door, 1)
        self.resume_door = self._door("resume", Picture.NEXT, self.resume.emit)
        self.resume_door.hide()
        page.addWidget(self.resume_door)
        page.addLayout(doors)
        page.addStretch(2)
        self._standing = words("", "body", tone="warn", strong=True)
        self._standing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._standing.hide()
        page.addWidget(self._standing)
        self._notice = self._foot_door("notices", self.notices.emit)
        self._notice.hide()
        page.addWidget(self._notice)
        self._add_doors(page, site)

    def _add_doors(self, page: QVBoxLayout, site: Site) -> None:
        texts = self._texts
        self._read = self._foot_door("read", self.read.emit)
        self._read.hide()
        foot = texts.one("standby.free")
        if site.phone:
            foot += "　" + texts.one("standby.phone", phone=site.phone)
        doors = (self._comfort_door(), self._read, self._staff_door())
        self._add_foot(page, words(foot, "body"), doors)

    def _add_foot(self, page: QVBoxLayout, foot: QLabel, doors: Sequence[QPushButton]) -> None:
        """On one line where the screen is wide and the words are short."""
        if not self._scale.portrait and not self._scale.few_choices:
            line = row(self._scale, gap=Space.GAP)
            line.addWidget(foot, 1)
            for door in doors:
                line.addWidget(door)
            page.addLayout(line)
            return
        page.addWidget(foot)
        holder = QWidget()
        lines = FlowLayout(holder, spacing=self._scale.px(Space.NEAR))
        for door in doors:
            lines.addWidget(door)
        page.addWidget(holder)

    def _place(self, site: Site) -> QBoxLayout:
        """Where this is, whether there is a network, and how sending stands."""
        upright = self._scale.portrait  # a long name needs the whole width there
        line = (column if upright else row)(self._scale, gap=Space.HAIR if upright else Space.NEAR)
        line.addWidget(words(site.name, "large", strong=True), 1)
        told = (row if upright else column)(self._scale, gap=Space.GAP if upright else Space.HAIR)
        for label in (self._network, self._upload):
            if not upright:
                label.setAlignment(Qt.AlignmentFlag.AlignRight)
            told.addWidget(label)
        if upright:
            told.addStretch(1)
        line.addLayout(told)
        return line

    def _staff_door(self) -> QPushButton:
        door = self._foot_door("staff", self.staff.emit)
        door.setText(self._texts.say("staff.door"))
        return door

    def _comfort_door(self) -> QPushButton:
        door = self._foot_door("comfort", self.comfort.emit)
        said = self._texts.say("comfort.door")
        if Language.KOREAN not in self._texts.languages:  # for whoever reads nothing else
            said = self._texts.joined("　", (said, OWN_NAMES[Language.KOREAN]))
        door.setText(said)
        return door

    def _note(self, key: str) -> str:
        """A low screen has room for one language of what only explains."""
        key = f"standby.{key}_note"
        return self._texts.say(key) if self._scale.portrait else self._texts.one(key)

    def show_time(self, now: datetime) -> None:
        """The clock."""
        weekday = self._texts.listed("bar.weekdays")[now.weekday()]
        day = self._texts.one("bar.date", month=now.month, day=now.day, weekday=weekday)
        self._clock.setText(f"{now:%H:%M}　{day}")

    def show_network(self, text: str) -> None:
        """The state of the network in words."""
        self._network.setText(text)

    def show_standing(self, text: str) -> None:
        """How the terminal stands; "" when there is nothing to say."""
        self._standing.setText(text)
        self._standing.setVisible(bool(text))
        self._make_room()

    def show_reading(self, words: str) -> None:
        """What a touch does about reading aloud; "" when there is no voice on this machine."""
        self._read.setText(words)
        self._read.setVisible(bool(words))

    def show_upload(self, text: str) -> None:
        """How sending stands."""
        self._upload.setText(text)

    def show_notice(self, title: str) -> None:
        """The newest notice in one line, cut where the screen ends; "" when there is none."""
        self._has_notice = bool(title)
        self._make_room()
        if title:
            line = self._texts.one("notices.door", title=title)
            room = self._scale.width - self._scale.px(2 * (Space.EDGE + Space.WIDE) + TOUCH)
            cut = Qt.TextElideMode.ElideRight
            self._notice.setText(self._notice.fontMetrics().elidedText(line, cut, room))

    def offer_resuming(self, on: bool) -> None:
        """A visit was broken off just now, and may go on."""
        self._offers_resuming = on
        self._make_room()

    def _make_room(self) -> None:
        """A crowded screen leaves out what is least wanted; a low one is crowded sooner."""
        low = self._scale.low or not self._scale.portrait
        self.resume_door.setVisible(self._offers_resuming)
        self._notice.setVisible(self._has_notice and not (low and self._offers_resuming))
        extra = (self._offers_resuming, self._has_notice, bool(self._standing.text()))
        large = 2 * (self._scale.few_choices + (len(self._texts.languages) > 1)) + self._scale.low
        for label in (self._motto, self._begin):
            label.setVisible(sum(extra) + extra[0] + large < (1 if low else 2))
        self._name.setVisible(not self._scale.low)
        crowded = self._offers_resuming and (low or (extra[2] and self._has_notice))
        self._clock.setVisible(not crowded)
        less: tuple[QWidget, ...] = (self._clock, self._name, self._notice)
        for piece in less:  # the least wanted first
            if self._fits():
                break
            piece.hide()

    def _fits(self) -> bool:
        """Whether everything has its place; unknown, and so yes, before the page is seen."""
        self._page.invalidate()
        needed = self._page.totalMinimumHeightForWidth(self._scale.width)
        return not self.isVisible() or needed <= self._scale.height

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's own name
        """Its type is known from now on, and with it how high everything is."""
        super().showEvent(event)
        self._make_room()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's own name
        """A touch beside the three words begins as well."""
        self.apply.emit()

    def _foot_door(self, key: str, on_click: Callable[[], None]) -> QPushButton:
        door = push_button("", "foot", on_click)
        door.setObjectName(f"door_{key}")
        return door

    def _door(self, key: str, picture: Picture, on_click: Callable[[], None]) -> TouchCard:
        scale = self._scale
        door = TouchCard(scale, on_click, kind="tile")
        door.setObjectName(f"door_{key}")
        line = row(scale, gap=Space.GAP)
        line.addWidget(
            shown(picture, scale.ink(Colour.BLUE), scale.px(96 if scale.portrait else 72))
        )
        text = column(scale, gap=Space.HAIR)
        text.addStretch(1)
        said = self._texts.say(f"standby.{key}")
        if scale.portrait and key != "resume":
            text.addWidget(words(said.in_one_line(), "title"))
        else:
            text.addWidget(words(said, "heading" if len(self._texts.languages) > 1 else "title"))
        text.addWidget(words(self._note(key), "body", tone="quiet"))
        text.addStretch(1)
        line.addLayout(text, 1)
        door.inside.addLayout(line)
        return door

"""The window: bars around the page, the way from one walk to the next, and the way back home."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QLayout, QWidget

from devices.id_card.card_watch import CardFailed, CardRead, CardTaken
from kiosk.domain.fault import Fault
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.broken_off import BrokenOff, Offer
from kiosk.flow.equipment import (
    CasesChanged,
    DocumentMoved,
    Event,
    NetworkChanged,
    PageCaptured,
    ReceiptFailed,
    ReceiptPrinted,
)
from kiosk.flow.idle_limit import IdleLimit
from ui.choosing_walk import ChoosingWalk
from ui.desk_walk import DeskWalk
from ui.events import EventBridge
from ui.notices_walk import NoticesWalk
from ui.pages.fault_page import FaultPage
from ui.pages.standby import StandbyPage
from ui.presence import Presence
from ui.progress_walk import ProgressWalk
from ui.sign_in_walk import SignInWalk
from ui.staff_at_window import StaffAtWindow, is_key_for
from ui.standing_words import standing_words
from ui.terminal import Terminal
from ui.theme.stylesheet import stylesheet
from ui.theme.tokens import Scale
from ui.uncaught import Uncaught
from ui.upload_words import door_words, newest_notice
from ui.visit_walk import VisitWalk
from ui.walk import Around, Opening, Walk
from ui.widgets import screen_keyboard
from ui.widgets.bars import BottomBar, Pages, StepBar, TopBar, hair_line
from ui.widgets.pieces import column
from ui.widgets.question import Question
from ui.widgets.screen_keyboard import ScreenKeyboard
from ui.widgets.training_band import training_band

LOOK_EVERY_MS: Final = 1000
STANDING_EVERY: Final = 60  # looks at the clock
LAYOUT_TURNS: Final = 3  # of Qt's loop: wrapped words know their height after their width
TOUCHES: Final = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.KeyPress,
        QEvent.Type.Wheel,
    }
)
# Not what the camera sees: a paper with a code, left below it, would keep the visit open for ever.
# Nor what sync brings: that comes whether anybody is there or not.
SOMEBODY_BUSY: Final = (
    CardRead,
    CardFailed,
    CardTaken,
    PageCaptured,
    ReceiptPrinted,
    ReceiptFailed,
    DocumentMoved,
)


class MainWindow(QWidget):
    """Fills the screen; `size` is that of the screen unless given. Lives on Qt's thread.

    While it is open, an exception that nobody caught ends the visit and shows the friendly page.
    """

    def __init__(
        self,
        terminal: Terminal,
        bridge: EventBridge,
        *,
        idle: IdleLimit | None = None,
        size: QSize | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._terminal = terminal
        self._texts = terminal.texts
        self._network = NetworkChanged(Fault.GATEWAY_UNREACHABLE)  # until sync says otherwise
        self.walk: Walk | None = None
        self._broken_off = BrokenOff(terminal.store)
        self._looks = 0
        screen = size or QGuiApplication.primaryScreen().size()
        self.resize(screen)
        self._scale = Scale(screen.width(), screen.height())
        self.setObjectName("window")
        self.setWindowTitle(self._texts.say("product.name"))
        self.setStyleSheet(stylesheet(self._scale))
        self._build()
        self._presence = Presence(
            self._question,
            texts=self._texts,
            idle=idle or IdleLimit(),
            monotonic=monotonic,
            something_to_lose=self._something_to_lose,
        )
        self._presence.gone.connect(self.show_standby)
        self._staff = StaffAtWindow(self, terminal, self._scale, monotonic=monotonic)
        self._staff.entered.connect(lambda: self.open(DeskWalk))
        self._staff.left.connect(self.show_standby)
        self._staff.scanned.connect(self._happened)
        self._top.shade.connect(self._staff.toggle_shade)
        self._keyboard = ScreenKeyboard(self._scale, self) if screen_keyboard.is_chosen() else None
        bridge.happened.connect(self._happened)
        self._uncaught = Uncaught()
        self._uncaught.seen.connect(self.show_fault_page)
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_EVERY_MS)
        self._clock.timeout.connect(self.look_at_the_clock)
        self._clock.start()
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        self._show_network()
        self.show_standby()

    # -- where people are

    def show_standby(self) -> None:
        """End whatever runs, forget the person, sign staff out, wait for the next."""
        if self._staff.member is not None:
            self._staff.session.sign_out()  # comes back here
            return
        self._end_walk()
        self._question.hide()
        self._look_at_the_store()
        self._show_page(self._standby)
        self._show_bars()
        self.look_at_the_clock()

    def open(self, opening: Opening) -> None:
        """Begin that walk; the one before ends."""
        self._begin(
            opening(
                Around(
                    terminal=self._terminal,
                    scale=self._scale,
                    network=self._network,
                    staff=self._staff.member,
                    session=self._staff.session,
                )
            )
        )

    def show_home(self, theme: str = "") -> None:
        """Choose an item; with a theme, among its items."""

        def opening(around: Around) -> Walk:
            walk = ChoosingWalk(around, theme)
            walk.item_chosen.connect(self.show_visit)
            walk.progress_wanted.connect(self.show_progress)
            return walk

        self.open(opening)

    def show_visit(self, item: ServiceItem) -> None:
        """Apply for an item."""
        self.open(lambda around: VisitWalk(around, item))

    def show_broken_off(self) -> None:
        """Go on with the visit that was broken off, once its card was laid down."""
        offer = self._look_at_the_store()
        if offer is not None:
            item, draft = offer.item, offer.draft
            self.open(lambda around: VisitWalk(around, item, draft=draft))

    def show_progress(self) -> None:
        """Ask how earlier cases stand."""
        self.open(ProgressWalk)

    def show_rest(self) -> None:
        """Where a walk leaves people: at the desk while staff are signed in, else at standby."""
        if self._staff.member is not None:
            self.open(DeskWalk)
        else:
            self.show_standby()

    def show_fault_page(self) -> None:
        """A mistake of our own: the visit ends, the terminal goes on."""
        self._question.hide()
        self._end_walk()
        self._presence.touched()
        self._show_page(self._fault_page)
        self._show_bars()

    @property
    def page(self) -> QWidget:
        """The page people see."""
        return self._pages.currentWidget()

    # -- clock and attendance

    def look_at_the_clock(self) -> None:
        """Once a second: the time, a draft that lags behind, and whether somebody is there."""
        now = self._terminal.now()
        self._top.show_time(now)
        self._standby.show_time(now)
        if self.page is self._standby:
            self._looks += 1
            if self._looks % STANDING_EVERY == 0:
                self._look_at_the_store()
            return
        if self.walk is not None:
            self.walk.tick()
            if self.walk.is_working():
                self._presence.touched()
        if self._staff.member is not None:
            self._staff.look()
        else:
            self._presence.look()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        """Every touch and key anywhere shows that somebody is there."""
        if event.type() in TOUCHES:
            self._presence.touched()
            self._staff.session.touched()
            if isinstance(event, QKeyEvent) and is_key_for(self, watched, event):
                return self._staff.key(event, self.walk)
        return super().eventFilter(watched, event)

    def _look_at_the_store(self) -> Offer | None:
        """Say on the standby page how the terminal stands, and offer what was broken off."""
        words = standing_words(self._terminal.standing(), self._texts)
        self._standby.show_standing(words)
        offer = self._broken_off.offer(self._terminal.catalog(), self._terminal.now())
        self._standby.offer_resuming(offer is not None)
        self._look_at_sending()
        return offer

    def _look_at_sending(self) -> None:
        terminal = self._terminal
        self._standby.show_upload(door_words(terminal.store, self._texts, sending=terminal.sending))
        self._standby.show_notice(newest_notice(terminal.store, terminal.now()))

    # -- touches on the bars

    def _next(self) -> None:
        if self.walk is not None:
            self.walk.next()

    def _back(self) -> None:
        if self.walk is not None:
            self.walk.back()

    def _end(self) -> None:
        leaves = self.show_standby if isinstance(self.walk, DeskWalk) else self.show_rest
        if not self._something_to_lose():
            leaves()
            return
        say = self._texts.say
        self._presence.other_question()
        leave = self.walk.bars().leave if self.walk is not None else ""
        self._question.ask(
            say(f"{leave}.title"),
            say(f"{leave}.body"),
            stay=say(f"{leave}.stay"),
            go=say(f"{leave}.go"),
            on_stay=lambda: None,
            on_go=leaves,
        )

    def _something_to_lose(self) -> bool:
        return self.walk is not None and self.walk.bars().something_to_lose

    # -- the machine around us

    def _happened(self, event: Event) -> None:
        if isinstance(event, NetworkChanged):
            self._network = event
            self._show_network()
        elif isinstance(event, SOMEBODY_BUSY):
            self._presence.touched()
        self._staff.happened(event)
        if self.walk is not None:
            self.walk.happened(event)
        elif isinstance(event, CasesChanged):
            self._look_at_sending()

    def _show_network(self) -> None:
        online = self._network.fault is None
        self._top.show_network(online=online)
        self._standby.show_network(self._texts.say("bar.online" if online else "bar.offline"))

    # -- walks and pages

    def _begin(self, walk: Walk) -> None:
        self._end_walk()
        self._presence.touched()
        self.walk = walk
        walk.setParent(self)
        walk.page_shown.connect(self._show_page)
        walk.bars_changed.connect(self._show_bars)
        walk.opens.connect(self.open)
        walk.home_wanted.connect(self.show_home)
        walk.over.connect(self.show_rest)
        walk.shade_wanted.connect(self._staff.toggle_shade)
        walk.begin()

    def _end_walk(self) -> None:
        walk, self.walk = self.walk, None
        if walk is None:
            return
        if self._keyboard is not None:
            self._keyboard.end_visit()  # nothing half typed for the next person
        walk.blockSignals(True)  # nothing it does while ending may show a page again
        try:
            walk.leave()
        finally:
            self._terminal.equipment.visit_over()
            walk.deleteLater()

    def _show_page(self, page: QWidget) -> None:
        self._pages.setUpdatesEnabled(False)  # nothing half laid out is ever seen
        if self._pages.indexOf(page) < 0:
            self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        self._let_page_be_seen(LAYOUT_TURNS)

    def _let_page_be_seen(self, turns: int) -> None:
        if turns:
            QTimer.singleShot(0, self, lambda: self._let_page_be_seen(turns - 1))
        else:
            self._pages.setUpdatesEnabled(True)

    def _show_bars(self) -> None:
        walking = self.walk is not None
        for bar in (self._top, self._bottom, self._line):
            bar.setVisible(walking)
        self._top.shade_button.setVisible(self._staff.member is not None)
        if self.walk is None:
            self._steps.hide()
            return
        bars = self.walk.bars()
        has_way = bars.can_go_back or bool(bars.next_words)
        self._bottom.setVisible(has_way)
        self._line.setVisible(has_way)
        self._steps.show_steps(bars.steps, bars.at)
        self._bottom.show_bars(bars)

    def _build(self) -> None:
        texts, scale, site = self._texts, self._scale, self._terminal.site
        self._top = TopBar(site=site, texts=texts, scale=scale)
        self._steps = StepBar(scale=scale)
        self._pages = Pages()
        self._pages.setObjectName("pages")
        self._bottom = BottomBar(texts=texts, scale=scale)
        self._line = hair_line()
        whole = column(scale, self, gap=0)
        whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the screen decides
        if self._terminal.is_training:
            whole.addWidget(training_band(texts, scale))
        whole.addWidget(self._top)
        whole.addWidget(self._steps)
        whole.addWidget(self._pages, 1)
        whole.addWidget(self._line)
        whole.addWidget(self._bottom)
        self._standby = StandbyPage(site=site, texts=texts, scale=scale)
        self._fault_page = FaultPage(texts=texts, scale=scale)
        self._question = Question(self, scale=scale)
        self._top.end.connect(self._end)
        self._bottom.next.connect(self._next)
        self._bottom.back.connect(self._back)
        self._standby.apply.connect(self.show_home)
        self._standby.progress.connect(self.show_progress)
        self._standby.resume.connect(self.show_broken_off)
        self._standby.staff.connect(lambda: self.open(SignInWalk))
        self._standby.notices.connect(lambda: self.open(NoticesWalk))
        self._fault_page.home.connect(self.show_rest)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own name
        """The shading covers all of the window."""
        super().resizeEvent(event)
        self._question.setGeometry(self.rect())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's own name
        """End the visit and let go of what belongs to the whole program."""
        self._clock.stop()
        self._end_walk()
        self._uncaught.let_go()
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        super().closeEvent(event)

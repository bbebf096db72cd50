"""The window: bars around the page, the way from one walk to the next, and the way back home."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QSize, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLayout, QWidget

from kiosk.domain.fault import Fault
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.broken_off import BrokenOff, Offer
from kiosk.flow.equipment import CasesChanged, DeviceLooked, Event, NetworkChanged
from kiosk.flow.idle_limit import IdleLimit
from ui.choosing_walk import choosing
from ui.desk_walk import DeskWalk
from ui.events import EventBridge
from ui.fittings import Fittings
from ui.forgetting import Forgetting
from ui.hands import Hands
from ui.keyboard_focus import KeyboardFocus
from ui.notices_walk import NoticesWalk
from ui.presence import SOMEBODY_BUSY, Presence
from ui.progress_walk import ProgressWalk
from ui.reader import Reader
from ui.sign_in_walk import SignInWalk
from ui.staff_at_window import StaffAtWindow
from ui.standing_words import before_anybody_begins
from ui.terminal import Terminal
from ui.theme.comfort import Comfort
from ui.theme.stylesheet import stylesheet
from ui.uncaught import Uncaught
from ui.upload_words import door_words, newest_notice
from ui.visit_walk import VisitWalk
from ui.voice import Voice
from ui.walk import Around, Opening, Walk
from ui.widgets import screen_keyboard
from ui.widgets.pieces import column
from ui.widgets.screen_keyboard import ScreenKeyboard

LOOK_EVERY_MS: Final = 1000
STANDING_EVERY: Final = 60  # looks at the clock


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
        voice: Voice | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._terminal = terminal
        self._texts = terminal.texts
        self._network = NetworkChanged(Fault.GATEWAY_UNREACHABLE)  # until sync says otherwise
        self.walk: Walk | None = None
        self._comfort = terminal.comfort
        self._staff = StaffAtWindow(self, terminal, monotonic=monotonic)
        self._staff.entered.connect(lambda: self.open(DeskWalk))
        self._staff.left.connect(self.show_standby)
        self._staff.scanned.connect(self._happened)
        self._idle = idle or IdleLimit()
        self._monotonic = monotonic
        self._broken_off = BrokenOff(terminal.store, mode=terminal.mode)
        self._looks = 0
        self._screen = size or QGuiApplication.primaryScreen().size()
        self.resize(self._screen)
        self.setObjectName("window")
        self.setWindowTitle(self._texts.say("product.name"))
        self._whole = column(self._comfort.scale(1, 1), self, gap=0)
        self._whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the screen decides
        self._focus, self._forgetting = KeyboardFocus(self), Forgetting(self)
        self._reader = Reader(voice, page=lambda: self.page, window=self)
        self._staff.covered.connect(self._reader.stop)
        self._fit_out()
        self._hands = Hands(self, touched=self._touched, key=self._key)
        self._keyboard: ScreenKeyboard | None = None
        if screen_keyboard.is_chosen():
            self._keyboard = ScreenKeyboard(self._scale, self)
            self._keyboard.appeared.connect(self._hands.listen)
        bridge.happened.connect(self._happened)
        self._uncaught = Uncaught()
        self._uncaught.seen.connect(self.show_fault_page)
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_EVERY_MS)
        self._clock.timeout.connect(self.look_at_the_clock)
        self._clock.start()
        self._show_network()
        self.show_standby()

    # -- where people are

    def show_standby(self) -> None:
        """End whatever runs, forget the person, sign staff out, wait for the next."""
        if self._staff.sign_out():
            return  # which came back here
        self._end_walk()
        self._inside.uncover()
        if self._comfort != self._terminal.comfort:
            self.be_comfortable(self._terminal.comfort)
        self._look_at_the_store()
        self._show_page(self._inside.standby)
        self._show_bars()
        self.look_at_the_clock()

    def open(self, opening: Opening) -> None:
        """Begin that walk; the one before ends."""
        self._begin(opening(self._around()))

    def show_home(self, theme: str = "") -> None:
        """Choose an item; with a theme, among its items."""
        self.open(choosing(theme))

    def show_visit(self, item: ServiceItem) -> None:
        """Apply for an item."""
        self.open(lambda around: VisitWalk(around, item, home=choosing))

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
        self._inside.uncover()
        self._end_walk()
        self._presence.touched()
        self._show_page(self._inside.fault_page)
        self._show_bars()

    @property
    def page(self) -> QWidget:
        """The page people see."""
        return self._inside.pages.page

    # -- clock and attendance

    def look_at_the_clock(self) -> None:
        """Once a second: the time, a draft that lags behind, and whether somebody is there."""
        now = self._terminal.now()
        self._inside.top.show_time(now)
        self._inside.standby.show_time(now)
        self._inside.show_power(self._terminal.battery(), self._texts)
        if self.page is self._inside.standby:
            self._looks += 1
            if self._looks % STANDING_EVERY == 0:
                self._look_at_the_store()
            chosen = self._comfort != self._terminal.comfort or self._inside.sheet.isVisible()
            if chosen and self._presence.is_gone():
                self.show_standby()  # whoever chose it never began
            return
        if self.walk is not None:
            self.walk.tick()
            if self.walk is not None and self.walk.is_working():  # a tick may end the walk
                self._presence.touched()
                self._staff.session.touched()
        if not self._staff.look():
            self._presence.look()

    def _touched(self, event: QEvent) -> None:
        """Every touch and key anywhere shows that somebody is there."""
        self._presence.touched()
        self._focus.saw(event)
        self._staff.session.touched()

    def _key(self, event: QKeyEvent) -> bool:
        return self._staff.key(event, self.walk)

    def _look_at_the_store(self) -> Offer | None:
        """Say on the standby page how the terminal stands, and offer what was broken off."""
        self._inside.standby.show_standing(before_anybody_begins(self._terminal, self._texts))
        offer = self._broken_off.offer(self._terminal.catalog(), self._terminal.now())
        self._inside.standby.offer_resuming(offer is not None)
        self._look_at_sending()
        return offer

    def _look_at_sending(self) -> None:
        terminal = self._terminal
        self._inside.standby.show_upload(
            door_words(terminal.store, self._texts, sending=terminal.sending)
        )
        self._inside.standby.show_notice(newest_notice(terminal.store, terminal.now()))

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
        self._inside.question.ask(
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
        elif isinstance(event, CasesChanged | DeviceLooked):
            self._look_at_the_store()

    def _show_network(self) -> None:
        online = self._network.fault is None
        self._inside.top.show_network(online=online)
        self._inside.standby.show_network(
            self._texts.say("bar.online" if online else "bar.offline")
        )

    # -- walks and pages

    def _begin(self, walk: Walk) -> None:
        self._end_walk()
        self._presence.touched()
        self.walk = walk
        walk.setParent(self)
        walk.page_shown.connect(self._show_page)
        walk.page_ahead.connect(self._inside.pages.take_in)
        walk.bars_changed.connect(self._show_bars)
        walk.opens.connect(self.open)
        walk.home_wanted.connect(self.show_home)
        walk.over.connect(self.show_rest)
        walk.shade_wanted.connect(self._staff.toggle_shade)
        walk.begin()

    def _end_walk(self) -> None:
        self._reader.stop()
        walk, self.walk = self.walk, None
        if walk is None:
            return
        if self._keyboard is not None:
            self._keyboard.end_visit()  # nothing half typed for the next person
        walk.blockSignals(True)  # nothing it does while ending may show a page again
        try:
            walk.leave()
        finally:
            self._terminal.visit_over()
            walk.deleteLater()
            self._forgetting.person_left()

    def _show_page(self, page: QWidget) -> None:
        self._reader.stop()
        self._inside.pages.show_page(page)

    def _show_bars(self) -> None:
        walking = self.walk is not None
        for bar in (self._inside.top, self._inside.bottom, self._inside.line):
            bar.setVisible(walking)
        self._inside.top.shade_button.setVisible(self._staff.member is not None)
        if self.walk is None:
            self._inside.steps.hide()
            return
        bars = self.walk.bars()
        self._inside.steps.show_steps(bars.steps, bars.at)
        self._inside.bottom.show_bars(bars)
        for low in (self._inside.bottom, self._inside.line):
            low.setVisible(bars.can_go_back or bool(bars.next_words))
        # The shade of staff takes its place: a bar has room for one of them.
        on = self.walk.can_refit and self._staff.member is None
        self._inside.top.show_comfort(on=on)

    # -- how it is put together

    def be_comfortable(self, comfort: Comfort) -> None:
        """Other sizes, inks, places or words, from now on until the visit ends. About 0.1 s."""
        self._comfort = comfort
        sheet_was_open = self._inside.sheet.isVisible()
        old = self._inside
        attic = QWidget()  # never shown
        old.hide()
        old.setParent(attic)
        self._fit_out()
        if self.walk is None:
            self._show_page(self._inside.standby)
            self._look_at_the_store()
        else:
            self.walk.refit(self._around())
        attic.deleteLater()
        self._show_network()
        self._show_bars()
        self.look_at_the_clock()
        if sheet_was_open:
            self._inside.sheet.open()

    def _around(self) -> Around:
        terminal = replace(self._terminal, texts=self._texts)
        return Around(
            terminal=terminal,
            scale=self._scale,
            network=self._network,
            staff=self._staff.member,
            session=self._staff.session,
        )

    def _fit_out(self) -> None:
        """Everything inside the window, made for the comfort that counts now."""
        self._texts = self._terminal.texts.speaking(*self._comfort.languages)
        self._scale = self._comfort.scale(self._screen.width(), self._screen.height())
        self.setStyleSheet(stylesheet(self._scale))
        terminal = replace(self._terminal, texts=self._texts)
        self._inside = Fittings(terminal, comfort=self._comfort, scale=self._scale)
        self._whole.addWidget(self._inside)
        self._staff.fit_out(terminal, self._scale)
        self._connect()
        self._reader.fit(self._inside, self._texts)
        self._presence = Presence(
            self._inside.question,
            texts=self._texts,
            idle=self._idle.slowed(self._comfort.patience),
            monotonic=self._monotonic,
            something_to_lose=self._something_to_lose,
        )
        self._presence.gone.connect(self.show_standby)
        self._presence.touched()

    def _connect(self) -> None:
        inside = self._inside
        top, bottom, standby = inside.top, inside.bottom, inside.standby
        inside.sheet.chosen.connect(self.be_comfortable)
        top.comfort.connect(inside.sheet.open)
        standby.comfort.connect(inside.sheet.open)
        top.end.connect(self._end)
        top.shade.connect(self._staff.toggle_shade)
        bottom.next.connect(self._next)
        bottom.back.connect(self._back)
        standby.apply.connect(self.show_home)
        standby.progress.connect(self.show_progress)
        standby.resume.connect(self.show_broken_off)
        standby.staff.connect(lambda: self.open(SignInWalk))
        standby.notices.connect(lambda: self.open(NoticesWalk))
        inside.fault_page.home.connect(self.show_rest)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's own name
        """The system has given it a window, where touches come in."""
        super().showEvent(event)
        self._hands.listen(self.windowHandle())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own name
        """The shading covers all of the window."""
        super().resizeEvent(event)
        self._inside.cover()
        self._staff.cover()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's own name
        """End the visit and let go of what belongs to the whole program."""
        self._clock.stop()
        self._end_walk()
        self._uncaught.let_go()
        super().closeEvent(event)

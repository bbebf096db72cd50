"""What the window has for staff: who is signed in, the lock, the privacy shade, keys, scanner."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QWidget

from kiosk.domain.staff import StaffAct, StaffEntry, StaffMember
from kiosk.flow.equipment import CodeSeen, Event
from kiosk.flow.key_bursts import KeyBursts
from kiosk.flow.sign_in_flow import SignInFlow, SignInView
from kiosk.flow.staff_session import SessionView, StaffSession
from ui.terminal import Terminal
from ui.theme.tokens import Scale
from ui.walk import Walk
from ui.widgets.cover import PrivacyShade
from ui.widgets.lock_cover import LockCover

ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class StaffAtWindow(QObject):
    """Lives on Qt's thread, with the window.

    Signals:
    entered: somebody signed in, or another person did: their desk is to be shown.
    left: nobody is signed in any more.
    scanned(CodeSeen): a bar-code scanner that types like a keyboard.
    covered: by the lock or the shade; nothing of the page may be heard either.
    """

    entered = Signal()
    left = Signal()
    scanned = Signal(object)
    covered = Signal()

    def __init__(
        self,
        window: QWidget,
        terminal: Terminal,
        *,
        monotonic: Callable[[], float],
        key_clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._terminal = terminal
        self._scale = Scale(window.width(), window.height())
        self._key_clock = key_clock
        self._bursts = KeyBursts()
        self._seen = SessionView()
        self._lock: LockCover | None = None
        self._lock_flow: SignInFlow | None = None
        self.shade: PrivacyShade | None = None
        self.session = StaffSession(
            terminal.store,
            equipment=terminal.equipment,
            now=terminal.now,
            monotonic=monotonic,
            on_change=self._changed,
        )

    def fit_out(self, terminal: Terminal, scale: Scale) -> None:
        """The window was made for another comfort: its words and sizes from now on."""
        self._terminal, self._scale = terminal, scale
        if self.shade is not None:
            self.shade.deleteLater()
        self.shade = PrivacyShade(self._window, texts=terminal.texts, scale=scale)
        self.shade.touched.connect(self.toggle_shade)

    def cover(self) -> None:
        """The window has another size."""
        for cover in (self.shade, self._lock):
            if cover is not None and cover.isVisible():
                cover.put_up()

    def sign_out(self) -> bool:
        """Whether anybody was signed in, and is no longer."""
        was = self.session.member is not None
        self.session.sign_out()
        return was

    @property
    def member(self) -> StaffMember | None:
        """Who is signed in."""
        return self.session.member

    @property
    def lock(self) -> LockCover | None:
        """What covers the window while it is locked."""
        return self._lock

    def toggle_shade(self) -> None:
        """Somebody steps near, or is gone again."""
        if self.shade is None:
            return
        if self.shade.isVisible():
            self.shade.hide()
        elif self.member is not None:
            self.covered.emit()
            self.shade.put_up()

    def happened(self, event: Event) -> None:
        """The machine around us tells something."""
        self.session.happened(event)
        if self._lock_flow is not None:
            self._lock_flow.happened(event)

    def look(self) -> bool:
        """About once a second. False: nobody is signed in, attendance is somebody else's."""
        if self.member is None:
            return False
        if self._lock_flow is not None:
            self._lock_flow.tick()
        self.session.look()
        return True

    def key(self, event: QKeyEvent, walk: Walk | None) -> bool:
        """A key of a real keyboard; True when it is dealt with and no field may have it.

        Residents have no keyboard: for them only the scanner is heard.
        """
        if self._lock is not None:
            self._lock.panel.key(event)
            return True  # nothing of it reaches the page below
        if event.key() == Qt.Key.Key_F10 and self.member is not None:
            self.session.lock()
            return True
        if event.key() == Qt.Key.Key_F9 and self.member is not None:
            self.toggle_shade()
            return True
        if self.shade is not None and self.shade.isVisible():
            return True
        moment = self._key_clock()
        if event.key() in ENTER:
            code = self._bursts.ended(moment)
            if code:
                self._take_out(code)
                self.scanned.emit(CodeSeen(code))
                return True
        elif event.text():
            self._bursts.key(event.text(), moment)
        return self._for_walk(event, walk)

    def _for_walk(self, event: QKeyEvent, walk: Walk | None) -> bool:
        if walk is None or walk.key(event):
            return walk is not None
        field = QApplication.focusWidget()
        bars = walk.bars()
        if self.member is None or isinstance(field, QPlainTextEdit):
            return False
        # Whoever walks by Tab (ui/keyboard_focus.py) means the button that is marked.
        is_marked = isinstance(field, QAbstractButton) and self._window.property("keys") == "true"
        if event.key() in ENTER and is_marked:
            return False
        if event.key() in ENTER and bars.next_words and bars.can_go_next:
            walk.next()
            return True
        if event.key() == Qt.Key.Key_Escape and bars.can_go_back:
            walk.back()
            return True
        return False

    @staticmethod
    def _take_out(code: str) -> None:
        """What the scanner typed went into the field that has the keyboard."""
        field = QApplication.focusWidget()
        if isinstance(field, QLineEdit) and field.text().endswith(code):
            field.setText(field.text()[: -len(code)])

    def _changed(self, view: SessionView) -> None:
        before, self._seen = self._seen, view
        if view.locked:
            self._cover()
            return
        self._uncover()
        if view.member is None:
            if self.shade is not None:
                self.shade.hide()
            self.left.emit()
        elif before.member is None or before.member.staff_id != view.member.staff_id:
            self.entered.emit()

    def _cover(self) -> None:
        if self._lock is not None:
            return
        self.covered.emit()
        terminal = self._terminal
        flow = self._lock_flow = SignInFlow(
            terminal.store,
            equipment=terminal.equipment,
            site=terminal.site.code,
            now=terminal.now,
            monotonic=self.session.monotonic,
            on_change=self._draw_lock,
            signed_in=self.session.signed_in,
            act_of=self._act_of,
        )
        self._lock = LockCover(
            self._window,
            flow,
            end=self.session.sign_out,
            texts=terminal.texts,
            scale=self._scale,
        )
        self._lock.put_up()
        flow.begin()

    def _draw_lock(self, view: SignInView) -> None:
        if self._lock is not None:
            self._lock.draw(view)

    def _act_of(self, entry: StaffEntry) -> StaffAct:
        return StaffAct.UNLOCKED if self.session.is_of(entry) else StaffAct.SIGNED_IN

    def _uncover(self) -> None:
        lock, self._lock = self._lock, None
        flow, self._lock_flow = self._lock_flow, None
        if flow is not None:
            flow.leave()
        if lock is not None:
            lock.panel.forget()
            lock.hide()
            lock.deleteLater()

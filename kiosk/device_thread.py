"""One thread for one device: works, polls in between, and is replaced when it hangs."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

log = logging.getLogger(__name__)

Work = Callable[[], object]
# Does one look at the device, told whether somebody watches; returns the seconds until the next
# look, None for none until something is asked or the watching changes.
Poll = Callable[[bool], float | None]
# Tells whoever waits that a work does not end: True when it had begun, False when it never did.
Lost = Callable[[bool], object]

POLL_PATIENCE: Final = 8.0  # seconds; every contract of a driver promises five at most
MOST_LEFT_BEHIND: Final = 3  # threads that hang in one device at the same time
END_WITHIN: Final = 3.0  # seconds that the end of the program waits for a device


@dataclass(frozen=True, slots=True)
class _Asked:
    work: Work
    within: float | None  # seconds without a sign of life until it counts as hanging; None: ever
    lost: Lost | None


class _Runner(threading.Thread):
    """The thread that works for a device now, or that was left behind in it."""

    def __init__(self, name: str, run: Callable[["_Runner"], None]) -> None:
        super().__init__(name=name, daemon=True)
        self._loop = run
        self.in_hand: _Asked | None = None
        self.alive_at = 0.0  # monotonic; of the work in hand
        self.given_up = False  # the work in hand: whoever waits for it was told
        self.let_go: Work | None = None  # set when another one has taken over

    def run(self) -> None:
        """The loop. Not to be called."""
        self._loop(self)


class DeviceThread:
    """All calls to one device happen on one thread, so a driver needs no locks.

    `ask` may be called from any thread and returns at once. A poll or a work that fails is a
    mistake of ours (drivers raise only DeviceError, which the work itself handles): it is logged
    and the thread goes on.

    A call that does not come back in time keeps nobody: `look_after` leaves its thread behind,
    another one goes on with the queue, and the end of the program does not wait. What was left
    behind ends by itself should its call ever come back.
    """

    def __init__(
        self,
        name: str,
        *,
        poll: Poll | None = None,
        poll_within: float | None = None,
        take_over: Callable[[], Work] | None = None,
        at_end: Work = lambda: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`poll_within`: seconds after which a poll counts as hanging; None: POLL_PATIENCE.

        `take_over`: gets a fresh driver and tells who waits, on the thread of `look_after`.

        It returns what the thread that was left behind does once its call has come back: let the
        old driver go. Without it nobody is ever left behind. `at_end`: the thread's last work.
        """
        self.name = name
        self._poll = poll
        self._poll_within = POLL_PATIENCE if poll_within is None else poll_within
        self._take_over = take_over
        self._at_end = at_end
        self._now = now
        self._works: deque[_Asked | None] = deque()
        self._asked = threading.Condition()  # of the works
        self._watching = False
        self._due: float | None = None if poll is None else now()
        self._lock = threading.Lock()  # of the change of threads
        self._left_behind: list[_Runner] = []
        self._ended = False
        self._to_start = False  # the thread that took over, while it has not begun yet
        self._runner = self._new_runner()

    # -- from any thread

    def start(self) -> None:
        """Let it run; the first poll comes at once."""
        self._runner.start()

    def ask(self, work: Work, *, within: float | None = None, lost: Lost | None = None) -> None:
        """Do this as soon as the device is free; in the order of asking.

        `within`: seconds without a sign of life after which it counts as hanging. `lost` is called
        once when the work hangs, or when a device that hangs keeps it from ever beginning.
        """
        self._put(_Asked(work, within, lost))

    def watch(self, on: bool) -> None:
        """What polls are told from now on; the next one comes at once."""
        self._watching = on
        self.look_now()

    def look_now(self) -> None:
        """Poll as soon as the device is free, whenever the next poll would have been."""
        self.ask(self._hasten)

    def look_within(self, seconds: float) -> None:
        """Poll no later than so. On the device's own thread, where something was learnt."""
        if self._poll is not None and self.is_current():
            soon = self._now() + seconds
            self._due = soon if self._due is None else min(self._due, soon)

    def pulse(self) -> None:
        """A sign of life of the work in hand, when it is told by the thread that does it."""
        runner = self._runner
        if threading.current_thread() is runner:
            runner.alive_at = self._now()

    def is_current(self) -> bool:
        """False where what is said counts no more.

        That is on a thread that was left behind, and in a work that was given up as lost.
        """
        runner = self._runner
        return threading.current_thread() is runner and not runner.given_up

    @property
    def hangs(self) -> bool:
        """Whether the work in hand is over its time."""
        return self._overdue(self._runner)

    def stop(self, *, seconds: float = END_WITHIN) -> bool:
        """End after the work in hand. False when the device hangs and the thread is abandoned."""
        self.ask_to_end()
        return self.join(seconds)

    def ask_to_end(self) -> None:
        """End after the work in hand; returns at once."""
        with self._lock:
            self._ended = True
        self._put(None)

    def join(self, seconds: float) -> bool:
        """Wait so long for the end. False when the device hangs."""
        runner = self._runner
        with suppress(RuntimeError):  # it was never started
            runner.join(seconds)
        return not runner.is_alive()

    # -- supervision

    def look_after(self) -> None:
        """Leave a thread behind that hangs. Called about twice a second by one thread.

        Raises what the take-over raises, or RuntimeError where the system gives no new thread;
        whoever waits was told before, and the next call tries again.
        """
        self._left_behind = [one for one in self._left_behind if one.is_alive()]
        lost: list[Work] = []
        try:
            with self._lock:
                hung = self._runner
                if not self._ended and self._take_over is not None and self._overdue(hung):
                    self._leave_behind(hung, self._take_over, lost)
        finally:
            for tell in lost:
                self._tell(tell)
        if self._to_start:
            self._runner.start()
            self._to_start = False

    def _leave_behind(self, hung: _Runner, take_over: Callable[[], Work], lost: list[Work]) -> None:
        """Or give up waiting. `lost` gets what is to be told without the lock."""
        asked = hung.in_hand
        if asked is not None and asked.lost is not None and not hung.given_up:
            lost.append(partial(asked.lost, True))
        if len(self._left_behind) < MOST_LEFT_BEHIND:
            try:
                self._replace(hung, take_over)
            except Exception:
                self._give_up_waiting(hung, lost)
                raise
            log.error("%s hangs; its thread is left behind", self.name)
        else:
            self._give_up_waiting(hung, lost)

    def _replace(self, hung: _Runner, take_over: Callable[[], Work]) -> None:
        """Nothing has changed when this raises."""
        self._runner = self._new_runner()  # from here on the other one is not heard
        try:
            hung.let_go = take_over()
        except Exception:
            self._runner = hung
            raise
        self._left_behind.append(hung)
        self._hasten()
        self._to_start = True

    def _give_up_waiting(self, hung: _Runner, lost: list[Work]) -> None:
        """All threads hang: whoever waits for an answer gets one, what changes the state stays."""
        hung.given_up = hung.in_hand is not None and hung.in_hand.lost is not None
        kept: list[_Asked | None] = []
        with self._asked:
            for asked in self._works:
                if asked is None or asked.lost is None:
                    kept.append(asked)
                else:
                    lost.append(partial(asked.lost, False))
            self._works = deque(kept)

    def _tell(self, tell: Work) -> None:
        try:
            tell()
        except Exception:  # the others wait too
            log.exception("%s: who waits could not be told", self.name)

    def _overdue(self, runner: _Runner) -> bool:
        asked = runner.in_hand
        if asked is None or asked.within is None:
            return False
        return self._now() - runner.alive_at > asked.within

    # -- on the device's thread

    def _new_runner(self) -> _Runner:
        return _Runner(self.name, self._run)

    def _put(self, asked: _Asked | None) -> None:
        with self._asked:
            self._works.append(asked)
            self._asked.notify()

    def _hasten(self) -> None:
        if self._poll is not None:
            self._due = self._now()

    def _run(self, runner: _Runner) -> None:
        while True:
            asked = self._next()
            if asked is None:
                self._at_end()
                return
            runner.alive_at = self._now()
            runner.in_hand = asked
            try:
                asked.work()
            except Exception:  # the thread's top: log it and keep the device usable
                log.exception("%s failed", self.name)
            finally:
                del asked  # a slip would stay here until the next one
            with self._lock:  # either it was left behind, or it is back in time
                runner.in_hand = None
                runner.given_up = False
                let_go = runner.let_go
            if let_go is not None:
                log.warning("%s came back after it was left behind", self.name)
                let_go()
                return

    def _next(self) -> _Asked | None:
        """The next work; a poll when it is time for one; None: end."""
        with self._asked:
            seconds = None if self._due is None else max(0.0, self._due - self._now())
            if self._asked.wait_for(lambda: self._works, seconds):
                return self._works.popleft()
        return _Asked(self._do_poll, self._poll_within, None)

    def _do_poll(self) -> None:
        assert self._poll is not None, "there is a time for the next one"
        self._due = None
        try:
            pause = self._poll(self._watching)
        except Exception:
            if self.is_current():
                self._due = self._now() + 1.0  # a mistake of ours does not end the looking
            raise
        if self.is_current() and self._due is None:
            self._due = None if pause is None else self._now() + pause

"""One turn with a USB stick: answers in, others' cases over the line, ours onto the stick."""

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from kiosk.domain.case import CaseId
from kiosk.domain.fault import Fault
from kiosk.domain.sending import SENDING_SWITCH, Sending, sending_in
from kiosk.domain.stick import StickResult, StickWork
from kiosk.flow.equipment import StickMoved
from offline_store.api import Store, StoreError
from sync.gateway_key import GatewayKey
from sync.stick_answers import StickAnswers
from sync.stick_export import Sender, StickExport, waiting_cases
from sync.stick_folder import NotAStick, StickFolder
from sync.stick_relay import BundleLine, StickRelay

log = logging.getLogger(__name__)


class StickLine(BundleLine, Protocol):
    """A way to the gateway of its own, for one turn."""

    def reachable(self) -> Fault | None:
        """None when the gateway answers."""
        ...

    def interrupt(self) -> None:
        """Break off what is on the line, for good. From any thread."""
        ...


class Halt:
    """People do not want to wait any longer. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._line: StickLine | None = None

    def ask(self) -> None:
        """End after the piece at hand; what is on the line is broken off."""
        self._asked.set()
        if (line := self._line) is not None:
            line.interrupt()

    def is_asked(self) -> bool:
        """Whether to end."""
        return self._asked.is_set()

    def covers(self, line: StickLine) -> None:
        """Break this line off, now when it was asked before."""
        self._line = line
        if self.is_asked():
            line.interrupt()


@dataclass(frozen=True, slots=True)
class StickKeys:
    """What a terminal needs to carry cases by hand."""

    sender: Sender
    gateway_key: GatewayKey


class StickTurn:
    """Belongs to the thread of its store; `run` it once."""

    def __init__(
        self,
        root: Path,
        *,
        store: Store,
        keys: StickKeys,
        line: Callable[[], StickLine],
        sending: Sending,
        now: Callable[[], datetime],
        is_there: Callable[[], bool],
        told: Callable[[StickMoved], None],
        halt: Halt,
    ) -> None:
        """`sending`: what holds unless staff have set something else. `is_there`: the stick."""
        self._root = root
        self._store = store
        self._keys = keys
        self._line = line
        self._sending = sending
        self._now = now
        self._is_there = is_there
        self._told = told
        self._halt = halt
        self._result = StickResult()
        self.settled: tuple[CaseId, ...] = ()  # ours that an answer was taken in for

    def run(self) -> StickResult:
        """All there is to do. Never raises for what a stick, a line or the store may do.

        The line carries others' cases only where staff let everything go over it. Ours are written
        in any case: whichever way a case arrives first is the one that counts.
        """
        try:
            stick = StickFolder(self._root)
            self._take_in(stick)
            self._carry_others(stick)
            self._write_ours(stick)
        except StoreError as error:
            self._ended_by(error.fault)
        except (NotAStick, OSError) as error:
            log.info("the stick failed: %s", type(error).__name__)
            self._ended_by(Fault.STICK_UNUSABLE)
        if self._is_there():
            self._move(StickWork.SETTLING, 0, 0)
            os.sync()  # renames and removals too
            self._result = replace(self._result, safe=self._is_there())
        if not self._result.safe:
            self._ended_by(Fault.STICK_GONE)
        return replace(self._result, cancelled=self._halt.is_asked())

    def _take_in(self, stick: StickFolder) -> None:
        self._move(StickWork.ANSWERS, 0, 0)
        sender = self._keys.sender
        answers = StickAnswers(
            self._store, stick, gateway_key=self._keys.gateway_key, terminal_id=sender.terminal_id
        )
        report = answers.take_in(self._now())
        ours = (*report.acknowledged, *report.set_aside)
        self.settled += tuple(CaseId(case_id) for case_id in ours)
        self._result = replace(
            self._result,
            receipts=self._result.receipts + len(report.acknowledged),
            refused=self._result.refused + len(report.set_aside),
            unbelieved=len(report.not_believed),
            for_others=len(report.others),
        )

    def _carry_others(self, stick: StickFolder) -> None:
        others = {case_id for case_id in stick.bundles() if not self._is_ours(case_id)}
        unanswered = others - set(stick.answers())
        self._result = replace(self._result, not_carried=len(unanswered))
        switch = self._store.switch(SENDING_SWITCH)
        if sending_in(switch, otherwise=self._sending) is not Sending.EVERYTHING or not unanswered:
            return
        line = self._line()
        self._halt.covers(line)
        self._move(StickWork.OTHERS, 0, len(unanswered))
        if line.reachable() is not None:
            return
        report = StickRelay(stick, line, gateway_key=self._keys.gateway_key).run(
            told=lambda done, every: self._move(StickWork.OTHERS, done, every),
            is_cancelled=self._halt.is_asked,
        )
        if set(report.answered) - others:  # ours from another day went along
            self._take_in(stick)
        self._result = replace(
            self._result,
            carried=len(others & set(report.answered)),
            not_carried=len(others & set(report.left)),
            torn=len(others & {*report.torn, *report.refused}),
            for_others=len(others & set(stick.answers())),
        )

    def _write_ours(self, stick: StickFolder) -> None:
        now = self._now()
        self._result = replace(self._result, left=len(waiting_cases(self._store, now)))
        report = StickExport(self._store, stick, self._keys.sender).run(
            now, progress=self._written, is_cancelled=self._halt.is_asked
        )
        self._result = replace(
            self._result,
            on_stick=len(report.written) + len(report.there_already),
            left=report.left,
            unreadable=len(report.damaged_here),
        )
        if report.is_full:
            self._ended_by(Fault.STICK_FULL)

    def _written(self, done: int, every: int, _size: int) -> None:
        self._result = replace(self._result, on_stick=done, left=every - done)
        self._move(StickWork.CASES, done, every)

    def _is_ours(self, case_id: str) -> bool:
        try:
            self._store.case(CaseId(case_id))
        except KeyError:
            return False
        except StoreError as error:
            if error.fault is not Fault.STORE_DAMAGED:
                raise
        return True

    def _move(self, work: StickWork, done: int, every: int) -> None:
        self._told(StickMoved(work, done, every))

    def _ended_by(self, fault: Fault) -> None:
        self._result = replace(self._result, fault=fault)

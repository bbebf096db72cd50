"""One round of sending: texts first, then pages side by side, then receipts."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tenacity import RetryCallState, Retrying
from tenacity.wait import wait_random, wait_random_exponential

from kiosk.domain.case import Case, CaseId
from kiosk.domain.fault import Fault
from kiosk.domain.objection import SEPARATOR, OwnTrouble
from offline_store.api import OutboxEntry, Store
from sync.api import (
    Acknowledged,
    GatewayClient,
    GatewayUnreachable,
    Listener,
    NotNow,
    PagesAnswer,
    PagesWanted,
    Refused,
    SubmitAnswer,
)
from sync.page_lanes import send_side_by_side
from sync.page_plan import PagePlan, Parcel, sizes_of
from sync.sendable import SendableContent, Unsendable

HELD_BACK: Final = timedelta(minutes=30)  # until the text is offered again; SyncRound ends it early
AT_ONCE: Final = 256  # entries looked at together: as many as one request holds
# Full jitter, base 2 s, cap 300 s (sync.md section 6). How often was tried is in the store.
INTERVALS: Final = wait_random_exponential(multiplier=2, max=300)
# Requests of a round that may come to nothing: the one text of 256 that the gateway chokes on is
# found in 9. When far more do, it is not a text, and each may cost half a minute: the round ends.
MOST_CHOKED: Final = 30
ATTEMPTS_THAT_COUNT: Final = 20  # 2 s * 2**19 is far beyond the cap
LATER_THAN_TOLD: Final = 1.2  # so that terminals told the same do not come back together


@dataclass(frozen=True, slots=True)
class SendReport:
    """What one round did with the entries that were due."""

    acknowledged: tuple[CaseId, ...] = ()
    set_aside: tuple[CaseId, ...] = ()
    put_off: tuple[CaseId, ...] = ()
    fault: Fault | None = None  # why the round ended early; the gateway is not to be had
    retry_after: float | None = None  # seconds, the gateway's own wish
    held_back: tuple[CaseId, ...] = ()  # texts are there, pages wait for a line that costs nothing


class _GatewayGone(Exception):
    def __init__(self, error: GatewayUnreachable) -> None:
        super().__init__(str(error))
        self.fault = error.fault
        self.retry_after = error.retry_after


class _Enough(Exception):
    """The gateway is there, and too many requests came to nothing."""


_Waiting = tuple[OutboxEntry, Case]


class SendingRound:
    """Runs once. Belongs to the thread of its store."""

    def __init__(
        self,
        store: Store,
        gateway: GatewayClient,
        listener: Listener,
        now: datetime,
        urgent: frozenset[str],
        announced: set[CaseId],
        *,
        gateway_is_here: Callable[[], bool],
    ) -> None:
        """`gateway_is_here`: told with every answer; True when it made entries due."""
        self._store, self._gateway, self._listener, self._now = store, gateway, listener, now
        self._content = SendableContent(store)
        self._urgent = urgent
        self._announced = announced
        self._gateway_is_here = gateway_is_here
        self._open: dict[CaseId, OutboxEntry] = {}  # seen and not settled yet
        self._seen: set[CaseId] = set()
        self._incomplete: dict[CaseId, tuple[Case, PagesWanted]] = {}
        self._choked = 0  # requests that came to nothing although the gateway was there
        self._one_at_a_time = self._saving = self._freed = False
        self._acknowledged: list[CaseId] = []
        self._set_aside: list[CaseId] = []
        self._put_off: list[CaseId] = []
        self._held_back: list[CaseId] = []

    def run(self, *, saving: bool) -> SendReport:
        self._saving = saving
        try:
            self._offer_texts()
            while self._send_pages():
                pass
        except _GatewayGone as gone:
            for entry in list(self._open.values()):
                self._later(entry, gone.retry_after)
            return self._report(fault=gone.fault, retry_after=gone.retry_after)
        except _Enough:
            for entry in list(self._open.values()):
                self._later(entry, None)
            return self._report()
        for case_id in list(self._incomplete):
            self._hold_back(self._open[case_id])
        return self._report()

    def _offer_texts(self) -> None:
        """Send the text of every due entry not seen yet, the urgent ones of each lot first."""
        full = True
        while full:
            # What is seen and still due waits for its pages and would come again.
            due = self._store.due(self._now, len(self._open) + AT_ONCE)
            fresh = [entry for entry in due if entry.case_id not in self._seen]
            full = len(due) == len(self._open) + AT_ONCE and bool(fresh)
            self._open |= {entry.case_id: entry for entry in fresh}
            self._seen |= {entry.case_id for entry in fresh}
            readable: list[_Waiting] = []
            for entry in fresh:
                with self._careful(entry):
                    readable.append((entry, self._content.case(entry.case_id)))
            readable.sort(key=lambda one: self._rank(*one))
            announced = [one for one in readable if one[0].case_id in self._announced]
            new = [one for one in readable if one[0].case_id not in self._announced]
            self._ask(announced)  # offers again what the gateway has forgotten
            self._offer(new)
            full, self._freed = full or self._freed, False

    def _reached(self) -> None:
        """Called before the answer is looked at, so that whom it puts off waits.

        Not at the round's end only: pages may take hours, and every text is to be across within
        seconds.
        """
        self._freed = self._gateway_is_here() or self._freed

    def _rank(self, entry: OutboxEntry, case: Case) -> tuple[bool, int]:
        return case.item_code not in self._urgent, entry.order

    def _send_pages(self) -> bool:
        """Send what cases lack and take their receipts; True when some are left to go on with.

        Whoever got not a byte further is put off: this must not become a busy loop.
        """
        before: dict[CaseId, int] = {}  # what each lacked when its turn came
        plan = PagePlan(read=self._content.page)
        broken = send_side_by_side(
            self._gateway,
            plan,
            heard=self._hear_parcel,
            refill=lambda is_free: self._refill(plan, before, may_ask=is_free),
        )
        for case_id, trouble in plan.spoilt.items():
            self._leave_out(self._open[case_id], trouble)
        if broken is not None:
            self._raise_when_gone(broken)
        unsettled = [case_id for case_id in before if case_id in self._incomplete]
        self._ask([(self._open[c], self._incomplete[c][0]) for c in unsettled])
        if broken is not None and len(before) > 1:
            # One whose pages the gateway chokes on must not take the others with it for ever.
            self._one_at_a_time = True
            return True
        for case_id in [c for c in before if c in self._incomplete]:
            if _missing(*self._incomplete[case_id]) >= before[case_id]:
                self._later(self._open[case_id], None)
        return bool(before) and bool(self._sendable())

    def _refill(self, plan: PagePlan, before: dict[CaseId, int], *, may_ask: bool) -> int:
        """Keep the plan filled; bytes that are left in all."""
        if may_ask and before:
            self._offer_texts()  # somebody may have confirmed a case meanwhile
        waiting = [c for c in self._sendable() if c not in before]
        left = plan.left + sum(_missing(*self._incomplete[c]) for c in waiting)
        for case_id in waiting:
            alone = self._one_at_a_time
            if (alone and before) or (not alone and plan.left >= self._gateway.chunk()):
                break
            before[case_id] = _missing(*self._incomplete[case_id])
            plan.add(*self._incomplete[case_id])
        return left

    def _sendable(self) -> list[CaseId]:
        """Cases that lack pages which may be sent now, in order."""
        ranked = [
            (self._rank(self._open[case_id], case), case_id)
            for case_id, (case, _) in self._incomplete.items()
            if not self._saving or case.item_code in self._urgent
        ]
        return [case_id for _, case_id in sorted(ranked)]

    def _hear_parcel(self, parcel: Parcel, answer: PagesAnswer) -> None:
        for case, standing in zip(parcel.asked, answer.cases, strict=True):
            if standing is not None and case.case_id in self._open:
                entry = self._open[case.case_id]
                with self._careful(entry):
                    self._heard(entry, case, standing)

    def _ask(self, some: Sequence[_Waiting]) -> None:
        """How these cases stand; whose text the gateway does not have offers it again."""
        for start in range(0, len(some), AT_ONCE):
            few = some[start : start + AT_ONCE]
            try:
                answer = self._gateway.send_pieces((), [case for _, case in few])
            except GatewayUnreachable as error:
                self._raise_when_gone(error)
                for entry, _ in few:
                    self._later(entry, None)
                continue
            self._reached()
            unknown = []
            for (entry, case), standing in zip(few, answer.cases, strict=True):
                if standing is None:
                    self._announced.discard(entry.case_id)
                    self._incomplete.pop(entry.case_id, None)
                    unknown.append((entry, case))
                else:
                    with self._careful(entry):
                        self._heard(entry, case, standing)
            self._offer(unknown)

    def _offer(self, some: Sequence[_Waiting]) -> None:
        """Their texts together; where that fails, in halves, to find what spoils it."""
        if not some:
            return
        try:
            answers = self._gateway.submit_all([case for _, case in some])
        except GatewayUnreachable as error:
            self._raise_when_gone(error)
            if len(some) == 1:
                self._later(some[0][0], None)
        except ValueError as error:  # our own: its text may hold what could not be written
            if len(some) == 1:
                self._aside(some[0][0], f"case: {OwnTrouble.UNWRITABLE} ({type(error).__name__})")
        else:
            self._reached()
            for (entry, case), answer in zip(some, answers, strict=True):
                with self._careful(entry):
                    self._heard(entry, case, answer)
            return
        if len(some) > 1:
            middle = len(some) // 2
            self._offer(some[:middle])
            self._offer(some[middle:])

    def _heard(self, entry: OutboxEntry, case: Case, answer: SubmitAnswer) -> None:
        if isinstance(answer, PagesWanted):
            _missing(case, answer)  # raises when these are not the pages of this case
            self._incomplete[entry.case_id] = (case, answer)
            self._announced.add(entry.case_id)
        else:
            self._settle(entry, answer)

    @contextmanager
    def _careful(self, entry: OutboxEntry) -> Iterator[None]:
        """Trouble of this one entry stays with it; trouble of the gateway ends the round."""
        try:
            yield
        except Unsendable as trouble:
            self._leave_out(entry, trouble)
        except GatewayUnreachable as error:
            self._raise_when_gone(error)
            self._later(entry, None)

    def _raise_when_gone(self, error: GatewayUnreachable) -> None:
        """An error on one case need not mean that the others have no chance."""
        for_all = error.retry_after is not None or error.fault is Fault.GATEWAY_REFUSED
        if for_all or self._gateway.reachable() is not None:
            raise _GatewayGone(error) from error
        self._reached()
        self._choked += 1
        if self._choked >= MOST_CHOKED:
            raise _Enough from error

    def _settle(self, entry: OutboxEntry, answer: Acknowledged | Refused | NotNow) -> None:
        if isinstance(answer, NotNow):
            self._later(entry, None)
            return
        if isinstance(answer, Refused):
            self._aside(entry, SEPARATOR.join(answer.reasons))
            return
        self._store.acknowledged(
            entry.case_id,
            acknowledgement=answer.acknowledgement,
            official_number=answer.official_number,
            now=self._now,
        )
        self._end(entry, self._acknowledged)

    def _leave_out(self, entry: OutboxEntry, trouble: Unsendable) -> None:
        """A disk that would not just now may do so the next time; what is damaged stays so."""
        if trouble.for_now:
            self._later(entry, None)
        else:
            self._aside(entry, str(trouble))

    def _aside(self, entry: OutboxEntry, reason: str) -> None:
        self._store.set_aside(entry.case_id, reason, now=self._now)
        self._end(entry, self._set_aside)

    def _hold_back(self, entry: OutboxEntry) -> None:
        """Its text is there; its pages wait until the line costs nothing."""
        self._store.try_again(entry.case_id, not_before=self._now + HELD_BACK)
        self._held_back.append(entry.case_id)
        self._forget(entry)

    def _forget(self, entry: OutboxEntry) -> None:
        self._open.pop(entry.case_id, None)
        self._incomplete.pop(entry.case_id, None)

    def _end(self, entry: OutboxEntry, tally: list[CaseId]) -> None:
        tally.append(entry.case_id)
        self._announced.discard(entry.case_id)
        self._forget(entry)
        self._listener.cases_changed([entry.case_id])

    def _later(self, entry: OutboxEntry, retry_after: float | None) -> None:
        wait = seconds_to_wait(entry.attempts + 1, retry_after)
        self._store.try_again(entry.case_id, not_before=self._now + timedelta(seconds=wait))
        self._put_off.append(entry.case_id)
        self._forget(entry)

    def _report(
        self, *, fault: Fault | None = None, retry_after: float | None = None
    ) -> SendReport:
        return SendReport(
            acknowledged=tuple(self._acknowledged),
            set_aside=tuple(self._set_aside),
            put_off=tuple(self._put_off),
            held_back=tuple(self._held_back),
            fault=fault,
            retry_after=retry_after,
        )


def seconds_to_wait(attempts: int, retry_after: float | None) -> float:
    """Before the next try, after so many have failed. The gateway's own wish wins."""
    state = RetryCallState(Retrying(), None, (), {})
    state.attempt_number = min(attempts, ATTEMPTS_THAT_COUNT)
    if retry_after is not None:
        return wait_random(min=retry_after, max=retry_after * LATER_THAN_TOLD)(state)
    return INTERVALS(state)


def _missing(case: Case, wanted: PagesWanted) -> int:
    """Bytes the gateway still lacks. Raises GatewayUnreachable when it wants what is not ours."""
    sizes = sizes_of(case)
    if any(not 0 <= offset <= sizes.get(sha256, -1) for sha256, offset in wanted.offsets):
        raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, "asks for pages of another case")
    return sum(sizes[sha256] - offset for sha256, offset in wanted.offsets)

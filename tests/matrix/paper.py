"""A4 papers through cupsd and an IPP printer, with faults: what was called printed is in the tray.

Columns of the table: "lost" is a false "printed"; "doubled" is one paper more than was asked for
without a word that it is uncertain. A false "failed" is counted in the notes and breaks the sweep
above 2 in 100. Beside it stands what CUPS alone would have said.
"""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from devices.page_printer.api import PrintJobState, PrintJobStatus
from devices.page_printer.cups_job import CupsJob
from devices.page_printer.cups_queue import CupsQueue, NoSuchThing
from devices.page_printer.ipp_witness import DeviceWord, IppJobState, IppWitness
from kiosk.domain.fault import Fault
from kiosk.papers.trial_paper import trial_page
from tests.counterparts.cups_server import CupsServer
from tests.counterparts.waiting import wait_until
from tests.matrix.paper_faults import FAULTS, Happening, Run
from tests.matrix.paper_restarts import restarts
from tests.matrix.tally import CONTROL, Broken, Tally, doubled, lost, other

MOST_FALSE_FAILED: Final = 0.02
END: Final = 12.0  # seconds until a person gives up and takes the job back
SEED: Final = 20260512
ROUNDS: Final = 5
NONE: Final = "no fault"
ENDED: Final = (None, IppJobState.CANCELED, IppJobState.ABORTED, IppJobState.COMPLETED)
FALSE_FAILED: Final = "failed, but it came out"


def sweep(points: int) -> Tally:
    """`points` faults, spread over all kinds; 0: five of each kind."""
    judge = Judge(Tally("A4 through CUPS: what was called printed lies in the tray"))
    chance = random.Random(SEED)
    rounds = max(1, -(-points // len(FAULTS))) if points else ROUNDS
    pdf = trial_page(datetime(2026, 5, 12, tzinfo=UTC))
    began = time.monotonic()
    for name, happening in (((CONTROL, NONE), Run.hand_in), *_kinds()):
        with CupsServer() as server:
            server.work_for(0.5)
            for _ in range(rounds):
                judge.judge(name, happening, Run(server, chance, pdf))
    judge.note(time.monotonic() - began)
    restarts(judge.tally, pdf)
    return judge.tally


def _kinds() -> list[tuple[tuple[str, ...], Happening]]:
    return [((name,), happening) for name, happening in FAULTS.items()]


@dataclass
class Judge:
    """Looks into the tray, and counts what was said."""

    tally: Tally
    claims: Counter[str] = field(default_factory=Counter)
    of_cups: Counter[str] = field(default_factory=Counter)  # what CUPS alone would have said

    def judge(self, kind: tuple[str, ...], happening: Happening, run: Run) -> None:
        """Let it happen, follow the paper to its end, then look whether that was true."""
        happening(run)
        claimed = _end(run)
        at_claim = run.sheets
        of_cups = _settle(run)
        problems = self._problems(kind, run, claimed, at_claim)
        self.tally.count(kind, problems, hit=run.happened)
        if kind[0] == CONTROL:
            return
        if of_cups is IppJobState.COMPLETED and run.sheets < run.copies:
            self.of_cups["printed, but it did not come out"] += 1
        elif of_cups is not None:
            self.of_cups["right or not ended"] += 1

    def _problems(
        self, kind: tuple[str, ...], run: Run, claimed: PrintJobStatus, at_claim: int
    ) -> list[Broken]:
        sheets, claim = run.sheets, claimed.state.value
        problems = []
        if claimed.state is PrintJobState.PRINTED and at_claim < run.copies:
            problems.append(lost(f"called printed, {at_claim} of {run.copies} in the tray"))
        elif claimed.state is PrintJobState.PRINTED and sheets > run.copies:
            problems.append(doubled(f"{sheets} in the tray, {run.copies} asked for"))
        elif claimed.state is PrintJobState.FAILED:
            claim = "uncertain" if claimed.fault is Fault.PAGE_UNCERTAIN else "failed"
            if claimed.no_paper and sheets:
                problems.append(other(f"nothing can have come out, and {sheets} in the tray"))
            if claim == "failed" and sheets:
                claim = FALSE_FAILED
                words = f"false failed: {kind[-1]}: {claimed.fault}, {sheets} in the tray"
                self.tally.notes.append(words)
        elif claimed.state not in run.ended:
            problems.append(other(f"no end: {claimed}"))
        if kind[0] != CONTROL:
            self.claims[claim] += 1
        elif claimed.state is not PrintJobState.PRINTED:
            problems.append(other(f"no fault, and yet {claimed}"))
        return problems

    def note(self, seconds: float) -> None:
        """What else is worth knowing; too many false "failed" break the sweep."""
        every, false = sum(self.claims.values()), self.claims[FALSE_FAILED]
        words = ", ".join(f"{number} {claim}" for claim, number in self.claims.most_common())
        alone = ", ".join(f"{number} {claim}" for claim, number in self.of_cups.most_common())
        self.tally.notes += [
            f"{every} faults in {seconds:.0f} s; said at the end: {words}",
            f"false failed: {false} of {every} ({false / max(1, every):.1%})",
            f"CUPS alone, of the jobs that it took: {alone}",
        ]
        if every and false / every > MOST_FALSE_FAILED:
            self.tally.count(("too many false failed",), [other(f"{false} of {every}")])


def _end(run: Run) -> PrintJobStatus:
    """The last word of the driver; a job that is stuck is taken back by a person in the end."""
    if run.refused is not None:
        return PrintJobStatus(PrintJobState.FAILED, run.refused)
    status = run.watch(END)
    if status.state not in run.ended:
        run.printer.cancel(run.job)
        status = run.watch(END)
    return status


def _settle(run: Run) -> IppJobState | None:
    """Everything is mended, and what still comes out is out. CUPS' own word for the job."""
    server = run.server
    server.mend_everything()
    run.printer.status()  # the terminal goes on looking at its devices
    if not run.job:
        return None
    job = CupsJob.read(run.job)
    queue = CupsQueue(server.queue, server="127.0.0.1", port=server.port, limit=5.0, hand_in=5.0)
    witness = IppWitness(server.device_uri, user="root", limit=5.0)
    wait_until(lambda: _own_word(queue, job) in ENDED, seconds=30, what="CUPS is done with it")
    let_go = "the printer is done with it"
    wait_until(lambda: _let_go(witness.ask(job.name)), seconds=30, what=let_go)
    time.sleep(0.2)
    return _own_word(queue, job)


def _let_go(word: DeviceWord | None) -> bool:
    """A job whose document CUPS never sent waits in the printer for ever."""
    return word is not None and word.job not in (IppJobState.PROCESSING, IppJobState.STOPPED)


def _own_word(queue: CupsQueue, job: CupsJob) -> IppJobState | None:
    """None: it has forgotten the job."""
    try:
        return queue.job(job).state
    except NoSuchThing:
        return None

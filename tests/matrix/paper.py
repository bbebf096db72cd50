"""A4 papers through cupsd and an IPP printer, with faults: what was called printed is in the tray.

Columns of the table: "lost" is a false "printed"; "doubled" is one paper more than was asked for
without a word that it is uncertain. A false "failed" is counted in the notes and breaks the sweep
above 2 in 100. Beside it stands what CUPS alone would have said.
"""

import random
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Final

from devices.page_printer.api import PrintJobState, PrintJobStatus
from devices.page_printer.cups_queue import CupsQueue, NoSuchThing
from devices.page_printer.ipp_witness import DeviceWord, IppJobState, IppWitness
from kiosk.domain.fault import Fault
from kiosk.papers.trial_paper import trial_page
from tests.counterparts.cups_server import CupsServer
from tests.counterparts.waiting import wait_until
from tests.matrix.paper_faults import FAULTS, Run
from tests.matrix.tally import CONTROL, Tally, doubled, lost, other

MOST_FALSE_FAILED: Final = 0.02
END: Final = 12.0  # seconds until a person gives up and takes the job back
SEED: Final = 20260512
ROUNDS: Final = 5
NONE: Final = "no fault"


def sweep(points: int) -> Tally:
    """`points` faults, spread over all kinds; 0: five of each kind."""
    tally = Tally("A4 through CUPS: what was called printed lies in the tray")
    chance = random.Random(SEED)
    rounds = max(1, -(-points // len(FAULTS))) if points else ROUNDS
    pdf = trial_page(datetime(2026, 5, 12, tzinfo=UTC))
    claims: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    began = time.monotonic()
    for name, fault in ((NONE, None), *FAULTS.items()):
        with CupsServer() as server:
            server.work_for(0.5)
            for _ in range(rounds):
                run = Run(server, chance, pdf)
                if fault is None:
                    run.hand_in()
                else:
                    fault(run)
                claimed = _end(run)
                kind = (CONTROL, name) if fault is None else (name,)
                _judge(tally, kind, run, claimed, claims, alone)
    _note(tally, claims, alone, time.monotonic() - began)
    return tally


def _end(run: Run) -> PrintJobStatus:
    """The last word of the driver; a job that is stuck is taken back by a person in the end."""
    if run.refused is not None:
        return PrintJobStatus(PrintJobState.FAILED, run.refused)
    status = run.watch(END)
    if status.state not in run.ended:
        run.printer.cancel(run.job)
        status = run.watch(END)
    return status


def _judge(
    tally: Tally,
    kind: tuple[str, ...],
    run: Run,
    claimed: PrintJobStatus,
    claims: Counter[str],
    alone: Counter[str],
) -> None:
    at_claim = run.sheets
    of_cups = _settle(run)
    sheets = run.sheets
    problems = []
    claim = claimed.state.value
    if claimed.state is PrintJobState.PRINTED and at_claim < run.copies:
        problems.append(lost(f"called printed, {at_claim} of {run.copies} in the tray"))
    elif claimed.state is PrintJobState.PRINTED and sheets > run.copies:
        problems.append(doubled(f"{sheets} in the tray, {run.copies} asked for"))
    elif claimed.state is PrintJobState.FAILED:
        claim = "uncertain" if claimed.fault is Fault.PAGE_UNCERTAIN else "failed"
        if claim == "failed" and sheets:
            claim = "failed, but it came out"
            tally.notes.append(f"false failed: {kind[-1]}: {claimed.fault}, {sheets} in the tray")
    elif claimed.state not in run.ended:
        problems.append(other(f"no end: {claimed}"))
    if kind[0] == CONTROL and claimed.state is not PrintJobState.PRINTED:
        problems.append(other(f"no fault, and yet {claimed}"))
    tally.count(kind, problems, hit=run.happened)
    if kind[0] != CONTROL:
        claims[claim] += 1
        if of_cups is IppJobState.COMPLETED and sheets < run.copies:
            alone["printed, but it did not come out"] += 1
        elif of_cups is not None:
            alone["right or not ended"] += 1


def _settle(run: Run) -> IppJobState | None:
    """Everything is mended, and what still comes out is out. CUPS' own word for the job."""
    server = run.server
    server.mend_everything()
    run.printer.status()  # the terminal goes on looking at its devices
    if not run.number:
        return None
    queue = CupsQueue(server.queue, server="127.0.0.1", port=server.port, limit=5.0, hand_in=5.0)
    witness = IppWitness(server.device_uri, user="root", limit=5.0)
    name = run.job.partition(" ")[2]
    wait_until(lambda: _has_ended(queue, run.number), seconds=30, what="CUPS is done with it")
    wait_until(lambda: _let_go(witness.ask(name)), seconds=30, what="the printer is done with it")
    time.sleep(0.2)
    return queue.job(run.number).state


def _let_go(word: DeviceWord | None) -> bool:
    """A job whose document CUPS never sent waits in the printer for ever."""
    return word is not None and word.job not in (IppJobState.PROCESSING, IppJobState.STOPPED)


def _has_ended(queue: CupsQueue, number: int) -> bool:
    try:
        return queue.job(number).state.has_ended
    except NoSuchThing:
        return True


def _note(tally: Tally, claims: Counter[str], alone: Counter[str], seconds: float) -> None:
    every = sum(claims.values())
    false = claims["failed, but it came out"]
    words = ", ".join(f"{number} {claim}" for claim, number in claims.most_common())
    tally.notes.append(f"{every} faults in {seconds:.0f} s; said at the end: {words}")
    tally.notes.append(f"false failed: {false} of {every} ({false / max(1, every):.1%})")
    of_cups = ", ".join(f"{number} {claim}" for claim, number in alone.most_common())
    tally.notes.append(f"CUPS alone, of the jobs that it took: {of_cups}")
    if every and false / every > MOST_FALSE_FAILED:
        tally.count(("too many false failed",), [other(f"{false} of {every}")])

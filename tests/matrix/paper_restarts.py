"""cupsd dies with a paper in a printer that is quicker than we are, and comes back at once."""

from typing import Final

from devices.page_printer.api import PrintJobId, PrintJobState
from devices.page_printer.cups_printer import CupsPagePrinter
from tests.counterparts.cups_server import CupsServer
from tests.counterparts.waiting import wait_until
from tests.matrix.tally import CONTROL, Tally, doubled

RESTARTS: Final = 10


def restarts(tally: Tally, pdf: bytes, *, times: int = RESTARTS) -> None:
    """On a print service that was set up; and on one as Debian has it, which must be found out."""
    with CupsServer() as server:
        for _ in range(times):
            papers = _papers(server, pdf)
            problems = [doubled(f"{papers} papers")] if papers > 1 else []
            tally.count(("spooler back at once",), problems)
    with CupsServer(prepared=False) as server:
        twice = sum(_papers(server, pdf) > 1 for _ in range(times))
    tally.notes.append(f"spooler back at once as Debian has it: {twice} of {times} came out twice")
    missed = [] if twice else [doubled("a print service that remembers was not found out")]
    tally.count((CONTROL, "a print service that remembers"), missed)


def _papers(server: CupsServer, pdf: bytes) -> int:
    """How many lie in the tray of one that was asked for, called printed before cupsd is back."""
    before = len(server.printed_files())
    printer = CupsPagePrinter(server.queue, port=server.port, limit=5.0)
    server.set_fault("media-empty")
    printer.open()
    job = printer.print_pdf(pdf, title="paper")
    _until(printer, job, PrintJobState.STUCK)
    server.kill_cupsd()
    server.clear_fault()
    _until(printer, job, PrintJobState.PRINTED)
    server.start_cupsd()
    after = printer.print_pdf(pdf, title="the next one")  # asks what is to be taken back first
    _until(printer, after, PrintJobState.PRINTED)
    return len(server.printed_files()) - before - 1


def _until(printer: CupsPagePrinter, job: PrintJobId, state: PrintJobState) -> None:
    wait_until(lambda: printer.job_status(job).state is state, seconds=60, what=state)

"""Kills a terminal at every step of printing a counted certificate, on a real cupsd and printer.

Steps are what it writes to its store and what it says to cupsd and to the printer (between.c).
After each kill the terminal starts again, settles, and a person asks for the paper once more.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from devices.page_printer.api import PrintJobState
from kiosk.domain.case import CaseState
from kiosk.domain.printed import PrintEntry, PrintOrder, PrintOutcome
from kiosk.domain.progress import IssuedDocument, StateChange
from kiosk.flow.certificate_flow import CertificateFlow, CertificateStep, CertificateView
from kiosk.flow.equipment import Event, PrintsSettled
from kiosk.print_line import Settling, line_of
from kiosk.printing import DocumentJob
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import open_store
from sync.gateway.specimen_result import specimen_result_pdf
from tests.counterparts.cups_server import CupsServer
from tests.counterparts.sample_cases import NOON, confirmed_in, document, take_in
from tests.counterparts.waiting import wait_until
from tests.matrix import certificate_child
from tests.matrix.certificate_child import opened, printer_at
from tests.matrix.forked import Circumstances, Forked, Strike, be_ready, built, counted
from tests.matrix.tally import CONTROL, Broken, Tally, bench, doubled, lost, other

STAFF: Final = "s-017"
PAPER, NO_PAPER = "paper in the tray", "tray empty, filled after the restart"
ASKS: Final = 8  # how often a person tries
QUIET: Final = 0.6  # seconds in which a printer that works lets the next sheet out


@dataclass(frozen=True, slots=True)
class World:
    """One terminal with one decided case, whose paper may exist once."""

    folder: Path
    document: IssuedDocument

    @property
    def words(self) -> tuple[str, str]:
        """Case and paper."""
        return self.document.case_id, self.document.sha256

    def copied(self, folder: Path) -> "World":
        """Another one like it."""
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder)


def prepare(folder: Path) -> World:
    """Confirmed, decided, its paper here."""
    folder.mkdir()
    store = open_store(folder / "store", FileKey(folder / "store.key"), clock=lambda: NOON)
    case = confirmed_in(store, pages=0)
    store.acknowledged(case.case_id, acknowledgement=b"s", official_number="N", now=NOON)
    pdf = specimen_result_pdf(
        title="证明",
        official_number="1" * 43,
        name="测试甲",
        item="证明",
        office="示范办公室",
        issued=NOON.date(),
    )
    paper = replace(document(case.case_id, pdf)[0], copies=1)
    change = StateChange(case.case_id, CaseState.DECIDED, "办结", NOON)
    take_in(store, [change], [(paper, pdf)])
    store.close()
    (folder / "beside").mkdir()
    return World(folder, paper)


class Restarted:
    """The terminal after the kill: what its printer's thread does, done at once."""

    def __init__(self, world: World, server: CupsServer) -> None:
        self._world = world
        self._printer = printer_at(server.port, server.spool_word)
        self._events: list[Event] = []
        self._settling = Settling(
            self._printer,
            lambda: opened(world.folder),
            now=_now,
            wait=wait,
            seconds=6.0,
        )
        self.store = opened(world.folder)

    def print_document(self, pdf: bytes, *, title: str, order: PrintOrder) -> None:
        """See Equipment."""
        with line_of(lambda: opened(self._world.folder), order, _now) as line:
            DocumentJob().run(self._printer, pdf, title, line, self._events.append)

    def settle_prints(self) -> None:
        """See Equipment."""
        self._settling.run()
        self._events.append(PrintsSettled())

    def cancel_document(self) -> None:
        """Nobody cancels here."""

    def asked(self) -> CertificateFlow:
        """A person opens the certificate; staff stand beside."""
        views: list[CertificateView] = []
        case = self.store.case(self._world.document.case_id)
        flow = CertificateFlow(
            self.store,
            case,
            self._world.document,
            equipment=self,  # type: ignore[arg-type]  of Equipment what the flow asks
            check=lambda _pdf, _case: "",
            picture=lambda _pdf: b"PNG",
            now=_now,
            on_change=views.append,
            staff_id=STAFF,
        )
        flow.begin()
        self.tell(flow)
        work = flow.reading()
        assert work is not None
        flow.opened(work())
        return flow

    def tell(self, flow: CertificateFlow) -> None:
        """What the printer's thread announced."""
        while self._events:
            flow.happened(self._events.pop(0))


def _now() -> datetime:
    return datetime.now(UTC)


def wait(seconds: float) -> None:
    """A real while: cupsd and the printer go on meanwhile."""
    time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Spot:
    """Kill at that step, with or without paper in the printer."""

    tray: str
    step: int

    @property
    def kind(self) -> tuple[str, ...]:
        """Its row in the table."""
        return ("kill -9", self.tray)


def sweep(points: int, *, controls: bool = True) -> Tally:
    """So many kills, spread over all steps; 0: every step, with and without paper."""
    tally = Tally("kill -9 while a counted certificate is printed (cupsd, ippeveprinter)")
    with bench("certificate") as folder, ExitStack() as stack:
        be_ready(built(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
        server = stack.enter_context(CupsServer())
        prepared = prepare(folder / "prepared")
        steps = _steps(prepared.copied(folder / "counted"), server)
        spots = [Spot(tray, step) for step in range(steps) for tray in (PAPER, NO_PAPER)]
        chosen = spots if points <= 0 else _spread(spots, points)
        ends: dict[str, int] = {}
        for number, spot in enumerate(chosen):
            world = prepared.copied(folder / str(number))
            problems, hit, end = _struck(world, server, spot)
            ends[end] = ends.get(end, 0) + 1
            tally.count(spot.kind, [one.at(f"step {spot.step}") for one in problems], hit=hit)
            shutil.rmtree(world.folder)
        tally.notes.append(f"{steps} steps of one print; the first print of each world ended as")
        tally.notes += [f"  {count:4}  {end}" for end, count in sorted(ends.items())]
        if controls:
            _control(tally, prepared.copied(folder / "careless"), server)
    return tally


def _spread(spots: Sequence[Spot], points: int) -> list[Spot]:
    """Half of them with paper; where there are fewer steps than kills, some are struck twice."""
    chosen = []
    for tray, many in ((PAPER, points - points // 2), (NO_PAPER, points // 2)):
        some = [spot for spot in spots if spot.tray == tray]
        chosen += [some[n * len(some) // many] for n in range(many)]
    return chosen


def _steps(world: World, server: CupsServer) -> int:
    """How many steps one print takes that nobody disturbs."""
    around = Circumstances(
        world.folder / "beside", world.folder / "store", journal=world.folder / "journal"
    )
    program = Forked(certificate_child.main, _words(world, server), around)
    code = program.wait()
    assert code == 0, around.log.read_text()
    assert program.said[-1].startswith(PrintJobState.PRINTED), program.said
    return len(counted(world.folder / "journal"))


def _words(world: World, server: CupsServer) -> tuple[str, ...]:
    """What the program is told that prints."""
    return (str(world.folder), str(server.port), str(server.spool_word), *world.words)


def _struck(world: World, server: CupsServer, spot: Spot) -> tuple[list[Broken], bool, str]:
    """One kill and what came of it; whether it happened; how the first print ended."""
    before = len(server.printed_files())
    if spot.tray == NO_PAPER:
        server.set_fault("media-empty")
    around = Circumstances(
        world.folder / "beside", world.folder / "store", strike=Strike(spot.step)
    )
    words = _words(world, server)
    try:
        Forked(certificate_child.main, words, around).wait()
        found, end = _aftermath(world, server, before)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a violation here
        found, end = [other(f"{type(error).__name__}: {error}")], "broke"
    finally:
        server.clear_fault()
    return found, around.struck.exists(), end


def _aftermath(world: World, server: CupsServer, before: int) -> tuple[list[Broken], str]:
    """A person comes back until the paper is there; then everything is counted."""
    restarted = Restarted(world, server)
    try:
        for _ in range(ASKS):
            flow = restarted.asked()
            if flow.view.step is CertificateStep.SETTLING:
                server.clear_fault()  # the page says: fill the printer, switch it on
                wait(QUIET)
            elif flow.view.step is CertificateStep.UNCERTAIN:
                flow.came_out(len(server.printed_files()) > before)
            elif flow.view.step is CertificateStep.SHOWN:
                server.clear_fault()
                flow.print_it()
                restarted.tell(flow)
            else:
                break
        entries = restarted.store.prints_of(world.document.case_id)
        state = restarted.store.case(world.document.case_id).state
    finally:
        restarted.store.close()
    wait(QUIET)  # a sheet that was forgotten would come out now
    sheets = len(server.printed_files()) - before
    first = entries[0] if entries else None
    end = f"{first.outcome} by {first.told_by}" if first else "never claimed"
    return list(_broken(sheets, entries, state)), end


def _broken(sheets: int, entries: Sequence[PrintEntry], state: CaseState) -> Iterator[Broken]:
    out = [entry for entry in entries if entry.outcome is PrintOutcome.PRINTED]
    if sheets > 1:
        yield doubled(f"{sheets} papers of one approval")
    if sheets < 1:
        yield lost("the approval has no paper")
    if len(out) != sheets:
        yield other(f"the ledger says {len(out)} papers, the tray {sheets}")
    if any(entry.is_open for entry in entries):
        yield other("the ledger leaves a print open")
    if state is not CaseState.DELIVERED:
        yield other(f"the case is {state}")


def _control(tally: Tally, world: World, server: CupsServer) -> None:
    """A terminal that hands in without a claim, and is killed before it writes anything down."""
    before = len(server.printed_files())
    around = Circumstances(world.folder / "beside", world.folder / "store")
    words = (*_words(world, server), "careless")
    Forked(certificate_child.main, words, around).wait()
    wait_until(lambda: len(server.printed_files()) > before, what="the first paper")
    found, _ = _aftermath(world, server, before)
    missed = [] if len(server.printed_files()) - before == 2 and found else ["it was not found out"]
    tally.count((CONTROL, "a terminal that prints without a claim"), missed)

"""Plays both state machines with chance as the world: the same seed gives the same story."""

import hashlib
import multiprocessing
import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from kiosk.domain.case import CaseId, CaseState, IllegalMove
from offline_store.sqlcipher_store import SqlCipherStore
from sync.sync_round import SyncRound
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, case_id, draft
from tests.counterparts.village import Heard
from tests.matrix.small_world import (
    Danger,
    Died,
    SmallLine,
    SmallOffice,
    later,
    mortal_store,
    page_of,
    with_pages,
)
from tests.matrix.tally import Tally, bench

STEPS = 14
LIKELY = 0.02  # death at each place that is passed
ROUNDS_TO_FINISH = 6
SEEDS_OF_A_WORLD = 250  # then a new one, so that it stays small
STORY = 16  # case numbers of one seed


class Stories:
    """One world and the seeds that are played in it, one after another."""

    def __init__(self, folder: Path, *, hopeful: bool = False) -> None:
        for name in ("store", "office"):
            (folder / name).mkdir(parents=True)
        self.danger = Danger()
        self._store = mortal_store(folder / "store", self.danger)
        self._office = SmallOffice(folder / "office", self.danger)
        self._hopeful = hopeful
        self.lost = 0

    def play(self, seed: int) -> list[str]:
        """What does not hold in the end."""
        chance = random.Random(seed)
        random.seed(seed)  # for the waits of the sender
        self.danger.chance, self.danger.likely = chance, LIKELY
        line = SmallLine(self._office, chance, hopeful=self._hopeful)
        safe = self._trouble(seed, chance, line)
        self.danger.likely, line.is_whole = 0.0, True
        for _ in range(ROUNDS_TO_FINISH):
            if not self._finishes(line):
                break
        found = self._wrong(seed, safe)
        self.lost += line.lost
        return [f"seed {seed}: {problem}" for problem in found]

    def close(self) -> None:
        """End both."""
        self._store.close()
        self._office.ledger.close()

    def _trouble(self, seed: int, chance: random.Random, line: SmallLine) -> list[CaseId]:
        safe: list[CaseId] = []
        now, serial = NOON, seed * STORY
        syncing = SyncRound(self._store, line, listener=Heard())
        for _ in range(STEPS):
            try:
                match chance.randrange(6):
                    case 0 | 1 if serial < (seed + 1) * STORY - 1:
                        serial += 1
                        self._confirm(serial, pages=chance.randint(1, 2))
                        safe.append(case_id(serial))
                    case 2 if safe:
                        self._decide(chance.choice(safe), chance)
                    case _:
                        now = later(now, chance)
                        syncing.run(now)
            except Died:
                syncing = SyncRound(self._store, line, listener=Heard())
        self._now = now
        return safe

    def _confirm(self, serial: int, *, pages: int) -> None:
        case = draft(serial, fields=2)
        self._store.save_draft(case)
        taken = [page_of(serial * 10 + n, f"m{n}") for n in range(pages + 1)]
        for page in taken:
            self._store.add_page(case.case_id, page)
        self._store.confirm(with_pages(case, taken), site=SITE, terminal=TERMINAL, now=NOON)

    def _decide(self, case: CaseId, chance: random.Random) -> None:
        """A clerk moves the case on, if it is there."""
        review = self._office.review
        try:
            if review.case(case).state is CaseState.RECEIVED:
                review.accept(case)
            elif chance.random() < 0.5:
                review.decide(case, str(case).encode(), "批准")
        except (KeyError, IllegalMove):
            pass
        except Died:
            self._office.reborn()

    def _finishes(self, line: SmallLine) -> bool:
        """One more round of a new process on a whole line; True when more is to do."""
        self._now += timedelta(hours=5)  # a clock set back may cost a day
        SyncRound(self._store, line, listener=Heard()).run(self._now)
        return self._store.waiting() > 0

    def _wrong(self, seed: int, safe: list[CaseId]) -> list[str]:
        store, ledger = self._store, self._office.ledger
        ids = [case_id(number) for number in range(seed * STORY, (seed + 1) * STORY)]
        confirmed = [id_ for id_ in ids if _is_confirmed(store, id_)]
        found = [f"{id_} was safe and is lost" for id_ in safe if id_ not in confirmed]
        if store.waiting() or store.aside():
            found.append(f"{store.waiting()} are stuck, {len(store.aside())} set aside")
            for entry in store.due(self._now + timedelta(hours=23), 99):
                store.set_aside(entry.case_id, "told once", now=NOON)
        for id_ in confirmed:
            found += self._differences(id_)
        arrived = ledger.counted("SELECT count(*) FROM office_case WHERE acknowledgement NOT NULL")
        every = ledger.counted("SELECT count(*) FROM office_case")
        ours = [(n,)] = store._database.execute("SELECT count(acknowledgement) FROM cases")
        if (arrived, every) != (n, n):
            found.append(f"{ours} acknowledged here, {arrived} there of {every}")
        if ledger.counted("SELECT sum(last) FROM serial") != arrived:
            found.append("an official number was used up")
        return found

    def _differences(self, id_: CaseId) -> list[str]:
        row, case = self._office.ledger.case(id_), self._store.case(id_)
        if row is None or row.acknowledgement is None:
            return [f"{id_} did not arrive"]
        [(signed,)] = self._store._database.execute(
            "SELECT acknowledgement FROM cases WHERE case_id = ?", (id_,)
        )
        found = []
        if signed != row.acknowledgement:
            found.append(f"{id_}: another acknowledgement here")
        if (case.state, case.official_number) != (row.state, row.official_number):
            found.append(f"{id_}: {case.state} here, {row.state} there")
        for page in row.text.every_page():
            content = self._office.blobs.read(page.sha256)
            if hashlib.sha256(content).hexdigest() != page.sha256:
                found.append(f"{id_}: damaged page")
        return found


def _is_confirmed(store: SqlCipherStore, id_: CaseId) -> bool:
    try:
        return store.case(id_).state is not CaseState.DRAFT
    except KeyError:
        return False


@contextmanager
def stories(*, hopeful: bool = False) -> Iterator[Stories]:
    """A new world in memory."""
    with bench("stories") as folder:
        made = Stories(folder, hopeful=hopeful)
        try:
            yield made
        finally:
            made.close()


def play(seeds: Iterable[int]) -> tuple[list[str], int, int]:
    """Problems, deaths and losses on the line of these seeds, in one world."""
    problems: list[str] = []
    with stories() as world:
        for seed in seeds:
            problems += world.play(seed)
        return problems, world.danger.deaths, world.lost


def sweep(points: int) -> Tally:
    """So many seeds, on two processors; 0: 10,000."""
    seeds = range(points or 10_000)
    worlds = [seeds[at : at + SEEDS_OF_A_WORLD] for at in range(0, len(seeds), SEEDS_OF_A_WORLD)]
    deaths = lost = 0
    tally = Tally("both state machines, played by chance")
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for world, (problems, died, away) in zip(worlds, pool.imap(play, worlds), strict=True):
            deaths, lost = deaths + died, lost + away
            for number in range(len(world)):
                tally.count(("seed",), problems if number == 0 else [])
    tally.title += f": {deaths} deaths, {lost} requests or answers lost"
    return tally

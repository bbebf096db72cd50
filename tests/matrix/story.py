"""What may happen between a village and its office: one story, as chance tells it."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Final

from kiosk.domain.case import Case, CaseId, CaseState, IllegalMove
from kiosk.domain.fault import Fault
from offline_store.api import Limits, StoreError
from offline_store.lifetime import MOST_OFF
from sync import wire
from sync.api import GatewayUnreachable, Sending
from sync.gateway.database import DatabaseTrouble
from sync.gateway.news_book import EVERYBODY, Kind
from sync.gateway.review import CorrectionsAlreadyAsked
from sync.gateway.signing import SigningKey
from sync.gateway.stick_import import import_stick
from sync.gateway_key import CONFIGURATION, GatewayKey
from sync.stick_answers import StickAnswers
from sync.stick_export import Sender, StickExport
from sync.stick_folder import StickFolder
from sync.sync_round import SENDING_SWITCH
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, case_id, draft
from tests.counterparts.village import TERMINAL_ID
from tests.matrix.danger import Died
from tests.matrix.small_images import DRAFTS, SIGNING_SECRET, pages_of, with_pages
from tests.matrix.small_world import MOST, SECOND, SmallWorld
from tests.matrix.tally import IN_MEMORY

SWITCHED = 0.1  # of the rounds: staff want everything sent, or only some, or nothing
LONG = 0.06  # of the stories
FEW, MANY = 3, 12  # steps of a short and of a long one
ROUNDS_TO_FINISH = 8
BY_HAND = DRAFTS + 1  # the case that begins within the story, field by field
CLOCKS = (1, 30, 600, 4000)  # seconds from one round to the next
LONG_TIMES = (1.2, 4, 40)  # days that pass at once now and then: past some limits of retention
WRONG_CLOCKS = (-400, -1, 1, 400)  # days


class Story:
    """One seed. `told`: what happened, in order. `wrong`: what should not have."""

    def __init__(self, world: SmallWorld, chance: Random) -> None:
        self.world = world
        self.chance = chance
        self.told: list[str] = []
        self.wrong: list[str] = []
        self.safe: set[CaseId] = set()  # the terminal said so
        self.kept: dict[CaseId, list[str]] = {}  # drafts and their pages, as the store said so
        self.now = NOON  # the terminal's clock
        self.has_aged = False  # what retention may remove may have been removed
        self._age = timedelta()  # of the terminal's store, at most
        self._unconfirmed = list(range(1, DRAFTS + 1))

    def play(self) -> None:
        """Trouble, then peace."""
        self.chance.shuffle(self._unconfirmed)
        self._try(Story.confirm)
        for _ in range(MANY if self.chance.random() < LONG else FEW):
            [step] = self.chance.choices(STEPS, cum_weights=WEIGHTS)
            self._try(step)
        self._peace()

    def _try(self, step: "Callable[[Story], None]") -> None:
        self.told.append(step.__name__)
        office, terminal = self.world.office, self.world.terminal
        try:
            step(self)
        except StoreError as error:
            self.told.append(error.fault.name)
            if error.fault is not Fault.STORE_FULL:
                self.wrong.append(f"the terminal's store: {error}")
            terminal.reborn()  # as SyncThread does it: the store is opened anew
        except (DatabaseTrouble, OSError) as error:
            self.told.append(f"the office's disk: {type(error).__name__}")
        except Died:
            self.told.append("died")
        except Exception as error:  # noqa: BLE001 - whatever it is, it should not be
            self.wrong.append(f"{step.__name__} ended with {type(error).__name__}: {error}")
        if office.danger.is_dead:
            office.reborn()
        if terminal.danger.is_dead:
            terminal.reborn()

    # -- at the terminal

    def confirm(self) -> None:
        """A resident confirms a case; when it fails, she tries again later."""
        if not self._unconfirmed:
            return
        serial = self._unconfirmed.pop()
        self._unconfirmed.insert(0, serial)
        if self._is_there(serial):
            self._confirmed(serial)
        self._unconfirmed.remove(serial)

    def fill_in(self) -> None:
        """A resident begins a case, has pages taken and confirms."""
        store, id_ = self.world.terminal.store, case_id(BY_HAND)
        if id_ not in self.kept:
            store.save_draft(draft(BY_HAND, fields=2))
            self.kept[id_] = []
        if id_ in self.safe or not self._is_there(BY_HAND):
            return
        for page in pages_of(BY_HAND):
            if store.case(id_).state is CaseState.DRAFT:  # else confirmed before a death
                store.add_page(id_, page)
                self.kept[id_].append(page.sha256)
        self._confirmed(BY_HAND)

    def sync(self) -> None:
        """A round of the terminal, some time later."""
        self._time_passes()
        terminal = self.world.terminal
        if self.chance.random() < SWITCHED:
            terminal.store.set_switch(SENDING_SWITCH, self.chance.choice(tuple(Sending)).value)
        terminal.sync(self.now)

    def sync_all(self) -> None:
        """Rounds until there is nothing more to do at once."""
        while self.world.terminal.sync(self.now):
            pass

    def hand_over(self) -> None:
        """What was decided is printed and handed over."""
        for case in self._here(CaseState.DECIDED):
            self.world.terminal.store.delivered(case.case_id, now=self.now)

    def tidy(self) -> None:
        """The terminal removes what it has kept long enough."""
        limits = Limits()
        self.has_aged = self.has_aged or self._age >= min(limits.ages())
        self.world.terminal.store.tidy(self.now, limits)

    def terminal_restarts(self) -> None:
        """By a kill or with the power, while it does nothing."""
        if self.chance.random() < 0.5:
            self._age += MOST_OFF
            self.world.terminal.booted()
        else:
            self.world.terminal.reborn()

    def terminal_is_full(self) -> None:
        """Its disk takes nothing more, or again everything."""
        self.world.terminal.memory.is_full = self.chance.random() < 0.5

    # -- at the office

    def clerk(self) -> None:
        """Somebody works on a case that is there."""
        office = self.world.office.office
        arrived = office.review.waiting()
        arrived = [case for case in arrived if case.state is not CaseState.QUEUED]
        if not arrived:
            return
        id_ = self.chance.choice(arrived).case_id
        try:
            match self.chance.randrange(5):
                case 0 | 1:
                    office.review.accept(id_)
                case 2:
                    office.review.ask_corrections(id_, ["m0: 请补拍"])
                case 3:
                    office.review.decide(id_, paper_of(id_), "批准")
                case 4:
                    office.review.refuse(id_, ["不符合条件"])
        except (IllegalMove, CorrectionsAlreadyAsked):
            pass

    def news(self) -> None:
        """The office tells one terminal or all of them a few things."""
        for _ in range(self.chance.randint(1, 4)):
            self._tell(self.chance.randrange(2))

    def _tell(self, number: int) -> None:
        book = self.world.office.office.news
        match self.chance.randrange(5):
            case 0:
                book.tell(EVERYBODY, Kind.NOTICE, notice(number))
            case 1:
                book.tell(EVERYBODY, Kind.WITHDRAWN, notice(number).notice_id)
            case 2:
                book.tell(TERMINAL_ID, Kind.VISIT, visit(number))
            case 3:
                book.tell(TERMINAL_ID, Kind.VISIT_ENDED, visit(number).visit_id)
            case 4:
                signed = SigningKey(SIGNING_SECRET).signed(CONFIGURATION, configuration(number))
                book.tell(EVERYBODY, Kind.CONFIGURATION, wire.decoded(signed, wire.Signed))

    def new_catalogue(self) -> None:
        """The office is started with another catalogue."""
        self.world.office.catalogue = SECOND
        self.world.office.reborn()

    def office_restarts(self) -> None:
        """By a kill or with the power, while it does nothing."""
        self.world.office.reborn()

    def office_is_full(self) -> None:
        """Its disk takes nothing more, or again everything."""
        self.world.office.fill_up(is_full=self.chance.random() < 0.5)

    # -- between the two

    def another_text(self) -> None:
        """Under the id of a case another text comes: a cloned terminal, or a restored disk."""
        case = self._as_another(self.chance.randint(1, DRAFTS))
        try:
            self.world.terminal.new_client().submit_all([case])
        except GatewayUnreachable:
            self.told.append("lost")

    def stick(self) -> None:
        """What waits goes by hand; now and then the stick does not come back."""
        office, terminal = self.world.office.office, self.world.terminal
        sender = Sender(
            terminal_id=TERMINAL_ID,
            token=self.world.token,
            sealing_key=office.sealing_key,
        )
        with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
            stick = StickFolder(Path(folder))
            StickExport(terminal.store, stick, sender).run(self.now)
            import_stick(stick, office.stick_desk)
            if self.chance.random() < 0.7:
                key = GatewayKey(office.public_key)
                StickAnswers(
                    terminal.store, stick, gateway_key=key, terminal_id=TERMINAL_ID
                ).take_in(self.now)

    def is_up_to_date(self) -> bool:
        """Whether the terminal has heard all that the office has told."""
        store, office = self.world.terminal.store, self.world.office
        [(newest,)] = office.database.read(
            "SELECT coalesce(max(seq), 0) FROM news WHERE scope IN (?, ?)", TERMINAL_ID, EVERYBODY
        )
        heard = int(store.cursor().rpartition(".")[2])
        return heard == newest and store.catalog() == office.catalogue

    # -- inside

    def _peace(self) -> None:
        """Nobody dies any more, the line is whole: all there is to do gets done."""
        world = self.world
        world.terminal.danger.likely = world.office.danger.likely = 0.0
        world.terminal.memory.is_full = False
        world.office.fill_up(is_full=False)
        world.line.is_whole = True
        world.terminal.set_pace(MOST, 1)
        world.line.settle()
        world.terminal.reborn()
        world.terminal.store.set_switch(SENDING_SWITCH, Sending.EVERYTHING.value)
        for _ in range(ROUNDS_TO_FINISH):
            self.now += timedelta(hours=5)  # a clock set back may cost a day
            self._try(Story.sync_all)
            if not world.terminal.store.waiting() and self.is_up_to_date():
                break

    def _time_passes(self) -> None:
        passed = timedelta(seconds=self.chance.choice(CLOCKS))
        if self.chance.random() < 0.03:
            passed = timedelta(days=self.chance.choice(LONG_TIMES))
        self._age += passed
        self.world.terminal.uptime += passed
        self.now += passed + self._wrong()
        self.world.office.now += passed + self._wrong()

    def _wrong(self) -> timedelta:
        """Now and then somebody has set the clock wrong."""
        if self.chance.random() < 0.03:
            return timedelta(days=self.chance.choice(WRONG_CLOCKS))
        return timedelta()

    def _confirmed(self, serial: int) -> None:
        self.world.terminal.store.confirm(
            with_pages(serial), site=SITE, terminal=TERMINAL, now=self.now
        )
        self.safe.add(case_id(serial))

    def _is_there(self, serial: int) -> bool:
        """False when retention has taken the draft away, as it should."""
        try:
            self.world.terminal.store.case(case_id(serial))
        except KeyError:
            return False
        return True

    def _here(self, state: CaseState) -> list[Case]:
        store = self.world.terminal.store
        return [case for case in map(store.case, self.safe) if case.state is state]

    def _as_another(self, serial: int) -> Case:
        return replace(
            with_pages(serial),
            receipt_number="R-1",
            confirmed_at=NOON,
            answers={"field0": "something else"},
        )


def notice(number: int) -> wire.NoticeEntry:
    """One that is put up and taken down again and again."""
    return wire.NoticeEntry(notice_id=f"n{number}", title="t", body="b", published_at=NOON)


def visit(number: int) -> wire.VisitEntry:
    """The same for a home visit."""
    return wire.VisitEntry(visit_id=f"v{number}", name="测试乙", address="a")


def configuration(number: int) -> bytes:
    """Two that replace each other."""
    return f'{{"version": "k{number}"}}'.encode()


def paper_of(id_: CaseId) -> bytes:
    """What is issued for that case."""
    return b"%PDF-1.7 " + id_.encode()


_OFTEN: Final[dict[Callable[[Story], None], int]] = {
    Story.sync: 48,
    Story.confirm: 7,
    Story.clerk: 14,
    Story.fill_in: 2,
    Story.hand_over: 4,
    Story.tidy: 2,
    Story.terminal_restarts: 3,
    Story.terminal_is_full: 2,
    Story.news: 4,
    Story.new_catalogue: 1,
    Story.office_restarts: 4,
    Story.office_is_full: 3,
    Story.another_text: 2,
    Story.stick: 1,
}
STEPS: Final = tuple(_OFTEN)
WEIGHTS: Final = tuple(accumulate(_OFTEN.values()))

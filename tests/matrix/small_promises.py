"""What must hold once a story of chance has come to its end in peace."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import msgspec

from kiosk.domain.case import Case, CaseId, CaseState
from kiosk.domain.notice import Audience
from sync import wire
from sync.gateway.case_book import CaseBook, CaseRow
from sync.gateway.database import Row
from sync.gateway.news_book import Kind
from sync.gateway.replies import DIFFERS
from tests.counterparts.sample_cases import NOON, case_id
from tests.matrix.small_images import POISONED, pages_of, with_pages
from tests.matrix.story import BY_HAND, Story, paper_of

DRAFT = CaseState.DRAFT.value
UP_TO_DAY = 20  # characters of a receipt number before its serial
OURS = frozenset({CaseState.RECEIVED, CaseState.DELIVERED})  # steps that the terminal notes itself


def broken(story: Story) -> list[str]:
    """All that does not hold."""
    return list(_Judgement(story).wrong())


class _Judgement:
    """Compares the two sides of one story."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._store = story.world.terminal.store
        self._memory = story.world.terminal.memory.connection
        self._office = story.world.office.office
        self._read = story.world.office.database.read
        self._book = CaseBook(story.world.office.database)
        self._aside = {entry.case_id: entry.reason for entry in self._store.aside()}
        self._steps = self._steps_told()

    def wrong(self) -> Iterator[str]:
        story = self._story
        yield from (*story.wrong, *story.world.line.wrong, *story.world.office.wrong)
        if waiting := self._store.waiting():
            yield f"{waiting} still wait"
        states = dict(self._memory.execute("SELECT case_id, state FROM cases"))
        drafts = []
        for serial in range(1, BY_HAND + 1):
            id_ = case_id(serial)
            if states.get(id_, DRAFT) != DRAFT:
                yield from self._not_arrived(serial, self._store.case(id_))
            elif id_ in story.safe:
                yield f"{serial} was safe and is lost"
            elif id_ in states:
                drafts.append(serial)
            elif not story.has_aged and (serial != BY_HAND or id_ in story.kept):
                yield f"the draft {serial} is lost"
        yield from self._pages_lost(drafts)
        yield from self._numbers(sum(state != DRAFT for state in states.values()))
        yield from self._not_heard()

    def _not_arrived(self, serial: int, case: Case) -> Iterator[str]:
        row = self._book.case(case.case_id)
        if row is None:
            yield f"{serial} never arrived"
        elif case.case_id in self._aside:
            yield from self._wrongly_aside(serial, case, row)
        else:
            yield from self._differences(serial, case, row)

    def _wrongly_aside(self, serial: int, case: Case, row: CaseRow) -> Iterator[str]:
        reason = self._aside[case.case_id]
        if row.text.answers != case.answers:
            kept = self._read("SELECT text FROM conflict WHERE case_id=?", case.case_id)
            others = [wire.decoded(text, wire.CaseText).answers for (text,) in kept]
            if reason != DIFFERS[0] or case.answers not in others:
                yield f"{serial} differs there and is aside here: {reason}"
        elif serial != POISONED or "JPEG" not in reason:
            yield f"{serial} is aside: {reason}"

    def _differences(self, serial: int, case: Case, row: CaseRow) -> Iterator[str]:
        [(signed,)] = self._memory.execute(
            "SELECT acknowledgement FROM cases WHERE case_id = ?", (case.case_id,)
        )
        if signed is None or signed != row.acknowledgement:
            yield f"{serial} is acknowledged otherwise there"
        state = CaseState.DECIDED if case.state is CaseState.DELIVERED else case.state
        if (state, case.official_number) != (row.state, row.official_number):
            yield f"{serial} is {case.state} here and {row.state} there"
        sent = wire.text_of(with_pages(serial))
        if (row.text.answers, row.text.every_page()) != (sent.answers, sent.every_page()):
            yield f"{serial} has another text there"
        for page in pages_of(serial):
            try:
                content = self._office.packs.read(page.sha256)
            except (KeyError, OSError) as error:
                yield f"{serial}: a page is lost there: {type(error).__name__}"
            else:
                if content != page.content:
                    yield f"{serial}: a page is another one there"
        if state is CaseState.DECIDED and not self._story.has_aged:
            yield from self._paper_lost(serial, case.case_id)
        steps = [s.state for s in self._store.changes_of(case.case_id) if s.state not in OURS]
        if steps != self._steps[case.case_id]:
            yield f"{serial} made the steps {self._steps[case.case_id]} there, {steps} here"

    def _paper_lost(self, serial: int, id_: CaseId) -> Iterator[str]:
        papers = [self._store.document(paper.sha256) for paper in self._store.documents_of(id_)]
        if papers != [paper_of(id_)]:
            yield f"{serial} has {len(papers)} papers"

    def _pages_lost(self, drafts: Sequence[int]) -> Iterator[str]:
        rows = self._memory.execute(
            "SELECT case_id, sha256, bytes FROM case_pages JOIN contents USING (content_id)"
            " JOIN pieces USING (content_id)"
        )
        there = {(id_, sha256): content for id_, sha256, content in rows}
        for serial in drafts:
            id_ = case_id(serial)
            for page in pages_of(serial):
                kept = serial != BY_HAND or page.sha256 in self._story.kept.get(id_, ())
                if kept and there.get((id_, page.sha256)) != page.content:
                    yield f"a page of the draft {serial} is lost"

    def _numbers(self, confirmed: int) -> Iterator[str]:
        serials = defaultdict(list)
        for (number,) in self._memory.execute(
            "SELECT receipt_number FROM cases WHERE receipt_number NOT NULL ORDER BY 1"
        ):
            serials[number[:UP_TO_DAY]].append(int(number[UP_TO_DAY:-1]))
        if any(found != list(range(1, len(found) + 1)) for found in serials.values()):
            yield f"receipt numbers {dict(serials)}"
        if sum(map(len, serials.values())) != confirmed:
            yield f"receipt numbers {dict(serials)} for {confirmed} cases"
        [(signed, numbers)] = self._read(
            "SELECT count(acknowledgement), count(DISTINCT official_number) FROM office_case"
        )
        [(used,)] = self._read("SELECT coalesce(sum(last), 0) FROM serial")
        here = self._memory.execute("SELECT count(acknowledgement) FROM cases").fetchone()
        if not signed == numbers == used == here[0]:
            yield f"{signed} signed for there, {here[0]} here, {numbers} numbers of {used}"

    def _not_heard(self) -> Iterator[str]:
        if not self._story.is_up_to_date():
            yield f"heard up to {self._store.cursor()}, catalogue {self._store.catalog()}"
        told = _Told(self._read)
        notices = {one.notice_id for one in self._store.notices(Audience.EVERYBODY, NOON)}
        visits = {one.visit_id for one in self._store.visits()}
        if (notices, visits) != (told.notices, told.visits):
            yield f"{told.notices} and {told.visits} hold, {notices} and {visits} are here"
        settings = self._store.configuration()
        if (settings[1] if settings else b"") != told.configuration:
            yield f"configuration {settings}"

    def _steps_told(self) -> dict[str, list[CaseState]]:
        told = defaultdict(list)
        for (entry,) in self._read(
            "SELECT entry FROM news WHERE kind=? ORDER BY seq", Kind.STEP.value
        ):
            step = wire.decoded(entry, wire.ChangeEntry)
            told[step.case_id].append(CaseState(step.state))
        return told


class _Told:
    """What holds at the end of everything that the office told, one after the other."""

    def __init__(self, read: Callable[..., list[Row]]) -> None:
        self.notices: set[str] = set()
        self.visits: set[str] = set()
        self.configuration = b""
        for kind, entry in read("SELECT kind, entry FROM news ORDER BY seq"):
            match kind:
                case Kind.NOTICE:
                    self.notices.add(wire.decoded(entry, wire.NoticeEntry).notice_id)
                case Kind.WITHDRAWN:
                    self.notices.discard(msgspec.json.decode(entry))
                case Kind.VISIT:
                    self.visits.add(wire.decoded(entry, wire.VisitEntry).visit_id)
                case Kind.VISIT_ENDED:
                    self.visits.discard(msgspec.json.decode(entry))
                case Kind.CONFIGURATION:
                    self.configuration = wire.decoded(entry, wire.Signed).body

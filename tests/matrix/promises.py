"""What the two sides promised: looked at just after a fault, and when all has come to its end."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kiosk.domain.case import Case, CaseState
from kiosk.domain.notice import Audience
from kiosk.domain.page import PageRef
from offline_store.sqlcipher_store import SqlCipherStore
from sync.gateway.office import Office
from sync.gateway.serve import EmbeddedGateway
from sync.gateway_key import GatewayKey
from tests.counterparts.sample_cases import NOON
from tests.matrix import walk
from tests.matrix.planted import CARD
from tests.matrix.tally import Broken, doubled, lost, other
from tests.matrix.walk import ACKED, ANSWERS, DELIVERED, PAGE, SAFE, TIDIED, TYPED, Walk
from tests.matrix.world import CONFIGURED, EARLIER, FORGOTTEN, NEW, OLD, PAPER, SECOND, World

LATEST_LOST = 2.0  # seconds of typing (the issue: "at most the last 2 s of typing lost")
HOURS = (2, 4)  # the second walk has nothing to do
S = CaseState
STEPS = {
    OLD: [S.RECEIVED, S.ACCEPTED, S.CORRECTION, S.DECIDED, S.DELIVERED],
    NEW: [S.RECEIVED],
    EARLIER: [S.RECEIVED, S.DECIDED, S.DELIVERED],
}


@dataclass(frozen=True, slots=True)
class Found:
    """What does not hold. `typing`: seconds before the last answer of the oldest that is gone."""

    broken: Sequence[Broken] = ()
    typing: float = 0.0


def broken_at_once(world: World, said: Sequence[str]) -> Found:
    """What is not as it was said, when the terminal has started again."""
    with world.started() as store:
        broken = [other(words) for words in (*store.problems(), *store.integrity_problems())]
        return Found([*broken, *_forgotten(store, said)], _typing_lost(store, said))


def broken_in_the_end(world: World) -> list[Broken]:
    """Start both again, let them finish; what is not right then."""
    with world.started() as store, world.serving() as gateway:
        client = world.client(gateway.base_url)
        for hours in HOURS:
            Walk(store, client, lambda _: None, hours=hours).go()
        found = [*_differences(store, gateway), *map(other, store.integrity_problems())]
        client.interrupt()
    office = world.office()
    found += map(other, office.problems())
    office.close()
    return found


def lost_there(office: Office, numbers: Iterable[str]) -> Iterator[Broken]:
    """What is missing of the cases for which the gateway has given these official numbers."""
    cases = {case.official_number: case for case in office.review.every()}
    for number in sorted(numbers):
        if number not in cases:
            yield lost("a case that was signed for is lost there")
        else:
            yield from _damage(cases[number], office.review.page)


def _forgotten(store: SqlCipherStore, said: Sequence[str]) -> Iterator[Broken]:
    words = {word.split()[0] for word in said if word}
    cases = {case.case_id: case for case in map(store.case, (OLD, EARLIER))}
    if DELIVERED in words and cases[OLD].state is not S.DELIVERED:
        yield lost("delivered, and forgotten")
    case = _case(store)
    if SAFE in words:
        if case is None or case.state is S.DRAFT:
            yield lost("said SAFE, and lost")
        elif ACKED in words and case.state is not S.RECEIVED:
            yield lost("acknowledged, and forgotten")
    if case is not None and case.state is not S.DRAFT:
        yield from _damage(case, store.page)
    elif case is not None:
        yield from _draft_lost(store, case, said)
    elif words & {TYPED, PAGE}:
        yield lost("the draft is lost")
    if TIDIED in words and store.cases_of(CARD.number)[-1].answers:
        yield other("tidied, and still there")


def _typing_lost(store: SqlCipherStore, said: Sequence[str]) -> float:
    """Seconds before the last answer at which the oldest one was typed that is not there."""
    draft = _case(store)
    if draft is None or draft.state is not S.DRAFT:
        return 0.0
    typed = [word.split() for word in said if word.startswith(TYPED)]
    gone = [float(second) for _, key, second in typed if draft.answers.get(key) != ANSWERS[key]]
    return float(typed[-1][2]) - min(gone) if gone else 0.0


def _draft_lost(store: SqlCipherStore, draft: Case, said: Sequence[str]) -> Iterator[Broken]:
    """Everything typed longer ago than the autosave, every page that was kept."""
    seconds = _typing_lost(store, said)
    if seconds >= LATEST_LOST:
        yield lost(f"what was typed {seconds:.1f} s before is gone")
    kept = {page.sha256 for page in _references(draft)}
    pages = {page.sha256: page.content for page in walk.pages()}
    for word in said:
        if word.startswith(PAGE):
            sha256 = word.split()[1]
            if sha256 not in kept or store.page(sha256) != pages[sha256]:
                yield lost("a page that was kept is lost with its draft")


def _differences(store: SqlCipherStore, gateway: EmbeddedGateway) -> Iterator[Broken]:
    """The terminal's and the office's view of the cases: all whole, all once."""
    ours = {id_: store.case(id_) for id_ in STEPS}
    theirs = {case.case_id: case for case in gateway.review.every()}
    if missing := set(ours) - set(theirs):
        yield lost(f"cases that are not there: {sorted(missing)}")
        return
    if len(gateway.review.every()) != len(ours):
        yield doubled(f"cases there: {sorted(theirs)}")
        return
    if store.waiting() or store.aside():
        yield lost(f"{store.waiting()} still wait, {len(store.aside())} are set aside")
    numbers = {case.official_number for case in theirs.values()}
    if len(numbers) != len(theirs) or "" in numbers:
        yield doubled(f"official numbers {numbers}")
    for id_, case in ours.items():
        yield from _difference(store, case, theirs[id_], gateway)
        steps = [step.state for step in store.changes_of(id_)]
        if steps != STEPS[id_]:
            is_more = len(steps) > len(STEPS[id_])
            yield (doubled if is_more else lost)(f"{id_} made the steps {steps}")
    papers = {id_: [store.document(p.sha256) for p in store.documents_of(id_)] for id_ in ours}
    if papers != {OLD: [PAPER], NEW: [], EARLIER: []}:
        yield other("papers are missing, doubled or not removed")
    if _case(store, FORGOTTEN) is not None:
        yield other("the old draft is still there")
    if store.next_day_serial(NOON.date()) != 2:
        yield doubled("a receipt number was used up")
    if store.catalog() != SECOND or store.configuration() != CONFIGURED:
        yield other("another catalogue or configuration")
    notices = [notice.notice_id for notice in store.notices(Audience.EVERYBODY, NOON)]
    if (notices, [visit.visit_id for visit in store.visits()]) != (["n1"], ["v1"]):
        yield other("other notices or home visits")


def _difference(
    store: SqlCipherStore, case: Case, other: Case, gateway: EmbeddedGateway
) -> Iterator[Broken]:
    here, there = (
        (case.official_number, case.receipt_number),
        (
            other.official_number,
            other.receipt_number,
        ),
    )
    if here != there:
        yield doubled(f"{case.case_id} has other numbers there")
    if case.case_id == NEW:
        if (case.answers, case.pages, case.signature) != (
            *(other.answers, other.pages, other.signature),
        ):
            yield other("the new case differs there")
        sent = [page.sha256 for n, page in enumerate(walk.pages()) if n != walk.DROPPED]
        if [page.sha256 for page in _references(other)] != sent:
            yield lost("the new case has other pages there")
        if any(other.answers.get(key) != answer for key, answer in ANSWERS.items()):
            yield lost("the new case has other answers there")
    elif case.answers or case.pages or (case.case_id == EARLIER and case.applicant_number):
        yield other(f"{case.case_id} is kept too long")
    yield from _damage(other, gateway.review.page)
    [(signed,)] = store._database.execute(
        "SELECT acknowledgement FROM cases WHERE case_id = ?", (case.case_id,)
    )
    word = GatewayKey(gateway.public_key).acknowledgement(signed)
    if word.official_number != other.official_number:
        yield other(f"{case.case_id} is acknowledged under another number")


def _damage(case: Case, page: Callable[[str], bytes]) -> Iterator[Broken]:
    for reference in _references(case):
        try:
            content = page(reference.sha256)
        except (KeyError, OSError) as error:
            yield lost(f"page lost: {type(error).__name__}")
            continue
        if hashlib.sha256(content).hexdigest() != reference.sha256:
            yield lost("page damaged")


def _references(case: Case) -> Sequence[PageRef]:
    return (*case.pages, *((case.signature,) if case.signature else ()))


def _case(store: SqlCipherStore, id_: str = NEW) -> Case | None:
    try:
        return store.case(id_)
    except KeyError:
        return None

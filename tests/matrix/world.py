"""One terminal and one office with a past, the way of a case through both, and what must hold."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from kiosk.domain.case import Case, CaseState
from kiosk.domain.page import ScannedPage
from offline_store.api import Store
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from sync.api import GatewayClient
from sync.gateway.office import Office
from sync.gateway.serve import EmbeddedGateway
from sync.gateway_key import GatewayKey
from sync.http_gateway import HttpGateway
from sync.sync_round import SyncRound
from tests.counterparts.sample_cases import NOON, NUMBER, SITE, TERMINAL, case_id, draft
from tests.counterparts.village import TERMINAL_ID, Heard, confirmed, picture

OLD, NEW, FORGOTTEN = case_id(1), case_id(2), case_id(3)
PAPER = b"%PDF-1.7 issued"
PAGES = 2

# What the walk says once it is true; whatever happens afterwards, it must stay true.
PAGE, SAFE, ACKED, DELIVERED, DONE = "PAGE", "SAFE", "ACKED", "DELIVERED", "DONE"


@dataclass(frozen=True, slots=True)
class World:
    """A closed store and a closed gateway that know each other.

    Case OLD has been received and decided, its paper waits to be pulled. Draft FORGOTTEN is old.
    """

    store: Path
    gateway: Path
    token: str = field(repr=False)
    key: bytes

    def copied(self, folder: Path) -> "World":
        """The same in another folder."""
        return World(
            shutil.copytree(self.store, folder / "store"),
            shutil.copytree(self.gateway, folder / "gateway"),
            self.token,
            self.key,
        )

    def open_store(self) -> SqlCipherStore:
        """The terminal's store, for one thread."""
        return open_store(self.store, FileKey(self.store / "store.key"))

    def client(self, address: str) -> HttpGateway:
        """The terminal's way to the gateway at that address."""
        return HttpGateway(address, terminal_id=TERMINAL_ID, token=self.token, gateway_key=self.key)

    @contextmanager
    def serving(self) -> Iterator[EmbeddedGateway]:
        """The gateway in this process."""
        gateway = EmbeddedGateway(self.gateway)
        gateway.start()
        try:
            yield gateway
        finally:
            gateway.stop()


def prepare(folder: Path) -> World:
    """A new world in that folder."""
    office = Office(folder / "gateway")
    token = office.door.add_terminal(TERMINAL_ID)
    office.close()
    world = World(folder / "store", folder / "gateway", token, office.public_key)
    store = world.open_store()
    confirmed(store, 1, pages=1, side=64)
    store.save_draft(replace(draft(3), started_at=NOON - timedelta(days=1)))
    with world.serving() as gateway:
        client = world.client(gateway.base_url)
        SyncRound(store, client, listener=Heard()).run(NOON)
        client.interrupt()
        gateway.review.accept(OLD)
        gateway.review.decide(OLD, PAPER, "批准通知书")
    store.close()
    return world


def pages_of_new() -> list[ScannedPage]:
    """The pages of case NEW, then its signature."""
    taken = [picture(200 + n, material=f"m{n + 1}", side=96) for n in range(PAGES)]
    return [*taken, picture(299, material="signature", side=32)]


def walk(store: Store, client: GatewayClient, say: Callable[[str], None], *, hours: int) -> None:
    """From the first field to the clean-up. May be repeated after any end.

    Raises StoreError; the line's troubles end in a later try.
    """
    if not _is_confirmed(store):
        case = draft(2)
        store.save_draft(case)
        taken = pages_of_new()
        for page in taken:
            store.add_page(NEW, page)
            say(PAGE)
        references = [page.reference() for page in taken]
        case = replace(case, pages=tuple(references[:-1]), signature=references[-1])
        store.save_draft(case)
        store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
        say(SAFE)
    SyncRound(store, client, listener=Heard()).run(NOON + timedelta(hours=hours))
    if not store.waiting():
        say(ACKED)
    if store.case(OLD).state is CaseState.DECIDED:
        store.delivered(OLD, now=NOON)
        say(DELIVERED)
    store.drop_drafts_before(NOON - timedelta(hours=1))
    say(DONE)


def _is_confirmed(store: Store) -> bool:
    try:
        return store.case(NEW).state is not CaseState.DRAFT
    except KeyError:
        return False


def broken_promises(store: SqlCipherStore, said: Sequence[str]) -> list[str]:
    """What is not as it was said, just after the terminal has started again."""
    found = list(store.integrity_problems())
    cases = {case.case_id: case for case in store.cases_of(NUMBER)}
    if OLD not in cases:
        found.append("the case of last week is lost")
    elif DELIVERED in said and cases[OLD].state is not CaseState.DELIVERED:
        found.append("delivered, and forgotten")
    if SAFE in said and NEW not in cases:
        found.append("said SAFE, and lost")
    if NEW in cases:
        found += _damage(cases[NEW], store.page)
        if ACKED in said and cases[NEW].state is not CaseState.RECEIVED:
            found.append("acknowledged, and forgotten")
    elif PAGE in said:
        draft_kept = store.case(NEW)
        kept = {page.sha256 for page in draft_kept.pages}
        kept |= {draft_kept.signature.sha256} if draft_kept.signature else set()
        for page in pages_of_new()[: said.count(PAGE)]:
            if page.sha256 not in kept or store.page(page.sha256) != page.jpeg:
                found.append("a page that was kept is lost with its draft")
    return found


def unfinished(world: World) -> list[str]:
    """Start both again, let them finish; what is not right in the end."""
    store = world.open_store()
    with world.serving() as gateway:
        client = world.client(gateway.base_url)
        for hours in (2, 4):  # the second has nothing to do
            walk(store, client, lambda _: None, hours=hours)
        found = _differences(store, gateway)
        client.interrupt()
    found += store.integrity_problems()
    store.close()
    office = Office(world.gateway)
    found += office.problems()
    office.close()
    return found


def _differences(store: SqlCipherStore, gateway: EmbeddedGateway) -> list[str]:
    """The terminal's and the office's view of the two cases: both whole, both once."""
    found = []
    ours = {case.case_id: case for case in store.cases_of(NUMBER)}
    theirs = {case.case_id: case for case in gateway.review.every()}
    if set(ours) != {OLD, NEW} or len(gateway.review.every()) != len(ours):
        found.append(f"cases here {sorted(ours)}, there {sorted(theirs)}")
    if set(theirs) != set(ours):
        return [*found, "the two sides know different cases"]
    if store.waiting() or store.aside():
        found.append(f"{store.waiting()} still wait, {len(store.aside())} are set aside")
    numbers = {case.official_number for case in theirs.values()}
    if len(numbers) != len(theirs) or "" in numbers:
        found.append(f"official numbers {numbers}")
    for id_, case in ours.items():
        other = theirs[id_]
        if (case.answers, case.pages, case.signature, case.official_number) != (
            *(other.answers, other.pages, other.signature, other.official_number),
        ):
            found.append(f"{id_} differs")
        found += _damage(other, gateway.review.page)
        [(signed,)] = store._database.execute(
            "SELECT acknowledgement FROM cases WHERE case_id = ?", (id_,)
        )
        word = GatewayKey(gateway.public_key).acknowledgement(signed)
        if word.official_number != other.official_number:
            found.append(f"{id_} is acknowledged under another number")
    steps = {id_: [step.state.value for step in store.changes_of(id_)] for id_ in (OLD, NEW)}
    if steps != {OLD: ["received", "accepted", "decided", "delivered"], NEW: ["received"]}:
        found.append(f"steps {steps}")
    papers = [store.document(paper.sha256) for paper in store.documents_of(OLD)]
    if papers != [PAPER]:
        found.append(f"{len(papers)} papers instead of one")
    if store.next_day_serial(NOON.date()) != 3:
        found.append("a receipt number was used up")
    return found


def _damage(case: Case, page: Callable[[str], bytes]) -> list[str]:
    found = []
    for reference in (*case.pages, *((case.signature,) if case.signature else ())):
        try:
            content = page(reference.sha256)
        except (KeyError, OSError) as error:
            found.append(f"page lost: {type(error).__name__}")
            continue
        if hashlib.sha256(content).hexdigest() != reference.sha256:
            found.append("page damaged")
    if len(case.pages) != (1 if case.case_id == OLD else PAGES) or case.signature is None:
        found.append(f"{case.case_id} has {len(case.pages)} pages")
    return found

"""The first start on a new machine, and what must hold after one that went wrong."""

from collections.abc import Callable, Sequence
from pathlib import Path

from kiosk.domain.case import CaseState
from sync.gateway.admission import Admission
from sync.gateway.office import Office
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, case_id, draft_in
from tests.counterparts.village import TERMINAL_ID
from tests.matrix.tally import Broken, lost, other
from tests.matrix.walk import SAFE
from tests.matrix.world import World

# Given the folder and what was said, tells what does not hold when it is started again.
Began = Callable[[Path, Sequence[str]], list[Broken]]


def terminal_began(folder: Path, said: Sequence[str]) -> list[Broken]:
    """See first_start_child.terminal."""
    with World(folder, "", b"").started() as store:
        found = [other(words) for words in (*store.problems(), *store.integrity_problems())]
        if SAFE in said:
            case = store.case(case_id(1))
            if case.state is not CaseState.QUEUED or len(store.page(case.pages[0].sha256)) != 5000:
                found.append(lost("said SAFE, and lost"))
        else:
            case = draft_in(store, 2, pages=1, size=5000)
            store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
    return found


def gateway_began(folder: Path, said: Sequence[str]) -> list[Broken]:
    """See first_start_child.gateway."""
    office = Office(folder / "gateway")
    found = [other(words) for words in office.problems()]
    if said:
        key, token = said[0].split()
        if office.public_key.hex() != key:
            found.append(lost("told its key, and has another"))
        if office.door.admit(TERMINAL_ID, token) is not Admission.GRANTED:
            found.append(lost("enrolled, and forgotten"))
    office.close()
    return found

"""What the screen shows of a visit is in the store: pages, signature, and where people are."""

from collections.abc import Callable

import pytest

from devices.id_card.specimens import RESIDENT
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from kiosk.flow.steps import Step
from offline_store.sqlcipher_store import SqlCipherStore
from tests.kiosk.flow.conftest import Visit, page

NewVisit = Callable[..., Visit]


def test_the_same_page_twice_is_one_page(new_visit: NewVisit, resident: IdentityCard) -> None:
    visit = new_visit()
    visit.to_review(resident)
    visit.flow.go_to(Step.MATERIALS)
    visit.flow.page_taken(page("m2", b"\xff\xd8 one"))
    assert len(visit.flow.view.pages) == 1


def test_a_dropped_page_is_gone_from_the_store_too(
    new_visit: NewVisit, resident: IdentityCard, store: SqlCipherStore
) -> None:
    visit = new_visit()
    visit.to_review(resident)
    sha = visit.flow.view.pages[0].sha256
    visit.flow.page_dropped(sha)
    assert visit.flow.view.pages == ()
    with pytest.raises(KeyError):
        store.page(sha)


def test_the_draft_lags_behind_the_screen_for_one_tick_at_most(
    new_visit: NewVisit, store: SqlCipherStore
) -> None:
    visit = new_visit()
    visit.flow.next()
    visit.flow.card_read(RESIDENT)
    visit.flow.answer("contact_mobile", "13800138000")
    visit.flow.tick()
    draft = store.open_draft()
    assert draft is not None
    assert (draft.step, draft.case.answers["contact_mobile"]) == (Step.FORM, "13800138000")


def test_trouble_of_a_device_goes_away_once_it_was_seen(new_visit: NewVisit) -> None:
    visit = new_visit()
    visit.flow.device_failed(Fault.CARD_UNREADABLE)
    assert visit.view.fault is Fault.CARD_UNREADABLE
    shown = len(visit.views)
    visit.flow.fault_seen()
    visit.flow.fault_seen()
    assert visit.view.fault is None
    assert len(visit.views) == shown + 1

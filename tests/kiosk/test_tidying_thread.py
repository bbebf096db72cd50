"""Tidying runs at the start, goes on after trouble, and ends when told."""

from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from kiosk.domain.configuration import Configuration
from kiosk.domain.fault import Fault
from kiosk.tidying_thread import TidyingThread, limits_of
from offline_store.api import Limits, Store, StoreError
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import open_store
from tests.counterparts.machine import Machine
from tests.counterparts.sample_cases import NOON, draft, draft_in


@pytest.mark.logs_expected
def test_what_is_old_is_gone_soon_after_the_start_even_when_the_store_was_busy_first(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder, opened, tidied = tmp_path / "store", [0], Event()
    machine = Machine()

    def open_at_second_try() -> Store:
        opened[0] += 1
        if opened[0] == 1:
            raise StoreError(Fault.STORE_BUSY)
        if opened[0] > 10:
            tidied.set()
        machine.run(timedelta(hours=20))
        return open_store(folder, FileKey(folder / "store.key"), look=machine.look)

    store = open_store(folder, FileKey(folder / "store.key"))
    draft_in(store)
    thread = TidyingThread(open_at_second_try, now=lambda: NOON, period=0.01)
    thread.start()
    assert tidied.wait(20)
    thread.stop()
    thread.stop()
    with pytest.raises(KeyError):
        store.case(draft().case_id)
    store.close()
    assert "STORE_BUSY" in caplog.text


def test_the_province_may_say_how_long_sent_cases_and_names_are_kept() -> None:
    assert limits_of(Configuration()) == Limits()
    limits = limits_of(Configuration(sent_days=3, person_days=30))
    assert (limits.sent_cases, limits.persons) == (timedelta(days=3), timedelta(days=30))
    assert limits.audit == Limits().audit  # the law says that

"""What the page of staff says of the machine, on the real store."""

from datetime import UTC, datetime
from pathlib import Path

from devices.page_printer.simulated_printer import SimulatedPagePrinter
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.machine_look import MachineLook
from offline_store.arrivals import Arrivals
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import open_store
from tests.counterparts.sample_cases import NAME, NUMBER, confirmed_in
from ui.finding_words import finding_line, finding_words
from ui.texts import Texts

TEXTS = Texts()


def test_queue_clock_disk_and_catalogue_have_a_line_each(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store = open_store(folder, FileKey(tmp_path / "key"))
    confirmed_in(store, 1, pages=0)
    look = MachineLook(store, folder, packaged_catalog)
    queue, clock, disk, holidays, catalogue, templates = look()
    assert (queue.topic, "等着上传 1 件" in finding_words(queue, TEXTS)) == ("waiting", True)
    assert (clock.topic, disk.topic, holidays.topic) == ("clock", "disk", "holidays")
    assert (templates.topic, templates.fine) == ("templates", True)
    assert "还没有和省里核对过" in finding_words(catalogue, TEXTS)
    store.apply(Arrivals(), cursor="1", now=datetime.now(UTC))
    assert "0 天前核对过" in finding_words(look()[-2], TEXTS)
    told = "".join(finding_line(finding, TEXTS) for finding in look())
    assert NAME not in told
    assert NUMBER not in told
    printer = SimulatedPagePrinter()
    printer.remember(True)
    last = MachineLook(store, folder, packaged_catalog, printer)()[-1]
    assert (last.topic, last.fine) == ("print_service", False)
    store.close()

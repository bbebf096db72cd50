"""Prints one counted certificate as the terminal does. A program of its own, to be killed."""

import os
from datetime import UTC, datetime
from pathlib import Path

from devices.page_printer.api import PrintJobId, PrintJobState
from devices.page_printer.cups_printer import CupsPagePrinter
from kiosk.domain.case import CaseId
from kiosk.domain.printed import PaperKind, PrintOrder
from kiosk.flow.certificate_flow import TITLE
from kiosk.flow.equipment import DocumentMoved, Event
from kiosk.print_line import line_of
from kiosk.printing import DocumentJob
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store

QUEUE = "A4"


def opened(folder: Path) -> SqlCipherStore:
    """The store of that world."""
    return open_store(folder / "store", FileKey(folder / "store.key"))


def printer_at(port: int, word: Path) -> CupsPagePrinter:
    """A driver that knows nothing of what was printed before it was made."""
    return CupsPagePrinter(QUEUE, port=port, limit=5.0, grace=1.0, spool_word=word)


def main(folder: str, port: str, word: str, case_id: str, sha256: str, *careless: str) -> int:
    """Says how it ended. With one word more it hands the document in without the ledger."""
    place, printer = Path(folder), printer_at(int(port), Path(word))
    store = opened(place)
    pdf = store.document(sha256)
    store.close()
    if careless:
        return _careless(pdf, printer)
    order = PrintOrder(PaperKind.CERTIFICATE, CaseId(case_id), sha256)

    def say(event: Event) -> None:
        assert isinstance(event, DocumentMoved)
        os.write(1, f"{event.status.state} {event.status.fault}\n".encode())

    with line_of(lambda: opened(place), order, lambda: datetime.now(UTC)) as line:
        DocumentJob().run(printer, pdf, TITLE, line, say)
    return 0


def _careless(pdf: bytes, printer: CupsPagePrinter) -> int:
    job: PrintJobId = printer.print_pdf(pdf, title=TITLE)
    while printer.job_status(job).state is not PrintJobState.PRINTED:
        pass
    return 0

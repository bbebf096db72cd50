"""The machine around a visit, with simulated devices on their real threads."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from queue import Empty, SimpleQueue

import numpy as np
import pytest

from devices.camera.pictures import frame_of
from devices.camera.reading.api import LineReader
from devices.camera.reading.paper import FieldKey, ReadingKind
from devices.camera.reading.pp_ocr import PpOcrLineReader
from devices.camera.reading.specimen_cards import Face, id_card_front, photographed
from devices.camera.reading.specimen_zones import photographed_document
from devices.camera.simulated_camera import SimulatedCamera
from devices.camera.specimen_pages import Specimen, on_desk
from devices.device import DeviceState
from devices.id_card.card_watch import CardRead
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.id_card.specimens import RESIDENT
from devices.page_printer.api import PrintJobState
from devices.page_printer.simulated_printer import SimulatedPagePrinter
from devices.receipt_printer.simulated_printer import SimulatedReceiptPrinter
from devices.travel_document.document_watch import DocumentRead
from devices.travel_document.simulated_reader import SimulatedTravelDocumentReader
from devices.travel_document.specimens import CHINESE_PASSPORT
from kiosk.device_threads import DeviceThreads
from kiosk.domain.fault import Fault
from kiosk.domain.printed import PaperKind, PrintOrder, PrintOutcome
from kiosk.domain.receipt import Receipt
from kiosk.flow.equipment import (
    CameraFailed,
    DocumentMoved,
    Event,
    PageCaptured,
    PaperNotRead,
    PaperRead,
    PreviewSeen,
    PrintsSettled,
    ReceiptFailed,
    ReceiptPrinted,
    StickEnded,
    StickSeen,
    Ticket,
    ZoneSeen,
)
from kiosk.papers.slip_layout import SlipLayout
from kiosk.print_line import OpenLedger
from kiosk.stick_turn import StickLine
from kiosk.stick_watch import StickWatch
from offline_store.api import Store
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from sync.gateway.specimen_result import specimen_result_pdf
from tests.kiosk.flow.conftest import SITE

SLIP = Receipt(title="回执", site=SITE.name, lines=(("回执编号", "1"),), qr="DS1/1")


@dataclass
class Machine:
    """Simulators, their threads, and what they told."""

    reader: SimulatedIdentityReader = field(default_factory=SimulatedIdentityReader)
    camera: SimulatedCamera = field(default_factory=SimulatedCamera)
    documents: SimulatedTravelDocumentReader = field(
        default_factory=lambda: SimulatedTravelDocumentReader(lambda: date(2026, 5, 12))
    )
    slips: SimulatedReceiptPrinter = field(
        default_factory=lambda: SimulatedReceiptPrinter(layout=SlipLayout())
    )
    sheets: SimulatedPagePrinter = field(default_factory=SimulatedPagePrinter)
    told: SimpleQueue[tuple[Event, Ticket | None]] = field(default_factory=SimpleQueue)

    def announce(self, event: Event, ticket: Ticket | None = None) -> None:
        """As the interface's bridge, but heard by the test."""
        self.told.put((event, ticket))

    def wait_for(self, wanted: Callable[[Event], bool]) -> Event:
        """The next event that is wanted; the others are skipped."""
        return self.ticket_of(wanted)[0]

    def ticket_of(self, wanted: Callable[[Event], bool]) -> tuple[Event, Ticket]:
        """The next event that is wanted, and whom it is for."""
        try:
            while not wanted((answer := self.told.get(timeout=15))[0]):
                continue
        except Empty:
            pytest.fail("the event did not come")
        event, ticket = answer
        assert ticket is not None
        return event, ticket


def _no_store() -> Store:
    raise AssertionError("nobody carries anything here")


def _no_line() -> StickLine:
    raise AssertionError("nobody carries anything here")


@pytest.fixture
def machine() -> Machine:
    return Machine()


def threads_of(
    machine: Machine,
    open_ledger: OpenLedger | None = None,
    open_line_reader: Callable[[], LineReader] | None = PpOcrLineReader,
) -> DeviceThreads:
    return DeviceThreads(
        readers=(machine.reader,),
        camera=machine.camera,
        receipt_printer=machine.slips,
        page_printer=machine.sheets,
        stick=StickWatch(find=lambda: None, keys=None, open_store=_no_store, line=_no_line),
        announce=machine.announce,
        send_soon=lambda: None,
        open_ledger=open_ledger,
        open_line_reader=open_line_reader,
        travel_document=machine.documents,
    )


@pytest.fixture
def threads(machine: Machine) -> Iterator[DeviceThreads]:
    running = threads_of(machine)
    running.start()
    yield running
    running.stop()


def test_a_card_is_read_while_somebody_waits_for_it(
    machine: Machine, threads: DeviceThreads
) -> None:
    machine.reader.lay_down(RESIDENT)
    threads.watch_cards(True)
    event = machine.wait_for(lambda e: isinstance(e, CardRead))
    assert isinstance(event, CardRead)
    assert event.card == RESIDENT


def test_a_paper_is_outlined_and_taken(machine: Machine, threads: DeviceThreads) -> None:
    machine.camera.put_paper(on_desk(Specimen.FORM))
    threads.watch_camera(True)
    machine.wait_for(lambda e: isinstance(e, PreviewSeen) and e.corners is not None)
    threads.capture_page("m2")
    event = machine.wait_for(lambda e: isinstance(e, PageCaptured))
    assert isinstance(event, PageCaptured)
    assert event.page.material == "m2"
    assert event.page.jpeg[:2] == b"\xff\xd8"


def test_the_print_of_a_card_is_read(machine: Machine, threads: DeviceThreads) -> None:
    assert threads.reads_papers
    sheet = id_card_front(Face())
    picture, _ = photographed(sheet, np.random.default_rng(7), share=0.6, size=(1600, 1200))
    machine.camera.put_paper(frame_of(picture))
    threads.read_paper(ReadingKind.ID_CARD_FRONT)
    event = machine.wait_for(lambda e: isinstance(e, PaperRead))
    assert isinstance(event, PaperRead)
    assert event.paper.text_of(FieldKey.NUMBER) == Face().number
    machine.camera.remove_paper()
    threads.read_paper(ReadingKind.ID_CARD_FRONT)
    machine.wait_for(lambda e: isinstance(e, PaperNotRead))


def test_a_passport_opens_with_its_photographed_zone(
    machine: Machine, threads: DeviceThreads
) -> None:
    assert threads.reads_documents
    machine.camera.put_paper(photographed_document(CHINESE_PASSPORT))
    threads.read_zone()
    event = machine.wait_for(lambda e: isinstance(e, ZoneSeen))
    assert isinstance(event, ZoneSeen)
    assert event.zone == CHINESE_PASSPORT
    threads.watch_document(event.key)
    machine.documents.lay_down(CHINESE_PASSPORT)
    read = machine.wait_for(lambda e: isinstance(e, DocumentRead))
    assert isinstance(read, DocumentRead)
    assert read.document.number == "EA1234567"
    threads.watch_document(None)


@pytest.mark.logs_expected
def test_without_models_no_print_is_read(machine: Machine) -> None:
    threads = threads_of(machine, open_line_reader=None)
    assert not threads.reads_papers
    threads.start()
    threads.read_paper(ReadingKind.ID_CARD_FRONT)
    machine.wait_for(lambda e: isinstance(e, PaperNotRead))
    threads.stop()


def test_a_camera_that_went_and_came_back_shows_pictures_again(
    machine: Machine, threads: DeviceThreads
) -> None:
    machine.camera.unplug()
    threads.watch_camera(True)
    event = machine.wait_for(lambda e: isinstance(e, CameraFailed))
    assert event == CameraFailed(Fault.CAMERA_GONE)
    machine.camera.plug_in()
    machine.wait_for(lambda e: isinstance(e, PreviewSeen))


def test_a_slip_comes_out_or_its_fault_is_told(machine: Machine, threads: DeviceThreads) -> None:
    machine.slips.take_paper_out()
    threads.print_receipt(SLIP)
    assert machine.wait_for(lambda e: isinstance(e, ReceiptFailed | ReceiptPrinted)) == (
        ReceiptFailed(Fault.RECEIPT_PAPER_OUT)
    )
    machine.slips.put_paper_in()
    threads.print_receipt(SLIP)
    machine.wait_for(lambda e: isinstance(e, ReceiptPrinted))
    assert len(machine.slips.slips) == 1


def a_document() -> bytes:
    return specimen_result_pdf(
        title="通知书",
        official_number="1" * 43,
        name="样本",
        item="事项",
        office="办公室",
        issued=RESIDENT.valid_from or pytest.fail("the specimen has a date"),
    )


def state_is(state: PrintJobState) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, DocumentMoved) and event.status.state is state


def test_a_document_is_followed_to_its_end(machine: Machine, threads: DeviceThreads) -> None:
    machine.sheets.take_paper_out()
    pdf = a_document()
    threads.print_document(pdf, title="通知书")
    stuck = machine.wait_for(state_is(PrintJobState.STUCK))
    assert isinstance(stuck, DocumentMoved)
    assert stuck.status.fault is Fault.PAGE_MEDIA_EMPTY
    machine.sheets.put_paper_in()
    machine.wait_for(state_is(PrintJobState.PRINTED))
    assert machine.sheets.printed == (pdf,)


def test_a_stuck_document_can_be_taken_back(machine: Machine, threads: DeviceThreads) -> None:
    machine.sheets.take_paper_out()
    threads.print_document(a_document(), title="通知书")
    machine.wait_for(state_is(PrintJobState.STUCK))
    threads.cancel_document()
    machine.wait_for(state_is(PrintJobState.FAILED))
    machine.sheets.put_paper_in()
    assert machine.sheets.printed == ()


def is_a(kind: type) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, kind)


def test_what_was_asked_for_in_one_visit_is_never_told_to_the_next(
    machine: Machine, threads: DeviceThreads
) -> None:
    machine.reader.lay_down(RESIDENT)
    threads.watch_cards(True)
    _, of_card = machine.ticket_of(is_a(CardRead))
    threads.capture_page("m2")
    _, of_page = machine.ticket_of(is_a(PageCaptured))
    threads.print_receipt(SLIP)
    threads.visit_over()
    _, of_slip = machine.ticket_of(is_a(ReceiptPrinted))
    assert [of_card.valid, of_page.valid, of_slip.valid] == [False, False, False]
    threads.watch_camera(True)
    _, of_next = machine.ticket_of(is_a(PreviewSeen))
    assert of_next.valid


def test_a_document_that_got_stuck_does_not_wait_for_the_next_person(
    machine: Machine, threads: DeviceThreads
) -> None:
    machine.sheets.take_paper_out()
    threads.print_document(a_document(), title="通知书")
    machine.wait_for(state_is(PrintJobState.STUCK))
    threads.visit_over()
    _, former = machine.ticket_of(state_is(PrintJobState.FAILED))
    assert not former.valid
    machine.sheets.put_paper_in()
    own = a_document() + b"% of the next person"
    threads.print_document(own, title="通知书")
    _, present = machine.ticket_of(state_is(PrintJobState.PRINTED))
    assert present.valid
    assert machine.sheets.printed == (own,)


def test_the_news_of_one_document_is_never_taken_for_that_of_the_next(
    machine: Machine, threads: DeviceThreads
) -> None:
    threads.print_document(a_document(), title="通知书")
    threads.print_document(a_document(), title="通知书")
    for expected in (False, True):
        ended = machine.ticket_of(
            lambda e: (
                isinstance(e, DocumentMoved)
                and e.status.state in (PrintJobState.PRINTED, PrintJobState.FAILED)
            )
        )
        assert ended[1].valid is expected


def test_the_camera_is_off_when_nobody_looks(machine: Machine, threads: DeviceThreads) -> None:
    threads.watch_camera(True)
    machine.wait_for(is_a(PreviewSeen))
    assert machine.camera.status().state is DeviceState.READY
    threads.watch_camera(False)
    threads.stop()
    assert machine.camera.status().state is DeviceState.GONE


def test_a_stick_is_looked_for_and_carried_for_the_visit_that_asked(
    machine: Machine, threads: DeviceThreads
) -> None:
    threads.watch_stick(True)
    event, ticket = machine.ticket_of(lambda e: isinstance(e, StickSeen))
    assert event == StickSeen(Fault.STICK_NOT_ENROLLED)
    assert ticket.valid
    threads.carry_by_stick()
    threads.stop_carrying()
    machine.wait_for(lambda e: isinstance(e, StickEnded))
    threads.visit_over()
    assert not ticket.valid


def test_the_ledger_knows_what_was_printed_and_who_stood_there(
    machine: Machine, tmp_path: Path
) -> None:
    folder = tmp_path / "store"

    def opened() -> SqlCipherStore:
        return open_store(folder, FileKey(folder / "store.key"))

    store = opened()
    running = threads_of(machine, opened)
    running.start()
    machine.wait_for(is_a(PrintsSettled))
    running.print_receipt(SLIP, PrintOrder(PaperKind.RECEIPT, paper="R1"))
    machine.wait_for(is_a(ReceiptPrinted))
    running.attended_by("s-017")
    running.print_document(a_document(), title="通知书", order=PrintOrder(PaperKind.FORM))
    machine.wait_for(state_is(PrintJobState.PRINTED))
    running.stop()
    entries = store.prints_since(datetime(2026, 1, 1, tzinfo=UTC))
    assert [(one.order.kind, one.order.by, one.outcome) for one in entries] == [
        (PaperKind.FORM, "s-017", PrintOutcome.PRINTED),
        (PaperKind.RECEIPT, "", PrintOutcome.PRINTED),
    ]
    store.close()

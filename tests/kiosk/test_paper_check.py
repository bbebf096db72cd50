"""What the province said last decides whether a certificate is shown."""

import msgspec
import pytest

from kiosk.domain.fault import Fault
from kiosk.paper_check import PaperChecks
from offline_store.api import StoreError
from sync.wire import hash_of
from tests.counterparts.sample_cases import draft
from tests.counterparts.specimen_office import NUMBER, SpecimenOffice, composed


class Board:
    """A noticeboard with one configuration."""

    def __init__(self, **fields: object) -> None:
        self.file = msgspec.json.encode({"version": "1", **fields})
        self.fault: Fault | None = None

    def configuration(self) -> tuple[str, bytes] | None:
        if self.fault is not None:
            raise StoreError(self.fault)
        return "1", self.file


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> SpecimenOffice:
    return SpecimenOffice.new(tmp_path_factory.mktemp("office"))


def said(board: Board, pdf: bytes) -> str:
    case = draft()
    assert case.applicant_number == NUMBER
    return PaperChecks(board)()(pdf, case)  # type: ignore[arg-type]


def test_a_sealed_paper_of_the_right_person_is_let_through(office: SpecimenOffice) -> None:
    sealed = office.seal.sealed(composed())
    assert said(Board(roots=[office.root]), sealed) == ""


def test_without_a_root_from_the_province_nothing_is_trusted(office: SpecimenOffice) -> None:
    sealed = office.seal.sealed(composed())
    assert said(Board(), sealed) == "untrusted"
    assert said(Board(roots=[office.root]), composed()) == "unsigned"


def test_what_was_revoked_is_refused(office: SpecimenOffice) -> None:
    sealed = office.seal.sealed(composed())
    assert said(Board(roots=[office.root], revoked=[hash_of(sealed)]), sealed) == "revoked"


@pytest.mark.logs_expected
def test_a_store_that_refuses_leaves_what_was_known_before(office: SpecimenOffice) -> None:
    sealed = office.seal.sealed(composed())
    board = Board(roots=[office.root])
    checks = PaperChecks(board)  # type: ignore[arg-type]
    assert checks()(sealed, draft()) == ""
    board.fault = Fault.STORE_BUSY
    assert checks()(sealed, draft()) == ""

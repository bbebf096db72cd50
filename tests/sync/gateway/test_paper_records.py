"""What stands beside an issued paper is kept, in either engine."""

from sync.gateway.database import Database
from sync.gateway.paper_records import PaperRecords
from sync.paper_record import record_fits, record_of
from sync.sm2 import Sm2PrivateKey, new_secret
from tests.counterparts.sample_cases import NOON

PDF = b"%PDF-1.7 sealed"


def test_a_record_is_kept_once_and_found_by_the_file(database: Database) -> None:
    records, key = PaperRecords(database), Sm2PrivateKey(new_secret())
    record = record_of(PDF, key, number="1", title="居住证明", issued_at=NOON)
    records.keep(record)
    records.keep(record)
    assert records.of(record.sha256) == record
    assert records.of("0" * 64) is None
    assert record_fits(record, PDF, [key.public])
    stranger = Sm2PrivateKey(new_secret())
    assert not record_fits(record, PDF, [stranger.public])
    assert not record_fits(record, PDF + b"x", [key.public])

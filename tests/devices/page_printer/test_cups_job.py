"""What the ledger keeps of a job."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.page_printer.api import PrintJobId
from devices.page_printer.cups_job import CupsJob, name_of


def test_number_uuid_and_name_come_back() -> None:
    job = CupsJob(7, "urn:uuid:bc8b84eb-c231-3de8-421f-6a8ccd2fe610", "Doorstep document 1a2b3c4d")
    assert CupsJob.read(job.written) == job


def test_an_entry_of_an_earlier_version_has_no_uuid() -> None:
    assert CupsJob.read(PrintJobId("7 Doorstep document 1a2b3c4d")) == CupsJob(
        7, "", "Doorstep document 1a2b3c4d"
    )
    assert CupsJob.read(PrintJobId("7")) == CupsJob(7, "", "")


@given(st.text())
def test_whatever_stands_in_the_ledger_is_read_or_is_no_job(text: str) -> None:
    try:
        job = CupsJob.read(PrintJobId(text))
    except ValueError:
        assert name_of(PrintJobId(text)) == ""
    else:
        assert name_of(PrintJobId(text)) == job.name


@pytest.mark.parametrize("text", ["", "slip", "-1 x"])
def test_what_is_no_job_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a job"):
        CupsJob.read(PrintJobId(text))

"""Which job of which print system: what is kept of it for the questions of a later start."""

from dataclasses import dataclass
from typing import Final, Self

from devices.page_printer.api import PrintJobId

_UUID: Final = "urn:uuid:"  # how a job-uuid begins (PWG 5100.13, recalled; RFC 4122)


@dataclass(frozen=True, slots=True)
class CupsJob:
    """cupsd's number, its job-uuid, and the name by which the printer knows the job.

    Numbers begin again where cupsd starts on an empty spool, so a number alone says nothing. The
    uuid is drawn by cupsd for each job (measured: cupsd 2.4.2 tells it to everybody). cupsd tells
    names only to people who log in, and the printer has no uuid: hence all three.
    """

    number: int
    uuid: str  # "" in what versions before 0035 wrote down: cupsd cannot be asked about it
    name: str

    @property
    def written(self) -> PrintJobId:
        """As it is kept in the ledger."""
        return PrintJobId(
            " ".join(part for part in (str(self.number), self.uuid, self.name) if part)
        )

    @classmethod
    def read(cls, job: PrintJobId) -> Self:
        """Raises ValueError for what no version wrote."""
        number, _, rest = job.partition(" ")
        if not number.isdecimal():
            raise ValueError("not a job of this print system")
        uuid, _, name = rest.partition(" ") if rest.startswith(_UUID) else ("", "", rest)
        return cls(int(number), uuid, name)


def name_of(job: PrintJobId) -> str:
    """What the printer calls it; "" where it has no name there."""
    try:
        return CupsJob.read(job).name
    except ValueError:
        return ""

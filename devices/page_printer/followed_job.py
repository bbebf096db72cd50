"""What a driver has seen of a job until now."""

from dataclasses import dataclass

from devices.page_printer.api import PrintJobStatus
from devices.page_printer.ipp_witness import DeviceWord


@dataclass(slots=True)
class FollowedJob:
    """Belongs to the printer's thread; a restarted terminal begins with an empty one."""

    waits_since: float | None = None  # for the printer's word, after CUPS ended the job
    works_since: float | None = None  # the printer says that it prints
    was_inside: bool = False  # our own printer knew it
    up_time: int = 0  # of the printer, when last heard of
    ended: PrintJobStatus | None = None

    def may_be_out(self, word: DeviceWord | None) -> bool:
        """The printer has ended one try after a side had come out, or lost it with its power."""
        if word is None:
            return False
        if word.job is None:
            return self.was_inside
        return word.job.has_ended and word.paper_out

"""Asks the A4 printer itself what became of a job, past the print system.

The only file that imports pyipp (0.17.2). CUPS calls a job completed that a power cut wiped out of
the printer; only the printer's own list of jobs knows better. (IPP/1.1: RFC 8011 section 4.2.6
Get-Jobs and 5.3.7 job-state, read in excerpts.)
"""

import asyncio
import logging
from dataclasses import dataclass
from enum import IntEnum, unique
from typing import Any, Final

from devices.page_printer.ipp_answer import guard

_SIDES_OUT: Final = "job-impressions-completed"  # RFC 8011 section 5.3.18
# Impressions, not job-media-sheets-completed: CUPS and printers say 1 sheet before it has moved.
_OF_A_JOB: Final = ["job-id", "job-name", "job-state", _SIDES_OUT]
_OF_A_PRINTER: Final = ["printer-state-reasons", "printer-uuid", "printer-up-time"]
_log = logging.getLogger(__name__)


@unique
class IppJobState(IntEnum):
    """RFC 8011, section 5.3.7; the same numbers in CUPS."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9

    @property
    def has_ended(self) -> bool:
        """Nothing more will come of it."""
        return self >= IppJobState.CANCELED


@dataclass(frozen=True, slots=True)
class DeviceWord:
    """What the printer said: its printer-state-reasons and, if it knows the job, its state."""

    reasons: tuple[str, ...]
    job: IppJobState | None = None
    paper_out: bool = False  # a side of the job came out, however it ended
    up_time: int = 0  # seconds since it was switched on (printer-up-time, RFC 8011 5.4.29)
    printer: str = ""  # its printer-uuid (PWG 5100.13, recalled), which tells printers apart


class IppWitness:
    """One printer at an ipp:// or ipps:// address. Holds no connection; one thread."""

    def __init__(self, device_uri: str, *, user: str, limit: float = 1.0) -> None:
        """`user` must be the one that CUPS submits as: printers hide the jobs of others."""
        self._uri = device_uri
        self._user = user
        self._limit = limit

    def ask(self, job_name: str | None = None) -> DeviceWord | None:
        """None when the printer does not answer within the limit. About 10 ms; never raises."""
        try:
            return asyncio.run(self._ask(job_name))
        except Exception as error:  # noqa: BLE001 - pyipp lets through what aiohttp raises
            _log.info("the A4 printer does not answer: %s", type(error).__name__)
            return None

    def take_back(self, job_name: str) -> None:
        """Cancel-Job (RFC 8011 section 4.3.3) for what still is on its way. Never raises.

        For a job that cupsd has forgotten; whether it helped says the next `ask`.
        """
        try:
            asyncio.run(self._cancel(job_name))
        except Exception as error:  # noqa: BLE001 - as above
            _log.info("the A4 printer takes no job back: %s", type(error).__name__)

    async def _ask(self, job_name: str | None) -> DeviceWord:
        # Loading pyipp with aiohttp takes a quarter of a second, which the start has not to give.
        import pyipp  # noqa: PLC0415
        from pyipp.enums import IppOperation  # noqa: PLC0415

        async with asyncio.timeout(self._limit), pyipp.IPP(self._uri) as device:
            guard(device)
            answer = await device.execute(
                IppOperation.GET_PRINTER_ATTRIBUTES,
                self._question(**{"requested-attributes": _OF_A_PRINTER}),
            )
            said = answer["printers"][0]
            reasons = texts_of(said.get("printer-state-reasons"))
            printer, up_time = str(said.get("printer-uuid", "")), _number(said, "printer-up-time")
            if job_name is None:
                return DeviceWord(reasons, up_time=up_time, printer=printer)
            jobs = [job for job in await self._jobs(device) if job.get("job-name") == job_name]
            states = [IppJobState(int(job["job-state"])) for job in jobs]
            paper_out = any(_number(job, _SIDES_OUT) > 0 for job in jobs)
            return DeviceWord(reasons, _of_all(states), paper_out, up_time, printer)

    async def _cancel(self, job_name: str) -> None:
        import pyipp  # noqa: PLC0415
        from pyipp.enums import IppOperation  # noqa: PLC0415

        async with asyncio.timeout(self._limit), pyipp.IPP(self._uri) as device:
            guard(device)
            for job in await self._jobs(device, "not-completed"):
                if job.get("job-name") == job_name:
                    number = {"job-id": _number(job, "job-id")}
                    await device.execute(IppOperation.CANCEL_JOB, self._question(**number))

    async def _jobs(self, device: Any, *lists: str) -> list[dict[str, Any]]:
        from pyipp.enums import IppOperation  # noqa: PLC0415

        jobs: list[dict[str, Any]] = []
        # in this order, since a job may end between the two questions
        for which in lists or ("not-completed", "completed"):
            question = {"which-jobs": which, "requested-attributes": _OF_A_JOB}
            answer = await device.execute(IppOperation.GET_JOBS, self._question(**question))
            jobs += answer["jobs"]
        return jobs

    def _question(self, **attributes: Any) -> dict[str, Any]:
        return {"operation-attributes-tag": {"requesting-user-name": self._user, **attributes}}


def _of_all(states: list[IppJobState]) -> IppJobState | None:
    """CUPS hands a job over anew after each restart, and the printer lists every try.

    One that came out counts, then one that is still on its way, then how the last one ended.
    """
    if IppJobState.COMPLETED in states:
        return IppJobState.COMPLETED
    return next((state for state in states if not state.has_ended), states[0] if states else None)


def _number(said: dict[str, Any], name: str) -> int:
    """0 where the printer does not say."""
    number = said.get(name, 0)
    return number if isinstance(number, int) else 0


def texts_of(value: Any) -> tuple[str, ...]:
    """An IPP attribute of one or many keywords; "none" is no keyword, nor is anything but text."""
    texts = value if isinstance(value, list | tuple) else (value,)
    return tuple(text for text in texts if isinstance(text, str) and text != "none")

"""Asks the A4 printer itself what became of a job, past the print system.

The only file that imports pyipp (0.17.2). CUPS calls a job completed that a power cut wiped out of
the printer; only the printer's own list of jobs knows better. (IPP/1.1: RFC 8011 section 4.2.6
Get-Jobs and 5.3.7 job-state, read in excerpts.)
"""

import asyncio
import logging
from dataclasses import dataclass
from enum import IntEnum, unique
from typing import Any

from devices.page_printer.ipp_answer import guard

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

    async def _ask(self, job_name: str | None) -> DeviceWord:
        # Loading pyipp with aiohttp takes a quarter of a second, which the start has not to give.
        import pyipp  # noqa: PLC0415
        from pyipp.enums import IppOperation  # noqa: PLC0415

        async with asyncio.timeout(self._limit), pyipp.IPP(self._uri) as device:
            guard(device)
            answer = await device.execute(
                IppOperation.GET_PRINTER_ATTRIBUTES,
                self._question(
                    **{"requested-attributes": ["printer-state-reasons", "printer-uuid"]}
                ),
            )
            said = answer["printers"][0]
            reasons = texts_of(said.get("printer-state-reasons"))
            printer = str(said.get("printer-uuid", ""))
            if job_name is None:
                return DeviceWord(reasons, printer=printer)
            states: list[IppJobState] = []
            # in this order, since a job may end between the two questions
            for which in ("not-completed", "completed"):
                answer = await device.execute(
                    IppOperation.GET_JOBS,
                    self._question(
                        **{
                            "which-jobs": which,
                            "requested-attributes": ["job-id", "job-name", "job-state"],
                        }
                    ),
                )
                for job in answer["jobs"]:
                    if job.get("job-name") == job_name:
                        states.append(IppJobState(int(job["job-state"])))
            return DeviceWord(reasons, _of_all(states), printer)

    def _question(self, **attributes: Any) -> dict[str, Any]:
        return {"operation-attributes-tag": {"requesting-user-name": self._user, **attributes}}


def _of_all(states: list[IppJobState]) -> IppJobState | None:
    """CUPS hands a job over anew after each restart, and the printer lists every try.

    One that came out counts, then one that is still on its way, then how the last one ended.
    """
    if IppJobState.COMPLETED in states:
        return IppJobState.COMPLETED
    return next((state for state in states if not state.has_ended), states[0] if states else None)


def texts_of(value: Any) -> tuple[str, ...]:
    """An IPP attribute of one or many keywords; "none" is no keyword, nor is anything but text."""
    texts = value if isinstance(value, list | tuple) else (value,)
    return tuple(text for text in texts if isinstance(text, str) and text != "none")

"""Checks an office's file against what the province last said of seals and of revoked papers."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from kiosk.domain.case import Case
from kiosk.domain.configuration import ConfigurationShelf
from kiosk.flow.certificate_flow import CheckPaper
from offline_store.api import StoreError
from offline_store.arrivals import Noticeboard

log = logging.getLogger(__name__)


class PaperChecks:
    """Belongs to the thread of its store; what it gives may be used on any.

    Without a root from the province nothing is trusted, so nothing is shown or printed.
    """

    def __init__(
        self, store: Noticeboard, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._now = now
        self._shelf = ConfigurationShelf()

    def __call__(self) -> CheckPaper:
        """The check as of the last sync. A store that refuses leaves what was known before."""
        try:
            newest = self._store.configuration()
        except StoreError as error:
            log.error("the configuration is not read: %s", error)
            newest = None
        known, now = self._shelf.current(newest), self._now

        def check(pdf: bytes, case: Case) -> str:
            # pyHanko takes long to load, and most visits print no certificate.
            from kiosk.papers.signed_paper import (  # noqa: PLC0415
                ExpectedPaper,
                PaperRefused,
                check,
            )

            try:
                check(
                    pdf,
                    roots=known.roots,
                    revoked=known.revoked,
                    expected=ExpectedPaper(case.applicant_number),
                    now=now(),
                )
            except PaperRefused as error:
                return error.reason.value
            return ""

        return check

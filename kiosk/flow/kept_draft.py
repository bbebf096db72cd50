"""The part of a visit that lies in the store before it is confirmed."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from devices.camera.page_file import kept_page
from kiosk.domain.case import Case
from kiosk.domain.fault import Fault
from kiosk.domain.page import PageRef, ScannedPage
from kiosk.flow.site import Site
from offline_store.api import CaseStore, StoreError

log = logging.getLogger(__name__)


class KeptDraft:
    """What the screen shows is handed in; what keeps it from being stored comes back as a fault.

    `case` is without answers and pages. `lags`: the screen knows more than the store. `is_stored`:
    something of this visit is, or should be, in the store as a draft.
    """

    def __init__(self, cases: CaseStore, case: Case) -> None:
        self._cases = cases
        self.case = case
        self.lags = False
        self.is_stored = False

    def save(
        self,
        answers: Mapping[str, str],
        pages: Sequence[ScannedPage],
        signature: ScannedPage | None,
        step: str,
    ) -> Fault | None:
        """All of it, and where the visit is; what could not be saved still lags.

        `step`: a Step, or what stands for it.
        """
        self.lags = True
        try:
            self._cases.save_draft(self._with(answers, pages, signature), step=step)
        except StoreError as error:
            return error.fault
        self.lags = False
        return None

    def add(self, page: ScannedPage) -> Fault | None:
        """A page, before the screen shows it. Save first what lags."""
        try:
            self._cases.add_page(self.case.case_id, page)
        except StoreError as error:
            return error.fault
        except KeyError:  # the draft was taken away under us: the next save makes it anew
            self.lags = True
            return Fault.STORE_DAMAGED
        return None

    def again(self, sha256: str, material: str) -> ScannedPage | Fault | None:
        """A page of an earlier case, as a page of that paper; None when it was deleted since."""
        try:
            content = self._cases.page(sha256)
        except StoreError as error:
            return error.fault
        except KeyError:
            return None
        return kept_page(PageRef(sha256, material, len(content)), content)

    def drop(self, page: ScannedPage | str) -> Fault | None:
        """A page, or the one of that SHA-256, away."""
        sha256 = page if isinstance(page, str) else page.sha256
        try:
            self._cases.drop_page(self.case.case_id, sha256)
        except StoreError as error:
            return error.fault
        return None

    def confirm(
        self,
        answers: Mapping[str, str],
        pages: Sequence[ScannedPage],
        signature: ScannedPage | None,
        *,
        site: Site,
        now: datetime,
    ) -> Case | Fault:
        """The confirmed case, once it is on the disk; from then on there is no draft."""
        case = self._with(answers, pages, signature)
        try:
            confirmed = self._cases.confirm(case, site=site.code, terminal=site.terminal, now=now)
        except StoreError as error:
            return error.fault
        self.lags = self.is_stored = False
        return confirmed

    def abandon(self) -> None:
        """Take it out of the store again, if it is there. Never raises."""
        if self.is_stored:
            try:
                self._cases.abandon(self.case.case_id)
            except StoreError as error:  # it stays sealed and is removed after 72 hours
                log.warning("a left draft could not be removed: %s", error.fault.name)
        self.lags = self.is_stored = False

    def _with(
        self,
        answers: Mapping[str, str],
        pages: Sequence[ScannedPage],
        signature: ScannedPage | None,
    ) -> Case:
        return replace(
            self.case,
            answers=dict(answers),
            pages=tuple(page.reference() for page in pages),
            signature=signature.reference() if signature else None,
        )

"""The office of a demonstration: decides cases with proofs under a seal that only its terminal
believes."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kiosk.domain.case import Case
from kiosk.gateway_issue_command import SPECIMEN_OFFICE
from kiosk.papers.fonts import font_folders
from sync.gateway.issuing.composing import Composer
from sync.gateway.issuing.desk import SPECIMEN, IssuingDesk
from sync.gateway.issuing.facts import ProofKind
from sync.gateway.issuing.seal_folder import SealFolder
from sync.gateway.issuing.specimen_facts import specimen_facts
from sync.gateway.issuing.trust import with_trust
from sync.gateway.office import Office

# By a word in the item's title; whatever else gives the first of the five.
KINDS: Final = (
    ("低保", ProofKind.ALLOWANCE),
    ("最低生活", ProofKind.ALLOWANCE),
    ("居住", ProofKind.RESIDENCE),
    ("养老待遇", ProofKind.PENSION),
    ("缴费", ProofKind.PAYMENT),
)


class DemoOffice:
    """Its seal is made when the first case is decided, and kept in that folder."""

    def __init__(
        self,
        house: Office,
        folder: Path,
        *,
        mark: str = "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`mark`: stands before the footnote of every proof."""
        self._house = house
        self._seals = SealFolder(folder)
        self._footnote = f"{mark}{SPECIMEN}"
        self._now = now

    def decide(self, case_id: str) -> Case:
        """办结 with a proof of which one paper may be printed. About a second the first time.

        Raises KeyError, IllegalMove, NotReady.
        """
        house, seals = self._house, self._seals
        if not seals.exists:
            fonts = font_folders()
            root = seals.make_specimen(SPECIMEN_OFFICE, fonts=fonts, now=self._now())
            before = house.publishing.configuration()
            file = with_trust(before, now=self._now(), roots=[root])
            house.publishing.put_configuration(file)
        case = house.review.case(case_id)
        kind = next((k for word, k in KINDS if word in case.item_title), ProofKind.INSURED)
        with seals.seal(None) as seal:
            desk = IssuingDesk(
                office=seals.name().office,
                review=house.review,
                records=house.records,
                composer=Composer(font_folders()),
                seal=seal,
                sm2=seals.sm2(),
                sign=house.sign,
                now=self._now,
                footnote=self._footnote,
            )
            facts = specimen_facts(kind, case.applicant_name, case.applicant_number)
            return desk.issue(case_id, facts, copies=1).case

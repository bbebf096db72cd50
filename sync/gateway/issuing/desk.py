"""Issues the proof of a case: composed, sealed, its record kept, handed to the case's terminal."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from kiosk.domain.case import Case
from kiosk.domain.masked_name import masked_name
from sync.gateway.issuing.composing import Composer, Proof
from sync.gateway.issuing.facts import Facts
from sync.gateway.issuing.sealing import Seal
from sync.gateway.official_numbers import day_of
from sync.gateway.paper_records import PaperRecords
from sync.gateway.review import Review
from sync.paper_record import PaperRecord, record_of
from sync.proof_code import proof_code, said_of
from sync.sm2 import Sm2PrivateKey

SPECIMEN: Final = "演示用样张，没有效力"


class NotReady(Exception):
    """The case has no official number or no person to certify anything about."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What went out."""

    case: Case
    record: PaperRecord


class IssuingDesk:
    """One office with its seal. One thread; about 0.1 s a proof after the first."""

    def __init__(
        self,
        *,
        office: str,
        review: Review,
        records: PaperRecords,
        composer: Composer,
        seal: Seal,
        sm2: Sm2PrivateKey,
        sign: Callable[[bytes, bytes], bytes],
        now: Callable[[], datetime],
        footnote: str = "",
    ) -> None:
        """`sign`: the gateway's own signature, of kind and content, for the code on the paper."""
        self._office = office
        self._review = review
        self._records = records
        self._composer = composer
        self._seal = seal
        self._sm2 = sm2
        self._sign = sign
        self._now = now
        self._footnote = footnote

    def issue(self, case_id: str, facts: Facts, *, copies: int = 0) -> Issued:
        """办结 with this proof. Nothing of it is on a disk before it is sealed.

        `copies`: how many papers terminals may print; 0: as many as people want.

        Raises KeyError, IllegalMove, NotReady, Unwritable, NotSealed, Sm2Missing; then the case
        has not moved.
        """
        case = self._review.case(case_id)
        if not (case.official_number and case.applicant_number):
            raise NotReady(case_id)
        self._review.check_decidable(case_id)
        proof = self._proof(case, facts)
        pdf = self._seal.sealed(self._composer.pdf(proof))
        record = record_of(
            pdf, self._sm2, number=proof.number, title=proof.title, issued_at=self._now()
        )
        self._records.keep(record)
        return Issued(self._review.decide(case_id, pdf, proof.title, copies=copies), record)

    def _proof(self, case: Case, facts: Facts) -> Proof:
        now, number = self._now(), case.official_number
        proof = Proof(
            number=number,
            office=self._office,
            issued=day_of(now),
            holder=case.applicant_name,
            holder_number=case.applicant_number,
            facts=facts,
            qr="",
            footnote=self._footnote,
        )
        said = said_of(now, item=proof.title, person=masked_name(case.applicant_name))
        return replace(proof, qr=proof_code(number, said, self._sign))

"""Decides whether an office's signed file may be shown and printed. Anything doubtful may not.

The rule is that of reference/printing.md section 4.1: exactly one signature, valid, over the entire
file, by a certificate that chains to a root of the province. Decision 0031 says where the holder's
number stands and what the list of revoked ones holds.
"""

import hashlib
import io
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from kiosk.papers.one_form import has_one_form

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # it writes tracebacks of what it refuses

HOLDER: Final = "holder:"  # in the file's own keywords, before the holder's number
PAPER: Final = "paper:"  # before the paper's number
LARGEST: Final = 20 * 1024 * 1024  # bytes; a paper of five pages has 0.1 MB
_OF_TIME: Final = (
    AdESIndeterminate.EXPIRED,
    AdESIndeterminate.NOT_YET_VALID,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
)


@unique
class RefusedPaper(StrEnum):
    """Why a paper may not be shown or printed; the value is the key of its words."""

    UNSIGNED = "unsigned"
    CHANGED = "changed"  # not as it was signed, or signed more than once
    NOT_WHOLE = "not_whole"  # something lies outside what was signed
    UNTRUSTED = "untrusted"  # signed by somebody whom no root of the province vouches for
    REVOKED = "revoked"  # the paper or the certificate, as of the last sync
    EXPIRED = "expired"  # the certificate does not hold at this moment
    OTHER_PERSON = "other_person"  # it names somebody else, or nobody
    NOT_READABLE = "not_readable"


class PaperRefused(Exception):
    """The paper may not be shown or printed."""

    def __init__(self, reason: RefusedPaper) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ExpectedPaper:
    """Whose paper it must be, and which file the office named (SHA-256), "" where it named none."""

    holder_number: str = field(repr=False)
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class CheckedPaper:
    """A paper that may be shown and printed, unchanged."""

    sha256: str
    number: str  # of the paper, "" where the office gave none
    office: str  # who signed: the common name of the certificate
    certificate: str  # SHA-256 of the signing certificate
    holder_number: str = field(repr=False)
    signed_at: datetime | None = None  # by the signer's own clock


def check(
    pdf: bytes,
    *,
    roots: Sequence[bytes],
    revoked: Collection[str],
    expected: ExpectedPaper | None,
    now: datetime,
) -> CheckedPaper:
    """The paper, when everything about it is right. Raises PaperRefused and nothing else.

    `roots`: certificates in DER. `revoked`: SHA-256 in hex of papers and of certificates.
    `expected`: None where no person asks for it, as in `kiosk verify`. `now` is aware. A pure
    function of these; no network; about 20 ms on any thread.
    """
    try:
        return _checked(pdf, roots, revoked, expected, now)
    except PaperRefused:
        raise
    except Exception:  # noqa: BLE001  whatever a foreign file does to a parser, it is no paper
        raise PaperRefused(RefusedPaper.NOT_READABLE) from None


def _checked(
    pdf: bytes,
    roots: Sequence[bytes],
    revoked: Collection[str],
    expected: ExpectedPaper | None,
    now: datetime,
) -> CheckedPaper:
    if len(pdf) > LARGEST:
        raise PaperRefused(RefusedPaper.NOT_READABLE)
    sha256 = hashlib.sha256(pdf).hexdigest()
    if expected is not None and expected.sha256 not in ("", sha256):
        raise PaperRefused(RefusedPaper.CHANGED)
    reader = PdfFileReader(io.BytesIO(pdf))
    signature = _only_signature(reader)
    trusted = ValidationContext(
        trust_roots=[Certificate.load(root) for root in roots],
        allow_fetching=False,
        moment=now,
    )
    status = validate_pdf_signature(signature, trusted)
    _look_at(status)
    path = [] if status.validation_path is None else list(status.validation_path)
    if not has_one_form(pdf, signature, [one.dump() for one in path]):
        raise PaperRefused(RefusedPaper.CHANGED)
    names = {hashlib.sha256(one.dump()).hexdigest() for one in path}
    if sha256 in revoked or not names.isdisjoint(revoked):
        raise PaperRefused(RefusedPaper.REVOKED)
    words = _keywords(reader)
    holder = _only(words, HOLDER)
    if expected is not None and (not holder or holder != expected.holder_number):
        raise PaperRefused(RefusedPaper.OTHER_PERSON)
    return CheckedPaper(
        sha256=sha256,
        number=_only(words, PAPER),
        office=str(status.signing_cert.subject.native.get("common_name", "")),
        certificate=hashlib.sha256(status.signing_cert.dump()).hexdigest(),
        holder_number=holder,
        signed_at=signature.self_reported_timestamp,
    )


def _only_signature(reader: PdfFileReader) -> EmbeddedPdfSignature:
    found = reader.embedded_signatures
    if not found:
        raise PaperRefused(RefusedPaper.UNSIGNED)
    if len(found) > 1:
        raise PaperRefused(RefusedPaper.CHANGED)
    only = found[0]
    assert isinstance(only, EmbeddedPdfSignature)
    return only


def _look_at(status: PdfSignatureStatus) -> None:
    """`bottom_line` alone accepts what was appended, so the coverage is asked for first."""
    if not (status.intact and status.valid):
        raise PaperRefused(RefusedPaper.CHANGED)
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        raise PaperRefused(RefusedPaper.NOT_WHOLE)
    if status.revoked:
        raise PaperRefused(RefusedPaper.REVOKED)
    if status.trust_problem_indic in _OF_TIME:
        raise PaperRefused(RefusedPaper.EXPIRED)
    if not status.trusted:
        raise PaperRefused(RefusedPaper.UNTRUSTED)
    if not status.bottom_line:
        raise PaperRefused(RefusedPaper.CHANGED)


def _keywords(reader: PdfFileReader) -> list[str]:
    """Of the information dictionary (ISO 32000-1, 14.3.3, recalled), which the signature covers."""
    if "/Info" not in reader.trailer:
        return []
    given = str(reader.trailer["/Info"].get("/Keywords", ""))
    return [word.strip() for word in given.split(",")]


def _only(words: Sequence[str], prefix: str) -> str:
    """What follows the prefix, "" unless exactly one word has it."""
    found = [word.removeprefix(prefix) for word in words if word.startswith(prefix)]
    return found[0] if len(found) == 1 else ""

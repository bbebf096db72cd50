"""The words terminal and gateway exchange, and how a case is written in them. No I/O.

Protocol "办件同步协议" version 1, reference/sync.md section 6, in its plain form: JSON bodies, one
case or page per request; many cases in one request are in sync/batch.py. What decides over a case
forbids unknown fields; what only informs the terminal tolerates them, so that the gateway may grow
first.
"""

import hashlib
from datetime import UTC, date
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kiosk.domain.case import Case, CaseId, CaseKind, CaseState
from kiosk.domain.letters import SEALED
from kiosk.domain.page import PageRef, ScanLevel
from sync import wire_words
from sync.wire_handling import HandlingEntry, entry_of, handling_of

VERSION: Final = 1
# Of a case's text: 2 names the case that it follows, who handled it for whom and how far scans are
# trusted; 3 has a sealed evaluation or a family's signatures in it. What has none of that is
# written as ever, so that its fingerprint stays what it was; a gateway that knows less asks for
# the rest later.
CASE_VERSION: Final = 3
# Every answer of our gateway carries it; a captive portal's answer does not.
GATEWAY_HEADER: Final = "Doorstep-Gateway"
TERMINAL_HEADER: Final = "Doorstep-Terminal"
FINGERPRINT_HEADER: Final = "Doorstep-Fingerprint"
RATE_HEADER: Final = "Doorstep-Rate"  # bytes/s that the terminal's line carries upwards
# draft-ietf-httpbis-resumable-upload: names of the header fields and their meaning.
UPLOAD_OFFSET: Final = "Upload-Offset"
UPLOAD_LENGTH: Final = "Upload-Length"
UPLOAD_COMPLETE: Final = "Upload-Complete"  # "?1": this request ends the upload
JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"  # RFC 9457 (recalled)
BYTES: Final = "application/octet-stream"
TEXT_LIMIT: Final = 256 * 1024  # bytes of a case's text; a form has 3 to 5 KB

_Message = TypeVar("_Message", bound=msgspec.Struct)
Hash = wire_words.Hash
Moment = wire_words.Moment
Word = wire_words.Word
Name = wire_words.Name


class Unreadable(ValueError):
    """The bytes are not the message they should be. Its text never quotes them."""


class PageEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One page of a case by name."""

    sha256: Hash
    material: Annotated[str, Meta(min_length=1, max_length=64)]
    size: Annotated[int, Meta(ge=1, le=1 << 40)]
    level: ScanLevel | UnsetType = UNSET  # left out: C, the applicant's own scan


class CaseText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A confirmed case without the bytes of its pages. The same case gives the same bytes.

    What was added after version 1 is left out where it says nothing, so that a case of before has
    the bytes of before.
    """

    version: int = VERSION
    case_id: Word
    receipt_number: Word
    item_code: Word
    item_title: Word
    catalog_version: Word
    applicant_name: Word
    applicant_number: Word
    answers: dict[str, str]
    pages: tuple[PageEntry, ...]
    signature: PageEntry | None
    started_at: Moment
    confirmed_at: Moment | None
    kind: Word | UnsetType = UNSET  # a CaseKind; not there: an application
    about: Word | UnsetType = UNSET  # the case_id of the case that a correction or rating follows
    round: Annotated[int, Meta(ge=1, le=99)] | UnsetType = UNSET  # which list a correction answers
    handling: HandlingEntry | UnsetType = UNSET  # left out: by the applicant alone

    def __repr__(self) -> str:
        return f"CaseText(case_id={self.case_id!r})"  # the rest is personal

    @property
    def sort(self) -> str:
        """The kind in words; one that this version does not know too."""
        return CaseKind.APPLICATION if self.kind is UNSET else str(self.kind)

    @property
    def follows(self) -> str:
        """The case_id of the earlier case, or ""."""
        return "" if self.about is UNSET else str(self.about)

    def every_page(self) -> tuple[PageEntry, ...]:
        """Pages in order, then the signature; each hash once."""
        by_hash: dict[str, PageEntry] = {}
        for page in (*self.pages, *((self.signature,) if self.signature else ())):
            by_hash.setdefault(page.sha256, page)
        return tuple(by_hash.values())


class PageWanted(msgspec.Struct, frozen=True):
    """A page of which the gateway safely has the first `offset` bytes."""

    sha256: Hash
    offset: Annotated[int, Meta(ge=0)]


class Wanted(msgspec.Struct, frozen=True, tag="wanted"):
    """The text is kept; these pages are missing, wholly or from an offset on."""

    pages: tuple[PageWanted, ...]


class Received(msgspec.Struct, frozen=True, tag="received"):
    """All of it is on the gateway's disk. `acknowledgement` is a Signed in JSON."""

    acknowledgement: bytes


class Acknowledgement(msgspec.Struct, frozen=True, kw_only=True):
    """What the gateway signs for: this case, these bytes, this number, this moment."""

    version: int = VERSION
    case_id: str
    terminal_id: str
    fingerprint: Hash
    pages: tuple[Hash, ...]  # every page and the signature, in the order of the text
    official_number: str
    received_at: Moment


class Signed(msgspec.Struct, frozen=True):
    """`body` exactly as it was signed (Ed25519), so that it can be checked years later."""

    body: bytes
    signature: bytes
    key: str  # first 16 hex digits of the SHA-256 of the public key


class DocumentEntry(msgspec.Struct, frozen=True):
    """An issued document by name."""

    sha256: Hash
    title: str
    size: Annotated[int, Meta(ge=0)]
    copies: Annotated[int, Meta(ge=0)] = 0  # how many papers of it may exist; 0: not counted


class CorrectionEntry(msgspec.Struct, frozen=True):
    """One row of the guide that is to be done again. Text: newer parts and flaws may come."""

    part: Word
    key: Word
    flaw: Word
    note: Word = ""

    def __repr__(self) -> str:
        return f"CorrectionEntry(part={self.part!r}, key={self.key!r}, flaw={self.flaw!r})"


class ChangeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the office. `state` is text: an older terminal may not know it yet."""

    case_id: str
    state: str
    office_state: str
    at: Moment
    official_number: str = ""
    remarks: tuple[str, ...] = ()
    documents: tuple[DocumentEntry, ...] = ()
    asked: tuple[CorrectionEntry, ...] = ()  # 补正 row by row; `remarks` say the same in words
    round: int = 0

    def __repr__(self) -> str:
        return f"ChangeEntry(case_id={self.case_id!r}, state={self.state!r})"


class NoticeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A notice 通知公告 for residents, staff or both. `audience` is text: newer kinds may come."""

    notice_id: Word
    title: Word
    body: Annotated[str, Meta(max_length=20_000)]
    published_at: Moment
    until: Moment | None = None
    audience: str = "everybody"


class VisitEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A home visit 上门服务 that this terminal is to make."""

    visit_id: Word
    name: Word
    number: Word = ""
    phone: Word = ""
    address: Word
    item_code: Word = ""
    wanted_on: date | None = None
    note: Word = ""

    def __repr__(self) -> str:
        return f"VisitEntry(visit_id={self.visit_id!r})"  # the rest is personal


class CatalogOffer(msgspec.Struct, frozen=True, kw_only=True):
    """Another catalogue is in force. `transfer` is what to fetch, like an issued document.

    It is a Zstandard frame of the file, made with the file that the terminal has as its dictionary
    ("patch from") when `base` names that one by SHA-256; "" when it stands alone. `signature` is
    over version and file.
    """

    version: Word
    signature: bytes
    base: str
    transfer: Hash
    size: Annotated[int, Meta(ge=0)]


class ChangesPage(msgspec.Struct, frozen=True, kw_only=True):
    """What is new for one terminal since its cursor. `configuration` is a Signed in JSON.

    So is each of `staff` (staff_word.py).
    """

    version: int = VERSION
    changes: tuple[ChangeEntry, ...] = ()
    notices: tuple[NoticeEntry, ...] = ()
    withdrawn: tuple[str, ...] = ()  # ids of notices that no longer hold
    visits: tuple[VisitEntry, ...] = ()
    ended_visits: tuple[str, ...] = ()
    configuration: bytes = b""
    staff: tuple[bytes, ...] = ()
    vouched: bytes = b""  # a proof_code.Vouched in JSON: the gateway's word for this terminal's key
    catalog: CatalogOffer | None = None
    cursor: str
    more: bool


class AsideEntry(msgspec.Struct, frozen=True):
    """A case that the terminal has set aside. `reason` names fields, never what is in them."""

    case_id: Word
    reason: Annotated[str, Meta(max_length=2000)]


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True):
    """How a terminal says it is."""

    version: int = VERSION
    program: Word
    now: Moment  # the terminal's own clock
    waiting: Annotated[int, Meta(ge=0)]
    aside: tuple[AsideEntry, ...] = ()
    catalog_version: Word = ""
    configuration_version: Word = ""
    free_bytes: Annotated[int, Meta(ge=0)] = 0
    problems: tuple[Word, ...] = ()  # of the store, in our own words
    slip_key: Annotated[bytes, Meta(max_length=32)] = b""  # public, Ed25519: it signs slips


class ServerTime(msgspec.Struct, frozen=True):
    """The gateway's clock."""

    now: Moment


class Problem(msgspec.Struct, frozen=True):
    """Why not. `type` is a URN; `reasons` are "field: reason"."""

    type: str
    title: str
    status: int
    reasons: tuple[str, ...] = ()


class Versioned(msgspec.Struct, frozen=True):
    """Only the version of a message, for telling "newer than we know" from "wrong"."""

    version: Annotated[int, Meta(ge=1, le=1000)]


class Named(msgspec.Struct, frozen=True):
    """Only the id of a case."""

    case_id: str = ""


def canonical(message: msgspec.Struct) -> bytes:
    """The one byte form of a message: JSON, fields and keys sorted, no spaces, UTF-8.

    Raises ValueError for text that has no UTF-8 form.
    """
    return msgspec.json.encode(message, order="sorted")


def fingerprint(message: msgspec.Struct) -> str:
    """SHA-256 of the canonical bytes, 64 hex digits."""
    return hash_of(canonical(message))


def hash_of(content: bytes) -> str:
    """The name of these bytes: SHA-256, 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def decoded(content: bytes, kind: type[_Message]) -> _Message:
    """The message in these bytes. Raises Unreadable."""
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        # msgspec names the place and the types; an invalid value itself is never in it.
        raise Unreadable(str(error)) from None


def text_of(case: Case) -> CaseText:
    """The case as it is sent. Raises ValueError when it cannot be written."""
    follows, handling = case.kind is not CaseKind.APPLICATION, entry_of(case.handling)
    return CaseText(
        version=_version_of(case),
        kind=case.kind.value if follows else UNSET,
        about=case.about or UNSET,
        round=case.round or UNSET,
        case_id=case.case_id,
        receipt_number=case.receipt_number,
        item_code=case.item_code,
        item_title=case.item_title,
        catalog_version=case.catalog_version,
        applicant_name=case.applicant_name,
        applicant_number=case.applicant_number,
        answers=dict(case.answers),
        pages=tuple(_entry(page) for page in case.pages),
        signature=_entry(case.signature) if case.signature else None,
        started_at=case.started_at.astimezone(UTC),
        confirmed_at=case.confirmed_at.astimezone(UTC) if case.confirmed_at else None,
        handling=handling,
    )


def _version_of(case: Case) -> int:
    """The lowest that has words for it."""
    is_sealed = SEALED in case.answers and case.kind is CaseKind.EVALUATION
    if is_sealed or any(member.has_answered for member in case.handling.members):
        return CASE_VERSION
    leveled = any(page.level is not ScanLevel.OWN_SCAN for page in case.pages)
    handled = entry_of(case.handling) is not UNSET
    return 2 if case.kind is not CaseKind.APPLICATION or leveled or handled else VERSION


def case_of(
    text: CaseText, *, state: CaseState = CaseState.QUEUED, official_number: str = ""
) -> Case:
    """The case in a text that came over the wire."""
    return Case(
        case_id=CaseId(text.case_id),
        item_code=text.item_code,
        item_title=text.item_title,
        catalog_version=text.catalog_version,
        started_at=text.started_at,
        state=state,
        receipt_number=text.receipt_number,
        official_number=official_number,
        applicant_name=text.applicant_name,
        applicant_number=text.applicant_number,
        answers=dict(text.answers),
        pages=tuple(_reference(page) for page in text.pages),
        signature=_reference(text.signature) if text.signature else None,
        confirmed_at=text.confirmed_at,
        kind=CaseKind(text.sort),
        about=CaseId(text.follows) if text.follows else None,
        round=0 if text.round is UNSET else int(text.round),
        handling=handling_of(text.handling),
    )


def _entry(page: PageRef) -> PageEntry:
    return PageEntry(
        sha256=page.sha256,
        material=page.material,
        size=page.size,
        level=UNSET if page.level is ScanLevel.OWN_SCAN else page.level,
    )


def _reference(page: PageEntry) -> PageRef:
    level = page.level if isinstance(page.level, ScanLevel) else ScanLevel.OWN_SCAN
    return PageRef(sha256=page.sha256, material=page.material, size=page.size, level=level)

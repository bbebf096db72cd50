"""One photographed page of a document, ready to be kept and sent."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum, unique


@unique
class PageDoubt(StrEnum):
    """What may be wrong with a page. A doubt warns; a person may override it."""

    BLURRED = "blurred"
    CUT_OFF = "cut_off"
    GLARE = "glare"
    DARK = "dark"
    NO_PAGE = "no_page"


@unique
class ScanLevel(StrEnum):
    """How far a scan may be trusted: 国办函〔2016〕108号, in reference/domain.md section 3.2."""

    ISSUED = "A"  # by the authority that issued the paper
    CHECKED = "B"  # compared with the original by staff; carries the watermark that says so
    OWN_SCAN = "C"  # by the applicant; the office still has to see the original
    OWN_MADE = "D"  # written by the applicant: there is no original elsewhere


@dataclass(frozen=True, slots=True)
class PageRef:
    """A page of a case by name; the bytes are in the store."""

    sha256: str  # 64 hex digits
    material: str
    size: int  # bytes
    level: ScanLevel = ScanLevel.OWN_SCAN


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """A straightened page; named by the SHA-256 of its kept bytes everywhere."""

    material: str  # key of the material row of the guide
    jpeg: bytes = field(repr=False)  # what people see of it
    width: int  # pixels; 0 when the page came back from the store
    height: int
    doubts: frozenset[PageDoubt] = frozenset()
    overridden: bool = False  # a person said "use it anyway"
    level: ScanLevel = ScanLevel.OWN_SCAN
    pdf: bytes = field(repr=False, default=b"")  # a page of print; b"": the JPEG is kept

    @property
    def content(self) -> bytes:
        """The bytes that are kept and sent: a PDF of one page, or a JPEG."""
        return self.pdf or self.jpeg

    @property
    def sha256(self) -> str:
        """64 hex digits. Computed each time: about 1 ms per megabyte."""
        return hashlib.sha256(self.content).hexdigest()

    def reference(self) -> PageRef:
        """The page by name."""
        return PageRef(self.sha256, self.material, len(self.content), self.level)

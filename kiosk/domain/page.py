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


@dataclass(frozen=True, slots=True)
class PageRef:
    """A page of a case by name; the bytes are in the store."""

    sha256: str  # 64 hex digits
    material: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """A straightened page as JPEG; named by the SHA-256 of its bytes everywhere."""

    material: str  # key of the material row of the guide
    jpeg: bytes = field(repr=False)
    width: int  # pixels; 0 when the page came back from the store
    height: int
    doubts: frozenset[PageDoubt] = frozenset()
    overridden: bool = False  # a person said "use it anyway"

    @property
    def sha256(self) -> str:
        """64 hex digits. Computed each time: about 1 ms per megabyte."""
        return hashlib.sha256(self.jpeg).hexdigest()

    def reference(self) -> PageRef:
        """The page by name."""
        return PageRef(self.sha256, self.material, len(self.jpeg))

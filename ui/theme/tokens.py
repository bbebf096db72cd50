"""The one place that says how big, how far apart and in which colour everything is."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum, unique
from typing import Final


class Colour(StrEnum):
    """Calm, official, warm; two names may share a colour.

    Text on its ground has a contrast of at least 4.5 to 1.
    """

    GROUND = "#F4F6F9"  # behind everything
    SURFACE = "#FFFFFF"  # cards, fields
    SUNKEN = "#E9EDF3"  # keypads, disabled
    LINE = "#D3DAE4"
    TEXT = "#16202E"
    TEXT_QUIET = "#526071"
    BLUE = "#0B4A8F"  # the provincial blue: headings, chosen, links
    BLUE_DARK = "#083768"  # pressed
    BLUE_PALE = "#E3EDF8"  # chosen ground
    ACCENT = "#C4471B"  # the single next action
    ACCENT_DARK = "#9C3714"
    ON_DARK = "#FFFFFF"
    GOOD = "#1B7A43"
    GOOD_PALE = "#E4F3EA"
    WARN = "#8A5A00"
    WARN_PALE = "#FFF4DC"
    BAD = "#B3261E"
    BAD_PALE = "#FBE9E7"


@unique
class Type(IntEnum):
    """Type scale in pixels at 1080x1920; nothing on the screen is smaller than NOTE."""

    NOTE = 26
    BODY = 32
    LARGE = 40
    HEADING = 52
    TITLE = 68
    NUMBER = 84


@unique
class Space(IntEnum):
    """Distances in pixels at 1080x1920."""

    HAIR = 4
    TIGHT = 12
    NEAR = 20
    GAP = 32
    WIDE = 48
    EDGE = 56


TOUCH: Final = 96  # smallest side of anything touched, pixels at 1080x1920
TOUCH_LARGE: Final = 128
RADIUS: Final = 18
MOTION_MS: Final = 150  # longest motion
FONT_FAMILIES: Final = ("Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Zen Hei")
REFERENCE_SIDE: Final = 1080  # shorter side of the screen that the numbers above are for


@dataclass(frozen=True, slots=True)
class Scale:
    """Turns the numbers above into pixels of a real window."""

    width: int
    height: int

    @property
    def factor(self) -> float:
        """1.0 at 1080x1920 and 1920x1080, 0.74 at 1280x800."""
        return min(self.width, self.height) / REFERENCE_SIDE

    @property
    def portrait(self) -> bool:
        """A standing screen: one column; else two where it helps."""
        return self.height > self.width

    def px(self, reference: float) -> int:
        """A length of the tables above on this window; at least one pixel."""
        return max(1, round(reference * self.factor))

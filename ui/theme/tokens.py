"""The one place that says how big, how far apart and in which colour everything is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum, unique
from types import MappingProxyType
from typing import Final


@unique
class Colour(StrEnum):
    """What a colour is for; `Scale.ink` says which it is on this window. Calm, official, warm.

    Text on its ground has a contrast of at least 4.5 to 1, and of 7 to 1 in high contrast.
    """

    GROUND = "ground"  # behind everything
    SURFACE = "surface"  # cards, fields
    SUNKEN = "sunken"  # keypads, disabled
    LINE = "line"
    TEXT = "text"
    TEXT_QUIET = "text_quiet"
    BLUE = "blue"  # the provincial blue: headings, chosen, links
    BLUE_DARK = "blue_dark"  # pressed
    BLUE_PALE = "blue_pale"  # chosen ground
    ACCENT = "accent"  # the single next action
    ACCENT_DARK = "accent_dark"
    ON_DARK = "on_dark"
    GOOD = "good"
    GOOD_PALE = "good_pale"
    WARN = "warn"
    WARN_PALE = "warn_pale"
    BAD = "bad"
    BAD_PALE = "bad_pale"


@unique
class Palette(StrEnum):
    """Which inks the colours have."""

    PLAIN = "plain"
    HIGH_CONTRAST = "high_contrast"


_PLAIN: Final[Mapping[Colour, str]] = MappingProxyType(
    {
        Colour.GROUND: "#F4F6F9",
        Colour.SURFACE: "#FFFFFF",
        Colour.SUNKEN: "#E9EDF3",
        Colour.LINE: "#D3DAE4",
        Colour.TEXT: "#16202E",
        Colour.TEXT_QUIET: "#526071",
        Colour.BLUE: "#0B4A8F",
        Colour.BLUE_DARK: "#083768",
        Colour.BLUE_PALE: "#E3EDF8",
        Colour.ACCENT: "#C4471B",
        Colour.ACCENT_DARK: "#9C3714",
        Colour.ON_DARK: "#FFFFFF",
        Colour.GOOD: "#1B7A43",
        Colour.GOOD_PALE: "#E4F3EA",
        Colour.WARN: "#8A5A00",
        Colour.WARN_PALE: "#FFF4DC",
        Colour.BAD: "#B3261E",
        Colour.BAD_PALE: "#FBE9E7",
    }
)


_HIGH_CONTRAST: Final[Mapping[Colour, str]] = MappingProxyType(
    {
        Colour.GROUND: "#FFFFFF",
        Colour.SURFACE: "#FFFFFF",
        Colour.SUNKEN: "#EDEDED",
        Colour.LINE: "#000000",
        Colour.TEXT: "#000000",
        Colour.TEXT_QUIET: "#262626",
        Colour.BLUE: "#00306B",
        Colour.BLUE_DARK: "#001C40",
        Colour.BLUE_PALE: "#E3EDF8",
        Colour.ACCENT: "#7A1F00",
        Colour.ACCENT_DARK: "#4F1400",
        Colour.ON_DARK: "#FFFFFF",
        Colour.GOOD: "#00461C",
        Colour.GOOD_PALE: "#E4F3EA",
        Colour.WARN: "#4F3300",
        Colour.WARN_PALE: "#FFF4DC",
        Colour.BAD: "#7A0C06",
        Colour.BAD_PALE: "#FBE9E7",
    }
)
INKS: Final[Mapping[Palette, Mapping[Colour, str]]] = MappingProxyType(
    {Palette.PLAIN: _PLAIN, Palette.HIGH_CONTRAST: _HIGH_CONTRAST}
)


@unique
class Type(IntEnum):
    """Type scale in pixels at 1080x1920; nothing on the screen is smaller than NOTE.

    NOTE is the 18 pt of the design rules for the old (工信部适老化通用设计规范, recalled;
    reference/domain.md §3.10) on a 21.5-inch screen (102 dpi), and more than 18 of their units of
    1/160 inch on the 10.1-inch portable (19 px at 149 dpi). In elder mode BODY is their 30 pt.
    """

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
FONT_FAMILIES: Final = ("Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Zen Hei")
REFERENCE_SIDE: Final = 1080  # shorter side of the screen that the numbers above are for


@dataclass(frozen=True, slots=True)
class Scale:
    """Turns the numbers above into pixels of a real window."""

    width: int
    height: int
    palette: Palette = Palette.PLAIN
    enlarge: float = 1.0  # of all type
    few_choices: bool = False  # fewer things on one page
    low: bool = False  # whatever is touched lies in the lower part of a tall screen
    left_handed: bool = False  # next lies at the left
    languages: int = 1  # lines of all words

    @property
    def factor(self) -> float:
        """1.0 at 1080x1920 and 1920x1080, 0.74 at 1280x800."""
        return min(self.width, self.height) / REFERENCE_SIDE

    @property
    def portrait(self) -> bool:
        """A standing screen: one column; else two where it helps."""
        return self.height > self.width

    @property
    def crowded(self) -> bool:
        """Words take much more room than usual: pictures and titles give way."""
        return self.few_choices or self.languages > 1

    def ink(self, colour: Colour) -> str:
        """The colour on this window, as #RRGGBB."""
        return INKS[self.palette][colour]

    def px(self, reference: float) -> int:
        """A length of the tables above on this window; at least one pixel. Type is enlarged."""
        grown = reference * self.enlarge if isinstance(reference, Type) else reference
        return max(1, round(grown * self.factor))

    def room(self, reference: float) -> int:
        """A length that must hold words: it grows with the type."""
        return self.px(reference * self.enlarge)

    def columns(self, usual: int) -> int:
        """How many things to choose from lie beside each other."""
        return max(1, usual - 1) if self.few_choices else usual

"""What a person may ask of the screen: larger type, more contrast, a lower place, a language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from ui.texts.languages import Language
from ui.theme.tokens import Palette, Scale

ELDER_TYPE: Final = 1.3  # 长辈版: times as large
ELDER_TIME: Final = 2.0  # times as long until 还在吗


@dataclass(frozen=True, slots=True)
class Comfort:
    """Chosen on the screen and kept for the visit only; the site has its own to begin with."""

    elder: bool = False  # 长辈版: larger type, fewer choices on a page, more time
    high_contrast: bool = False
    low: bool = False  # for people in a wheelchair: controls in the lower part of a tall screen
    left_handed: bool = False
    languages: tuple[Language, ...] = (Language.CHINESE,)  # the first one stands above

    @classmethod
    def named(cls, *, languages: Sequence[str], **switches: bool) -> Self:
        """From the settings of the site. Raises ValueError for a language that nobody knows."""
        return cls(**switches, languages=tuple(Language(name) for name in languages))

    def scale(self, width: int, height: int) -> Scale:
        """How large and in which inks everything is in a window of that size."""
        return Scale(
            width,
            height,
            palette=Palette.HIGH_CONTRAST if self.high_contrast else Palette.PLAIN,
            enlarge=ELDER_TYPE if self.elder else 1.0,
            few_choices=self.elder,
            low=self.low and height > width,  # a low screen is low enough
            left_handed=self.left_handed,
            languages=len(self.languages),
        )

    @property
    def patience(self) -> float:
        """Times as long as usual until the terminal asks whether somebody is there."""
        return ELDER_TIME if self.elder else 1.0


AS_IT_IS: Final = Comfort()  # nobody asked for anything

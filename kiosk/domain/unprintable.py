"""What keeps a paper from being printed: a character that none of the fonts has."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Unprintable:
    """The character and the field it stands in: for the person, never for a log."""

    place: str  # the label beside it, such as 申请人; a key of the words where there is none
    character: str = field(repr=False)

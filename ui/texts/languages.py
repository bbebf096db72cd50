"""The languages of the screen, and words that stand in several of them at once."""

from collections.abc import Mapping
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final, Self


@unique
class Language(StrEnum):
    """The value is the name of the folder with its words."""

    CHINESE = "zh_CN"  # complete; every other language falls back to it
    KOREAN = "ko_CN"  # as written in Yanbian 中国朝鲜语, not as in Seoul; drafts, see the files
    ENGLISH = "en"  # the pages of staff


OWN_NAMES: Final = MappingProxyType(
    {Language.CHINESE: "中文", Language.KOREAN: "조선말", Language.ENGLISH: "English"}
)  # so that everybody finds the own one


class Words(str):
    """Words as they stand on the screen: one line for each language, the first one above.

    `lines` has them by language, so that words inside other words keep to their language.
    """

    lines: Mapping[Language, str]
    chinese: str  # what is kept and sent, whatever stands on the screen

    def __new__(cls, lines: Mapping[Language, str], *, chinese: str = "") -> Self:
        """`lines`: in the order of the screen; equal lines stand there once."""
        made = super().__new__(cls, "\n".join(dict.fromkeys(lines.values())))
        made.lines = MappingProxyType(dict(lines))
        made.chinese = chinese or lines.get(Language.CHINESE, str(made))
        return made

    def in_one_line(self) -> str:
        """For where only one line can stand, such as the hint inside a field."""
        return str(self).replace("\n", " ")


def in_language(value: object, language: Language) -> object:
    """That language's line of Words, its first line if there is none; anything else as it is."""
    if not isinstance(value, Words):
        return value
    return value.lines.get(language, next(iter(value.lines.values()), ""))

"""The fixed words of A4 papers in Chinese, or in Chinese with Korean under it."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

Both = dict[str, str]
"""zh and ko, as the templates take them; ko is "" on a paper in one language."""


class PaperWords:
    """`say("signs")`. Raises KeyError for a word that there is none of: our own mistake."""

    def __init__(self, *, korean: bool = False) -> None:
        self.korean = korean

    def say(self, key: str, **parts: str | Both) -> Both:
        """Words that are filled in keep to their own language where they have two."""
        shelf = _shelf()
        zh, ko = shelf["zh"][key], shelf["ko"].get(key, "") if self.korean else ""
        return {"zh": _filled(zh, parts, "zh"), "ko": _filled(ko, parts, "ko")}

    def mark(self, *, provisional: bool) -> dict[str, tuple[Both, Both]]:
        """What official.typ sets above every page until the province has confirmed the case."""
        if not provisional:
            return {}
        return {"provisional": (self.say("provisional"), self.say("provisional_body"))}

    def given(self, chinese: str, korean: str = "") -> Both:
        """Words that come from the catalogue."""
        return {"zh": chinese, "ko": korean if self.korean else ""}


def _filled(words: str, parts: Mapping[str, str | Both], language: str) -> str:
    if not parts:
        return words
    return words.format(
        **{key: part if isinstance(part, str) else part[language] for key, part in parts.items()}
    )


@cache
def _shelf() -> dict[str, dict[str, str]]:
    text = (files("kiosk.papers") / "paper_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)

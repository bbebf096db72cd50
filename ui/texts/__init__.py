"""Every word that people read, by key, from the TOML files of each language's folder."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Self

from ui.texts.languages import Language, Words, in_language

LIST_MARK: Final = "、"  # between the words of a list, in every language


class Texts:
    """The words of one language, or of several at once: `Texts("zh_CN", "ko_CN")`.

    A key is the path in the TOML file, joined by dots: `[form] next = "…"` is `form.next`.
    `say("form.next", name="…")` fills in the braces. With several languages the answer has one
    line for each, in the order given; words that are filled into other words keep to their own
    language. A key that a language lacks is left to the others, and to Chinese when none has it.
    """

    def __init__(self, *languages: Language | str) -> None:
        self._shelf: dict[Language, Mapping[str, str]] = {}
        self.languages = _ordered(languages)
        self._load(*self.languages)

    def speaking(self, *languages: Language | str) -> Self:
        """The same words in other languages; what was read once is not read again."""
        other = type(self).__new__(type(self))
        other._shelf, other.languages = self._shelf, _ordered(languages)
        other._load(*other.languages)
        return other

    def say(self, key: str, **parts: object) -> Words:
        """The words for a key. Raises KeyError: a missing word is our own mistake."""
        return Words({language: self._line(key, language, parts) for language in self._with(key)})

    def one(self, key: str, **parts: object) -> str:
        """Like `say`, but only in the first language: where two lines can never stand."""
        return self._line(key, self._with(key)[0], parts)

    def listed(self, key: str) -> tuple[Words, ...]:
        """The words of a list, whose entries stand in the same order in every language."""
        known = self._with(key)
        chinese, *entries = (
            self._shelf[language][key].split(LIST_MARK) for language in (Language.CHINESE, *known)
        )
        return tuple(
            Words(dict(zip(known, entry, strict=True)), chinese=kept)
            for kept, entry in zip(chinese, zip(*entries, strict=True), strict=True)
        )

    def given(self, chinese: str, korean: str = "") -> Words:
        """Words that come from the catalogue in Chinese and, maybe, in Korean."""
        known = {Language.CHINESE: chinese, Language.KOREAN: korean}
        lines = {language: known[language] for language in self.languages if known.get(language)}
        return Words(lines or {Language.CHINESE: chinese})

    def joined(self, between: str, parts: Sequence[str]) -> Words:
        """Words one after the other, each language for itself."""
        return Words(
            {
                language: between.join(str(in_language(part, language)) for part in parts)
                for language in self.languages
            }
        )

    def has(self, key: str) -> bool:
        """Whether there are words for that key."""
        return key in self._shelf[Language.CHINESE]

    def keys(self) -> frozenset[str]:
        """All keys, for the tests that compare them with the enums."""
        return frozenset(self._shelf[Language.CHINESE])

    def _with(self, key: str) -> tuple[Language, ...]:
        known = tuple(lang for lang in self.languages if key in self._shelf[lang])
        if not known and not self.has(key):
            raise KeyError(key)
        return known or (Language.CHINESE,)

    def _line(self, key: str, language: Language, parts: Mapping[str, object]) -> str:
        words = self._shelf[language][key]
        if not parts:
            return words
        return words.format(**{name: in_language(part, language) for name, part in parts.items()})

    def _load(self, *languages: Language) -> None:
        for language in (Language.CHINESE, *languages):
            if language not in self._shelf:
                self._shelf[language] = words_of(language)


@cache
def words_of(language: Language) -> Mapping[str, str]:
    """All words of one language by key, read once. ValueError: a key stands in two files."""
    found: dict[str, str] = {}
    folder = files(__name__) / language.value
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            _take(found, "", tomllib.loads(file.read_text(encoding="utf-8")), file.name)
    return MappingProxyType(found)


def _take(found: dict[str, str], prefix: str, table: Mapping[str, object], file: str) -> None:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict):
            _take(found, f"{key}.", value, file)
        elif key in found:
            raise ValueError(f"{file}: {key} stands in two places")
        else:
            found[key] = str(value)


def _ordered(languages: Sequence[Language | str]) -> tuple[Language, ...]:
    return tuple(dict.fromkeys(Language(name) for name in languages)) or (Language.CHINESE,)

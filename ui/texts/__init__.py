"""Every word that people read, by key, from the TOML files of one language's folder."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files


class Texts:
    """The words of one language. `say("form.next", name="…")` fills in the braces.

    A key is the path in the TOML file, joined by dots: `[form] next = "…"` is `form.next`.
    """

    def __init__(self, language: str = "zh_CN") -> None:
        self._words: dict[str, str] = {}
        folder = files(__name__) / language
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(".toml"):
                self._take("", tomllib.loads(file.read_text(encoding="utf-8")), file.name)

    def say(self, key: str, **parts: object) -> str:
        """The words for a key. Raises KeyError: a missing word is our own mistake."""
        return self._words[key].format(**parts) if parts else self._words[key]

    def has(self, key: str) -> bool:
        """Whether there are words for that key."""
        return key in self._words

    def keys(self) -> frozenset[str]:
        """All keys, for the tests that compare them with the enums."""
        return frozenset(self._words)

    def _take(self, prefix: str, table: Mapping[str, object], file: str) -> None:
        for name, value in table.items():
            key = f"{prefix}{name}"
            if isinstance(value, dict):
                self._take(f"{key}.", value, file)
            elif key in self._words:
                raise ValueError(f"{file}: {key} stands in two places")
            else:
                self._words[key] = str(value)

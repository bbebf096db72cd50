"""One thing of the machine that was looked at, for people who look after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence: a key below `finding.said` of ui/texts, and what fills its braces."""

    key: str
    parts: Mapping[str, object] = field(default_factory=dict)


def said(key: str, **parts: object) -> Said:
    """That sentence."""
    return Said(key, parts)


def as_it_is(text: str) -> Said:
    """What a device, a file or a fault calls itself, the same in every language."""
    return Said("as_it_is", {"text": text})


@dataclass(frozen=True, slots=True)
class Finding:
    """Nothing personal is in it. Its words are made by ui/finding_words.py."""

    topic: str  # a key below `finding.topic` of ui/texts
    fine: bool
    sentences: tuple[Said, ...]

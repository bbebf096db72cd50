"""The pinyin of words: characters alone, and the words of an office that sound otherwise."""

import json
import os
import subprocess
import sys

import pytest

from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.catalog.syllables import office_words, syllables_of

WHOLE = """
import json, sys, pypinyin
names = json.load(sys.stdin)
json.dump([pypinyin.lazy_pinyin(name, errors="ignore") for name in names], sys.stdout)
"""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("长春市", "chang chun shi"),
        ("村长", "cun zhang"),
        ("银行卡重新登记", "yin hang ka chong xin deng ji"),
        ("重度残疾人", "zhong du can ji ren"),
        ("低保 2026 abc", "di bao"),
        ("", ""),
    ],
)
def test_words_sound_as_people_say_them(words: str, told: str) -> None:
    assert " ".join(syllables_of(words)) == told


def test_every_word_of_the_list_is_heard() -> None:
    assert {word: syllables_of(word) for word in office_words()} == office_words()


def test_items_sound_as_with_the_whole_dictionary() -> None:
    names = sorted({name for item in packaged_catalog() for name in (item.title, *item.aliases)})
    whole = subprocess.run(
        [sys.executable, "-c", WHOLE],
        input=json.dumps(names),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    told = dict(zip(names, json.loads(whole.stdout), strict=True))
    assert {name: list(syllables_of(name)) for name in names} == told

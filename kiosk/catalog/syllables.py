"""The pinyin of words, by which items are found.

pypinyin knows 47,000 words in which a character sounds unlike it usually does. They take a quarter
of a second, in one piece that keeps every other thread waiting, and 44 MB: hence only its single
characters are loaded, and the few words of an office that need more stand here.
"""

import os
from collections.abc import Callable
from functools import cache
from typing import Final

# What lacks here sounds as its characters do alone; the search forgives one wrong letter.
OFFICE_WORDS: Final = """
    协调 xie tiao, 调整 tiao zheng, 调解 tiao jie, 空调 kong tiao, 长春 chang chun,
    长白 chang bai, 长期 chang qi, 长安 chang an, 长兴 chang xing, 长青 chang qing,
    长岭 chang ling, 延长 yan chang, 特长 te chang, 重新 chong xin, 重复 chong fu,
    重庆 chong qing, 银行 yin hang, 行业 hang ye, 模板 mu ban, 目的 mu di, 没收 mo shou,
    朝阳 chao yang, 给付 ji fu, 供给 gong ji, 补给 bu ji, 归还 gui huan, 偿还 chang huan,
    退还 tui huan, 返还 fan huan, 还款 huan kuan, 还贷 huan dai, 藏族 zang zu, 校验 jiao yan,
    校对 jiao dui, 畜牧 xu mu, 了解 liao jie, 泄露 xie lou, 厦门 xia men, 类似 lei si,
    曝光 bao guang, 会计 kuai ji, 便宜 pian yi, 出差 chu chai, 大夫 dai fu
"""


def office_words() -> dict[str, tuple[str, ...]]:
    """Those words and their syllables."""
    entries = (entry.split() for entry in OFFICE_WORDS.split(","))
    return {word: tuple(syllables) for word, *syllables in entries}


def syllables_of(words: str) -> tuple[str, ...]:
    """The pinyin of each character, without tones; what has none is left out.

    The first call loads the table of characters, in less than 0.1 s.
    """
    return tuple(_reading()(words, errors="ignore"))


@cache
def _reading() -> Callable[..., list[str]]:
    without_words = "PYPINYIN_NO_PHRASES"  # read by pypinyin when it is loaded
    os.environ[without_words] = "true"
    try:
        from pypinyin import lazy_pinyin, load_phrases_dict  # noqa: PLC0415 - see above
    finally:
        del os.environ[without_words]
    load_phrases_dict({word: [[s] for s in told] for word, told in office_words().items()})
    return lazy_pinyin

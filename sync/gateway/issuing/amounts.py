"""Amounts as they stand on papers: ¥1,234.50, and in the capitals 大写 that cannot be changed."""

from typing import Final

DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
PLACES: Final = ("", "拾", "佰", "仟")
GROUPS: Final = ("", "万", "亿", "万亿")
LIMIT: Final = 10**13  # fen; 票据 have no more


def plain_amount(fen: int) -> str:
    """Yuan with two places, such as 1,234.50."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def capital_amount(fen: int) -> str:
    """Such as 壹仟零伍元叁角整, after 正确填写票据和结算凭证的基本规定 (recalled).

    Raises ValueError for a negative amount or one of LIMIT and more.
    """
    if not 0 <= fen < LIMIT:
        raise ValueError("no amount for a paper")
    yuan, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    words = f"{_number(yuan)}元" if yuan else ""
    if not jiao and not rest:
        return f"{words or '零元'}整"
    if jiao:
        words += f"{DIGITS[jiao]}角"
    elif words:
        words += "零"
    return f"{words}{DIGITS[rest]}分" if rest else f"{words}整"


def _number(value: int) -> str:
    """A positive number; one 零 for each gap between digits."""
    words, gap = "", False
    for power in reversed(range(len(str(value)))):
        digit = value // 10**power % 10
        if digit:
            words += ("零" if gap and words else "") + DIGITS[digit] + PLACES[power % 4]
        gap = not digit
        if power % 4 == 0 and value // 10**power % 10_000:
            words += GROUPS[power // 4]
    return words

"""One A4 page to see whether the printer works."""

from datetime import datetime

from kiosk.papers.compose import Paper, Template, pdf
from kiosk.papers.paper_words import PaperWords


def trial_page(now: datetime) -> bytes:
    """The page as PDF; some milliseconds, a quarter of a second for the first paper."""
    say = PaperWords()
    words = {
        "title": say.given("打印测试"),
        "page_number": say.say("page_number"),
        "footer": say.given("打印机测试页"),
        "day": (now.year, now.month, now.day),
        "when": f"{now:%Y-%m-%d %H:%M}",
        "sample": "家门口办 0123456789 ABC",
        "words": "四边的框完整、文字清楚、灰块分得出，就正常。这一页不是证明，看完请收走。",
    }
    return pdf(Paper(Template.TRIAL, "打印测试", words))

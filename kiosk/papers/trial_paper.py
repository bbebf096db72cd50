"""One A4 page to see whether the printer works."""

from datetime import datetime

from kiosk.papers.compose import Paper, Template, pdf
from kiosk.papers.paper_words import PaperWords


def trial_paper(now: datetime, *, korean: bool = False) -> Paper:
    """Frame, sizes of type in the languages of that terminal, greys."""
    say = PaperWords(korean=korean)
    title = say.say("trial")
    sample = "家门口办 0123456789 ABC"
    words = {
        "title": title,
        "page_number": say.say("page_number"),
        "footer": say.say("trial_footer"),
        "day": (now.year, now.month, now.day),
        "when": f"{now:%Y-%m-%d %H:%M}",
        "sample": f"{sample} 집앞처리" if korean else sample,
        "words": say.say("trial_words"),
    }
    return Paper(Template.TRIAL, title["zh"], words)


def trial_page(now: datetime, *, korean: bool = False) -> bytes:
    """That page as PDF; some milliseconds, a quarter of a second for the first paper."""
    return pdf(trial_paper(now, korean=korean))

"""Moments as people here write them."""

from datetime import date, datetime

from ui.texts import Texts


def day_words(moment: datetime, texts: Texts) -> str:
    """An aware moment as a day of the terminal's own time zone: 2026年5月12日."""
    return date_words(moment.astimezone().date(), texts)


def date_words(day: date, texts: Texts) -> str:
    """A day: 2026年5月12日."""
    return texts.say("progress.date", year=day.year, month=day.month, day=day.day)


def moment_words(moment: datetime, texts: Texts) -> str:
    """An aware moment of these days in the terminal's own time zone: 5月12日 09:30."""
    day = moment.astimezone()
    return texts.say("progress.moment", month=day.month, day=day.day, time=f"{day:%H:%M}")

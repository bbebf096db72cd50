"""Moments as people here write them: by the office's clock, whatever zone the machine is in."""

from datetime import date, datetime

from kiosk.domain.working_days import OFFICE_TIME
from ui.texts import Texts


def day_words(moment: datetime, texts: Texts) -> str:
    """An aware moment as a day: 2026年5月12日."""
    return date_words(moment.astimezone(OFFICE_TIME).date(), texts)


def date_words(day: date, texts: Texts) -> str:
    """A day: 2026年5月12日."""
    return texts.say("progress.date", year=day.year, month=day.month, day=day.day)


def moment_words(moment: datetime, texts: Texts) -> str:
    """An aware moment of these days: 5月12日 09:30."""
    day = moment.astimezone(OFFICE_TIME)
    return texts.say("progress.moment", month=day.month, day=day.day, time=f"{day:%H:%M}")

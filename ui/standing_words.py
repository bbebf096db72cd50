"""One line about how the terminal stands, for staff and whoever asks them."""

from kiosk.domain.standing import Level, Standing
from ui.texts import Texts


def standing_words(standing: Standing, texts: Texts) -> str:
    """The gravest reason in words; "" when there is nothing to say."""
    if standing.level is Level.FINE:
        return ""
    return texts.say(
        f"standing.{standing.level}.{standing.reasons[0]}",
        days=standing.days_left,
        cases=standing.cases_left,
    )

"""One line about how the terminal stands, for staff and whoever asks them."""

from kiosk.domain.standing import Level, Standing
from kiosk.flow.equipment import DeviceKind
from kiosk.flow.health import Health
from ui.terminal import Terminal
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


def health_words(health: Health, texts: Texts) -> str:
    """What people should know of the devices before they begin; "" when all of them work."""
    if health.may_take_a_case() is not None:
        return texts.say("health.standby")
    if health.fault(DeviceKind.RECEIPT_PRINTER) is not None:
        return texts.say("health.standby_slip")
    return ""


def before_anybody_begins(terminal: Terminal, texts: Texts) -> str:
    """What the standby page says: the terminal's standing, else what its devices cannot do now."""
    return standing_words(terminal.standing(), texts) or health_words(terminal.health(), texts)

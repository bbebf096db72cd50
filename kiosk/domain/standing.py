"""Whether a terminal may still take cases in: not too long alone, not too much unsent."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from kiosk.domain.configuration import Configuration

BUILT: Final = datetime(2026, 11, 1, tzinfo=UTC)  # no honest clock is before this
# Clocks are set right by some seconds every day; a larger step back is a fault.
MOST_BACK: Final = timedelta(minutes=5)
# No terminal lies unused for longer; a clock that is further on than this runs ahead.
MOST_AHEAD: Final = timedelta(days=400)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Heard:
    """When what was heard from the gateway; None: never. Times are those of the terminal's clock.

    `latest`: the latest moment that the clock has shown since the gateway was last heard.
    """

    first_start: datetime | None = None
    last_heard: datetime | None = None
    catalog_confirmed_at: datetime | None = None
    latest: datetime | None = None


@unique
class Level(StrEnum):
    """How a terminal stands."""

    FINE = "fine"
    WARNED = "warned"  # staff should act; residents notice nothing
    FROZEN = "frozen"  # no new case is begun; everything else goes on


@unique
class Reason(StrEnum):
    """Why a terminal does not stand well; the value is the key of its words."""

    CATALOG_OLD = "catalog_old"  # nobody has said for long that the catalogue is current
    MANY_UNSENT = "many_unsent"
    CLOCK_WRONG = "clock_wrong"  # days cannot be counted; only warns
    LONG_UNSENT = "long_unsent"  # a case has waited for long; only warns


@dataclass(frozen=True, slots=True)
class Standing:
    """The gravest reason first. Days and cases left until no new case is begun, 0 when frozen."""

    level: Level = Level.FINE
    reasons: tuple[Reason, ...] = ()
    days_left: int = 0
    cases_left: int = 0


def standing_of(
    *,
    now: datetime,
    heard: Heard,
    unsent: int,
    oldest_unsent: datetime | None,
    configuration: Configuration,
) -> Standing:
    """The rule: too long without a catalogue or too many unsent cases warn, then freeze.

    A terminal that never heard anything counts from its first start. A clock that is not believed
    neither freezes nor frees: days are then those of the latest moment that was. Only full days
    count.
    """
    moment = believed(now, heard)
    is_wrong = moment != now
    since = next((m for m in (heard.catalog_confirmed_at, heard.first_start) if _honest(m)), None)
    days = 0 if moment is None or since is None else max(0, (moment - since) // DAY)
    grave: list[Reason] = []
    slight: list[Reason] = []
    for reason, count, warn, stop in (
        (Reason.CATALOG_OLD, days, configuration.warn_days, configuration.stop_days),
        (Reason.MANY_UNSENT, unsent, configuration.warn_unsent, configuration.stop_unsent),
    ):
        if count >= stop:
            grave.append(reason)
        elif count >= warn:
            slight.append(reason)
    if is_wrong:
        slight.append(Reason.CLOCK_WRONG)
    elif oldest_unsent is not None and now - oldest_unsent >= configuration.warn_days * DAY:
        slight.append(Reason.LONG_UNSENT)
    level = Level.FROZEN if grave else Level.WARNED if slight else Level.FINE
    return Standing(
        level,
        (*grave, *slight),
        days_left=max(0, configuration.stop_days - days),
        cases_left=max(0, configuration.stop_unsent - unsent),
    )


def believed(now: datetime, heard: Heard) -> datetime | None:
    """`now`, unless the clock is before the program's build, went back or leapt ahead.

    Else the latest moment that was believed; None when there never was one.
    """
    shown = (heard.latest, heard.last_heard, heard.catalog_confirmed_at)
    latest = max((moment for moment in shown if moment and moment >= BUILT), default=None)
    if now < BUILT:
        return latest
    if latest is not None and not -MOST_BACK <= now - latest <= MOST_AHEAD:
        return latest
    return now


def _honest(moment: datetime | None) -> bool:
    return moment is not None and moment >= BUILT

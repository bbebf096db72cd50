"""What the province may set for its terminals from afar: limits, pace, holidays."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

import msgspec

# Registration clients of MOSIP stop after five days without master data or with a hundred packets
# unsent (reference/domain.md section 6, "Offline stock before freeze"). We warn at less than half.
STOP_DAYS: Final = 5
STOP_UNSENT: Final = 100
WARN_DAYS: Final = 2
WARN_UNSENT: Final = 50

_Days = Annotated[int, msgspec.Meta(ge=1, le=365)]
_Cases = Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class ConfigurationError(Exception):
    """The file cannot be used; the text says which field and why."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything has a value that will do without any file."""

    version: str = ""
    warn_days: _Days = WARN_DAYS  # without a catalogue that is known to be current
    stop_days: _Days = STOP_DAYS
    warn_unsent: _Cases = WARN_UNSENT  # cases that wait to be sent
    stop_unsent: _Cases = STOP_UNSENT
    poll_seconds: Annotated[int, msgspec.Meta(ge=5, le=3600)] = 30
    sent_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 1  # until answers and pages go
    person_days: _Days = 90  # after the last step, until name and number go
    holidays: frozenset[date] = frozenset()  # 法定节假日
    working_days: frozenset[date] = frozenset()  # 调休: days of a weekend that are worked


def parse_configuration(file: bytes) -> Configuration:
    """The configuration in a file of JSON; unknown fields are left to newer programs.

    Raises ConfigurationError when a value is out of its range or a limit lies before its warning.
    """
    try:
        read = msgspec.json.decode(file, type=Configuration)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigurationError(str(error)) from None
    for warn, stop in (("warn_days", "stop_days"), ("warn_unsent", "stop_unsent")):
        if getattr(read, warn) >= getattr(read, stop):
            raise ConfigurationError(f"{warn} must be less than {stop}")
    both = read.holidays & read.working_days
    if both:
        raise ConfigurationError(f"{min(both)} is a holiday and a working day")
    return read

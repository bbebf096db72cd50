"""What the province may set for its terminals from afar: limits, pace, holidays."""

import logging
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

import msgspec

# Registration clients of MOSIP stop after five days without master data or with a hundred packets
# unsent (reference/domain.md section 6, "Offline stock before freeze"). We warn at less than half.
CHECK_ADDRESS: Final = "^(HTTPS?://[0-9A-Z.:/-]{1,56})?$"
STOP_DAYS: Final = 5
STOP_UNSENT: Final = 100
WARN_DAYS: Final = 2
WARN_UNSENT: Final = 50

_log = logging.getLogger(__name__)

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
    staff_offline_days: _Days = 30  # without a word from us, until staff can no longer sign in
    holidays: frozenset[date] = frozenset()  # 法定节假日
    working_days: frozenset[date] = frozenset()  # 调休: days of a weekend that are worked
    second_person: frozenset[str] = frozenset()  # codes of items whose cases a second one approves
    # Whose seals count (decision 0031): root certificates in DER, and public keys of SM2 (x and y).
    roots: tuple[bytes, ...] = ()
    sm2_keys: tuple[Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)], ...] = ()
    # What no longer counts, by SHA-256 in hex: papers, certificates, keys of terminals.
    revoked: frozenset[Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]] = frozenset()
    # Where a telephone checks a slip (decision 0036); in capitals, so that the code stays small.
    check_address: Annotated[str, msgspec.Meta(pattern=CHECK_ADDRESS)] = ""


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


class ConfigurationShelf:
    """The newest usable configuration; one that complains is logged once and left out."""

    def __init__(self) -> None:
        self._configuration = Configuration()
        self._tried = b""

    def current(self, newest: tuple[str, bytes] | None) -> Configuration:
        """What counts now; `newest`: (version, file) of what came down, or None."""
        if newest is not None and newest[1] != self._tried:
            self._tried = newest[1]
            try:
                self._configuration = parse_configuration(newest[1])
            except ConfigurationError as error:
                _log.error("the configuration %s cannot be used: %s", newest[0], error)
        return self._configuration

"""Who of the province's register may sign in at a terminal now, and why somebody may not."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum, unique

from kiosk.domain.staff import StaffEntry, StaffMember

TOWNSHIP_DIGITS = 9  # of a division code 区划代码: province, prefecture, county, township
SITE_DIGITS = 12


@unique
class NoEntry(StrEnum):
    """Why not. The value is the key of its words."""

    UNKNOWN = "unknown"  # no such key in the register that came down
    REVOKED = "revoked"
    EXPIRED = "expired"
    OTHER_SITE = "other_site"
    TOO_LONG_OFFLINE = "too_long_offline"  # a revocation could not have come down


def entry_with(
    register: Iterable[StaffEntry],
    key: bytes,
    *,
    site: str,
    now: datetime,
    last_heard: datetime | None,
    offline: timedelta,
) -> StaffMember | NoEntry:
    """The person with that card at that site, or why they may not sign in.

    `now`: a moment that is believed (kiosk.domain.standing); `offline`: how long the province may
    not have been heard. Who is in the register came down, so it was heard once.
    """
    entry = next((one for one in register if one.key == key), None)
    if entry is None:
        return NoEntry.UNKNOWN
    member = entry.member
    if entry.is_revoked:
        return NoEntry.REVOKED
    if member.valid_until is not None and now >= member.valid_until:
        return NoEntry.EXPIRED
    if not works_at(member, site):
        return NoEntry.OTHER_SITE
    if last_heard is None or now - last_heard > offline:
        return NoEntry.TOO_LONG_OFFLINE
    return member


def works_at(member: StaffMember, site: str) -> bool:
    """Whether that terminal's site is theirs: the same, or a village of their township."""
    if len(member.site) == TOWNSHIP_DIGITS:
        return site.startswith(member.site)
    township, village = member.site[:TOWNSHIP_DIGITS], member.site[TOWNSHIP_DIGITS:]
    return site == member.site or (village == "000" and site.startswith(township))

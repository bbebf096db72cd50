"""Who may sign in: the newest word about a card, for a while without the province."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.staff import Role, StaffEntry, StaffMember
from kiosk.domain.staff_register import NoEntry, entry_with, works_at

NOW = datetime(2026, 12, 1, 4, tzinfo=UTC)
VILLAGE = "222401001001"
KEY, OTHER = b"\x04" + bytes(64), b"\x04" + bytes(63) + b"\x01"
DAY = timedelta(days=1)


def member(*, site: str = VILLAGE, until: datetime | None = None) -> StaffMember:
    return StaffMember("s-1", "测试代办员", frozenset({Role.ASSISTANT}), site, until)


def asked(
    entry: StaffEntry, *, key: bytes = KEY, site: str = VILLAGE, heard: datetime | None = NOW
) -> StaffMember | NoEntry:
    return entry_with(
        [entry], key, site=site, now=NOW, last_heard=heard, offline=timedelta(days=30)
    )


def test_a_person_of_this_site_may_sign_in() -> None:
    assert asked(StaffEntry(member(), KEY, NOW)) == member()


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (StaffEntry(member(), OTHER, NOW), NoEntry.UNKNOWN),
        (StaffEntry(member(), KEY, NOW, is_revoked=True), NoEntry.REVOKED),
        (StaffEntry(member(until=NOW), KEY, NOW), NoEntry.EXPIRED),
        (StaffEntry(member(site="222401001002"), KEY, NOW), NoEntry.OTHER_SITE),
    ],
)
def test_others_are_told_why_not(entry: StaffEntry, why: NoEntry) -> None:
    assert asked(entry) is why


def test_without_the_province_sign_in_ends_after_the_limit() -> None:
    entry = StaffEntry(member(), KEY, NOW)
    assert asked(entry, heard=NOW - 30 * DAY) == member()
    assert asked(entry, heard=NOW - 31 * DAY) is NoEntry.TOO_LONG_OFFLINE
    assert asked(entry, heard=None) is NoEntry.TOO_LONG_OFFLINE


def test_a_townships_clerk_works_in_all_its_villages() -> None:
    assert works_at(member(site="222401001"), VILLAGE)
    assert works_at(member(site="222401001000"), VILLAGE)
    assert not works_at(member(site="222401002"), VILLAGE)

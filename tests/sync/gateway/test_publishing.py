"""Notices, home visits and configuration: told once to whom they are for, and to nobody else."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from kiosk.domain.notice import Audience
from sync import wire
from sync.gateway.news_book import EVERYBODY
from sync.gateway.office import Office
from sync.gateway.publishing import NotFit, Publishing
from sync.staff_word import StaffWord
from tests.counterparts.village import TERMINAL_ID, Village

BOTH_ENGINES = True
VISIT = wire.VisitEntry(
    visit_id="", name="测试甲", address="示范村一组", wanted_on=date(2026, 3, 6)
)


@pytest.fixture
def publishing(village: Village) -> Publishing:
    office: Office = village.gateway._office
    office.door.add_terminal("t2")
    return office.publishing


def test_a_notice_reaches_everybody_and_its_withdrawal_too(
    village: Village, publishing: Publishing
) -> None:
    until = datetime.now(UTC) + timedelta(days=1)
    told = publishing.publish_notice(" 停电通知 ", "明天停电", until=until, audience=Audience.STAFF)
    pulled = village.client.pull("", catalog="")
    assert pulled.notices == (told,)
    assert (told.title, told.audience) == ("停电通知", Audience.STAFF)
    publishing.withdraw_notice(told.notice_id)
    assert village.client.pull(pulled.cursor, catalog="").withdrawn == (told.notice_id,)
    [standing] = publishing.notices()
    assert standing.is_withdrawn
    with pytest.raises(KeyError):
        publishing.withdraw_notice(told.notice_id)


def test_a_notice_for_one_terminal_is_not_for_others(
    village: Village, publishing: Publishing
) -> None:
    publishing.publish_notice("给别处", "内容", scope="t2")
    assert village.client.pull("", catalog="").notices == ()
    assert publishing.notices() == []
    assert len(publishing.notices("t2")) == 1
    with pytest.raises(KeyError):
        publishing.publish_notice("给谁", "内容", scope="nobody")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"body": ""}, "body"),
        ({"title": "长" * 201}, "title"),
        ({"body": "长" * 20_001}, "body"),
        ({"until": datetime(2020, 1, 1, tzinfo=UTC)}, "until"),
    ],
)
def test_a_notice_that_terminals_would_not_take_is_not_told(
    publishing: Publishing, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(NotFit) as caught:
        publishing.publish_notice(**{"title": "好", "body": "好", **changes})  # type: ignore[arg-type]
    assert caught.value.field == field
    assert publishing.notices() == []


def test_visits_go_to_their_terminal_and_end_there(
    village: Village, publishing: Publishing
) -> None:
    [told] = publishing.add_visits(TERMINAL_ID, [VISIT])
    assert told.visit_id
    # the same list once more tells nothing new
    assert publishing.add_visits(TERMINAL_ID, [VISIT]) == []
    pulled = village.client.pull("", catalog="")
    assert pulled.visits == (told,)
    publishing.end_visit(TERMINAL_ID, told.visit_id)
    assert village.client.pull(pulled.cursor, catalog="").ended_visits == (told.visit_id,)
    assert publishing.visits(TERMINAL_ID) == []
    for terminal in (TERMINAL_ID, "t2"):
        with pytest.raises(KeyError):
            publishing.end_visit(terminal, told.visit_id)
    with pytest.raises(KeyError):
        publishing.add_visits("nobody", [VISIT])


def test_a_visit_that_changed_is_told_again_under_its_id(publishing: Publishing) -> None:
    first = wire.VisitEntry(visit_id="v1", name="测试甲", address="一组")
    second = wire.VisitEntry(visit_id="v1", name="测试甲", address="二组")
    publishing.add_visits(TERMINAL_ID, [first])
    assert publishing.add_visits(TERMINAL_ID, [second]) == [second]
    assert publishing.visits(TERMINAL_ID) == [second]


def test_of_a_list_with_a_wrong_visit_nothing_is_told(publishing: Publishing) -> None:
    wrong = wire.VisitEntry(visit_id="", name="测" * 201, address="一组")
    with pytest.raises(NotFit) as caught:
        publishing.add_visits(TERMINAL_ID, [VISIT, wrong])
    assert caught.value.field == "name"
    assert publishing.visits(TERMINAL_ID) == []


def test_a_configuration_arrives_signed_and_as_it_was(
    village: Village, publishing: Publishing
) -> None:
    file = b'{\n  "version": "2026-03",\n  "poll_seconds": 60\n}\n'
    assert publishing.put_configuration(file) == "2026-03"
    assert village.client.pull("", catalog="").configuration == file
    publishing.put_configuration(b'{"version":"2026-04"}', scope="t2")
    publishing.put_configuration(b'{"version":"2026-05"}', scope=TERMINAL_ID)
    assert village.client.pull("", catalog="").configuration == b'{"version":"2026-05"}'


@pytest.mark.parametrize(
    "file",
    [b"", b"[]", b"{}", b'{"version":""}', b'{"version":1}', b'{"version":"1","version":"2"}'],
)
def test_a_configuration_without_a_version_is_not_signed(
    publishing: Publishing, file: bytes
) -> None:
    with pytest.raises(NotFit):
        publishing.put_configuration(file, scope=EVERYBODY)


@pytest.mark.parametrize(
    "wrong", ['"warn_days":9,"stop_days":3', '"poll_seconds":1', '"holidays":["2026-13-01"]']
)
def test_a_configuration_that_terminals_would_not_take_is_not_signed(
    publishing: Publishing, wrong: str
) -> None:
    with pytest.raises(NotFit):
        publishing.put_configuration(f'{{"version":"1",{wrong}}}'.encode())


def test_nothing_personal_is_in_what_is_raised(publishing: Publishing, tmp_path: Path) -> None:
    wrong = wire.VisitEntry(visit_id="", name="测试乙" * 100, address="一组")
    with pytest.raises(NotFit) as caught:
        publishing.add_visits(TERMINAL_ID, [wrong])
    assert "测试乙" not in str(caught.value)


WORD = StaffWord(
    staff_id="s-1",
    name="测试代办员",
    roles=("assistant",),
    site="222401001001",
    key=bytes(65),
    issued_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def test_staff_come_down_signed_and_so_does_a_revocation(
    village: Village, publishing: Publishing
) -> None:
    told = publishing.put_staff(WORD, scope=TERMINAL_ID)
    publishing.put_staff(structs.replace(WORD, staff_id="s-2"), scope="t2")
    pulled = village.client.pull("", catalog="")
    assert pulled.staff == (told,)
    assert told.issued_at > WORD.issued_at
    publishing.revoke_staff("s-1", scope=TERMINAL_ID)
    [revoked] = village.client.pull(pulled.cursor, catalog="").staff
    assert (revoked.staff_id, revoked.revoked) == ("s-1", True)
    assert publishing.staff(TERMINAL_ID) == [revoked]
    for unknown in ("s-1", "s-2"):
        with pytest.raises(KeyError):
            publishing.revoke_staff(unknown, scope=TERMINAL_ID)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"roles": ()}, "roles"),
        ({"roles": ("king",)}, "roles"),
        ({"site": "12"}, "site"),
        ({"key": bytes(64)}, "key"),
        ({"staff_id": "a b"}, "staff_id"),
    ],
)
def test_staff_that_terminals_would_not_take_are_not_signed(
    publishing: Publishing, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(NotFit) as caught:
        publishing.put_staff(structs.replace(WORD, **changes))
    assert caught.value.field == field
    assert publishing.staff() == []

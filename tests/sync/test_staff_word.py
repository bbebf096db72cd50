"""Words about staff: believed only with the gateway's signature, and read as far as known."""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest

from kiosk.domain.fault import Fault
from kiosk.domain.staff import Role
from sync import wire
from sync.api import GatewayUnreachable
from sync.gateway.signing import SigningKey
from sync.gateway_key import CONFIGURATION, STAFF
from sync.http_gateway import HttpGateway
from sync.staff_word import StaffWord, staff_of
from tests.counterparts.canned_gateway import Canned, CannedGateway

KEY = SigningKey(bytes(range(32)))
OTHER_KEY = SigningKey(bytes(range(1, 33)))
WORD = StaffWord(
    staff_id="s-1",
    name="测试代办员",
    roles=("assistant", "not known yet"),
    site="222401001001",
    key=bytes(65),
    issued_at=datetime(2026, 12, 1, tzinfo=UTC),
)


@pytest.fixture
def canned() -> Iterator[CannedGateway]:
    with CannedGateway() as server:
        yield server


@pytest.fixture
def client(canned: CannedGateway) -> Iterator[HttpGateway]:
    made = HttpGateway(canned.base_url, terminal_id="t1", token="secret", gateway_key=KEY.public)
    yield made
    made.interrupt()


def page(key: SigningKey, kind: bytes, body: bytes) -> Canned:
    told = wire.ChangesPage(staff=(key.signed(kind, body),), cursor="e.1", more=False)
    headers = {wire.GATEWAY_HEADER: "1", "Content-Type": wire.JSON}
    return Canned(200, msgspec.json.encode(told), headers)


def test_staff_are_believed_only_with_our_signature(
    canned: CannedGateway, client: HttpGateway
) -> None:
    canned.answer = page(KEY, STAFF, wire.canonical(WORD))
    assert client.pull("", catalog="").staff == (WORD,)
    for wrong in (
        page(OTHER_KEY, STAFF, wire.canonical(WORD)),
        page(KEY, CONFIGURATION, wire.canonical(WORD)),
        page(KEY, STAFF, b"{}"),
    ):
        canned.answer = wrong
        with pytest.raises(GatewayUnreachable) as caught:
            client.pull("", catalog="")
        assert caught.value.fault is Fault.GATEWAY_FOREIGN


def test_roles_that_this_version_does_not_know_are_left_out() -> None:
    entry = staff_of(WORD)
    assert entry.member.roles == frozenset({Role.ASSISTANT})
    assert (entry.key, entry.issued_at, entry.is_revoked) == (WORD.key, WORD.issued_at, False)


def test_a_name_is_not_in_what_is_logged() -> None:
    assert "测试代办员" not in repr(WORD)

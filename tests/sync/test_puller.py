"""What comes down enters the store together with the cursor, or not at all."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.notice import Audience
from kiosk.domain.progress import StateChange
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from sync import wire
from sync.api import GatewayUnreachable, Pulled
from sync.outbox_sender import OutboxSender
from sync.patching import patch_from
from sync.puller import MOST_TRIES, Puller
from tests.counterparts.sample_cases import NOON, case_id, document
from tests.counterparts.scripted_gateway import ScriptedGateway
from tests.counterparts.village import Heard, confirmed


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlCipherStore]:
    opened = open_store(tmp_path, FileKey(tmp_path / "store.key"))
    yield opened
    opened.close()


@pytest.fixture
def gateway(store: SqlCipherStore) -> ScriptedGateway:
    made = ScriptedGateway()
    confirmed(store, 1, pages=0)
    OutboxSender(store, made, listener=Heard()).send_due(NOON)
    made.asked.clear()
    return made


def decided(*papers: bytes) -> StateChange:
    issued = tuple(document(case_id(1), paper)[0] for paper in papers)
    return StateChange(
        case_id=case_id(1),
        state=CaseState.DECIDED,
        office_state="办结",
        at=NOON + timedelta(days=1),
        documents=issued,
    )


def test_news_and_documents_come_together(store: SqlCipherStore, gateway: ScriptedGateway) -> None:
    paper, content = document(case_id(1))
    gateway.files[paper.sha256] = content
    gateway.on_pull = lambda _: Pulled("e.1", False, (decided(content),))
    heard = Heard()
    report = Puller(store, gateway, listener=heard).pull(NOON)
    assert report.changed == (case_id(1),)
    assert heard.cases == [case_id(1)]
    assert store.cursor() == "e.1"
    assert store.document(paper.sha256) == content


def test_a_document_that_does_not_come_leaves_everything_as_it_was(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    first, second = document(case_id(1), b"one"), document(case_id(1), b"two")
    gateway.files[first[0].sha256] = b"one"
    gateway.on_pull = lambda _: Pulled("e.1", False, (decided(b"one", b"two"),))
    puller = Puller(store, gateway, listener=Heard())
    with pytest.raises(GatewayUnreachable):
        puller.pull(NOON)
    assert store.cursor() == ""
    assert store.case(case_id(1)).state is CaseState.RECEIVED
    gateway.files[second[0].sha256] = b"two"
    puller.pull(NOON)
    assert store.case(case_id(1)).state is CaseState.DECIDED
    fetched = [asked for asked in gateway.asked if asked.startswith("file")]
    assert len(fetched) == 3  # the first one was not fetched again


def test_a_document_with_other_bytes_is_the_lines_fault_and_fetched_anew(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    paper, content = document(case_id(1))
    gateway.files[paper.sha256] = content[:-1] + b"?"
    gateway.on_pull = lambda _: Pulled("e.1", False, (decided(content),))
    puller = Puller(store, gateway, listener=Heard())
    with pytest.raises(GatewayUnreachable) as raised:
        puller.pull(NOON)
    assert raised.value.fault is Fault.GATEWAY_FOREIGN
    assert store.staged(paper.sha256) == 0
    gateway.files[paper.sha256] = content
    puller.pull(NOON)
    assert store.document(paper.sha256) == content


def test_a_catalogue_comes_with_its_version(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    transfer = patch_from(b"", b"{}")
    gateway.files[wire.hash_of(transfer)] = transfer
    offer = wire.CatalogOffer(
        version="2", signature=b"", base="", transfer=wire.hash_of(transfer), size=len(transfer)
    )
    gateway.on_pull = lambda _: Pulled("e.0", False, catalog=offer)
    heard = Heard()
    assert Puller(store, gateway, listener=heard).pull(NOON).catalog_version == "2"
    assert store.catalog() == ("2", b"{}")
    assert heard.catalogs == ["2"]


def test_a_pull_without_news_tells_nobody(store: SqlCipherStore, gateway: ScriptedGateway) -> None:
    heard = Heard()
    report = Puller(store, gateway, listener=heard).pull(NOON)
    assert (report.changed, report.more) == ((), False)
    assert (heard.cases, heard.catalogs) == ([], [])


def test_a_gateway_that_cannot_be_reached_changes_nothing(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    def silent(_: str) -> Pulled:
        raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE)

    gateway.on_pull = silent
    with pytest.raises(GatewayUnreachable):
        Puller(store, gateway, listener=Heard()).pull(NOON)
    assert store.cursor() == ""


def catalog_pulled(
    gateway: ScriptedGateway, before: bytes, after: bytes, *, base: bool = True
) -> None:
    transfer = patch_from(before if base else b"", after)
    gateway.files[wire.hash_of(transfer)] = transfer
    offer = wire.CatalogOffer(
        version="3",
        signature=b"",
        base=wire.hash_of(before) if base else "",
        transfer=wire.hash_of(transfer),
        size=len(transfer),
    )
    gateway.on_pull = lambda _: Pulled("e.0", False, catalog=offer)


def test_a_catalogue_comes_as_its_difference_from_the_one_that_is_here(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    before, after = b"abc" * 5000, b"abc" * 5000 + b"more"
    catalog_pulled(gateway, before, after)
    puller = Puller(store, gateway, listener=Heard(), first_catalog=before)
    puller.pull(NOON)
    assert store.catalog() == ("3", after)
    assert gateway.held == [wire.hash_of(before)]
    gateway.on_pull = lambda cursor: Pulled(cursor, False)
    puller.pull(NOON)
    assert gateway.held[-1] == wire.hash_of(after)


def test_a_difference_that_never_fits_is_given_up_for_the_whole_file(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    offer = wire.CatalogOffer(
        version="3", signature=b"", base="", transfer=wire.hash_of(b"no frame"), size=8
    )
    gateway.files[offer.transfer] = b"no frame"
    gateway.on_pull = lambda _: Pulled("e.1", False, catalog=offer)
    puller = Puller(store, gateway, listener=Heard(), first_catalog=b"{}")
    for _ in range(MOST_TRIES - 1):
        with pytest.raises(GatewayUnreachable):
            puller.pull(NOON)
    puller.pull(NOON)
    assert store.cursor() == "e.1"
    assert store.catalog() is None
    puller.pull(NOON)
    assert gateway.held == [wire.hash_of(b"{}")] * MOST_TRIES + [""]


def test_a_catalogue_that_is_not_signed_changes_nothing(
    store: SqlCipherStore, gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forged(*_: object) -> None:
        raise GatewayUnreachable(Fault.GATEWAY_FOREIGN)

    monkeypatch.setattr(gateway, "check_catalog", forged)
    catalog_pulled(gateway, b"", b"{}", base=False)
    with pytest.raises(GatewayUnreachable):
        Puller(store, gateway, listener=Heard()).pull(NOON)
    assert (store.catalog(), store.cursor()) == (None, "")


def test_a_download_goes_on_where_the_line_broke_even_after_a_restart(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    content = bytes(range(256)) * 1000
    paper, _ = document(case_id(1), content)
    gateway.files[paper.sha256] = content
    gateway.breaks_after = 100_000
    gateway.on_pull = lambda _: Pulled("e.1", False, (decided(content),))
    with pytest.raises(GatewayUnreachable):
        Puller(store, gateway, listener=Heard()).pull(NOON)
    assert store.staged(paper.sha256) == 100_000
    gateway.breaks_after = 0
    Puller(store, gateway, listener=Heard()).pull(NOON)  # a new process
    assert store.document(paper.sha256) == content
    assert [asked for asked in gateway.asked if asked.startswith("file")] == [
        f"file {paper.sha256[:4]} from 0",
        f"file {paper.sha256[:4]} from 100000",
    ]


def test_what_came_with_another_hash_is_fetched_anew(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    catalog_pulled(gateway, b"", b"{}", base=False)
    [(sha256, right)] = gateway.files.items()
    gateway.files[sha256] = bytes(len(right))
    puller = Puller(store, gateway, listener=Heard())
    with pytest.raises(GatewayUnreachable):
        puller.pull(NOON)
    gateway.files[sha256] = right
    puller.pull(NOON)
    assert store.catalog() == ("3", b"{}")


def test_notices_visits_and_settings_come_down(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    notices = tuple(
        wire.NoticeEntry(
            notice_id=f"n{n}", title="通知", body="内容", published_at=NOON, audience=audience
        )
        for n, audience in enumerate(("residents", "somebody new"))
    )
    visit = wire.VisitEntry(visit_id="v1", name="测试甲", address="示范村")
    gateway.on_pull = lambda _: Pulled(
        "e.1", False, notices=notices, visits=(visit,), configuration=b'{"version":"7"}'
    )
    Puller(store, gateway, listener=Heard()).pull(NOON)
    assert [n.notice_id for n in store.notices(Audience.RESIDENTS, NOON)] == ["n0"]
    assert [n.audience for n in store.notices(Audience.STAFF, NOON)] == [Audience.STAFF]
    assert [v.visit_id for v in store.visits()] == ["v1"]
    assert store.configuration() == ("7", b'{"version":"7"}')
    assert store.heard().last_heard == NOON
    gateway.on_pull = lambda _: Pulled("e.2", False, withdrawn=("n0",), ended_visits=("v1",))
    Puller(store, gateway, listener=Heard()).pull(NOON)
    assert store.notices(Audience.RESIDENTS, NOON) == []
    assert store.visits() == []


@pytest.mark.logs_expected
def test_settings_that_cannot_be_used_leave_those_before(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    for cursor, file in (("e.1", b'{"version":"1"}'), ("e.2", b'{"version":"2","warn_days":-1}')):
        gateway.on_pull = lambda _, c=cursor, f=file: Pulled(c, False, configuration=f)  # type: ignore[misc]
        Puller(store, gateway, listener=Heard()).pull(NOON)
    assert store.configuration() == ("1", b'{"version":"1"}')
    assert store.cursor() == "e.2"

"""What comes down enters the store together with the cursor, or not at all."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.progress import StateChange
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from sync.api import GatewayUnreachable, Pulled
from sync.outbox_sender import OutboxSender
from sync.puller import Puller
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
    gateway.documents[paper.sha256] = content
    gateway.on_pull = lambda _: Pulled((decided(content),), "", "e.1", False)
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
    gateway.documents[first[0].sha256] = b"one"
    gateway.on_pull = lambda _: Pulled((decided(b"one", b"two"),), "", "e.1", False)
    puller = Puller(store, gateway, listener=Heard())
    with pytest.raises(GatewayUnreachable):
        puller.pull(NOON)
    assert store.cursor() == ""
    assert store.case(case_id(1)).state is CaseState.RECEIVED
    gateway.documents[second[0].sha256] = b"two"
    puller.pull(NOON)
    assert store.case(case_id(1)).state is CaseState.DECIDED
    fetched = [asked for asked in gateway.asked if asked.startswith("document")]
    assert len(fetched) == 3  # the first one was not fetched again


def test_a_catalogue_comes_with_its_version(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    gateway.catalogs["2"] = b"{}"
    gateway.on_pull = lambda _: Pulled((), "2", "e.0", False)
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

"""The endpoints, asked over HTTP as something other than our terminal might ask them."""

import bz2
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import zstandard

from kiosk.catalog.load_catalog import packaged_catalog, packaged_catalog_file
from kiosk.domain.case import Case
from sync import batch, wire
from sync.api import PagesWanted, Refused
from sync.outbox_sender import OutboxSender
from sync.packing import NEWEST, NONE, QUICK, packed
from sync.patching import patched
from tests.counterparts.sample_cases import NOON, case_id
from tests.counterparts.village import TERMINAL_ID, Village, send_page, submit
from tests.sync.gateway.described_answer import undescribed

BOTH_ENGINES = True


class Asking:
    """Plain HTTP with the terminal's own headers, or with others; every answer is described."""

    def __init__(self, village: Village) -> None:
        self._village = village
        self._session = requests.Session()
        self._session.trust_env = False

    def __call__(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> requests.Response:
        own = {
            "Authorization": f"Bearer {self._village.token}",
            wire.TERMINAL_HEADER: TERMINAL_ID,
        }
        named: Mapping[str, str] = {key.replace("_", "-"): value for key, value in headers.items()}
        answer = self._session.request(
            method,
            self._village.gateway.base_url + path,
            data=body,
            headers={**own, **named},
            timeout=5,
        )
        asked = answer.request.path_url  # without what leads out of it
        assert undescribed(method, asked, answer.status_code, answer.headers) == ""
        return answer

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def ask(village: Village) -> Iterator[Asking]:
    asking = Asking(village)
    yield asking
    asking.close()


def put_case(ask: Asking, text: wire.CaseText, **headers: str) -> requests.Response:
    body = wire.canonical(text)
    headers.setdefault("Doorstep_Fingerprint", wire.hash_of(body))
    return ask("PUT", f"/v1/cases/{text.case_id}", body, **headers)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Basic eDp5"}, 401),
        ({"Doorstep_Terminal": "nobody"}, 401),
        ({"Doorstep_Terminal": ""}, 401),
    ],
)
def test_nobody_gets_in_without_the_token_of_a_terminal(
    ask: Asking, headers: dict[str, str], status: int
) -> None:
    for path in ("/v1/changes", "/v1/documents/x"):
        answer = ask("GET", path, b"", **headers)
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == wire.PROBLEM
        assert answer.headers[wire.GATEWAY_HEADER] == "1"
    assert ask("PUT", "/v1/cases/x", b"{}", **headers).status_code == status
    assert ask("PUT", "/v1/pages/x", b"x", **headers).status_code == status
    for path in ("/v1/cases", "/v1/pages", "/v1/heartbeat"):
        assert ask("POST", path, b"x", **headers).status_code == status


def test_a_revoked_terminal_and_an_expired_token_are_told_so(village: Village, ask: Asking) -> None:
    village.token = village.gateway.add_terminal(
        TERMINAL_ID, expires_at=datetime.now(UTC) - timedelta(seconds=1)
    )
    assert ask("GET", "/v1/changes").json()["type"].endswith("token-expired")
    village.gateway.revoke_terminal(TERMINAL_ID)
    assert ask("GET", "/v1/changes").status_code == 403


def test_the_time_is_for_everybody(village: Village) -> None:
    answer = requests.get(f"{village.gateway.base_url}/v1/time", timeout=5)
    told = datetime.fromisoformat(answer.json()["now"])
    assert abs(datetime.now(UTC) - told) < timedelta(seconds=30)


def test_every_answer_carries_the_mark_of_the_gateway(ask: Asking) -> None:
    for method, path in (("GET", "/"), ("GET", "/v1/nothing"), ("POST", "/v1/cases/x")):
        answer = ask(method, path)
        assert answer.status_code in {404, 405}
        assert answer.headers[wire.GATEWAY_HEADER] == "1"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"version":1}', b"\xff" * 50])
def test_a_text_that_is_none_is_refused_with_a_reason(ask: Asking, body: bytes) -> None:
    answer = ask("PUT", "/v1/cases/x", body, Doorstep_Fingerprint=wire.hash_of(body))
    assert answer.status_code == 422
    assert answer.json()["reasons"][0].startswith("case: ")


def test_a_text_that_changed_on_its_way_is_asked_for_again(village: Village, ask: Asking) -> None:
    text = wire.text_of(village.confirm())
    assert put_case(ask, text, Doorstep_Fingerprint="0" * 64).status_code == 400


def test_a_text_of_a_newer_terminal_waits_for_a_newer_gateway(ask: Asking) -> None:
    body = b'{"version":%d,"what":"ever"}' % (wire.CASE_VERSION + 1)
    answer = ask("PUT", "/v1/cases/x", body, Doorstep_Fingerprint=wire.hash_of(body))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 60


def test_a_text_that_is_too_long_is_refused(ask: Asking) -> None:
    assert ask("PUT", "/v1/cases/x", b" " * (wire.TEXT_LIMIT + 1)).status_code == 413


def test_a_case_under_the_address_of_another_is_refused(village: Village, ask: Asking) -> None:
    body = wire.canonical(wire.text_of(village.confirm()))
    answer = ask("PUT", "/v1/cases/other", body, Doorstep_Fingerprint=wire.hash_of(body))
    assert answer.json()["reasons"] == ["case_id: 与地址不符"]


def upload(
    ask: Asking, sha256: str, content: bytes, *, at: int = 0, length: int | None = None
) -> requests.Response:
    return ask(
        "PUT",
        f"/v1/pages/{sha256}",
        content,
        Upload_Offset=str(at),
        Upload_Length=str(len(content) if length is None else length),
        Upload_Complete="?1",
    )


def test_a_page_that_no_case_announced_is_not_kept(village: Village, ask: Asking) -> None:
    content = b"anything"
    assert upload(ask, wire.hash_of(content), content).status_code == 404
    assert upload(ask, "../../x", content).status_code == 404
    assert list((village.folder / "gateway" / "part").iterdir()) == []


def test_a_page_with_wrong_bytes_is_asked_for_from_its_beginning(
    village: Village, ask: Asking
) -> None:
    case = village.confirm(pages=1)
    [page] = case.pages
    put_case(ask, wire.text_of(case))
    answer = upload(ask, page.sha256, bytes(page.size))
    assert answer.status_code == 409
    assert answer.headers[wire.UPLOAD_OFFSET] == "0"
    assert upload(ask, page.sha256, village.store.page(page.sha256)).status_code == 201
    # once more does no harm
    assert upload(ask, page.sha256, village.store.page(page.sha256)).status_code == 201


def test_a_gap_is_answered_with_the_right_offset(village: Village, ask: Asking) -> None:
    case = village.confirm(pages=1)
    [page] = case.pages
    put_case(ask, wire.text_of(case))
    answer = upload(ask, page.sha256, b"x", at=100, length=page.size)
    assert (answer.status_code, answer.headers[wire.UPLOAD_OFFSET]) == (409, "0")
    assert answer.json()["type"].endswith("mismatching-upload-offset")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Upload_Offset": "x", "Upload_Length": "5"},
        {"Upload_Offset": "0", "Upload_Length": "-5"},
        {"Upload_Offset": "0", "Upload_Length": "0"},
        {"Upload_Offset": "0", "Upload_Length": "99999999999"},
        {"Upload_Offset": "9" * 5000, "Upload_Length": "5"},
    ],
)
def test_an_upload_without_clear_numbers_is_refused(ask: Asking, headers: dict[str, str]) -> None:
    assert ask("PUT", f"/v1/pages/{'0' * 64}", b"x", **headers).status_code == 400


def test_more_bytes_than_announced_are_refused(village: Village, ask: Asking) -> None:
    case = village.confirm(pages=1)
    [page] = case.pages
    put_case(ask, wire.text_of(case))
    answer = upload(ask, page.sha256, bytes(page.size + 1), length=page.size)
    assert answer.status_code == 400


def test_a_page_in_two_requests_is_whole(village: Village, ask: Asking) -> None:
    case = village.confirm(pages=1)
    [page] = case.pages
    content = village.store.page(page.sha256)
    put_case(ask, wire.text_of(case))
    first = ask(
        "PUT",
        f"/v1/pages/{page.sha256}",
        content[:1000],
        Upload_Offset="0",
        Upload_Length=str(page.size),
        Upload_Complete="?0",
    )
    assert (first.status_code, first.headers[wire.UPLOAD_OFFSET]) == (204, "1000")
    rest = upload(ask, page.sha256, content[1000:], at=1000, length=page.size)
    assert rest.status_code == 201


def test_a_page_that_is_no_picture_is_refused_when_the_case_is_whole(
    village: Village, ask: Asking
) -> None:
    text = wire.text_of(village.confirm(pages=1))
    fake = b"not a picture at all"
    entry = wire.PageEntry(wire.hash_of(fake), "m1", len(fake))
    other = wire.decoded(
        wire.canonical(text).replace(wire.canonical(text.pages[0]), wire.canonical(entry)),
        wire.CaseText,
    )
    put_case(ask, other)
    upload(ask, entry.sha256, fake)
    assert other.signature is not None
    sha256 = other.signature.sha256
    upload(ask, sha256, village.store.page(sha256))
    answer = put_case(ask, other)
    assert answer.status_code == 422
    assert answer.json()["reasons"] == ["pages.m1: 不是 JPEG 图片或 PDF 文件"]


def test_a_page_that_another_case_brought_is_not_asked_for_again(village: Village) -> None:
    first = village.confirm(1, pages=1)
    sender = OutboxSender(village.store, village.client, listener=village.heard)
    sender.send_due(NOON)
    second = replace(first, case_id=case_id(2))
    assert not isinstance(submit(village.client, second), PagesWanted | Refused)


@pytest.mark.logs_expected
def test_a_disk_that_will_not_is_answered_with_come_again(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.confirm(pages=1)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    sender = OutboxSender(village.store, village.client, listener=village.heard)
    with monkeypatch.context() as patched:
        patched.setattr("sync.gateway.packs.os.fsync", full)
        report = sender.send_due(NOON)
    assert report.retry_after == 60
    assert village.store.waiting() == 1
    assert sender.send_due(NOON + timedelta(hours=1)).acknowledged


@pytest.mark.logs_expected
def test_a_defect_of_the_gateway_is_answered_and_not_quoted(
    village: Village, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("张三")

    monkeypatch.setattr("sync.gateway.news_book.NewsBook.since", broken)
    asking = Asking(village)
    answer = asking("GET", "/v1/changes")
    asking.close()
    assert answer.status_code == 500
    assert answer.headers[wire.GATEWAY_HEADER] == "1"
    assert "张三" not in caplog.text + answer.text


def test_the_catalogue_comes_down_once_and_signed(tmp_path: Path, database_address: str) -> None:
    catalog, content = packaged_catalog(), packaged_catalog_file()
    village = Village(tmp_path, catalog=catalog, catalog_file=content, database=database_address)
    offer = village.client.pull("", catalog="").catalog
    assert offer is not None
    assert (offer.version, offer.base) == (catalog.version, "")
    transfer = bytearray()
    village.client.fetch(offer.transfer, offset=0, keep=transfer.extend)
    file = patched(b"", bytes(transfer))
    village.client.check_catalog(offer, file)
    assert file == content
    assert village.client.pull("", catalog=wire.hash_of(content)).catalog is None
    village.close()


def post_cases(ask: Asking, content: bytes, **changes: object) -> requests.Response:
    frame = changes.pop("frame", None) or packed(content)
    assert isinstance(frame, bytes)
    headers = {
        "Content_Type": batch.BATCH,
        "Doorstep_Fingerprint": wire.hash_of(content),
    }
    return ask("POST", "/v1/cases", frame, **{**headers, **changes})  # type: ignore[arg-type]


def test_many_cases_each_get_an_answer_of_their_own(village: Village, ask: Asking) -> None:
    whole, wanting, conflicting = (village.confirm(serial, pages=1) for serial in (1, 2, 3))
    submit(village.client, whole)
    for page in (*whole.pages, whole.signature):
        assert page is not None
        send_page(village.client, village.store, page)
    submit(village.client, conflicting)
    texts = [
        wire.canonical(wire.text_of(whole)),
        b'{"version":1}',
        wire.canonical(wire.text_of(wanting)),
        wire.canonical(wire.text_of(replace(conflicting, item_title="另一事项"))),
        b'{"version":%d,"what":"ever"}' % (wire.CASE_VERSION + 1),
    ]
    answer = post_cases(ask, batch.together(texts))
    assert answer.headers["Content-Type"] == batch.BATCH
    kinds = [type(reply).__name__ for reply in batch.replies_in(answer.content)]
    assert kinds == ["Brief", "NotTaken", "Wanted", "NotTaken", "Later"]


def test_the_same_cases_twice_get_the_same_numbers(village: Village, ask: Asking) -> None:
    texts = [wire.canonical(wire.text_of(bare(village, serial))) for serial in range(1, 20)]
    first, second = (post_cases(ask, batch.together(texts)).content for _ in range(2))
    assert batch.replies_in(first) == batch.replies_in(second)
    assert len(village.gateway.review.waiting()) == 19


def bare(village: Village, serial: int) -> Case:
    return replace(village.confirm(serial, pages=0), signature=None)


WRONG_FRAMES = {
    "no frame": (b"[]", 400),
    "nothing": (b" ", 400),
    "a bomb": (packed(bytes(100_000_000), dictionary=NONE, level=QUICK), 400),
    "another bomb": (bz2.compress(bytes(100_000_000)), 400),
    "too long on the wire": (bytes(batch.PACKED_LIMIT + 1), 413),
    "not cases": (packed(b"[]"), 400),
    "another text than the fingerprint says": (packed(b'{"cases":[]}'), 400),
    "too many": (packed(batch.together([b"1"] * 300)), 400),
}


@pytest.mark.parametrize(("frame", "status"), WRONG_FRAMES.values(), ids=WRONG_FRAMES.keys())
def test_a_wrong_frame_is_told_so_and_leaves_nothing_behind(
    village: Village, ask: Asking, frame: bytes, status: int
) -> None:
    answer = post_cases(ask, b"", frame=frame)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, wire.PROBLEM)
    assert list(village.gateway.review.waiting()) == []
    assert list((village.folder / "gateway" / "part").iterdir()) == []


def test_a_dictionary_that_the_gateway_lacks_is_answered_with_those_it_has(ask: Asking) -> None:
    samples = [bytes([n % 7, n % 11, n % 13]) * 50 for n in range(500)]
    other = zstandard.train_dictionary(1024, samples, dict_id=40000)
    frame = zstandard.ZstdCompressor(dict_data=other).compress(b"x" * 100)
    answer = post_cases(ask, b"x" * 100, frame=frame)
    assert answer.status_code == 415
    assert answer.headers[batch.DICTIONARIES_HEADER] == str(NEWEST)


def test_cases_in_another_form_are_not_read(ask: Asking) -> None:
    assert post_cases(ask, b"x", Content_Type=wire.JSON).status_code == 415
    assert post_cases(ask, b"x", Authorization="").status_code == 401

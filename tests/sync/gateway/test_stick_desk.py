"""What somebody who means ill may put on a stick, and that the gateway keeps nothing of it."""

import errno
import hashlib
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from sync import wire
from sync.gateway.stick_desk import Answered, Unusable
from sync.stick_folder import StickFolder
from sync.stick_format import LENGTH, Letter, NotAdmitted, proof_of, vouched_bytes
from sync.stick_seal import cover_bytes, letter_bytes, sealed
from tests.counterparts.sample_cases import case_id
from tests.counterparts.stick import at_the_gateway, export
from tests.counterparts.village import TERMINAL_ID, Village


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "stick"
    made.mkdir()
    return made


def kept(village: Village) -> list[str]:
    """Files with bytes of cases at the gateway."""
    gateway = village.folder / "gateway"
    folders = [gateway / "pack", gateway / "part", gateway / "bundles"]
    return [str(path) for one in folders for path in one.rglob("*") if path.is_file()]


def assert_nothing_kept(village: Village) -> None:
    assert village.gateway.review.every() == []
    assert village.gateway.review.waiting() == []
    assert not kept(village)
    assert village.gateway._office.review._book.case(case_id(1)) is None  # no text either


def made_by_hand(
    village: Village,
    text: bytes,
    *content: bytes,
    token: str = "",
    terminal_id: str = TERMINAL_ID,
    cover: bytes | None = None,
) -> bytes:
    """A bundle sealed well, with whatever in it."""
    cover = cover or cover_bytes(case_id(1), village.gateway.sealing_key)
    token_hash = hashlib.sha256((token or village.token).encode()).digest()
    proof = proof_of(token_hash, vouched_bytes(cover, text))
    letter = letter_bytes(Letter(terminal_id=terminal_id, proof=proof, text=text))
    return b"".join(sealed(cover, village.gateway.sealing_key, [letter, *content]))


def good(village: Village) -> tuple[bytes, list[bytes]]:
    """(text, pages) of a case in order."""
    text = wire.text_of(village.confirm(pages=1))
    return wire.canonical(text), [village.store.page(p.sha256) for p in text.every_page()]


def take(village: Village, bundle: bytes) -> object:
    return village.gateway.stick_desk.take(io.BytesIO(bundle), len(bundle))


def test_a_good_one_made_by_hand_is_taken(village: Village) -> None:
    text, pages = good(village)
    assert isinstance(take(village, made_by_hand(village, text, *pages)), Answered)
    assert len(village.gateway.review.waiting()) == 1


def _page_left_out(text: bytes, pages: list[bytes]) -> list[bytes]:
    return [text, *pages[:-1]]


def _another_page(text: bytes, pages: list[bytes]) -> list[bytes]:
    return [text, pages[0][:-1] + b"x", *pages[1:]]


def _more_than_said(text: bytes, pages: list[bytes]) -> list[bytes]:
    return [text, *pages, b"x"]


def _a_page_of_a_terabyte(text: bytes, pages: list[bytes]) -> list[bytes]:
    size = str(len(pages[0])).encode()
    return [text.replace(b'"size":' + size, b'"size":1099511627776'), *pages]


def _no_text(_text: bytes, pages: list[bytes]) -> list[bytes]:
    return [b"{}", *pages]


def _another_case(text: bytes, pages: list[bytes]) -> list[bytes]:
    return [text.replace(case_id(1).encode(), case_id(2).encode()), *pages]


@pytest.mark.parametrize(
    "change",
    [
        _page_left_out,
        _another_page,
        _more_than_said,
        _a_page_of_a_terabyte,
        _no_text,
        _another_case,
    ],
)
def test_a_sealed_lie_is_refused_and_nothing_is_kept(
    village: Village, change: Callable[[bytes, list[bytes]], list[bytes]]
) -> None:
    assert isinstance(take(village, made_by_hand(village, *change(*good(village)))), Unusable)
    assert_nothing_kept(village)


def test_a_letter_of_four_gigabytes_is_refused_before_it_is_read(village: Village) -> None:
    cover = cover_bytes(case_id(1), village.gateway.sealing_key)
    huge = b"".join(sealed(cover, village.gateway.sealing_key, [LENGTH.pack(0xFFFFFFFF), b"x"]))
    assert isinstance(take(village, huge), Unusable)


@pytest.mark.parametrize("who", ["wrong token", "unknown terminal", "revoked"])
def test_whoever_cannot_prove_to_be_a_terminal_gets_nothing_in(village: Village, who: str) -> None:
    text, pages = good(village)
    if who == "revoked":
        village.gateway.revoke_terminal(TERMINAL_ID)
    bundle = made_by_hand(
        village,
        text,
        *pages,
        token="invented" if who == "wrong token" else "",
        terminal_id="stranger" if who == "unknown terminal" else TERMINAL_ID,
    )
    outcome = take(village, bundle)
    assert isinstance(outcome, Answered)
    assert isinstance(outcome.answer.outcome, NotAdmitted)
    assert_nothing_kept(village)


def _links(folder: Path) -> None:
    (folder / "cases" / f"{case_id(1)}.sealed").symlink_to("/etc/passwd")


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "cases" / f"{case_id(1)}.sealed")


def _folder(folder: Path) -> None:
    (folder / "cases" / f"{case_id(1)}.sealed").mkdir()


def _huge(folder: Path) -> None:
    with (folder / "cases" / f"{case_id(1)}.sealed").open("wb") as file:
        file.truncate(1 << 40)  # a hole of a terabyte


def _nothing(folder: Path) -> None:
    (folder / "cases" / f"{case_id(1)}.sealed").touch()


@pytest.mark.logs_expected
@pytest.mark.parametrize("trick", [_links, _pipe, _folder, _huge, _nothing])
def test_what_is_no_plain_bundle_is_refused_with_words(
    village: Village, folder: Path, trick: Callable[[Path], None]
) -> None:
    (folder / "cases").mkdir()
    trick(folder)
    [line] = at_the_gateway(village, folder).lines
    assert not line.is_taken
    assert line.words
    assert not list((folder / "answers").iterdir())
    assert_nothing_kept(village)


def test_names_that_are_not_ours_are_counted_and_left_alone(village: Village, folder: Path) -> None:
    village.confirm(pages=0)
    export(village, folder)
    for name in (
        "..sealed",
        "virus.exe",
        f"{case_id(0xABC).upper()}.sealed",
        f"x{case_id(2)}.sealed",
    ):
        (folder / "cases" / name).write_bytes(b"x")
    (folder / "list-0.json").write_bytes(
        b'{"bundles":[{"case_id":"../../x","sha256":"","size":1}]}'
    )
    (folder / "list-1.json").write_bytes(b"\xff" * 100)
    report = at_the_gateway(village, folder)
    assert report.is_fine
    assert report.strangers == 4


def test_a_bundle_under_another_name_is_refused(village: Village, folder: Path) -> None:
    village.confirm(pages=0)
    export(village, folder)
    one = folder / "cases" / f"{case_id(1)}.sealed"
    one.rename(one.with_name(f"{case_id(2)}.sealed"))
    assert [line.is_taken for line in at_the_gateway(village, folder).lines] == [False]
    assert_nothing_kept(village)


def test_an_answers_folder_that_is_a_link_is_not_followed(
    village: Village, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (folder / "answers").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Exception, match="link"):
        StickFolder(folder)


def test_when_the_answer_does_not_fit_the_case_is_kept_and_the_answer_comes_next_time(
    village: Village, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.confirm(pages=0)
    export(village, folder)

    def full(_self: StickFolder, _case_id: str, _content: bytes) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(StickFolder, "write_answer", full)
        [line] = at_the_gateway(village, folder).lines
    assert "回执写不上" in line.words
    assert len(village.gateway.review.waiting()) == 1
    assert at_the_gateway(village, folder).is_fine


@pytest.fixture
def put(village: Village) -> Iterator[Callable[..., requests.Response]]:
    session = requests.Session()
    session.trust_env = False

    def ask(name: str, body: bytes, *, length: int | None = None) -> requests.Response:
        return session.put(
            f"{village.gateway.base_url}/v1/bundles/{name}",
            data=body,
            headers={
                "Authorization": f"Bearer {village.token}",
                wire.TERMINAL_HEADER: TERMINAL_ID,
                wire.UPLOAD_OFFSET: "0",
                wire.UPLOAD_LENGTH: str(len(body) if length is None else length),
                wire.UPLOAD_COMPLETE: "?1",
            },
            timeout=5,
        )

    yield ask
    session.close()


@pytest.mark.parametrize("name", ["..%2F..%2Fx", "x" * 64, "0" * 63, "A" * 64])
def test_an_upload_under_a_name_that_is_no_hash_is_refused(
    village: Village, put: Callable[..., requests.Response], name: str
) -> None:
    assert put(name, b"x").status_code in (404, 422)
    assert not kept(village)


def test_an_upload_that_is_no_bundle_or_too_large_is_refused_and_goes(
    village: Village, put: Callable[..., requests.Response]
) -> None:
    assert put(wire.hash_of(b"hello"), b"hello").status_code == 422
    assert put("0" * 64, b"hello").status_code == 409  # other bytes than its name
    assert put("0" * 64, b"x", length=1 << 40).status_code == 400
    assert not kept(village)


def test_only_an_enrolled_terminal_may_carry(
    village: Village, put: Callable[..., requests.Response]
) -> None:
    village.gateway.revoke_terminal(TERMINAL_ID)
    assert put("0" * 64, b"x").status_code == 403

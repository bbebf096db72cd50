"""Any place for packs does the same four things, a folder as well as a real S3 store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.gateway.objects_address import UnknownObjects, objects_at
from sync.gateway.packs import Objects
from tests.counterparts.s3_server import BUCKET, S3Server

CONTENT = bytes(range(256)) * 1000
NAME = "20261127/0193f0d2"


@pytest.fixture(params=["file", "s3"])
def objects(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Objects]:
    if request.param == "file":
        (tmp_path / "far").mkdir()
        yield objects_at(f"file://{tmp_path}/far")
        return
    with S3Server(tmp_path / "s3") as server:
        for name, value in server.keys.items():
            monkeypatch.setenv(name, value)
        yield objects_at(server.address)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "pack"
    path.write_bytes(CONTENT)
    return path


def test_what_is_put_comes_back_whole_and_in_parts(objects: Objects, pack: Path) -> None:
    assert objects.size(NAME) is None
    objects.put(NAME, pack)
    assert objects.size(NAME) == len(CONTENT)
    assert objects.get(NAME, 0, len(CONTENT)) == CONTENT
    assert objects.get(NAME, 300, 7) == CONTENT[300:307]
    assert objects.get(NAME, len(CONTENT) - 1, 1) == CONTENT[-1:]
    assert objects.get(NAME, 5, 0) == b""


def test_putting_it_again_is_fine(objects: Objects, pack: Path) -> None:
    objects.put(NAME, pack)
    objects.put(NAME, pack)
    assert objects.get(NAME, 0, len(CONTENT)) == CONTENT


def test_what_was_left_of_a_broken_put_is_replaced(
    objects: Objects, pack: Path, tmp_path: Path
) -> None:
    half = tmp_path / "half"
    half.write_bytes(CONTENT[:1000])
    objects.put(NAME, half)
    objects.put(NAME, pack)
    assert objects.get(NAME, 0, len(CONTENT)) == CONTENT


def test_a_name_that_is_not_there_is_a_key_error(objects: Objects) -> None:
    with pytest.raises(KeyError):
        objects.get(NAME, 0, 1)


def test_more_than_there_is_is_an_error(objects: Objects, pack: Path) -> None:
    objects.put(NAME, pack)
    with pytest.raises(OSError, match="objects: "):
        objects.get(NAME, len(CONTENT) - 1, 2)


def test_forgetting_may_be_repeated(objects: Objects, pack: Path) -> None:
    objects.put(NAME, pack)
    objects.delete(NAME)
    objects.delete(NAME)
    assert objects.size(NAME) is None


def test_a_place_that_is_away_is_an_os_error(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = S3Server(tmp_path / "s3")  # not started
    for name, value in server.keys.items():
        monkeypatch.setenv(name, value)
    for address in (server.address, f"file://{tmp_path}/nowhere"):
        away = objects_at(address)
        for call in (
            lambda away=away: away.put(NAME, pack),
            lambda away=away: away.get(NAME, 0, 1),
            lambda away=away: away.size(NAME),
            lambda away=away: away.delete(NAME),
        ):
            with pytest.raises(OSError, match="objects: "):
                call()


def test_wrong_keys_and_a_missing_bucket_are_no_missing_objects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with S3Server(tmp_path / "s3") as server:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "else")
        with pytest.raises(OSError, match="objects: "):
            objects_at(server.address).get(NAME, 0, 1)
        for name, value in server.keys.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(OSError, match="objects: NoSuchBucket"):
            objects_at(server.address.replace(BUCKET, "others")).get(NAME, 0, 1)


@pytest.mark.parametrize(
    "address",
    [
        "packs",
        "s3://",
        "s3://UP",
        "http://host/packs",
        "s3://packs?endpoint=host",
        "s3://packs?secret=x",
        "file://host/folder",
        "file:folder",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(UnknownObjects):
        objects_at(address)


def test_without_keys_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with pytest.raises(UnknownObjects, match="no keys"):
        objects_at("s3://packs?endpoint=http://127.0.0.1:9")

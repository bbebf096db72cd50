"""Packs in any S3-compatible store. The only file that imports boto3.

Four calls are used (reference/sync.md section 0.10), none of which any such store lacks. Keys come
from the environment or wherever else boto3 looks, never from the address.
"""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 30.0  # without a byte
TRIES: Final = 3  # of one call; the mover goes on trying for ever
AT_ONCE: Final = 16  # connections
# The store's region where the address names none; stores that have no regions want any name.
REGION: Final = "us-east-1"


class NoKeys(Exception):
    """There is an address, but no keys for it in the environment."""


class S3Objects:
    """Implements Objects. Any thread."""

    def __init__(
        self, bucket: str, *, prefix: str = "", endpoint: str | None = None, region: str = REGION
    ) -> None:
        """`prefix` stands before every name. `endpoint`: None for Amazon's own.

        Asks nobody yet. Raises NoKeys.
        """
        session = boto3.Session()
        if session.get_credentials() is None:
            raise NoKeys
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._client: Any = session.client(
            "s3",
            endpoint_url=endpoint,
            region_name=region,
            config=Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=ANSWER_SECONDS,
                retries={"mode": "standard", "max_attempts": TRIES},
                max_pool_connections=AT_ONCE,
                # Names of buckets are no names of hosts in a store of one's own.
                s3={"addressing_style": "path" if endpoint else "auto"},
                # Newer checksums are unknown to older stores; Content-MD5 is known to all.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def put(self, name: str, path: Path) -> None:
        """See Objects. The store itself checks that nothing changed on the way (Content-MD5)."""
        size = path.stat().st_size
        if self.size(name) == size:
            return
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))
            file.seek(0)
            with _in_our_words():
                self._client.put_object(
                    **self._at(name),
                    Body=file,
                    ContentLength=size,
                    ContentMD5=base64.b64encode(digest.digest()).decode(),
                )

    def get(self, name: str, place: int, size: int) -> bytes:
        """See Objects."""
        if not size:
            return b""
        try:
            with _in_our_words():
                answer = self._client.get_object(
                    **self._at(name), Range=f"bytes={place}-{place + size - 1}"
                )
                with answer["Body"] as body:
                    content: bytes = body.read(size + 1)
        except FileNotFoundError:
            raise KeyError(name) from None
        if len(content) != size:
            raise OSError("objects: less or more than was asked for")
        return content

    def size(self, name: str) -> int | None:
        """See Objects."""
        try:
            with _in_our_words():
                return int(self._client.head_object(**self._at(name))["ContentLength"])
        except FileNotFoundError:
            return None

    def delete(self, name: str) -> None:
        """See Objects."""
        try:
            with _in_our_words():
                self._client.delete_object(**self._at(name))
        except FileNotFoundError:
            return

    def _at(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + name}


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Raises FileNotFoundError for an object that is not there, and OSError for all the rest.

    Kinds only: the text of such errors may hold addresses and keys.
    """
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        code = error.response.get("Error", {}).get("Code", "")
        # A bucket that is missing is trouble with the store, not with one object.
        if status == HTTPStatus.NOT_FOUND and code != "NoSuchBucket":
            raise FileNotFoundError("objects: none of that name") from None
        raise OSError(f"objects: {code or status}") from None
    except BotoCoreError as error:
        raise OSError(f"objects: {type(error).__name__}") from None

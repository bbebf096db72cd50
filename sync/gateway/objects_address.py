"""Where packs go after a while, as an address: an S3-compatible store or another folder."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from sync.gateway.database_address import ExtraMissing
from sync.gateway.file_objects import FileObjects
from sync.gateway.packs import Objects

# Names of buckets: 3 to 63 of lower case letters, digits, dots, hyphens (Amazon S3 user guide,
# "Bucket naming rules", recalled).
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_OPTIONS: Final = frozenset({"endpoint", "region"})


class UnknownObjects(ValueError):
    """No place of ours has such an address, or it lacks its keys; the text says what is wrong."""


def objects_at(address: str) -> Objects:
    """`s3://bucket/prefix?endpoint=https://host:port&region=name` or `file:///folder`.

    Raises UnknownObjects, ExtraMissing. Asks nobody yet.
    """
    parts = urlsplit(address)
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
        return FileObjects(Path(parts.path))
    if parts.scheme != "s3" or not _BUCKET.fullmatch(parts.netloc):
        raise UnknownObjects("neither s3://bucket nor file:///folder")
    options = dict(parse_qsl(parts.query))
    endpoint = options.get("endpoint")
    if options.keys() - _OPTIONS or parts.fragment:
        raise UnknownObjects("only endpoint and region may follow")
    if endpoint is not None and urlsplit(endpoint).scheme not in {"http", "https"}:
        raise UnknownObjects("the endpoint is no address")
    try:
        from sync.gateway.s3_objects import REGION, NoKeys, S3Objects  # noqa: PLC0415  an extra
    except ImportError:
        raise ExtraMissing("province") from None
    region = options.get("region", REGION)
    try:
        return S3Objects(parts.netloc, prefix=parts.path, endpoint=endpoint, region=region)
    except NoKeys:
        raise UnknownObjects("no keys in the environment") from None
    except ValueError:
        raise UnknownObjects("the endpoint is no address") from None

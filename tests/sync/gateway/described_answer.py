"""Holds one answer against the description of the gateway."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from sync import wire
from sync.gateway.openapi import EVERYTHING, replies_of


def undescribed(method: str, path: str, status: int, headers: Mapping[str, str]) -> str:
    """What of the answer the description does not say; "" when all is said.

    An address without an operation may only be told so, or what is wrong with its HTTP.
    """
    plain = unquote(path.partition("?")[0])
    for operation in EVERYTHING:
        pattern = "[^/]+".join(re.escape(part) for part in re.split(r"\{\w+\}", operation.path))
        if operation.method != method or not re.fullmatch(pattern, plain, re.DOTALL):
            continue
        reply = replies_of(operation).get(status)
        if reply is None:
            return f"{operation.name} may not say {status}"
        wanted = {name for name, header in reply.headers.items() if header.is_always_there}
        if missing := {name for name in wanted if name not in headers}:
            return f"{operation.name} {status} lacks {missing}"
        given = headers.get("Content-Type", "").partition(";")[0]
        media_type = reply.content.media_type if reply.content is not None else ""
        if given != media_type:
            return f"{operation.name} {status} is {given!r}, not {media_type!r}"
        return ""
    if status in (400, 404, 405, 408, 414, 431) and headers.get("Content-Type") == wire.PROBLEM:
        return ""
    return f"{method} {path[:50]} is no operation, and got {status}"

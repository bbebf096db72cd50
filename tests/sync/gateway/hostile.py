"""Hostile requests at the level of HTTP, and what each has to be told. No network here."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sync import batch, wire
from sync.gateway.openapi import EVERYTHING
from sync.gateway.operation import Who
from sync.pieces import LARGEST_PAGE, PIECES
from tests.counterparts.sample_cases import case_id

SHA: Final = "ab" * 32
ID: Final = case_id(7)
WHERE_CASES, WHERE_CASE = "/v1/cases", f"/v1/cases/{ID}"
WHERE_PAGES, WHERE_PAGE = "/v1/pages", f"/v1/pages/{SHA}"
WHERE_BUNDLE, WHERE_BEAT = f"/v1/bundles/{SHA}", "/v1/heartbeat"
WHERE_DOCUMENT, WHERE_NEWS = f"/v1/documents/{SHA}", "/v1/changes"


@dataclass(frozen=True, slots=True)
class Attack:
    """One request as bytes. `field`: what its reasons have to name, "" when none is at fault."""

    name: str
    request: bytes
    statuses: frozenset[int]
    field: str = ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Header lines of somebody."""

    lines: tuple[bytes, ...]

    @classmethod
    def of(cls, terminal_id: str, token: str) -> "Credentials":
        """A terminal with its token."""
        return cls(
            (
                f"Authorization: Bearer {token}".encode("latin-1"),
                f"{wire.TERMINAL_HEADER}: {terminal_id}".encode("latin-1"),
            )
        )


def request(
    method: str | bytes,
    path: str | bytes,
    who: Credentials,
    body: bytes = b"",
    *lines: str | bytes,
    length: int | None = None,
) -> bytes:
    """`length`: what Content-Length says, if it is to lie."""
    raw = [_bytes(method) + b" " + _bytes(path) + b" HTTP/1.1", b"Host: gateway", *who.lines]
    raw += [_bytes(line) for line in lines]
    if not any(line.lower().startswith((b"content-length", b"transfer-enc")) for line in raw):
        size = len(body) if length is None else length
        raw += [f"Content-Length: {size}".encode()] if size or method in ("PUT", "POST") else []
    return b"\r\n".join(raw) + b"\r\n\r\n" + body


def paths(ours: Credentials) -> Iterator[Attack]:
    """Names that lead out of the folder, into another operation, or into the parser."""
    tricks = [
        *("../../signing.key", "..%2f..%2fsigning.key", "%2e%2e%2fsigning.key", "%2e%2e/x"),
        *("..", "%2e%2e", ".", "%00", f"{SHA}%00", f"{SHA}%0a", f"%0d%0aX: y{SHA}", "a%20b"),
        *("....//....//etc/passwd", "%252e%252e%252fx", "..%5c..%5cx", "..\\..\\x", "%c0%ae%c0%ae"),
        *(SHA.upper(), SHA[:-1], SHA + "0", SHA + "/", SHA + "/..", "/" + SHA, "//", SHA + ";x=1"),
        *("%ff%fe", "%e4%b8%ad", "*", "~root", "C:%5c", "a" * 255, "a" * 4096, "%61" * 5000),
        *(
            "a" * 20_000,
            "../" * 2000,
            "%2e%2e%2f" * 2500,
            "|id",
            "$(id)",
            "`id`",
            "'--",
            "%27%20or",
        ),
    ]
    seen = frozenset({400, 404, 405, 414, 431})
    put = ("Upload-Offset: 0", "Upload-Length: 5")
    for trick in tricks:
        path = trick.replace(" ", "%20")
        yield Attack(f"document {trick[:40]}", request("GET", f"/v1/documents/{path}", ours), seen)
        yield Attack(
            f"page {trick[:40]}", request("PUT", f"/v1/pages/{path}", ours, b"hello", *put), seen
        )
        yield Attack(
            f"bundle {trick[:40]}",
            request("PUT", f"/v1/bundles/{path}", ours, b"hello", *put),
            seen,
        )
    for path in (
        *("/", "//", "/v1", "/v1/", "/v2/time", "/V1/TIME", "/v1/time/", "/v1//time", "/v1/./time"),
        *("/v1/%74ime%2f", "/admin", "/.git/config", "/metrics/", "/healthz/x", "/v1/cases/x/y"),
        *(
            "/docs",
            "/openapi.json",
            "/v1/openapi.json/",
            "/favicon.ico",
            "/%2e%2e/%2e%2e/etc/passwd",
        ),
    ):
        yield Attack(f"nothing {path}", request("GET", path, ours), frozenset({404, 405}))
    for query in ("catalog=x", f"catalog={SHA.upper()}", "catalog=%00", f"since={'a' * 1001}"):
        name = query.partition("=")[0]
        sent = request("GET", f"{WHERE_NEWS}?{query}", ours)
        yield Attack(f"query {query[:30]}", sent, frozenset({400}), name)
    long = request("GET", f"{WHERE_NEWS}?since={'a' * 30_000}", ours)
    yield Attack("query of 30 KB", long, frozenset({414, 431}))


def methods(ours: Credentials) -> Iterator[Attack]:
    """What an address does not take, and what is no method."""
    for operation in EVERYTHING:
        path = operation.path.replace("{case_id}", ID).replace("{sha256}", SHA)
        for method in ("DELETE", "PATCH", "TRACE", "OPTIONS", "PROPFIND"):
            yield Attack(f"{method} {path}", request(method, path, ours), frozenset({405}))
    for method in ("get", "BREW", "", "GET GET", "G\x00T", "é", "PRI", "CONNECT"):
        raw = request(method.encode("latin-1"), "/v1/time", ours)
        yield Attack(f"method {method!r}", raw, frozenset({400, 404, 405}))
    override = request("GET", WHERE_CASE, ours, b"", "X-HTTP-Method-Override: PUT")
    yield Attack("method in a header", override, frozenset({405}))


def strangers_at_every_door(
    strangers: Sequence[tuple[str, Credentials, int]],
) -> Iterator[Attack]:
    """Nobody without a token that holds gets further than the door, whatever is brought."""
    for operation in EVERYTHING:
        if operation.who is not Who.TERMINAL:
            continue
        path = operation.path.replace("{case_id}", ID).replace("{sha256}", SHA)
        body = b"" if operation.body is None else b"{}"
        for name, who, status in strangers:
            raw = request(operation.method, path, who, body)
            yield Attack(f"{name} at {operation.name}", raw, frozenset({status}))


def types(ours: Credentials) -> Iterator[Attack]:
    """Bodies that say they are something else, or packed."""
    doors = [
        ("PUT", WHERE_CASE),
        ("POST", WHERE_CASES),
        ("POST", WHERE_PAGES),
        ("POST", WHERE_BEAT),
    ]
    for (method, path), kind in itertools.product(
        [*doors, ("PUT", WHERE_PAGE), ("PUT", WHERE_BUNDLE)],
        ("text/html", "application/xml", "multipart/form-data; boundary=x", "x", "*/*"),
    ):
        raw = request(method, path, ours, b"{}", f"Content-Type: {kind}")
        yield Attack(f"{path} as {kind}", raw, frozenset({415}))
    for method, path in doors[1:3]:
        yield Attack(f"{path} as nothing", request(method, path, ours, b"{}"), frozenset({415}))
    for (method, path), coding in itertools.product(doors, ("gzip", "deflate", "br", "zstd", "x")):
        kind = {WHERE_CASES: batch.BATCH, WHERE_PAGES: PIECES}.get(path, wire.JSON)
        raw = request(
            method, path, ours, b"{}", f"Content-Type: {kind}", f"Content-Encoding: {coding}"
        )
        yield Attack(f"{path} in {coding}", raw, frozenset({415}))


def sizes(ours: Credentials) -> Iterator[Attack]:
    """More than is taken: said in the header, or only brought."""
    doors = {
        ("PUT", WHERE_CASE): (wire.JSON, wire.TEXT_LIMIT),
        ("POST", WHERE_CASES): (batch.BATCH, batch.PACKED_LIMIT),
        ("POST", WHERE_PAGES): (PIECES, 2 * LARGEST_PAGE),
        ("PUT", WHERE_PAGE): (wire.BYTES, LARGEST_PAGE),
        ("POST", WHERE_BEAT): (wire.JSON, 64 * 1024),
    }
    put = ("Upload-Offset: 0", f"Upload-Length: {LARGEST_PAGE}")
    for (method, path), (kind, limit) in doors.items():
        lines = (f"Content-Type: {kind}", *(put if path == WHERE_PAGE else ()))
        for size in (limit + 1, 1 << 32, 1 << 62):
            raw = request(method, path, ours, b"", *lines, length=size)
            yield Attack(f"{path} says {size}", raw, frozenset({413}))
        for size in (limit + 1, limit + 100_000):
            junk = b" " * size
            if limit < 2_000_000:
                whole = request(method, path, ours, junk, *lines)
                yield Attack(f"{path} brings {size}", whole, frozenset({413}))
            chunked = chunks(junk, 100_000)
            raw = request(method, path, ours, chunked, *lines, "Transfer-Encoding: chunked")
            seen = frozenset({400, 413}) if path in (WHERE_PAGES, WHERE_PAGE) else frozenset({413})
            yield Attack(f"{path} chunks of {size}", raw, seen)


def heads(ours: Credentials) -> Iterator[Attack]:
    """Headers that are too long, and HTTP that is none."""
    for name, lines in {
        "one of 20 KB": ["X-Long: " + "a" * 20_000],
        "one of 200 KB": ["X-Long: " + "a" * 200_000],
        "one of 2 MB": ["X-Long: " + "a" * 2_000_000],
        "a thousand": [f"X-{number}: {'b' * 30}" for number in range(1000)],
        "twenty thousand": [f"X-{number}: b" for number in range(20_000)],
        "a long name": ["X" * 20_000 + ": a"],
        "a long cookie": ["Cookie: " + "c=d; " * 5000],
        "a long terminal": [f"{wire.TERMINAL_HEADER}: " + "t" * 18_000],
    }.items():
        for method, path in (("GET", "/v1/time"), ("PUT", WHERE_CASE), ("POST", WHERE_PAGES)):
            raw = request(method, path, ours, b"", *lines)
            yield Attack(f"{path} head: {name}", raw, frozenset({400, 431}))
    odd = frozenset({400, 404, 405, 431})
    for name, line in {
        "no colon": "Nonsense",
        "a blank before the colon": "X : y",
        "a folded line": "X: y\r\n z",
        "NUL": b"X: a\x00b",
        "a control character": b"X: a\x01b",
        "an empty name": ": y",
        "two lengths": "Content-Length: 2\r\nContent-Length: 3",
        "a negative length": "Content-Length: -1",
        "a length with a sign": "Content-Length: +2",
        "a length in hex": "Content-Length: 0x2",
        "a length that is no number": "Content-Length: two",
        "a length beyond 64 bits": "Content-Length: 99999999999999999999999",
        "length and chunks": "Content-Length: 2\r\nTransfer-Encoding: chunked",
        "an unknown transfer coding": "Transfer-Encoding: gzip",
        "chunked twice": "Transfer-Encoding: chunked, chunked",
        "chunked in the middle": "Transfer-Encoding: chunked, identity",
        "a bare LF": "X: a\nContent-Length: 5",
    }.items():
        for method, path in (("PUT", WHERE_CASE), ("POST", WHERE_BEAT), ("PUT", WHERE_PAGE)):
            # What is lenient here is refused at the door: nobody has this token.
            raw = request(method, path, Credentials.of("x", "x"), b"{}", line)
            yield Attack(f"{path} with {name}", raw, odd | {401})
    for name, raw in {
        "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(60) + b"\r\n\r\n",
        "HTTP/0.9": b"GET /v1/nothing\r\n\r\n",
        "HTTP/3.0": b"GET /v1/nothing HTTP/3.0\r\n\r\n",
        "HTTP/1.1 of another kind": b"GET /v1/nothing HTCPCP/1.0\r\n\r\n",
        "lines of nothing": b"\r\n" * 20_000,
        "zeros": bytes(70_000),
        "a method of 70 KB": b"A" * 70_000,
        "HTTP/2 by prior knowledge": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "an absolute address": b"GET http://other/v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n",
        "a proxy's wish": b"CONNECT other:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        "a chunk without a size": request(
            *("PUT", WHERE_CASE, ours, b"zz\r\n{}\r\n0\r\n\r\n", "Transfer-Encoding: chunked")
        ),
        "a chunk with a negative size": request(
            *("PUT", WHERE_CASE, ours, b"-2\r\n{}\r\n0\r\n\r\n", "Transfer-Encoding: chunked")
        ),
        "a chunk beyond 64 bits": request(
            *("PUT", WHERE_CASE, ours, b"f" * 17 + b"\r\n{}\r\n", "Transfer-Encoding: chunked")
        ),
    }.items():
        yield Attack(name, raw, odd)


def chunks(content: bytes, size: int) -> bytes:
    """The content in chunks (RFC 9112 section 7.1, recalled)."""
    parts = [content[at : at + size] for at in range(0, len(content), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")

"""The gateway described in OpenAPI 3.1, from the same table and structs that it runs on.

OpenAPI Specification 3.1.1; JSON Schema 2020-12 (both recalled).
"""

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from sync import batch, pieces, wire
from sync.gateway.check_operations import CHECK
from sync.gateway.enrolment_operations import ENROLMENT
from sync.gateway.http_words import TRY_AGAIN_LATER, TRY_AGAIN_SOON
from sync.gateway.online_operations import ONLINE
from sync.gateway.operation import Content, Header, Operation, Parameter, Place, Reply, Who, refusal
from sync.gateway.operations import OPERATIONS
from sync.gateway.watch_operations import WATCH

VERSION: Final = "3.1.0"
EVERYTHING: Final = (*OPERATIONS, *ONLINE, *ENROLMENT, *CHECK, *WATCH)
TOKEN, TERMINAL = "token", "terminal"
_REF: Final = "#/components/schemas/{name}"
_SECURITY: Final[Mapping[Who, list[dict[str, list[str]]]]] = {
    Who.TERMINAL: [{TOKEN: [], TERMINAL: []}],
    Who.EITHER: [{}, {TOKEN: [], TERMINAL: []}],
    Who.ANYBODY: [],
    Who.THIS_MACHINE: [],
}
# Stand beside what a frame or a piece holds and no operation names as its own.
_BESIDE: Final = (wire.CaseText, pieces.Asked, wire.Signed, wire.Acknowledgement, batch.Cases)
_MARK: Final = Header("The version of the protocol. What lacks it does not come from a gateway.")
_WAIT: Final = Header(
    f"Seconds to stay away: {TRY_AGAIN_SOON} for disk and database, {TRY_AGAIN_LATER} when a person"
    " has to do something first.",
    {"type": "integer", "minimum": 0},
)
_BEARER: Final = Header("The scheme.", {"const": "Bearer"})
# Answers that come of who asks and of how, by their names in the description.
COMMON: Final[Mapping[str, Reply]] = {
    "BadRequest": refusal("Not HTTP as it should be."),
    "Unauthorized": refusal("This token lets nobody in.", {"WWW-Authenticate": _BEARER}),
    "Revoked": refusal("This terminal was revoked."),
    "NotFound": refusal("Nothing has such a name."),
    "TooSlow": refusal("The request did not arrive in time; the connection ends."),
    "TooLong": refusal("More bytes than are taken."),
    "AddressTooLong": refusal("The address is too long."),
    "WrongType": refusal("Another media type, or a content encoding."),
    "TooManyOfOne": refusal("This terminal asks too much at once.", {"Retry-After": _WAIT}),
    "HeadTooLong": refusal("The header is too long."),
    "Defect": refusal("Our own mistake, or bytes that cannot be read from the disk."),
    "NotNow": refusal(
        "Too many at once, or disk or database will not. Nothing is lost.", {"Retry-After": _WAIT}
    ),
}
_NAMES: Final = {id(reply): name for name, reply in COMMON.items()}


def replies_of(operation: Operation) -> Mapping[int, Reply]:
    """Every answer it can give: its own, and those that come of who asks and of what is sent."""
    common = {400: "BadRequest", 408: "TooSlow", 414: "AddressTooLong", 431: "HeadTooLong"}
    if operation.who in (Who.TERMINAL, Who.EITHER):
        common |= {401: "Unauthorized", 403: "Revoked", 429: "TooManyOfOne"}
    if operation.in_place(Place.PATH):
        common |= {404: "NotFound"}
    if operation.body is not None:
        common |= {413: "TooLong", 415: "WrongType"}
    common |= {500: "Defect", 503: "NotNow"}
    replies = {status: COMMON[name] for status, name in common.items()} | dict(operation.replies)
    return dict(sorted(replies.items()))


def described() -> dict[str, Any]:
    """The description, ready to be written as JSON. About 5 ms."""
    forms = _Forms(EVERYTHING)
    paths: dict[str, dict[str, Any]] = {}
    for operation in EVERYTHING:
        paths.setdefault(operation.path, {})[operation.method.lower()] = forms.operation(operation)
    return {
        "openapi": VERSION,
        "info": {
            "title": "Doorstep 家门口办: the gateway 办件同步协议",
            "version": str(wire.VERSION),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": (
                "What terminals of village service points say to the province's gateway. What is"
                " said about a case is on the disk before it is said, and every request may be"
                " repeated without doubling anything."
            ),
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": forms.components,
            "headers": {wire.GATEWAY_HEADER: _header(_MARK)},
            "responses": {name: forms.reply(reply) for name, reply in COMMON.items()},
            "securitySchemes": {
                TOKEN: {"type": "http", "scheme": "bearer"},
                TERMINAL: {"type": "apiKey", "in": "header", "name": wire.TERMINAL_HEADER},
            },
        },
    }


class _Forms:
    """Writes each part in the words of OpenAPI, with one component for each struct."""

    def __init__(self, operations: tuple[Operation, ...]) -> None:
        kinds = list(dict.fromkeys([*_kinds(operations), *_BESIDE]))
        schemas, components = msgspec.json.schema_components(kinds, ref_template=_REF)
        self._schemas = dict(zip(kinds, map(_in_ecma, schemas), strict=True))
        self.components = {name: _in_ecma(form) for name, form in sorted(components.items())}

    def operation(self, operation: Operation) -> dict[str, Any]:
        """An "Operation Object"."""
        written: dict[str, Any] = {
            "operationId": operation.name,
            "summary": operation.summary,
            "security": _SECURITY[operation.who],
            "responses": {
                str(status): self._named(reply) for status, reply in replies_of(operation).items()
            },
        }
        if operation.words:
            written["description"] = operation.words
        if operation.parameters:
            written["parameters"] = [_parameter(one) for one in operation.parameters]
        if operation.body is not None:
            written["requestBody"] = {
                "required": True,
                "description": " ".join(
                    [operation.body.content.words, f"At most {operation.body.limit} bytes."]
                ).strip(),
                "content": self._content(operation.body.content),
            }
        return written

    def _named(self, reply: Reply) -> dict[str, Any]:
        name = _NAMES.get(id(reply))
        return {"$ref": f"#/components/responses/{name}"} if name else self.reply(reply)

    def reply(self, reply: Reply) -> dict[str, Any]:
        """A "Response Object"."""
        mark = {wire.GATEWAY_HEADER: {"$ref": f"#/components/headers/{wire.GATEWAY_HEADER}"}}
        written: dict[str, Any] = {
            "description": " ".join(
                [reply.words, reply.content.words if reply.content is not None else ""]
            ).strip(),
            "headers": mark | {name: _header(one) for name, one in reply.headers.items()},
        }
        if reply.content is not None:
            written["content"] = self._content(reply.content)
        return written

    def _content(self, content: Content) -> dict[str, Any]:
        """A frame is described by what is in it; its media type says that it is packed."""
        form = self._schemas[content.form] if content.form is not None else {}
        return {content.media_type: {"schema": form}}


def _kinds(operations: tuple[Operation, ...]) -> Iterator[Any]:
    for operation in operations:
        contents = [reply.content for reply in replies_of(operation).values()]
        if operation.body is not None:
            contents.append(operation.body.content)
        yield from (one.form for one in contents if one is not None and one.form is not None)


def _header(header: Header) -> dict[str, Any]:
    return {
        "description": header.words,
        "required": header.is_always_there,
        "schema": dict(header.form),
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place.value,
        "description": parameter.words,
        "required": parameter.required,
        "schema": dict(parameter.form),
    }


def _in_ecma(form: Any) -> Any:
    """Patterns as JSON Schema has them: ECMA-262 knows no \\A and \\Z (recalled)."""
    match form:
        case dict():
            return {key: _anchored(key, value) for key, value in form.items()}
        case list():
            return [_in_ecma(one) for one in form]
    return form


def _anchored(key: str, value: Any) -> Any:
    if not isinstance(value, str):
        return _in_ecma(value)
    if key == "pattern":
        return re.sub(r"\\Z$", "$", re.sub(r"^\\A", "^", value))
    return inspect.cleandoc(value) if key == "description" else value

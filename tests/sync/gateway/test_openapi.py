"""The description says what the gateway does: no route without it, no word without a route."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import schemathesis
from starlette.routing import Route, Router

from sync import wire
from sync.gateway.app import GatewayApp
from sync.gateway.bounds import Bounds
from sync.gateway.http_words import Ours
from sync.gateway.openapi import COMMON, EVERYTHING, described, replies_of
from tests.counterparts.village import Village


def routes(village: Village) -> list[Route]:
    ours = village.gateway._office.asgi()
    assert isinstance(ours, Ours)
    assert isinstance(ours._app, Bounds)
    assert isinstance(ours._app._app, Router)
    return [route for route in ours._app._app.routes if isinstance(route, Route)]


def test_every_route_is_described_and_every_description_has_a_route(village: Village) -> None:
    served = {
        (route.path, method.lower())
        for route in routes(village)
        for method in (route.methods or set()) - {"HEAD"}
    }
    told = {(path, method) for path, item in described()["paths"].items() for method in item}
    assert served == told
    assert isinstance(village.gateway._office._app, GatewayApp)
    handlers = village.gateway._office._app._handlers()
    assert set(handlers) == {operation.name for operation in EVERYTHING}


def references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for one in node:
            yield from references(one)


def test_the_description_is_whole_and_a_known_tool_reads_it() -> None:
    description = described()
    for reference in set(references(description)):
        found: Any = description
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert found
    used = {reference.rpartition("/")[2] for reference in references(description)}
    assert set(COMMON) <= used
    read = schemathesis.openapi.from_dict(json.loads(msgspec.json.encode(description)))
    assert {one.ok().label for one in read.get_all_operations()} == {
        f"{operation.method} {operation.path}" for operation in EVERYTHING
    }


def test_names_are_used_once() -> None:
    names = [operation.name for operation in EVERYTHING]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("operation", EVERYTHING, ids=[one.name for one in EVERYTHING])
def test_patterns_are_those_of_json_schema(operation: Any) -> None:
    patterns = [one.form["pattern"] for one in operation.parameters if "pattern" in one.form]
    assert not [pattern for pattern in patterns if "\\" in pattern]
    assert "\\\\A" not in json.dumps(described())
    assert 503 in replies_of(operation)


def test_a_frame_of_cases_is_described_by_what_is_in_it() -> None:
    [content] = described()["paths"]["/v1/cases"]["post"]["requestBody"]["content"].values()
    assert content["schema"] == {"$ref": "#/components/schemas/Cases"}
    assert "CaseText" in described()["components"]["schemas"]
    assert described()["info"]["version"] == str(wire.VERSION)

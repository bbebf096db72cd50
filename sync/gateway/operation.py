"""What one operation of the gateway promises, as values: the ground of routes and description."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import Any, Final

from sync import wire


@unique
class Who(Enum):
    """Who may ask."""

    TERMINAL = "terminal"  # with its token
    ANYBODY = "anybody"
    EITHER = "either"  # without a token, or with one that holds
    THIS_MACHINE = "this machine"  # unless it is opened to others


@unique
class Place(Enum):
    """Where a parameter stands; the words of OpenAPI 3.1, "Parameter Object"."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One value beside the body. `form`: its JSON Schema; of paths and queries it is enforced."""

    name: str
    place: Place
    words: str
    form: Mapping[str, Any]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """A header field of an answer."""

    words: str
    form: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    is_always_there: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A body. `form`: what msgspec reads or writes; None: bytes that only `words` describe."""

    media_type: str
    form: Any = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The body of a request, at most `limit` bytes.

    `is_strict`: its type has to be named. `is_large`: the gateway's own limit does not hold for it.
    """

    content: Content
    limit: int
    is_strict: bool = False
    is_large: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer; `content` is None when it has no body."""

    words: str
    content: Content | None = None
    headers: Mapping[str, Header] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path. `name` is also that of its handler.

    `is_rationed`: it brings so much that only so many terminals may do it at once.
    """

    name: str
    method: str
    path: str
    summary: str
    words: str = ""
    who: Who = Who.TERMINAL
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    is_rationed: bool = False
    replies: Mapping[int, Reply]

    def in_place(self, place: Place) -> tuple[Parameter, ...]:
        """The parameters that stand there."""
        return tuple(one for one in self.parameters if one.place is place)


PROBLEM: Final = Content(media_type=wire.PROBLEM, form=wire.Problem)


def refusal(words: str, headers: Mapping[str, Header] | None = None) -> Reply:
    """An answer that says why not."""
    return Reply(words=words, content=PROBLEM, headers=headers or {})

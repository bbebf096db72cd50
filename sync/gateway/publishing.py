"""What the office tells terminals besides steps of cases: notices, home visits, configuration."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, structs
from uuid6 import uuid7

from kiosk.domain.configuration import ConfigurationError, parse_configuration
from kiosk.domain.notice import Audience
from kiosk.domain.staff import Role
from sync import wire
from sync.gateway.news_book import EVERYBODY, Kind, NewsBook
from sync.gateway.signing import SigningKey
from sync.gateway.terminals import Terminals
from sync.gateway_key import CONFIGURATION, STAFF
from sync.staff_word import StaffWord
from sync.strict import read_strictly

_Entry = TypeVar("_Entry", bound=msgspec.Struct)


class NotFit(ValueError):
    """It cannot be told as it is. `field`: which one is at fault, "" when it is the whole."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}" if field else why)
        self.field = field
        self.why = why


@dataclass(frozen=True, slots=True)
class NoticeStanding:
    """A notice that was published, and whether it was withdrawn since."""

    notice: wire.NoticeEntry
    is_withdrawn: bool


class _Versioned(msgspec.Struct, frozen=True):
    version: Annotated[str, Meta(min_length=1, max_length=200)]


class Publishing:
    """Any thread. `scope` is a terminal's id or EVERYBODY; KeyError for an unknown terminal."""

    def __init__(
        self,
        *,
        book: NewsBook,
        terminals: Terminals,
        key: SigningKey,
        now: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._terminals = terminals
        self._key = key
        self._now = now

    # -- notices 通知公告

    def publish_notice(
        self,
        title: str,
        body: str,
        *,
        until: datetime | None = None,
        audience: Audience = Audience.EVERYBODY,
        scope: str = EVERYBODY,
    ) -> wire.NoticeEntry:
        """Tell it from now on; `until` is aware. Raises NotFit, KeyError."""
        self._look(scope)
        notice = wire.NoticeEntry(
            notice_id=uuid7().hex,
            title=title.strip(),
            body=body.strip(),
            published_at=self._now(),
            until=until.astimezone(UTC) if until is not None else None,
            audience=audience.value,
        )
        for field in ("title", "body"):
            if not getattr(notice, field):
                raise NotFit(field, "is missing")
        if until is not None and until <= notice.published_at:
            raise NotFit("until", "is over already")
        self._book.tell(scope, Kind.NOTICE, fit(notice))
        return notice

    def withdraw_notice(self, notice_id: str, *, scope: str = EVERYBODY) -> None:
        """It no longer holds. Raises KeyError when none of that id stands there."""
        standing = {one.notice.notice_id for one in self.notices(scope) if not one.is_withdrawn}
        if notice_id not in standing:
            raise KeyError(notice_id)
        self._book.tell(scope, Kind.WITHDRAWN, notice_id)

    def notices(self, scope: str = EVERYBODY) -> list[NoticeStanding]:
        """All that were ever told there, oldest first."""
        found: dict[str, NoticeStanding] = {}
        for row in self._book.told(scope, [Kind.NOTICE, Kind.WITHDRAWN]):
            if row.kind == Kind.NOTICE:
                notice = wire.decoded(row.entry, wire.NoticeEntry)
                found[notice.notice_id] = NoticeStanding(notice, is_withdrawn=False)
            else:
                notice_id = msgspec.json.decode(row.entry, type=str)
                if notice_id in found:
                    found[notice_id] = NoticeStanding(found[notice_id].notice, is_withdrawn=True)
        return list(found.values())

    # -- home visits 上门服务

    def add_visits(
        self, terminal_id: str, visits: Sequence[wire.VisitEntry]
    ) -> list[wire.VisitEntry]:
        """Give these to that terminal, all or none; those that are new, with their ids.

        A visit without an id gets one that follows from what it says, so that the same list may be
        given twice. Raises NotFit, KeyError.
        """
        self._look(terminal_id)
        there = {visit.visit_id: visit for visit in self.visits(terminal_id)}
        new = [visit for visit in map(_named, visits) if there.get(visit.visit_id) != fit(visit)]
        if new:
            self._book.tell(terminal_id, Kind.VISIT, *new)
        return new

    def end_visit(self, terminal_id: str, visit_id: str) -> None:
        """It was made or is not wanted any more. Raises KeyError when none of that id stands."""
        if visit_id not in {visit.visit_id for visit in self.visits(terminal_id)}:
            raise KeyError(visit_id)
        self._book.tell(terminal_id, Kind.VISIT_ENDED, visit_id)

    def visits(self, terminal_id: str) -> list[wire.VisitEntry]:
        """Those that stand, in the order in which they were given. Raises KeyError."""
        self._look(terminal_id)
        found: dict[str, wire.VisitEntry] = {}
        for row in self._book.told(terminal_id, [Kind.VISIT, Kind.VISIT_ENDED]):
            if row.kind == Kind.VISIT:
                visit = wire.decoded(row.entry, wire.VisitEntry)
                found[visit.visit_id] = visit
            else:
                found.pop(msgspec.json.decode(row.entry, type=str), None)
        return list(found.values())

    # -- configuration 配置

    def put_configuration(self, file: bytes, *, scope: str = EVERYBODY) -> str:
        """Sign this file and give it to them; its version.

        Raises NotFit unless terminals will take it, KeyError.
        """
        self._look(scope)
        try:
            version = read_strictly(file, _Versioned).version
            parse_configuration(file)
        except (wire.Unreadable, ConfigurationError) as error:
            raise NotFit("", str(error)) from None
        signed = wire.decoded(self._key.signed(CONFIGURATION, file), wire.Signed)
        self._book.tell(scope, Kind.CONFIGURATION, signed)
        return version

    def configuration(self, scope: str = EVERYBODY) -> bytes:
        """The file that was given to them last, b"" when none was. Raises KeyError."""
        self._look(scope)
        told = self._book.told(scope, [Kind.CONFIGURATION])
        return wire.decoded(told[-1].entry, wire.Signed).body if told else b""

    # -- staff 工作人员

    def put_staff(self, word: StaffWord, *, scope: str = EVERYBODY) -> StaffWord:
        """Sign the newest word about that person and give it to them. Raises NotFit, KeyError."""
        self._look(scope)
        if not set(word.roles) <= set(Role) or not word.roles:
            raise NotFit("roles", "unknown or none")
        told = fit(structs.replace(word, issued_at=self._now().astimezone(UTC)))
        signed = self._key.signed(STAFF, wire.canonical(told))
        self._book.tell(scope, Kind.STAFF, wire.decoded(signed, wire.Signed))
        return told

    def revoke_staff(self, staff_id: str, *, scope: str = EVERYBODY) -> None:
        """That person may not sign in any more. Raises KeyError when nobody of that id may."""
        word = next((one for one in self.staff(scope) if one.staff_id == staff_id), None)
        if word is None or word.revoked:
            raise KeyError(staff_id)
        self.put_staff(structs.replace(word, revoked=True), scope=scope)

    def staff(self, scope: str = EVERYBODY) -> list[StaffWord]:
        """The newest word about each person that was told there. Raises KeyError."""
        self._look(scope)
        found: dict[str, StaffWord] = {}
        for row in self._book.told(scope, [Kind.STAFF]):
            word = wire.decoded(wire.decoded(row.entry, wire.Signed).body, StaffWord)
            found[word.staff_id] = word
        return list(found.values())

    def _look(self, scope: str) -> None:
        if scope != EVERYBODY and self._terminals.terminal(scope) is None:
            raise KeyError(scope)


def fit(entry: _Entry) -> _Entry:
    """The same, when terminals will read it. Raises NotFit."""
    try:
        return wire.decoded(wire.canonical(entry), type(entry))
    except wire.Unreadable as error:
        found = re.fullmatch(r"(.*?)(?: - at `\$\.(\w+)`)?", str(error))
        assert found
        raise NotFit(found[2] or "", found[1]) from None
    except ValueError:  # text without a form in UTF-8
        raise NotFit("", "not text") from None


def _named(visit: wire.VisitEntry) -> wire.VisitEntry:
    if visit.visit_id:
        return visit
    named = hashlib.sha256(wire.canonical(fit(visit))).hexdigest()[:16]
    return structs.replace(visit, visit_id=named)

"""What the gateway says about one person of the staff: the register comes down word by word."""

from typing import Annotated

import msgspec
from msgspec import Meta

from kiosk.domain.staff import Role, StaffEntry, StaffMember
from sync.wire import Moment, Word


class StaffWord(msgspec.Struct, frozen=True, kw_only=True):
    """The newest word about one person of the staff 工作人员; a Signed of it goes over the wire.

    `key`: of their card, an uncompressed point of P-256. `roles` are text: newer ones may come.
    """

    staff_id: Annotated[str, Meta(min_length=1, max_length=64, pattern=r"\A[0-9A-Za-z._-]+\Z")]
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    roles: tuple[Word, ...]
    site: Annotated[str, Meta(pattern=r"\A(\d{9}|\d{12})\Z")]
    key: Annotated[bytes, Meta(min_length=65, max_length=65)]
    issued_at: Moment
    valid_until: Moment | None = None
    revoked: bool = False

    def __repr__(self) -> str:
        return f"StaffWord(staff_id={self.staff_id!r})"


def staff_of(word: StaffWord) -> StaffEntry:
    """The person as the terminal knows them; roles that it does not know are left out."""
    known = set(Role)
    member = StaffMember(
        staff_id=word.staff_id,
        name=word.name,
        roles=frozenset(Role(role) for role in word.roles if role in known),
        site=word.site,
        valid_until=word.valid_until,
    )
    return StaffEntry(member, word.key, word.issued_at, word.revoked)

"""Who of the staff it is, and the keys of a desk, in words."""

from kiosk.domain.staff import Role, StaffMember
from ui.texts import LIST_MARK, Texts


def person_words(member: StaffMember, texts: Texts) -> str:
    """Name and roles, one line for each language."""
    roles = texts.joined(
        LIST_MARK, [texts.say(f"staff.role.{role}") for role in Role if role in member.roles]
    )
    return texts.say("staff.on_behalf", name=member.name, roles=roles)


def with_key(text: str, key: str, texts: Texts, *, shown: bool) -> str:
    """The words of a button, with its key where there is a keyboard (a desk set)."""
    return texts.say("desk.hint", words=text, mark=key) if shown else text

"""What a person of the staff may do, and what is never shown of them."""

from kiosk.domain.staff import Role, StaffMember

ASSISTANT = StaffMember("s1", "测试代办员", frozenset({Role.ASSISTANT, Role.FIELD}), "222401001001")


def test_one_of_several_roles_is_enough() -> None:
    assert ASSISTANT.is_one_of(Role.CLERK, Role.FIELD)
    assert not ASSISTANT.is_one_of(Role.CLERK, Role.MAINTAINER)


def test_the_name_is_not_in_what_is_logged() -> None:
    assert "测试代办员" not in repr(ASSISTANT)

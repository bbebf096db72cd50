"""What a terminal is used as."""

from enum import StrEnum, unique


@unique
class Mode(StrEnum):
    """The hardware profile (T-50): who stands before it."""

    SELF_SERVICE = "self_service"  # residents by themselves
    DESK = "desk"  # an assistant, all day
    PORTABLE = "portable"  # field staff, in people's homes

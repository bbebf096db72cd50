"""Why a gateway cannot work with what it found where its things should be."""

from enum import Enum, unique


@unique
class Why(Enum):
    """What was found."""

    NEWER_TABLES = "tables of a newer program"
    NO_KEY = "a file that is no key"


class NotOurs(ValueError):
    """It was left as it is. `name`: of the file, or the version of the tables."""

    def __init__(self, why: Why, name: str) -> None:
        super().__init__(f"{why.value}: {name}")
        self.why = why
        self.name = name

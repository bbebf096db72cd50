"""Chance, which decides where a process dies."""

import random


class Died(BaseException):
    """A process ended in the middle. Not an Exception: nobody may catch and survive it."""


class Danger:
    """Decides where one side dies. `likely`: of one in which a place is passed, 0 to 1.

    Once dead it stays so until it is born again: what still runs of it on the way out (an
    `except BaseException`, a `finally`) changes nothing, as after a kill.
    """

    def __init__(self) -> None:
        self.begin(random.Random(0), likely=0.0)

    def begin(self, chance: random.Random, *, likely: float) -> None:
        """A new story."""
        self.chance = chance
        self.likely = likely
        self.deaths = 0
        self.is_dead = False

    def pass_by(self) -> None:
        """One place at which the process may end."""
        if self.is_dead:
            raise Died
        if self.likely and self.chance.random() < self.likely:
            self.deaths += 1
            self.is_dead = True
            raise Died

    def born(self) -> None:
        """A new process."""
        self.is_dead = False

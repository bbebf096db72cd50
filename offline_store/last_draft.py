"""Remembers the draft that was written last, for as long as nobody can have changed it since."""

from kiosk.domain.case import Case
from offline_store.database import EncryptedDatabase, Version


class LastDraft:
    """So that "confirm" need neither read what was just saved nor write it a second time.

    It is believed only while the database is at the very version at which it was written: neither
    this connection nor any other has changed a row since.
    """

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database
        self._case: Case | None = None
        self._version: Version | None = None

    def known(self) -> Case | None:
        """The draft that is stored exactly so, with exactly its pages. Inside `writing`."""
        return self._case if self._version == self._database.version() else None

    def keep(self, case: Case | None, version: Version) -> None:
        """That draft was stored at that version, and the transaction has ended well.

        `version` is from inside the transaction: a moment later somebody else may write.
        """
        self._case, self._version = case, version

    def forget(self) -> None:
        """The visit is over: nothing of the person stays in memory."""
        self._case = self._version = None

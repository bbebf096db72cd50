"""Packs in another folder, such as one of a large disk or of a file server."""

import os
import shutil
from pathlib import Path
from typing import Final

from sync.gateway.signing import sync_folder

ENDING: Final = ".new"  # of what is still being written


class FileObjects:
    """Implements Objects. Any thread, several processes."""

    def __init__(self, folder: Path) -> None:
        """The folder has to be there: one that is not mounted must not be mistaken for it."""
        self._folder = folder

    def put(self, name: str, path: Path) -> None:
        """See Objects."""
        if self.size(name) == path.stat().st_size:
            return
        self._look()
        place = self._folder / name
        if not place.parent.is_dir():
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(self._folder)
        new = place.with_name(f"{place.name}.{os.getpid()}{ENDING}")
        try:
            with path.open("rb") as source, new.open("wb") as file:
                shutil.copyfileobj(source, file, 1024 * 1024)
                file.flush()
                os.fsync(file.fileno())
            new.replace(place)
        finally:
            new.unlink(missing_ok=True)
        sync_folder(place.parent)

    def get(self, name: str, place: int, size: int) -> bytes:
        """See Objects."""
        self._look()
        try:
            with (self._folder / name).open("rb") as file:
                file.seek(place)
                content = file.read(size)
        except FileNotFoundError:
            raise KeyError(name) from None
        if len(content) != size:
            raise OSError("objects: less than was asked for")
        return content

    def size(self, name: str) -> int | None:
        """See Objects."""
        self._look()
        try:
            return (self._folder / name).stat().st_size
        except FileNotFoundError:
            return None

    def delete(self, name: str) -> None:
        """See Objects."""
        self._look()
        (self._folder / name).unlink(missing_ok=True)

    def _look(self) -> None:
        if not self._folder.is_dir():
            raise OSError("objects: the folder is not there")

"""Writes a file of secrets: whole or not at all, for this account alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Mode 0600, in place of what has that name once it is on the disk. Raises OSError."""
    with NamedTemporaryFile(  # it is made with O_EXCL and mode 0600
        dir=path.parent, prefix=f"{path.name}.", suffix=".new", delete=False
    ) as file:
        unfinished = Path(file.name)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

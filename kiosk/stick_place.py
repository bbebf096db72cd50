"""Where a USB stick is mounted."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path


def stick_under(
    places: Iterable[Path], *, is_mount: Callable[[Path], bool] = os.path.ismount
) -> Path | None:
    """The first file system mounted in one of the folders, or one folder deeper; None: no stick.

    udisks mounts at /run/media/USER/LABEL (udisks(8), recalled), others at /media/NAME. Never
    raises; some folders are listed.
    """
    return next((path for place in places for path in _inside(place) if is_mount(path)), None)


def _inside(place: Path) -> Iterator[Path]:
    for path in _folders(place):
        yield path
        yield from _folders(path)


def _folders(place: Path) -> list[Path]:
    try:
        return sorted(path for path in place.iterdir() if path.is_dir() and not path.is_symlink())
    except OSError:
        return []

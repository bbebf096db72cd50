"""A screen that nobody sees: the X server Xvfb, of a size of our own."""

import os
import subprocess
from types import TracebackType
from typing import Self


class VirtualDisplay:
    """Use as a context manager before Qt's application is made: Qt then opens its windows there.

    The offscreen platform of Qt will not do: its screen has 800x800 pixels, and touches beyond them
    find no widget once a scrolling area has taken them for a push.
    """

    def __init__(self, width: int, height: int) -> None:
        self._size = f"{width}x{height}x24"
        self._server: subprocess.Popen[str] | None = None
        self._before: dict[str, str | None] = {}

    def __enter__(self) -> Self:
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", self._size, "-nolisten", "tcp"],
            pass_fds=(writing,),
            stderr=subprocess.DEVNULL,
            text=True,
        )
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        self._set({"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"})
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        if self._server is not None:
            self._server.terminate()
            self._server.wait(10)

    def _set(self, variables: dict[str, str]) -> None:
        for name, value in variables.items():
            self._before[name] = os.environ.get(name)
            os.environ[name] = value

"""The log: what happened to the machine, never who stood in front of it."""

import logging
import re
from collections import deque
from collections.abc import Sequence
from typing import Final

# Citizen and foreigner numbers, phone and card numbers: whatever slips into a line is blanked.
PERSONAL: Final = re.compile(
    r"(?<![0-9A-Za-z-])(\d{17}[\dXx]|[A-Z]{3}\d{12}|1\d{10}|\d{16,19})(?!\w)"
)
_LONG_NUMBER: Final = re.compile(r"\d{4,}")
_TIME: Final = logging.Formatter()
FORMAT: Final = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"


class BlankNumbers(logging.Filter):
    """Replaces everything that looks like a personal number, in the message and in tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a line."""
        record.msg = PERSONAL.sub("[number]", record.getMessage())
        record.args = ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = PERSONAL.sub("[number]", record.exc_text)
        return True


class RecentLines(logging.Handler):
    """Keeps the newest lines for the page of staff. Numbers of four digits and more are blanked."""

    def __init__(self, most: int = 200) -> None:
        super().__init__(logging.INFO)
        self._kept: deque[str] = deque(maxlen=most)
        self.addFilter(BlankNumbers())

    def emit(self, record: logging.LogRecord) -> None:
        """One line, without its traceback."""
        at = _TIME.formatTime(record, "%m-%d %H:%M:%S")
        said = _LONG_NUMBER.sub("[number]", record.getMessage())
        self._kept.append(f"{at} {record.levelname} {record.name}: {said}")

    def lines(self) -> Sequence[str]:
        """The newest last."""
        return tuple(self._kept)


RECENT: Final = RecentLines()


def set_up_logging(*, verbose: bool = False) -> None:
    """To standard error, which the service manager keeps. Once, at the program's start."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.addFilter(BlankNumbers())
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO, handlers=[handler, RECENT]
    )
    for chatty in ("urllib3", "asyncio", "uvicorn.access", "PIL"):
        logging.getLogger(chatty).setLevel(logging.WARNING)

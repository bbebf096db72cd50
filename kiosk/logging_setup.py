"""The log: what happened to the machine, never who stood in front of it."""

import logging
import re
from typing import Final

# Citizen and foreigner numbers, phone and card numbers: whatever slips into a line is blanked.
PERSONAL: Final = re.compile(
    r"(?<![0-9A-Za-z-])(\d{17}[\dXx]|[A-Z]{3}\d{12}|1\d{10}|\d{16,19})(?!\w)"
)
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


def set_up_logging(*, verbose: bool = False) -> None:
    """To standard error, which the service manager keeps. Once, at the program's start."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.addFilter(BlankNumbers())
    logging.basicConfig(level=logging.DEBUG if verbose else logging.INFO, handlers=[handler])
    for chatty in ("urllib3", "asyncio", "uvicorn.access", "PIL"):
        logging.getLogger(chatty).setLevel(logging.WARNING)

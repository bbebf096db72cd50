"""What looking at all devices costs while nothing happens: at most 2 % of one core.

Everything is polled as at a terminal that waits for its next person: a SAM reader on a pseudo
terminal, a social security card reader and a staff card reader through the real pcscd, an A4
printer through the real cupsd, a receipt printer on a socket, a simulated camera (off), and the
kernel's word of hot-plugging. The terminal's threads run in a process of their own, so that the
counterparts' time is not counted; its processor time over the minute is read from the kernel, and
so is that of each thread.
"""

import json
import os
import subprocess
import sys
from typing import Final

from tests.counterparts.cups_server import CupsServer
from tests.counterparts.escpos_sink import EscPosSink
from tests.counterparts.pcsc_card import PcscService
from tests.counterparts.sam_reader_pty import SamReaderPty

NAME: Final = "idle"
SECONDS: Final = 60.0
MOST: Final = 2.0  # percent of one core: issue 6


def run(seconds: str = str(SECONDS)) -> dict[str, float]:
    """Percent of one core, in all and for each thread. `seconds`: another time to look."""
    with (
        SamReaderPty() as sam,
        PcscService() as cards,
        CupsServer() as pages,
        EscPosSink() as slips,
    ):
        places = {
            "sam": sam.port,
            "pcsc": cards.reader_name,
            "queue": pages.queue,
            "cups_port": pages.port,
            "slip_port": slips.port,
            "seconds": float(seconds),
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.idle_child", json.dumps(places)],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | cards.environment,
        )
    figures: dict[str, float] = json.loads(done.stdout)
    for thread, percent in sorted(figures.items(), key=lambda one: -one[1]):
        print(f"{thread:40} {percent:6.2f} % of one core")
    whole = figures["all"]
    print(f"All devices, nothing happening: {whole:.2f} % of one core (at most {MOST:.0f} %)")
    return figures

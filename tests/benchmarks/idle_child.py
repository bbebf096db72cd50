"""The terminal's device threads alone, for the idle benchmark: prints what each costs as JSON."""

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import NoReturn

from devices.camera.simulated_camera import SimulatedCamera
from devices.device import DeviceState
from devices.hot_plug import HotPlug
from devices.id_card.sam_serial_reader import SamSerialReader
from devices.page_printer.cups_printer import CupsPagePrinter
from devices.receipt_printer.connection import NetworkConnection
from devices.receipt_printer.escpos_printer import EscPosPrinter
from devices.social_card.pcsc_reader import PcscSocialCardReader
from devices.staff_card.pcsc_staff_card import PcscStaffCardReader
from kiosk.device_threads import DeviceThreads
from kiosk.flow.equipment import Event, Ticket
from kiosk.stick_watch import StickWatch
from tests.counterparts.waiting import wait_until
from tests.matrix.receipts import Drawn

TICK = os.sysconf("SC_CLK_TCK")
EVERY = 6  # devices
SETTLE = 6.0  # seconds until everything is open and the slow looks have begun


def _nobody() -> NoReturn:
    raise AssertionError("nobody carries anything here")


def _heard(event: Event, ticket: Ticket | None = None) -> None:
    del event, ticket


def _per_thread() -> dict[str, float]:
    """Seconds of the processor by thread (proc(5), utime and stime of /proc/self/task/*/stat)."""
    names = {thread.native_id: thread.name for thread in threading.enumerate()}
    spent: dict[str, float] = {}
    for task in Path("/proc/self/task").iterdir():
        fields = (task / "stat").read_text().rpartition(")")[2].split()
        name = names.get(int(task.name), "of a library")
        spent[name] = spent.get(name, 0.0) + (int(fields[11]) + int(fields[12])) / TICK
    return spent


def main() -> None:
    """Run the threads, wait, measure."""
    places = json.loads(sys.argv[1])
    threads = DeviceThreads(
        readers=(SamSerialReader(places["sam"]), PcscSocialCardReader(places["pcsc"])),
        camera=SimulatedCamera(),
        receipt_printer=EscPosPrinter(
            NetworkConnection("127.0.0.1", places["slip_port"]), layout=Drawn()
        ),
        page_printer=CupsPagePrinter(places["queue"], port=places["cups_port"]),
        staff_card=PcscStaffCardReader(places["pcsc"]),
        stick=StickWatch(find=lambda: None, keys=None, open_store=_nobody, line=_nobody),
        announce=_heard,
        send_soon=lambda: None,
        hot_plug=HotPlug,
    )
    threads.start()
    wait_until(lambda: _all_well(threads), seconds=30, what="every device works")
    time.sleep(SETTLE)
    before, began, process = _per_thread(), time.monotonic(), time.process_time()
    time.sleep(places["seconds"])
    took = time.monotonic() - began
    whole = (time.process_time() - process) * 100 / took
    after = _per_thread()
    assert _all_well(threads), "a device was lost meanwhile"
    each = {name: (spent - before.get(name, 0.0)) * 100 / took for name, spent in after.items()}
    print(json.dumps({"all": whole, **each}))
    threads.stop()


def _all_well(threads: DeviceThreads) -> bool:
    looked = threads.health().devices.values()
    states = [one.status.state for one in looked if one.status is not None]
    return len(states) == EVERY and set(states) == {DeviceState.READY}


if __name__ == "__main__":
    main()

"""Receipt printers on the network and on a serial line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from devices.receipt_printer.connection import FileConnection, NetworkConnection, SerialConnection
from devices.receipt_printer.escpos_printer import EscPosPrinter, Patience
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import DeviceKind
from tests.counterparts.escpos_sink import EscPosSerialSink, EscPosSink, Paper
from tests.matrix.device_rig import Rig, moved, seconds_until
from tests.matrix.device_states import state
from tests.matrix.receipts import SPEED, Drawn

TCP = "TCP printer"
PTY = "serial printer on a pty"
KIND = DeviceKind.RECEIPT_PRINTER
CALM = Patience(connect=1.0, answer=0.5, send=3.0, finish=3.0)  # also on a busy machine


def _driver(connection: NetworkConnection | SerialConnection | FileConnection) -> EscPosPrinter:
    return EscPosPrinter(connection, layout=Drawn(), patience=CALM)


@contextmanager
def _network() -> Iterator[tuple[EscPosSink, Rig]]:
    with EscPosSink() as sink:
        driver = _driver(NetworkConnection("127.0.0.1", sink.port))
        with Rig(receipt_printer=driver) as rig:
            rig.stands(KIND, None)
            rig.prints_a_slip()
            yield sink, rig


@state("receipt.paper_out", "小票纸用完了 paper out", TCP, "P02")
def paper_out() -> float:
    with _network() as (sink, rig):
        sink.set_paper(Paper.OUT)
        rig.no_slip(Fault.RECEIPT_PAPER_OUT)
        rig.threads.look_at_devices()
        rig.stands(KIND, Fault.RECEIPT_PAPER_OUT)

        def usable() -> None:
            rig.stands(KIND, None)
            rig.prints_a_slip()

        return seconds_until(lambda: sink.set_paper(Paper.ENOUGH), usable)


@state("receipt.paper_out_idle", "没人打印时纸没了 paper out while nobody prints", TCP, "P02")
def paper_out_idle() -> float:
    with _network() as (sink, rig):
        sink.set_paper(Paper.OUT)
        rig.stands(KIND, Fault.RECEIPT_PAPER_OUT)
        return seconds_until(lambda: sink.set_paper(Paper.ENOUGH), lambda: rig.stands(KIND, None))


@state("receipt.cover_open", "小票机盖子开着 cover open", TCP, "P03")
def cover_open() -> float:
    with _network() as (sink, rig):
        sink.open_cover()
        rig.no_slip(Fault.RECEIPT_COVER_OPEN)
        return seconds_until(sink.close_cover, rig.prints_a_slip)


@state("receipt.off", "小票机关了 switched off", TCP, "P01")
def switched_off() -> float:
    with _network() as (sink, rig):
        sink.unplug()
        rig.no_slip(Fault.RECEIPT_PRINTER_GONE)
        rig.threads.look_at_devices()
        rig.stands(KIND, Fault.RECEIPT_PRINTER_GONE)

        def usable() -> None:
            rig.stands(KIND, None)
            rig.prints_a_slip()

        return seconds_until(sink.plug_in, usable)


@state("receipt.off_mid_slip", "打到一半断电 line lost in mid-slip", TCP, "P04")
def off_mid_slip() -> float:
    with _network() as (sink, rig):
        sink.reset_after(900)
        rig.no_slip(Fault.RECEIPT_UNCERTAIN)
        return seconds_until(lambda: None, rig.prints_a_slip)


@state("receipt.power_cut", "打到一半电闪断 power fails and comes back, line stays", TCP, "P04")
def power_cut() -> float:
    with _network() as (sink, rig):
        sink.power_cut_after(900, dark=1500)
        rig.no_slip(Fault.RECEIPT_UNCERTAIN)
        return seconds_until(lambda: None, rig.prints_a_slip)


@state("receipt.paper_out_mid_slip", "打到一半没纸 paper ends in mid-slip", TCP, "P04")
def paper_out_mid_slip() -> float:
    with _network() as (sink, rig):
        sink.paper_out_after(900)
        rig.no_slip(Fault.RECEIPT_UNCERTAIN)

        def refilled() -> None:
            sink.set_paper(Paper.ENOUGH)
            sink.forget_started_slip()

        return seconds_until(refilled, rig.prints_a_slip)


@state("receipt.stalled", "小票机不收数据，关了再开 takes no bytes until off and on", TCP, "P04")
def stalled() -> float:
    with _network() as (sink, rig):
        sink.stall_after(900)
        rig.no_slip(Fault.RECEIPT_UNCERTAIN)

        def off_and_on() -> None:
            sink.unplug()
            sink.go_on()
            sink.plug_in()

        return seconds_until(off_and_on, rig.prints_a_slip)


@state("receipt.silent", "小票机不应答 has stopped answering", TCP, "P01")
def silent() -> float:
    with _network() as (sink, rig):
        sink.fall_silent()
        rig.no_slip(Fault.RECEIPT_PRINTER_GONE)
        return seconds_until(sink.speak_again, rig.prints_a_slip)


@state("receipt.silent_at_end", "打完不报完成 does not confirm the end", TCP, "P04")
def silent_at_end() -> float:
    with _network() as (sink, rig):
        sink.fall_silent(only_at_the_end=True)
        rig.no_slip(Fault.RECEIPT_UNCERTAIN)
        return seconds_until(sink.speak_again, rig.prints_a_slip)


@state("receipt.replaced", "换了一台小票机 another printer at the same address", TCP, "P01")
def replaced() -> float:
    with _network() as (sink, rig):
        sink.unplug()
        rig.no_slip(Fault.RECEIPT_PRINTER_GONE)
        other = EscPosSink(sink.port, rom="gb18030", hanzi_at_power_on=False)
        try:
            return seconds_until(other.plug_in, rig.prints_a_slip)
        finally:
            other.unplug()


@state("receipt.serial_unplugged", "串口小票机的线被拔 serial printer unplugged", PTY, "P01")
def serial_unplugged() -> float:
    with TemporaryDirectory() as folder, EscPosSerialSink() as sink:
        name = Path(folder) / "by-id"
        moved(name, str(sink.path))
        with Rig(receipt_printer=_driver(SerialConnection(name, baud=SPEED))) as rig:
            rig.prints_a_slip()
            sink.unplug()
            name.unlink()
            rig.no_slip(Fault.RECEIPT_PRINTER_GONE)

            def back() -> None:
                sink.plug_in()
                moved(name, str(sink.path))

            return seconds_until(back, rig.prints_a_slip)


@state("receipt.usb_missing", "USB小票机不在 device file is missing", "device file", "P01")
def usb_missing() -> float:
    name = Path("/dev/shm/doorstep-lp")  # noqa: S108  a place below /dev
    name.unlink(missing_ok=True)
    with Rig(receipt_printer=_driver(FileConnection(name))) as rig:
        rig.stands(KIND, Fault.RECEIPT_PRINTER_GONE)
        try:
            return seconds_until(name.touch, lambda: rig.stands(KIND, None))
        finally:
            name.unlink()

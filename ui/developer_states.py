"""Every named state of docs/devices.md by hand: what the developer panel does to the simulators."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from devices.camera.simulated_camera import SimulatedCamera
from devices.camera.specimen_pages import Specimen, on_desk
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.id_card.specimens import HMT_PERMIT, RESIDENT, SOCIAL_SECURITY
from devices.page_printer.simulated_printer import SimulatedPagePrinter
from devices.receipt_printer.simulated_printer import SimulatedReceiptPrinter
from devices.staff_card.simulated_staff_card import SimulatedStaffCard, SimulatedStaffCardReader
from devices.travel_document.simulated_reader import SimulatedTravelDocumentReader
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard

LATE: Final = 1.2  # seconds that a card needs when an answer was lost and is asked for again


@dataclass(frozen=True, slots=True)
class SimulatedMachine:
    """The simulators that the panel moves."""

    reader: SimulatedIdentityReader
    camera: SimulatedCamera
    receipt_printer: SimulatedReceiptPrinter
    page_printer: SimulatedPagePrinter
    staff_reader: SimulatedStaffCardReader
    staff_card: SimulatedStaffCard  # the one that the register knows
    travel_document: SimulatedTravelDocumentReader


Do = Callable[[SimulatedMachine], object]


@dataclass(frozen=True, slots=True)
class ByHand:
    """How a state is brought about, and mended again."""

    words: str
    bring_about: Do
    mend: Do


def _read_fails(fault: Fault, card: IdentityCard = RESIDENT) -> Do:
    def act(machine: SimulatedMachine) -> None:
        machine.reader.fail_next_read(fault)
        machine.reader.take_away()
        machine.reader.lay_down(card)

    return act


def _reads_late(machine: SimulatedMachine) -> None:
    machine.reader.delay_next_read(LATE)
    machine.reader.take_away()
    machine.reader.lay_down(RESIDENT)


def _lay(card: IdentityCard) -> Do:
    return lambda machine: machine.reader.lay_down(card)


def _lifted(machine: SimulatedMachine) -> None:
    machine.reader.take_away()


def _reader_breaks(fault: Fault) -> Do:
    return lambda machine: machine.reader.ills.break_down(fault)


def _camera_breaks(fault: Fault) -> Do:
    return lambda machine: machine.camera.ills.break_down(fault)


def _reader_well(machine: SimulatedMachine) -> None:
    machine.reader.ills.recover()


def _camera_well(machine: SimulatedMachine) -> None:
    machine.camera.ills.recover()


_READER_OUT: Final = (lambda m: m.reader.unplug(), lambda m: m.reader.plug_in())
_STAFF_OUT: Final = (lambda m: m.staff_reader.unplug(), lambda m: m.staff_reader.plug_in())
_CAMERA_OUT: Final = (lambda m: m.camera.unplug(), lambda m: m.camera.plug_in())
_SLIP_OFF: Final = (lambda m: m.receipt_printer.unplug(), lambda m: m.receipt_printer.plug_in())
_SLIP_MUTE: Final = (
    lambda m: m.receipt_printer.fall_silent(),
    lambda m: m.receipt_printer.speak_again(),
)
_NO_SLIP_PAPER: Final = (
    lambda m: m.receipt_printer.take_paper_out(),
    lambda m: m.receipt_printer.put_paper_in(),
)
_PAGE_OFF: Final = (lambda m: m.page_printer.unplug(), lambda m: m.page_printer.plug_in())

_STATES: Final[Mapping[str, tuple[str, Do, Do]]] = {
    "id_card.lifted_early": ("没读完就拿开", _read_fails(Fault.CARD_REMOVED), _lay(RESIDENT)),
    "id_card.slipped": ("在感应区滑动", _reads_late, _lifted),
    "id_card.swapped": ("读到一半换成别人的卡", _lay(HMT_PERMIT), _lifted),
    "id_card.reversed": ("放反、放远，感应不到", _lifted, _lay(RESIDENT)),
    "id_card.not_lifted": ("读过的卡没拿开", _lay(RESIDENT), _lifted),
    "id_card.forgotten": ("上一个人忘了卡", _lay(RESIDENT), _lifted),
    "id_card.dirty": ("脏了读不出", _read_fails(Fault.CARD_UNREADABLE), _lifted),
    "id_card.no_id_card": ("不是身份证", _read_fails(Fault.CARD_KIND_UNKNOWN), _lifted),
    "id_card.new_layout": ("没见过的版式", _read_fails(Fault.CARD_KIND_UNKNOWN), _lifted),
    "id_card.wrong_checksum": ("线上有干扰，慢一拍", _reads_late, _lifted),
    "id_card.cut_short": ("回答断了，慢一拍", _reads_late, _lifted),
    "id_card.late": ("回答迟到，慢一拍", _reads_late, _lifted),
    "id_card.noise": ("有杂字节，慢一拍", _reads_late, _lifted),
    "id_reader.unplugged": ("读卡器被拔", *_READER_OUT),
    "id_reader.unplugged_idle": ("没人用时读卡器被拔", *_READER_OUT),
    "id_reader.unplugged_mid_read": (
        "读到一半读卡器被拔",
        _read_fails(Fault.READER_GONE),
        _lay(RESIDENT),
    ),
    "id_reader.renumbered": ("读卡器换了USB口", *_READER_OUT),
    "id_reader.taken": ("端口被占用", _reader_breaks(Fault.READER_GONE), _reader_well),
    "id_reader.silent": ("读卡器不应答", _reader_breaks(Fault.READER_GONE), _reader_well),
    "id_reader.self_check": ("安全模块自检不过", _reader_breaks(Fault.READER_DEFECT), _reader_well),
    "id_reader.not_authorised": (
        "安全模块未授权",
        _reader_breaks(Fault.READER_DEFECT),
        _reader_well,
    ),
    "id_reader.searched": ("读卡器插到别的口", *_READER_OUT),
    "id_reader.distrusted": ("三张卡都认证不过", _reader_breaks(Fault.READER_DEFECT), _reader_well),
    "social_card.pulled_mid_read": (
        "社保卡读到一半被拔",
        _read_fails(Fault.CARD_REMOVED, SOCIAL_SECURITY),
        _lay(SOCIAL_SECURITY),
    ),
    "social_card.swapped_mid_read": ("社保卡读到一半换卡", _lay(RESIDENT), _lifted),
    "pcscd.stopped_mid_read": (
        "读到一半读卡服务停了",
        _read_fails(Fault.READER_GONE, SOCIAL_SECURITY),
        _lay(SOCIAL_SECURITY),
    ),
    "social_card.reversed": (
        "社保卡插反",
        _read_fails(Fault.CARD_UNREADABLE, SOCIAL_SECURITY),
        _lifted,
    ),
    "social_card.other_kind": (
        "插的不是社保卡",
        _read_fails(Fault.CARD_KIND_UNKNOWN, SOCIAL_SECURITY),
        _lifted,
    ),
    "social_card.needs_psam": (
        "三代卡要授权读卡器",
        _read_fails(Fault.CARD_NEEDS_AUTHORISED_READER, SOCIAL_SECURITY),
        _lifted,
    ),
    "social_card.pulled": ("社保卡被拔出", _lifted, _lay(SOCIAL_SECURITY)),
    "social_card.swapped": ("社保卡换成别人的", _lay(RESIDENT), _lifted),
    "social_card.other_protocol": ("另一种协议的社保卡", _lay(SOCIAL_SECURITY), _lifted),
    "pcscd.stopped": ("读卡服务停了", _reader_breaks(Fault.READER_GONE), _reader_well),
    "pcscd.killed": ("读卡服务崩溃", _reader_breaks(Fault.READER_GONE), _reader_well),
    "pcscd.restarted_idle": ("没人用时服务重启", _reader_breaks(Fault.READER_GONE), _reader_well),
    "pcscd.slow": ("读卡服务慢", _reads_late, _lifted),
    "pcscd.hangs": ("读卡服务卡死", lambda m: m.reader.ills.hang(), _reader_well),
    "staff_card.pulled": (
        "工作证被拔出",
        lambda m: m.staff_reader.take_away(),
        lambda m: m.staff_reader.lay_down(m.staff_card),
    ),
    "staff_card.other_kind": (
        "不认识的工作证",
        lambda m: m.staff_reader.lay_down(SimulatedStaffCard(pin="000000")),
        lambda m: m.staff_reader.take_away(),
    ),
    "staff_card.service_restarted": ("登录时读卡服务重启", *_STAFF_OUT),
    "staff_card.gone_at_pin": ("输密码时读卡服务停了", *_STAFF_OUT),
    "receipt.paper_out": ("小票纸用完", *_NO_SLIP_PAPER),
    "receipt.paper_out_idle": ("没人打印时小票纸没了", *_NO_SLIP_PAPER),
    "receipt.cover_open": (
        "小票机盖子开着",
        lambda m: m.receipt_printer.open_cover(),
        lambda m: m.receipt_printer.close_cover(),
    ),
    "receipt.off": ("小票机关了", *_SLIP_OFF),
    "receipt.off_mid_slip": ("小票打到一半断线", *_SLIP_MUTE),
    "receipt.power_cut": ("小票打到一半闪断", *_SLIP_MUTE),
    "receipt.paper_out_mid_slip": ("小票打到一半没纸", *_SLIP_MUTE),
    "receipt.stalled": ("小票机不收数据", *_SLIP_MUTE),
    "receipt.silent": ("小票机不应答", *_SLIP_OFF),
    "receipt.silent_at_end": ("小票打完不报完成", *_SLIP_MUTE),
    "receipt.replaced": ("换了一台小票机", *_SLIP_OFF),
    "receipt.serial_unplugged": ("串口小票机被拔", *_SLIP_OFF),
    "receipt.usb_missing": ("USB小票机不在", *_SLIP_OFF),
    "page.paper_out": (
        "A4纸用完",
        lambda m: m.page_printer.take_paper_out(),
        lambda m: m.page_printer.put_paper_in(),
    ),
    "page.cover_open": (
        "打印机盖子开着",
        lambda m: m.page_printer.open_cover(),
        lambda m: m.page_printer.close_cover(),
    ),
    "page.jam": (
        "卡纸",
        lambda m: m.page_printer.jam(),
        lambda m: m.page_printer.clear_jam(),
    ),
    "page.toner_empty": (
        "没有墨粉",
        lambda m: m.page_printer.use_up_toner(),
        lambda m: m.page_printer.change_toner(),
    ),
    "page.off": ("打印机关了", *_PAGE_OFF),
    "page.cupsd_restarted": ("打印服务重启", *_PAGE_OFF),
    "page.cupsd_killed": ("打印服务崩溃", *_PAGE_OFF),
    "page.cupsd_hangs": ("打印服务卡死", *_PAGE_OFF),
    "page.printer_hangs": ("打印机不应答", *_PAGE_OFF),
    "page.cupsd_restarted_mid_job": ("打到一半打印服务重启", *_PAGE_OFF),
    "page.paused": (
        "打印队列被暂停",
        lambda m: m.page_printer.pause(),
        lambda m: m.page_printer.let_go(),
    ),
    "page.job_lost": ("打到一半断电，任务丢了", *_PAGE_OFF),
    "page.job_taken_back": (
        "任务被取消",
        lambda m: m.page_printer.take_jobs_back(),
        lambda m: m.page_printer.plug_in(),
    ),
    "page.replaced": (
        "换了一台打印机",
        lambda m: m.page_printer.swap(True),
        lambda m: m.page_printer.swap(False),
    ),
    "page.toner_low": (
        "墨粉快没了",
        lambda m: m.page_printer.run_low_on_toner(True),
        lambda m: m.page_printer.run_low_on_toner(False),
    ),
    "camera.unplugged": ("高拍仪被拔", *_CAMERA_OUT),
    "camera.unplugged_idle": ("没人用时高拍仪被拔", *_CAMERA_OUT),
    "camera.black": ("画面全黑", _camera_breaks(Fault.CAMERA_DARK), _camera_well),
    "camera.wrong_format": ("给的不是图像", _camera_breaks(Fault.CAMERA_DARK), _camera_well),
    "camera.cut_off_picture": ("图像传了一半", _camera_breaks(Fault.CAMERA_DARK), _camera_well),
    "camera.no_camera": ("接的不是高拍仪", _camera_breaks(Fault.CAMERA_GONE), _camera_well),
    "camera.covered": (
        "镜头被挡住",
        lambda m: m.camera.cover_lens(),
        lambda m: m.camera.remove_paper(),
    ),
    "camera.frozen": ("画面不动了", lambda m: m.camera.freeze(), lambda m: m.camera.thaw()),
    "camera.fogged": (
        "镜头起雾",
        lambda m: m.camera.put_paper(on_desk(Specimen.BLURRED_FORM)),
        lambda m: m.camera.put_paper(on_desk(Specimen.FORM)),
    ),
    "camera.hangs": ("高拍仪卡死", lambda m: m.camera.ills.hang(), _camera_well),
}
BY_HAND: Final[Mapping[str, ByHand]] = MappingProxyType(
    {key: ByHand(*how) for key, how in _STATES.items()}
)

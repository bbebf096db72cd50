"""The panel beside the demonstration: hands for the simulated devices, the network, the office.

Knows the simulators; never part of a terminal in service.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from devices.camera.api import Frame
from devices.camera.reading.specimen_cards import photographed_id_card
from devices.camera.reading.specimen_zones import photographed_document
from devices.camera.specimen_pages import Specimen, on_desk
from devices.id_card.specimens import EVERYONE
from devices.page_printer.preview import first_page_png
from devices.travel_document.specimens import CHINESE_PASSPORT, HMT_RESIDENT, TO_HONG_KONG_MACAO
from ui.developer_states import BY_HAND, ByHand, SimulatedMachine

LOOK_EVERY = 700  # milliseconds between two looks at what came out
PICTURE_WIDTH = 330
PANEL_WIDTH = 560
DOCUMENTS = {
    "护照": CHINESE_PASSPORT,
    "港澳居民来往内地通行证": HMT_RESIDENT,
    "往来港澳通行证": TO_HONG_KONG_MACAO,
}
PAPERS: dict[str, Callable[[], Frame]] = {
    "户口簿": partial(on_desk, Specimen.REGISTER_PAGE),
    "A4表格": partial(on_desk, Specimen.FORM),
    "身份证正面": photographed_id_card,
    "身份证大小的卡": partial(on_desk, Specimen.CARD),
    "没对上焦的表格": partial(on_desk, Specimen.BLURRED_FORM),
    "只露出一半的表格": partial(on_desk, Specimen.CUT_OFF_FORM),
}


@dataclass(frozen=True, slots=True)
class Office:
    """What the panel does at the embedded gateway. Each returns words to show."""

    cases: Callable[[], Sequence[tuple[str, str]]]  # (case id, words)
    accept: Callable[[str], str]
    ask_corrections: Callable[[str], str]
    decide: Callable[[str], str]
    cut_network: Callable[[], None]
    mend_network: Callable[[], None]


class DeveloperPanel(QScrollArea):
    """A narrow window beside the terminal's."""

    def __init__(
        self, machine: SimulatedMachine, office: Office, *, title: str = "开发面板"
    ) -> None:
        super().__init__()
        self.setWindowTitle(title)
        self.setWidgetResizable(True)
        self._machine = machine
        self._office = office
        self._slip = _Picture("还没有回执")
        self._sheet = _Picture("还没有打印")
        self._cases = QComboBox()
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._known_sheets = 0
        inside = QWidget()
        column = QVBoxLayout(inside)
        for box in (
            self._states(),
            self._cards(),
            self._staff(),
            self._documents(),
            self._papers(),
            self._network(),
            self._receipts(),
            self._pages(),
            self._reviewing(),
        ):
            column.addWidget(box)
        column.addStretch(1)
        self.setWidget(inside)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.resize(PANEL_WIDTH, 980)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_EVERY)

    def look(self) -> None:
        """Show what came out of the printers and what lies at the office."""
        slips = self._machine.receipt_printer.slips
        self._slip.show_png(slips[-1] if slips else b"")
        printed = self._machine.page_printer.printed
        if len(printed) != self._known_sheets:
            self._known_sheets = len(printed)
            self._sheet.show_png(first_page_png(printed[-1], dpi=60) if printed else b"")
        rows = list(self._office.cases())
        if rows != [(self._cases.itemData(i), self._cases.itemText(i)) for i in self._indices()]:
            self._cases.clear()
            for case_id, words in rows:
                self._cases.addItem(words, case_id)

    def _indices(self) -> range:
        return range(self._cases.count())

    def _states(self) -> QGroupBox:
        """Every named state of docs/devices.md."""
        states = QComboBox()
        states.setObjectName("states")
        for key, state in BY_HAND.items():
            states.addItem(f"{state.words}（{key}）", key)

        def chosen() -> ByHand:
            return BY_HAND[states.currentData()]

        return _box(
            "设备状态",
            states,
            _row(
                _button("弄成这样", lambda: chosen().bring_about(self._machine)),
                _button("恢复", lambda: chosen().mend(self._machine)),
            ),
        )

    def _cards(self) -> QGroupBox:
        people = QComboBox()
        for card in EVERYONE:
            people.addItem(f"{card.shown_name}（{card.kind.value}）", card)
        reader = self._machine.reader
        return _box(
            "身份证",
            people,
            _row(
                _button("放上", lambda: reader.lay_down(EVERYONE[people.currentIndex()])),
                _button("拿走", reader.take_away),
            ),
            _row(_button("拔掉读卡器", reader.unplug), _button("插上", reader.plug_in)),
        )

    def _staff(self) -> QGroupBox:
        reader, card = self._machine.staff_reader, self._machine.staff_card
        return _box(
            f"工作证（密码 {card.pin}）",
            _row(
                _button("插上", lambda: reader.lay_down(card)),
                _button("拿走", reader.take_away),
            ),
        )

    def _documents(self) -> QGroupBox:
        documents = QComboBox()
        documents.addItems(list(DOCUMENTS))
        reader, camera = self._machine.travel_document, self._machine.camera

        def zone() -> str:
            return DOCUMENTS[documents.currentText()]

        return _box(
            "护照、通行证",
            documents,
            _row(
                _button("放到高拍仪下", lambda: camera.put_paper(photographed_document(zone()))),
                _button("拿走", camera.remove_paper),
            ),
            _row(
                _button("放到读卡区", lambda: reader.lay_down(zone())),
                _button("拿走", reader.take_away),
            ),
            _row(_button("拔掉读卡器", reader.unplug), _button("插上", reader.plug_in)),
        )

    def _papers(self) -> QGroupBox:
        papers = QComboBox()
        papers.addItems(list(PAPERS))
        camera = self._machine.camera
        return _box(
            "高拍仪",
            papers,
            _row(
                _button("放上", lambda: camera.put_paper(PAPERS[papers.currentText()]())),
                _button("拿走", camera.remove_paper),
                _button("挡住镜头", camera.cover_lens),
            ),
            _row(_button("拔掉", camera.unplug), _button("插上", camera.plug_in)),
        )

    def _network(self) -> QGroupBox:
        return _box(
            "网络",
            _row(
                _button("断网", self._office.cut_network),
                _button("恢复", self._office.mend_network),
            ),
        )

    def _receipts(self) -> QGroupBox:
        printer = self._machine.receipt_printer
        return _box(
            "回执",
            self._slip,
            _row(
                _button("撕下", lambda: printer.tear_off() and None),
                _button("取出纸", printer.take_paper_out),
                _button("装上纸", printer.put_paper_in),
                _button("不应答", printer.fall_silent),
                _button("应答", printer.speak_again),
            ),
        )

    def _pages(self) -> QGroupBox:
        printer = self._machine.page_printer
        return _box(
            "A4打印",
            self._sheet,
            _row(
                _button("取出纸", printer.take_paper_out),
                _button("装上纸", printer.put_paper_in),
                _button("卡纸", printer.jam),
                _button("取出卡纸", printer.clear_jam),
            ),
        )

    def _reviewing(self) -> QGroupBox:
        def at_office(what: Callable[[str], str]) -> Callable[[], None]:
            def act() -> None:
                chosen = self._cases.currentData()
                self._said.setText(what(chosen) if chosen else "还没有办件")

            return act

        return _box(
            "省平台审批",
            self._cases,
            _row(
                _button("受理", at_office(self._office.accept)),
                _button("要求补正", at_office(self._office.ask_corrections)),
                _button("办结并出件", at_office(self._office.decide)),
            ),
            self._said,
        )


class _Picture(QLabel):
    """A paper that came out, or words while there is none."""

    def __init__(self, empty: str) -> None:
        super().__init__(empty)
        self._empty = empty
        self._shown = b""
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def show_png(self, png: bytes) -> None:
        """The picture, scaled to the panel's width; nothing: the words."""
        if png == self._shown:
            return
        self._shown = png
        if not png:
            self.setText(self._empty)
            return
        pixmap = QPixmap()
        pixmap.loadFromData(png)
        mode = Qt.TransformationMode.SmoothTransformation
        self.setPixmap(pixmap.scaledToWidth(PICTURE_WIDTH, mode))


def _button(words: str, act: Callable[[], object]) -> QPushButton:
    button = QPushButton(words)
    button.clicked.connect(lambda _checked=False: act())
    return button


def _row(*widgets: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        layout.addWidget(widget)
    return row


def _box(title: str, *widgets: QWidget) -> QGroupBox:
    box = QGroupBox(title)
    layout = QVBoxLayout(box)
    for widget in widgets:
        layout.addWidget(widget)
    return box

"""One line for each thing that is looked at."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.page_printer.api import SpoolRisk
from devices.page_printer.simulated_printer import SimulatedPagePrinter
from kiosk.catalog.load_catalog import packaged_catalog_file
from kiosk.doctor import Patient, examine, holidays_finding, spool_finding
from kiosk.domain.fault import Fault
from kiosk.domain.finding import Finding
from kiosk.domain.working_days import PACKAGED
from offline_store.api import Store
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import open_store
from offline_store.store_folder import StoreFolder
from sync.http_gateway import HttpGateway
from tests.counterparts.village import confirmed
from ui.finding_words import finding_line, finding_words, topic_words
from ui.texts import Texts

TEXTS = Texts()
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


@dataclass
class Practice:
    """A healthy patient to spoil."""

    folder: Path
    reader: SimulatedIdentityReader = field(default_factory=SimulatedIdentityReader)

    def store(self) -> Store:
        """Opens the real store."""
        return open_store(self.folder / "store", FileKey(self.folder / "store" / "store.key"))

    def patient(self) -> Patient:
        """Nobody listens where the gateway should be."""
        return Patient(
            devices=(("id_card", self.reader), ("camera", None)),
            page_printer=None,
            open_store=self.store,
            folder=self.folder / "store",
            gateway=HttpGateway(
                "http://127.0.0.1:9", terminal_id="t", token="x", gateway_key=bytes(32)
            ),
            gateway_time=lambda: NOW,
            can_read=True,
            can_seal=True,
            catalog=packaged_catalog_file(),
            now=lambda: NOW,
        )


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return Practice(tmp_path)


def found(patient: Patient) -> dict[str, Finding]:
    return {topic_words(finding, TEXTS): finding for finding in examine(patient)}


def words_of(finding: Finding) -> str:
    return finding_words(finding, TEXTS)


def test_every_part_gets_one_line(practice: Practice) -> None:
    findings = found(practice.patient())
    assert list(findings) == [
        *(
            "读卡器",
            "高拍仪",
            "存储",
            "待上传",
            "放假安排",
            "时钟",
            "磁盘",
            "网关",
            "认字",
            "好差评",
            "事项目录",
            "打印模板",
        )
    ]
    assert words_of(findings["待上传"]) == "等着上传 0 件，最近联系上网关：还没有过"
    assert not findings["网关"].fine
    assert Fault.GATEWAY_DOWN.value in words_of(findings["网关"])
    assert not findings["放假安排"].fine  # in November nobody has told the days of 2027
    assert all(f.fine for name, f in findings.items() if name not in ("网关", "放假安排"))


def test_what_the_print_service_should_forget_is_told_with_what_to_do(practice: Practice) -> None:
    printer = SimulatedPagePrinter()
    patient = replace(practice.patient(), page_printer=printer)
    assert found(patient)["打印服务"].fine
    printer.remember(True)
    finding = found(patient)["打印服务"]
    assert not finding.fine
    assert "再打一次" in words_of(finding)
    assert "printing/install" in words_of(finding)


@pytest.mark.parametrize("language", ["zh_CN", "ko_CN", "en"])
def test_every_risk_of_the_print_service_has_words(language: str) -> None:
    finding = spool_finding(tuple(SpoolRisk), kept=3)
    assert not finding.fine
    assert "3" in finding_words(finding, Texts(language))
    assert "printing/install" in finding_words(finding, Texts(language))
    assert "install" not in finding_words(spool_finding(()), Texts(language))


def test_a_terminal_that_reads_no_print_says_so_and_is_well(practice: Practice) -> None:
    assert "已安装" in words_of(found(practice.patient())["认字"])
    finding = found(replace(practice.patient(), can_read=False))["认字"]
    assert finding.fine
    assert "doorstep-kiosk[reading]" in words_of(finding)


def test_without_the_key_to_seal_them_there_are_no_evaluations(practice: Practice) -> None:
    finding = found(replace(practice.patient(), can_seal=False))["好差评"]
    assert not finding.fine
    assert "gateway.sealing_key" in words_of(finding)


def test_an_unplugged_reader_is_told(practice: Practice) -> None:
    practice.reader.unplug()
    finding = found(practice.patient())["读卡器"]
    assert not finding.fine
    assert "R01" in words_of(finding)


@pytest.mark.parametrize(
    "clock", [lambda: datetime(2000, 1, 1, tzinfo=UTC), lambda: NOW + timedelta(hours=1)]
)
def test_a_wrong_clock_is_told(practice: Practice, clock: Callable[[], datetime]) -> None:
    assert not found(replace(practice.patient(), now=clock))["时钟"].fine


def test_what_waits_and_what_was_set_aside_is_told(practice: Practice) -> None:
    store = open_store(practice.folder / "store", FileKey(practice.folder / "store" / "store.key"))
    first, _ = confirmed(store, 1), confirmed(store, 2)
    store.set_aside(first.case_id, "case: no", now=NOW)
    store.close()
    finding = found(practice.patient())["待上传"]
    assert not finding.fine
    assert "等着上传 1 件，最早 2026-" in words_of(finding)
    assert "没收下 1 件" in words_of(finding)


def test_a_damaged_store_is_told(practice: Practice) -> None:
    practice.store().close()
    (practice.folder / "store" / "doorstep.db").write_bytes(b"not a database" * 500)
    finding = found(practice.patient())["存储"]
    assert not finding.fine
    assert "S0" in words_of(finding)


def test_a_running_terminal_is_told_plainly_and_is_no_trouble(practice: Practice) -> None:
    folder = practice.folder / "store"
    key = FileKey(folder / "store.key")
    terminal = StoreFolder(folder, key, program="kiosk run")
    patient = replace(
        practice.patient(),
        open_store=lambda: StoreFolder(folder, key, program="kiosk doctor").open(),
    )
    finding = found(patient)["存储"]
    terminal.close()
    assert finding.fine
    assert "终端正在运行" in words_of(finding)
    assert f"process {os.getpid()} (kiosk run)" in words_of(finding)


def test_a_bad_catalogue_is_told_with_its_line(practice: Practice) -> None:
    bad = packaged_catalog_file().replace(b'"type": "mobile"', b'"type": "mobil"', 1)
    finding = found(replace(practice.patient(), catalog=bad))["事项目录"]
    assert not finding.fine
    assert "line" in words_of(finding)


def test_staff_who_read_english_hear_the_same(practice: Practice) -> None:
    english = Texts("en")
    lines = [finding_line(finding, english) for finding in examine(practice.patient())]
    assert lines[0].startswith("fine  Card reader: ")
    assert "0 cases wait, gateway never heard yet" in "\n".join(lines)
    assert not any("\u4e00" <= character <= "\u9fff" for line in lines for character in line)


@pytest.mark.parametrize(("day", "fine"), [(date(2026, 10, 31), True), (date(2026, 11, 5), False)])
def test_holidays_that_are_not_told_yet_are_told_in_time(day: date, fine: bool) -> None:
    noon = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    finding = holidays_finding(PACKAGED, noon)
    assert finding.fine is fine
    assert ("2027" in words_of(finding)) is not fine

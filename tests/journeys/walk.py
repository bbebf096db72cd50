"""Walks the main job as a resident would: real pages, real drivers, real counterparts."""

import contextlib
import json
import re
import subprocess
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLineEdit

from devices.page_printer.preview import first_page_png
from kiosk.app import RunningTerminal, gateway_for, make_application
from kiosk.domain.case import Case, CaseState
from kiosk.drivers import drivers_for
from tests.counterparts.display import VirtualDisplay
from tests.journeys.person import Person
from tests.journeys.surroundings import APPLICANT, Surroundings, surroundings
from ui.widgets.signature_pad import SignaturePad

MEMORY = Path("/dev/shm")  # noqa: S108 - where the screen keyboard keeps what it needs
OF_OTHERS = re.compile(
    r"^/(proc|sys)/|/doorstep-cups|/doorstep-journey-[^/]+/gateway/|/__pycache__/|/\.git/"
)
ITEM = "城乡居民基本养老保险参保登记"
TIMES_LAID = 3
CARD_WAIT = 8.0  # seconds a person keeps still
STROKES = [
    [(0.20, 0.30), (0.30, 0.25), (0.40, 0.35), (0.30, 0.60), (0.22, 0.75)],
    [(0.45, 0.25), (0.47, 0.50), (0.50, 0.78)],
    [(0.55, 0.40), (0.65, 0.38), (0.75, 0.45), (0.66, 0.70), (0.58, 0.72)],
]


def walk_journey(out: Path, *, offline: bool, card: str, size: str) -> int:
    """The whole main job; pictures, slip, A4 page and journey.json go to `out`. 0 when all is well.

    Offline: the gateway starts only after the resident has left.
    """
    out.mkdir(parents=True, exist_ok=True)
    for old in out.iterdir():
        if old.suffix in (".png", ".json", ".pdf", ".bin"):
            old.unlink()
    screen = QSize(*(int(side) for side in size.split("x")))
    report: dict[str, object] = {"offline": offline, "card": card, "size": size}
    with VirtualDisplay(screen.width(), screen.height()), surroundings(card=card) as around:
        application = make_application()
        if not offline:
            around.gateway.start()
        gateway = gateway_for(around.settings)
        terminal = RunningTerminal(
            around.settings,
            drivers_for(around.settings.devices),
            gateway,
            interrupt_gateway=gateway.interrupt,
            size=screen,
        )
        terminal.window.show()
        terminal.start()
        try:
            fine = _walk(Person(terminal.window, out), around, terminal, report)
        finally:
            terminal.stop()
            application.shutdown()
    (out / "journey.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    return 0 if fine else 1


def _walk(
    person: Person, around: Surroundings, terminal: RunningTerminal, report: dict[str, object]
) -> bool:
    offline = bool(report["offline"])
    case = _apply(person, around, terminal, offline=offline)
    _keep_slip(around, person.out, report)
    if offline:
        _progress_offline(person, around)
        around.gateway.start()
        terminal.sync.send_soon()
    case = person.wait_for(lambda: _with_number(terminal, case), "the case's official number")
    _issue(around, case)
    terminal.sync.send_soon()
    _wait_for_state(person, terminal, case, CaseState.DECIDED)
    _print_result(person, around)
    _keep_sheet(around, person.out, report)
    return _settle(report, person, around, terminal.store.case(case.case_id))


def _apply(
    person: Person, around: Surroundings, terminal: RunningTerminal, *, offline: bool
) -> Case:
    person.see("轻触屏幕")
    person.see("未联网" if offline else "已联网")
    person.shot("standby")
    person.touch("办事")
    person.shot("home")
    person.touch("社会保险")
    person.shot("items")
    person.touch(ITEM)
    person.shot("guide")
    person.touch("我要办理")
    person.shot("read-card")
    _lay_card(person, around, "请填写下面的内容")
    person.shot("form-from-card")
    _fill_form(person)
    person.shot("form-filled")
    person.touch("下一步")
    _photograph(person)
    person.touch("下一步")
    pad = person.wait_for(
        lambda: person.visible(SignaturePad),
        "the place to sign",
    )
    person.draw(pad, STROKES)
    person.shot("signed")
    person.touch("下一步")
    person.shot("review")
    person.touch("确认提交")
    person.see("提交好了，已安全保存")
    case = terminal.store.cases_of(APPLICANT.number)[0]
    person.shot("done-saved")
    person.see("小票打好了")
    person.shot("done-printed")
    person.touch("完成")
    person.touch("不评价，结束")  # the evaluation comes by itself and is voluntary
    person.see("轻触屏幕")
    return case


def _lay_card(person: Person, around: Surroundings, words: str) -> None:
    """Lay the card until the page shows it; like a person, lift it and lay it again if need be."""
    for _ in range(TIMES_LAID):
        around.cards.lay(APPLICANT)
        if person.comes_to_see(words, seconds=CARD_WAIT):
            break
        around.cards.lift()
        person.pause(1.0)
    person.see(words)
    around.cards.lift()


def _fill_form(person: Person) -> None:
    if person.sees("户籍地址") and not person.sees(APPLICANT.address[:6]):
        # A social security card has neither address nor validity: they are asked.
        line = person.wait_for(lambda: person.visible(QLineEdit), "a line to write in")
        person.write(line, APPLICANT.address)
        person.touch("长期有效")
    person.touch("点这里填写")
    person.type_digits("13800138000")
    person.touch("农业")
    person.touch("500元/年")
    person.touch("我看清楚了")


def _photograph(person: Person) -> None:
    person.see("看到了，请别动")
    person.shot("materials-live")
    person.touch("拍照")
    person.see("已拍 1 页")
    person.shot("materials-taken")


def _progress_offline(person: Person, around: Surroundings) -> None:
    person.touch("查进度")
    _lay_card(person, around, ITEM)
    person.shot("progress-offline")
    person.touch("结束")
    person.see("轻触屏幕")


def _with_number(terminal: RunningTerminal, case: Case) -> Case | None:
    now = terminal.store.case(case.case_id)
    return now if now.official_number else None


def _issue(around: Surroundings, case: Case) -> None:
    around.gateway.review("accept", case.case_id)
    around.gateway.issue("authority")
    around.gateway.issue("proof", case.case_id, "--kind", "insured", "--specimen")


def _wait_for_state(
    person: Person, terminal: RunningTerminal, case: Case, state: CaseState
) -> None:
    def reached() -> bool:
        terminal.sync.send_soon()
        return terminal.store.case(case.case_id).state is state

    person.wait_for(reached, f"the state {state}")


def _print_result(person: Person, around: Surroundings) -> None:
    person.touch("查进度")
    person.shot("progress-identify")
    _lay_card(person, around, ITEM)
    person.shot("progress-cases")
    person.touch(ITEM)
    person.see("办结")
    person.shot("progress-case")
    person.touch("查看并打印")
    person.see("证明已查验，可以打印")
    person.shot("certificate")
    person.touch("打印证明")
    person.wait_for(around.sheets.printed_files, "the sheet in the tray")
    person.see("打好了，请拿走")
    person.shot("certificate-printed")
    person.touch("结束")
    person.see("轻触屏幕")


def _keep_slip(around: Surroundings, out: Path, report: dict[str, object]) -> None:
    (job,) = around.slips.jobs
    (out / "receipt.bin").write_bytes(job.raw)
    job.picture().save(out / "receipt.png")
    report["receipt_bytes"] = len(job.raw)


def _keep_sheet(around: Surroundings, out: Path, report: dict[str, object]) -> None:
    (printed,) = around.sheets.printed_files()
    pdf = printed.read_bytes()
    (out / "printed.pdf").write_bytes(pdf)
    (out / "printed.png").write_bytes(first_page_png(pdf, dpi=100))
    report["printed_bytes"] = len(pdf)


def _settle(report: dict[str, object], person: Person, around: Surroundings, case: Case) -> bool:
    """What the gateway holds in the end, compared with what the terminal took in."""
    held = around.gateway.review("list", "--all")
    (shown,) = around.gateway.review("show", case.case_id)
    scanned = sorted([page.sha256 for page in case.pages] + _signature(case))
    at_gateway = sorted(shown["page_hashes"])
    readable = readable_files(person.out, person.began)
    fine = len(held) == 1 and scanned == at_gateway and not readable
    report |= {
        "fine": fine,
        "case_id": case.case_id,
        "receipt_number": case.receipt_number,
        "official_number": case.official_number,
        "state": case.state.value,
        "scanned_page_hashes": scanned,
        "gateway": {"cases": len(held), "page_hashes": at_gateway},
        "readable_on_disk": readable,
        "steps": person.steps,
        "finished": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
    }
    return fine


def readable_files(out: Path, since: float) -> list[str]:
    """Files written since that moment in which the resident's name, number or address can be read.

    Looks through the whole root file system and the memory that the screen keyboard uses, except
    where others write on purpose: the pictures in `out`, the gateway, the print service.
    """
    secrets = [
        text.encode(encoding)
        for text in (APPLICANT.name, APPLICANT.number, APPLICANT.address)
        for encoding in ("utf-8", "utf-16-le", "gb18030")
    ]
    places = ["/", str(MEMORY), tempfile.gettempdir()]
    found = subprocess.run(
        ["find", *places, "-xdev", "-type", "f", "-newermt", f"@{since:.0f}", "-size", "-64M"],
        check=False,  # files that vanish meanwhile are no trouble
        capture_output=True,
        text=True,
    )
    readable = set()
    for name in found.stdout.splitlines():
        if OF_OTHERS.search(name) or name.startswith(str(out.resolve())):
            continue
        with contextlib.suppress(OSError):
            content = Path(name).read_bytes()
            if any(secret in content for secret in secrets):
                readable.add(name)
    return sorted(readable)


def _signature(case: Case) -> list[str]:
    return [case.signature.sha256] if case.signature else []

"""Requests to a gateway, made beforehand, and the small C program that sends them."""

import os
import random
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import msgspec
from uuid6 import uuid7

from kiosk.catalog.load_catalog import load_catalog, packaged_catalog_file
from kiosk.domain.answers import cell_kind
from kiosk.domain.case import Case, CaseId
from kiosk.domain.page import PageRef
from kiosk.domain.service_item import STANDARD_COLUMNS, FieldType, ServiceItem
from sync import batch, pieces, wire
from sync.gateway.checks import CaseChecks
from sync.packing import packed
from tests.counterparts.sample_cases import NOON
from tests.counterparts.sample_forms import FIRST, LAST, sample_forms
from tests.counterparts.village import picture

BUILD: Final = Path("build/bench")
PAGES: Final = 4
PAGE: Final = 200_000  # bytes
FORM: Final = 3500  # bytes of JSON (reference/sync.md section 1: 3,484)
REMARK: Final = 25 * 3 + 14  # bytes of one more answer
DIFFERENT_FORMS: Final = 340  # 20 of each item; they come again under other ids


def program() -> Path:
    """load.c, compiled. Needs gcc."""
    BUILD.mkdir(parents=True, exist_ok=True)
    made, source = BUILD / "load", Path(__file__).with_name("load.c")
    subprocess.run(["gcc", "-O2", "-pthread", "-o", str(made), str(source)], check=True)
    return made


def catalog_file() -> bytes:
    """The packaged catalogue, but nothing has to be photographed: forms alone are then in order."""
    file = msgspec.json.decode(packaged_catalog_file())
    for item in file["items"]:
        for material in item["materials"]:
            material["is_need"]["code"] = "3"  # 容缺后补
    return msgspec.json.encode(file)


@dataclass(frozen=True, slots=True)
class Terminal:
    """Who sends, over one connection."""

    terminal_id: str
    token: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What one run showed. Waits are milliseconds of single requests."""

    count: int  # of cases
    seconds: float
    median_wait: float
    longest_wait: float  # 99th percentile

    @property
    def rate(self) -> float:
        """Cases per second."""
        return self.count / self.seconds


@dataclass(frozen=True, slots=True)
class Plan:
    """Requests in their order, each with its connection, and the cases they carry."""

    requests: tuple[tuple[int, bytes], ...]
    cases: int


class Forms:
    """Cases that a gateway takes, each under an id of its own."""

    def __init__(self, seed: int) -> None:
        catalog = load_catalog(catalog_file())
        chance, checks = random.Random(seed), CaseChecks(catalog)
        self._some = []
        for number, case in enumerate(sample_forms(DIFFERENT_FORMS, seed=seed)):
            made = replace(
                case,
                catalog_version=catalog.version,
                confirmed_at=NOON,
                receipt_number=f"{number:08d}",
                answers=_answers(case, catalog.item(case.item_code), chance),
            )
            assert checks.reasons_against(wire.text_of(made)) == ()
            self._some.append(made)
        self._materials = {item.code: item.materials[0].key for item in catalog}

    def take(self, count: int) -> list[Case]:
        """So many without pages."""
        return [
            replace(case, case_id=CaseId(str(uuid7()))) for case in islice(cycle(self._some), count)
        ]

    def take_with_pages(self, count: int) -> list[tuple[Case, list[bytes]]]:
        """So many with four pages, all different: a JPEG, and noise behind its end."""
        head = picture(1, side=64).jpeg
        made = []
        for case in self.take(count):
            material = self._materials[case.item_code]
            contents = [head + os.urandom(PAGE - len(head)) for _ in range(PAGES)]
            pages = tuple(PageRef(wire.hash_of(one), material, PAGE) for one in contents)
            made.append((replace(case, pages=pages), contents))
        return made


def with_pages(
    cases: Sequence[tuple[Case, list[bytes]]], terminals: Sequence[Terminal], *, put: bool = False
) -> Plan:
    """Two requests a case: its text, then its pages with the case asked for.

    `put`: the same bodies as files for a web server to keep.
    """
    requests = []
    for number, (case, contents) in enumerate(cases):
        lane = number % len(terminals)
        text = wire.text_of(case)
        asked = pieces.Asked((pieces.Ask(text.case_id, wire.fingerprint(text)),))
        some = [
            pieces.Piece(page.sha256, page.size, 0, content)
            for page, content in zip(case.pages, contents, strict=True)
        ]
        body = b"".join(pieces.body_of(asked, some))
        frame, claimed = _frame([wire.canonical(text)])
        if put:
            requests.append((lane, _request("PUT", f"/{case.case_id}.text", frame)))
            requests.append((lane, _request("PUT", f"/{case.case_id}.pages", body)))
        else:
            who = _who(terminals[lane])
            requests.append((lane, _texts(who, frame, claimed)))
            kind = f"Content-Type: {pieces.PIECES}\r\n{wire.RATE_HEADER}: 1000000\r\n"
            requests.append((lane, _request("POST", "/v1/pages", body, who + kind)))
    return Plan(tuple(requests), len(cases))


def forms_alone(cases: Sequence[Case], terminals: Sequence[Terminal], *, together: int) -> Plan:
    """So many forms in each request."""
    texts = [wire.canonical(wire.text_of(case)) for case in cases]
    requests = []
    for number, start in enumerate(range(0, len(texts), together)):
        lane = number % len(terminals)
        frame, claimed = _frame(texts[start : start + together])
        requests.append((lane, _texts(_who(terminals[lane]), frame, claimed)))
    return Plan(tuple(requests), len(cases))


def send(load: Path, port: int, plan: Plan, *, word: str = "") -> Sent:
    """Send all of it. Raises AssertionError unless every answer was a good one.

    `word`: what stands in the answer to every request with pages.
    """
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        content, lines = Path(folder) / "content", Path(folder) / "plan"
        with content.open("wb") as file, lines.open("w") as listed:
            at = 0
            for lane, request in plan.requests:
                file.write(request)
                listed.write(f"{lane} {at} {len(request)}\n")
                at += len(request)
        told = subprocess.run(
            [str(load), str(port), str(lines), str(content), word],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
    seconds, failed, median, longest = (float(one) for one in told)
    assert not failed, f"{failed:.0f} requests failed"
    return Sent(plan.cases, seconds, median, longest)


def _answers(case: Case, item: ServiceItem, chance: random.Random) -> dict[str, str]:
    """The same with tables in order, and with so many remarks that the form has its usual size."""
    answers = dict(case.answers)
    for question in item.questions():
        if question.type is FieldType.TABLE:
            columns = question.columns or STANDARD_COLUMNS
            answers[question.key] = "\t".join(
                case.applicant_number if cell_kind(one) is FieldType.ID_NUMBER else "12"
                for one in columns
            )
    missing = FORM - len(wire.canonical(wire.text_of(replace(case, answers=answers))))
    for number in range(max(0, missing) // REMARK):
        words = "".join(chr(chance.randint(FIRST, LAST)) for _ in range(25))
        answers[f"remark{number:02d}"] = words
    return answers


def _frame(texts: Iterable[bytes]) -> tuple[bytes, str]:
    content = batch.together(list(texts))
    return packed(content), wire.hash_of(content)


def _who(terminal: Terminal) -> str:
    return (
        f"User-Agent: doorstep\r\nAuthorization: Bearer {terminal.token}\r\n"
        f"{wire.TERMINAL_HEADER}: {terminal.terminal_id}\r\n"
    )


def _texts(who: str, frame: bytes, claimed: str) -> bytes:
    kind = f"Content-Type: {batch.BATCH}\r\n{wire.FINGERPRINT_HEADER}: {claimed}\r\n"
    return _request("POST", "/v1/cases", frame, who + kind)


def _request(method: str, path: str, body: bytes, headers: str = "") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

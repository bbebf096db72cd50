"""Reads a list of home visits 上门服务 as an office keeps it: JSON, or a table saved as CSV."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from kiosk.domain import answers
from kiosk.domain.service_item import FieldType
from sync import wire

# The headings of a table, and the fields they are.
HEADINGS: Final[Mapping[str, str]] = {
    "编号": "visit_id",
    "姓名": "name",
    "证件号码": "number",
    "身份证号": "number",
    "电话": "phone",
    "地址": "address",
    "事项编码": "item_code",
    "日期": "wanted_on",
    "备注": "note",
}
WORDS: Final[Mapping[str, str]] = {field: word for word, field in reversed(list(HEADINGS.items()))}
NEEDED: Final = ("name", "address")


class WrongList(ValueError):
    """The list cannot be used; the text says where and why, and quotes nothing of it."""


def visits_in(file: Path) -> list[wire.VisitEntry]:
    """Every visit in the file. Raises WrongList for the first that is wrong, OSError."""
    content = file.read_bytes()
    rows = _json_rows(content) if file.suffix.lower() == ".json" else _csv_rows(content)
    visits = [visit_of(row, f"第 {line} 行") for line, row in rows]
    if not visits:
        raise WrongList("里面一条也没有")
    return visits


def visit_of(row: Mapping[str, Any], where: str) -> wire.VisitEntry:
    """One visit. Raises WrongList, which says `where`."""
    given = {key: str(value).strip() for key, value in row.items() if value not in (None, "")}
    if unknown := set(given) - {"visit_id", *WORDS}:
        raise WrongList(f"{where}：不认识这一栏（{len(unknown)} 栏）")
    for field in NEEDED:
        if not given.get(field):
            raise WrongList(f"{where}：没有填{WORDS[field]}")
    is_number, _ = answers.CHECKS[FieldType.ID_NUMBER]
    if given.get("number") and not is_number(given["number"]):
        raise WrongList(f"{where}：{WORDS['number']}有误（校验码不符）")
    try:
        wanted = date.fromisoformat(given.pop("wanted_on")) if "wanted_on" in given else None
    except ValueError:
        raise WrongList(f"{where}：{WORDS['wanted_on']}应写成 2026-03-05 这样") from None
    return wire.VisitEntry(**{"visit_id": "", **given}, wanted_on=wanted)


def _json_rows(content: bytes) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        read = msgspec.json.decode(content, type=list[dict[str, str | None]])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise WrongList("不是 JSON 列表，或其中有的不是文字") from None
    yield from enumerate(read, start=1)


def _csv_rows(content: bytes) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Tables come in UTF-8 or, from Chinese offices' programs, in GB 18030."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise WrongList("文字编码不对，请另存为 UTF-8 的 CSV") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    for row in reader:
        if None in row:
            raise WrongList(f"第 {reader.line_num} 行：栏数比表头多")
        yield (
            reader.line_num,
            {HEADINGS.get(heading.strip(), heading.strip()): row[heading] for heading in row},
        )

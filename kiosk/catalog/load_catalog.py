"""Turns a catalogue file into service items, or says item, field and line of what is wrong."""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from kiosk.catalog.complaints import CatalogError, Complaint, Lines
from kiosk.catalog.file_format import CatalogFile, FieldRow, ItemRow, Limit, MaterialRow
from kiosk.catalog.guide_rule import AGENT_FIELD, beyond_the_guide, is_agents
from kiosk.domain.guide import Contact, Depth, Guide
from kiosk.domain.service_item import (
    HANDLING_REGION,
    Capture,
    FieldSource,
    FieldType,
    FormField,
    Letter,
    Material,
    Need,
    OfflineMode,
    ServiceCatalog,
    ServiceItem,
    ShownWhen,
)

Path = tuple[str | int, ...]
MSGSPEC_PATH: Final = re.compile(r" - at `\$(?P<path>[^`]*)`")
PATH_PART: Final = re.compile(r"\.(?P<key>\w+)|\[(?P<index>\d+|\.\.\.)\]")
LONG_TEXT: Final = 2000
REGION_LABEL: Final = "在哪里办理"


def packaged_catalog_file() -> bytes:
    """The illustrative catalogue that comes with the program."""
    return (files("kiosk.catalog") / "village_items.json").read_bytes()


@cache
def packaged_catalog() -> ServiceCatalog:
    """The illustrative catalogue, loaded once: it never changes while the program runs."""
    return load_catalog(packaged_catalog_file())


def load_catalog(content: bytes) -> ServiceCatalog:
    """The items of a catalogue file; about 10 ms for 20 items.

    Raises CatalogError with every complaint: unreadable, wrong types, unknown codes, codes used
    twice, and anything required that the guide does not have (T-12 of reference/domain.md).
    """
    try:
        file = msgspec.json.decode(content, type=CatalogFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CatalogError([_unreadable(content, error)]) from error
    problems = [problem for i, row in enumerate(file.items) for problem in _problems(file, i, row)]
    problems += _doubles(file)
    if problems:
        lines = Lines(content)
        raise CatalogError([_complaint(file, lines, path, text) for path, text in problems])
    items = {row.codes.task_handle_item: _item(file, row) for row in file.items}
    return ServiceCatalog(items, version=file.meta.version, notice=file.meta.WARNING)


# -- what may be wrong


def _problems(file: CatalogFile, i: int, row: ItemRow) -> list[tuple[Path, str]]:
    base: Path = ("items", i)
    problems: list[tuple[Path, str]] = []
    if row.terminal.offline.mode not in set(OfflineMode):
        path = (*base, "terminal", "offline", "mode")
        problems.append((path, f"unknown mode {row.terminal.offline.mode!r}"))
    if row.online is not None and row.online.depth not in set(Depth):
        problems.append(((*base, "online", "depth"), f"unknown depth {row.online.depth!r}"))
    if row.letter is not None and row.letter not in set(Letter):
        problems.append(((*base, "letter"), f"unknown letter {row.letter!r}"))
    for j, field in enumerate(row.form_fields):
        problems += _field_problems(file, (*base, "form_fields", j), field)
        problems += _condition_problems(file, (*base, "form_fields", j), row.form_fields[:j], field)
    for j, material in enumerate(row.materials):
        problems += _material_problems((*base, "materials", j), material)
    problems += [((*base, *path), text) for path, text in beyond_the_guide(row)]
    return problems


def _field_problems(file: CatalogFile, base: Path, field: FieldRow) -> list[tuple[Path, str]]:
    problems: list[tuple[Path, str]] = []
    if field.type not in set(FieldType):
        problems.append(((*base, "type"), f"unknown type {field.type!r}"))
    if field.source not in set(FieldSource):
        problems.append(((*base, "source"), f"unknown source {field.source!r}"))
    chosen = field.type in (FieldType.CHOICE, FieldType.MULTICHOICE, FieldType.CODE)
    typed = field.source in (FieldSource.USER, FieldSource.CARD)
    if chosen and typed and not field.options and field.dict not in file.code_sets:
        problems.append((base, f"nothing to choose from: no options, no code set {field.dict!r}"))
    return problems


def _condition_problems(
    file: CatalogFile, base: Path, earlier: tuple[FieldRow, ...], field: FieldRow
) -> list[tuple[Path, str]]:
    """A question may depend only on one before it, and on answers that can be given there."""
    when = field.shown_when
    if when is None:
        return []
    path = (*base, "shown_when")
    named = next((other for other in earlier if other.key == when.field), None)
    if named is None:
        return [(path, f"no earlier field {when.field!r}")]
    wanted = _wanted(field)
    if not wanted:
        return [(path, "neither `equals` nor `in`: it would never be asked")]
    known = {code for code, _ in _options(file, named)}
    strange = sorted(wanted - known) if known else []
    return [(path, f"{when.field} has no answer {answer!r}") for answer in strange]


def _wanted(field: FieldRow) -> frozenset[str]:
    when = field.shown_when
    if when is None:
        return frozenset()
    return frozenset(when.one_of) | ({when.equals} if when.equals is not None else frozenset())


def _options(file: CatalogFile, row: FieldRow) -> tuple[tuple[str, str], ...]:
    if not row.options and row.dict in file.code_sets:
        return tuple(file.code_sets[row.dict].values.items())
    return tuple((option, option) for option in row.options)


def _material_problems(base: Path, material: MaterialRow) -> list[tuple[Path, str]]:
    problems: list[tuple[Path, str]] = []
    if material.is_need.code not in set(Need):
        problems.append(((*base, "is_need"), f"unknown need {material.is_need.code!r}"))
    problems += [
        ((*base, "capture"), f"unknown way to take it in: {way!r}")
        for way in material.capture
        if way not in set(Capture)
    ]
    if not material.capture:
        problems.append(((*base, "capture"), "no way to take it in"))
    if material.page_num < 1:
        problems.append(((*base, "page_num"), "fewer than one page"))
    return problems


def _doubles(file: CatalogFile) -> list[tuple[Path, str]]:
    seen: set[str] = set()
    problems: list[tuple[Path, str]] = []
    for i, row in enumerate(file.items):
        code = row.codes.task_handle_item
        if not code:
            problems.append((("items", i, "codes", "task_handle_item"), "empty code"))
        if code in seen:
            path: Path = ("items", i, "codes", "task_handle_item")
            problems.append((path, f"the code {code} stands for two items"))
        seen.add(code)
        keys = [field.key for field in row.form_fields]
        problems += [
            (("items", i, "form_fields", j), f"the key {key!r} stands twice")
            for j, key in enumerate(keys)
            if key in keys[:j]
        ]
    return problems


def _complaint(file: CatalogFile, lines: Lines, path: Sequence[str | int], text: str) -> Complaint:
    item = file.items[int(path[1])].key
    return Complaint(item, _dotted(path[2:]), lines.of(path), text)


def _unreadable(content: bytes, error: Exception) -> Complaint:
    """msgspec names the path (`$.items[0].form_fields[2].type`), not the line."""
    found = MSGSPEC_PATH.search(str(error))
    if found is None:
        return Complaint("?", "file", 0, str(error))
    path = _exact_path(content, found["path"])
    problem = str(error)[: found.start()]
    item = str(path[1]) if len(path) > 1 else "?"
    return Complaint(item, _dotted(path[2:]), Lines(content).of(path), problem)


def _exact_path(content: bytes, dotted: str) -> Path:
    """Msgspec writes [...] for an element of a list: find the first one that is wrong."""
    parts: list[str | int] = []
    for match in PATH_PART.finditer(dotted):
        if match["key"]:
            parts.append(match["key"])
        elif match["index"] == "...":
            parts.append(_first_wrong(content, parts))
        else:
            parts.append(int(match["index"]))
    return tuple(parts)


def _first_wrong(content: bytes, prefix: Sequence[str | int]) -> int:
    types = {"items": ItemRow, "form_fields": FieldRow, "materials": MaterialRow}
    rows = msgspec.json.decode(content)
    for part in prefix:
        rows = rows[part]
    for i, row in enumerate(rows):
        try:
            msgspec.convert(row, types.get(str(prefix[-1]), object))
        except msgspec.ValidationError:
            return i
    return 0


def _dotted(path: Sequence[str | int]) -> str:
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".") or "item"


# -- building


def _item(file: CatalogFile, row: ItemRow) -> ServiceItem:
    return ServiceItem(
        code=row.codes.task_handle_item,
        key=row.key,
        title=row.task_name,
        title_ko=row.task_name_ko_draft,
        theme=row.theme,
        aliases=row.aliases,
        guide=_guide(row),
        fields=(*_region(row), *(_field(file, field) for field in row.form_fields)),
        materials=tuple(_material(i, m) for i, m in enumerate(row.materials, 1)),
        self_service=row.terminal.self_service,
        offline=OfflineMode(row.terminal.offline.mode),
        illustrative=row.codes.illustrative,
        urgent=row.urgent,
        life_events=row.life_events,
        persons=row.persons,
        letter=None if row.letter is None else Letter(row.letter),
        second_person=row.terminal.second_person,
        result_for_holder_only=row.result.for_holder_only,
    )


def _region(row: ItemRow) -> tuple[FormField, ...]:
    """Where more than one place may handle the item, people choose (T-23)."""
    if len(row.regions) < 2:  # noqa: PLR2004
        return ()
    return (
        FormField(
            key=HANDLING_REGION,
            label=REGION_LABEL,
            type=FieldType.CODE,
            source=FieldSource.TERMINAL,
            required=True,
            options=tuple((region.code, region.name) for region in row.regions),
        ),
    )


def _guide(row: ItemRow) -> Guide:
    return Guide(
        department=row.department.name,
        conditions=row.accept_condition,
        legal_basis=tuple(f"《{law.name}》{law.clause}" for law in row.by_law),
        flow=tuple((step.step, step.action) for step in row.handle_flow),
        fee=row.fee.basis,
        statutory_limit=_limit(row.time_limit.anticipate),
        promised_limit=_limit(row.time_limit.promise),
        result=row.result.name,
        notes=row.notes,
        place=row.department.handled_at,
        hours=row.department.hours,
        fee_basis=row.fee.legal_basis,
        fee_reduction=row.fee.reduction,
        consult=tuple(Contact(line.name, line.phone) for line in row.consult),
        complain=tuple(Contact(line.name, line.phone) for line in row.complain),
        visits=None if row.visits is None else row.visits.value,
        depth=None if row.online is None else Depth(row.online.depth),
        online_url="" if row.online is None else row.online.url,
    )


def _limit(limit: Limit | None) -> str:
    if limit is None or limit.value is None:
        return ""
    if limit.value == 0:
        return "即时办结"
    return f"{limit.value:g}个{limit.unit or '工作日'}"


def _field(file: CatalogFile, row: FieldRow) -> FormField:
    options = _options(file, row)
    long = row.type in (FieldType.TABLE, FieldType.TEXTAREA)
    return FormField(
        key=row.key,
        label=row.label,
        type=FieldType(row.type),
        source=FieldSource(row.source),
        required=row.required,
        options=options,
        columns=row.columns,
        max_length=max(row.maxlen, LONG_TEXT) if long else row.maxlen,
        sensitive=row.sensitive,
        agent_only=row.key.startswith(AGENT_FIELD),
        note=row.note,
        shown_when=None
        if row.shown_when is None
        else ShownWhen(row.shown_when.field, _wanted(row)),
    )


def _material(number: int, row: MaterialRow) -> Material:
    return Material(
        key=f"m{number}",
        name=row.material_name,
        need=Need(row.is_need.code),
        captures=tuple(Capture(way) for way in row.capture),
        pages=row.page_num,
        form=row.material_type,
        issued_by=row.source_explain,
        exempt_when=row.sharing.exempt_when or "",
        signature=row.signature or "",
        agent_only=is_agents(row),
        note=row.note or "",
        shared=row.sharing.can_share,
        blank_form=Capture.FORM in row.capture,
    )

"""The catalogue file as it is written: names of the national exchange tables, unjudged."""

from msgspec import Struct, field


class Labelled(Struct, frozen=True):
    """A code with its words."""

    code: str
    label: str = ""


class Sharing(Struct, frozen=True):
    """Whether the material can come from shared data instead of the resident."""

    can_share: bool = False
    exempt_when: str | None = None


class MaterialRow(Struct, frozen=True):
    """A row of up_task_..._material."""

    material_name: str
    is_need: Labelled
    capture: tuple[str, ...]
    page_num: int = 1
    material_type: str = ""
    source_explain: str = ""
    signature: str | None = None
    sharing: Sharing = field(default_factory=Sharing)
    note: str | None = None


class FieldRow(Struct, frozen=True):
    """A question of the form."""

    key: str
    label: str
    type: str
    source: str
    required: bool
    options: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    dict: str = ""
    maxlen: int = 200
    sensitive: bool = False
    note: str = ""
    basis: str = ""  # "query": only says what to look up


class LawRow(Struct, frozen=True):
    """设定依据."""

    name: str
    clause: str = ""


class FlowRow(Struct, frozen=True):
    """A step of 办理流程."""

    step: str
    action: str = ""


class Limit(Struct, frozen=True):
    """A number of days; None where the office publishes none."""

    value: int | float | None = None
    unit: str | None = None


class TimeLimit(Struct, frozen=True):
    """办结时限."""

    anticipate: Limit | None = None
    promise: Limit | None = None


class Codes(Struct, frozen=True):
    """Codes of the item; illustrative until the province's are loaded."""

    task_handle_item: str
    illustrative: bool = False


class Fee(Struct, frozen=True):
    """收费."""

    basis: str = ""


class Named(Struct, frozen=True):
    """A department or result."""

    name: str = ""


class Offline(Struct, frozen=True):
    """What may be done without a network."""

    mode: str


class TerminalRow(Struct, frozen=True):
    """What the province lets a terminal do with the item."""

    self_service: bool
    offline: Offline
    second_person: bool = False  # another member of staff approves before anything is sent


class ItemRow(Struct, frozen=True):
    """One item."""

    key: str
    task_name: str
    codes: Codes
    department: Named
    theme: str
    materials: tuple[MaterialRow, ...]
    form_fields: tuple[FieldRow, ...]
    terminal: TerminalRow
    task_name_ko_draft: str = ""
    urgent: bool = False  # its cases are sent before all others
    letter: str | None = None  # a Letter: written to the office, not applied for
    accept_condition: tuple[str, ...] = ()
    by_law: tuple[LawRow, ...] = ()
    handle_flow: tuple[FlowRow, ...] = ()
    fee: Fee = field(default_factory=Fee)
    time_limit: TimeLimit = field(default_factory=TimeLimit)
    result: Named = field(default_factory=Named)
    notes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class CodeSet(Struct, frozen=True):
    """Codes of one dictionary with their words."""

    values: dict[str, str]


class Meta(Struct, frozen=True):
    """The file's own version and warning."""

    version: str
    WARNING: str = ""


class CatalogFile(Struct, frozen=True):
    """The whole file."""

    meta: Meta
    items: tuple[ItemRow, ...]
    code_sets: dict[str, CodeSet] = field(default_factory=dict)

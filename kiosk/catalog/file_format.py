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


class Condition(Struct, frozen=True, rename={"one_of": "in"}):
    """shown_when: the earlier field, and the answers after which this one is asked."""

    field: str
    equals: str | None = None
    one_of: tuple[str, ...] = ()


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
    shown_when: Condition | None = None


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
    legal_basis: str = ""
    reduction: str = ""


class ResultRow(Struct, frozen=True):
    """审批结果. `for_holder_only`: neither an agent nor staff may see it."""

    name: str = ""
    for_holder_only: bool = False


class Named(Struct, frozen=True):
    """A department."""

    name: str = ""
    handled_at: str = ""
    hours: str = ""


class Line(Struct, frozen=True):
    """A telephone line."""

    name: str
    phone: str


class Visits(Struct, frozen=True):
    """到现场次数."""

    value: int


class Online(Struct, frozen=True):
    """网上办理深度 and where."""

    depth: str
    url: str = ""


class RegionRow(Struct, frozen=True):
    """A place that may handle the item."""

    code: str
    name: str


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
    result: ResultRow = field(default_factory=ResultRow)
    notes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    life_events: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    consult: tuple[Line, ...] = ()
    complain: tuple[Line, ...] = ()
    visits: Visits | None = None
    online: Online | None = None
    regions: tuple[RegionRow, ...] = ()


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

"""What can be applied for: a service item 政务服务事项 with its guide, form and materials."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from typing import Final

from kiosk.domain.guide import Guide

# Keys of the questions that the applicant's own card answers, and those that follow from it.
KEYS_OF_CARD: Final = frozenset(
    {
        "applicant_name",
        "applicant_sex",
        "applicant_nation",
        "applicant_birth",
        "applicant_id_no",
        "applicant_id_addr",
        "applicant_id_valid_to",
    }
)
KEYS_OF_SYSTEM: Final = frozenset({"applicant_id_type", "age_band"})
HANDLING_REGION: Final = "handling_region"  # the key of "where shall it be handled"
STANDARD_COLUMNS: Final = ("名称", "金额（元）")  # of a table whose catalogue row names none
ENTRUST: Final = "委托书"
FAMILY_WORDS: Final = "家庭成员"
ADULTS_SIGN: Final = "成年家庭成员"  # how the guide says that every adult of the family signs
OWN_CARD_WORDS: Final = ("申请人", "户主", "本人")  # in brackets: whose card a material is


@unique
class FieldType(StrEnum):
    """How an answer is given and checked. The values are those of the catalogue file."""

    TEXT = "text"
    TEXTAREA = "textarea"
    CODE = "code"  # one of a code set
    CHOICE = "choice"  # one of the options
    MULTICHOICE = "multichoice"  # any of the options, joined by U+3001 、
    DATE = "date"  # YYYY-MM-DD
    DATE_OR_LONG = "date_or_long"  # YYYY-MM-DD or 长期
    YEARMONTH = "yearmonth"  # YYYY-MM
    YEAR = "year"  # YYYY
    ID_NUMBER = "idno"
    MOBILE = "mobile"
    DIVISION = "code12"  # 12-digit division code 区划代码; a village may follow in words
    CONSENT = "consent"  # "yes" or nothing
    NUMBER = "number"
    MONEY = "money"  # yuan with at most two decimals
    TABLE = "table"  # rows separated by newline, cells by tab
    ADDRESS = "address"


@unique
class FieldSource(StrEnum):
    """Where the answer comes from first; whatever the source lacks, the resident types."""

    CARD = "idcard"
    CARD_REPEATED = "idcard_repeat"
    SYSTEM = "system"
    TERMINAL = "terminal"
    DEVICE = "device"
    USER = "user"
    SOCIAL_CARD_OR_USER = "ssc_or_user"
    SHARE = "share"  # fetched by the province from shared data
    OPERATOR = "operator"


@unique
class Need(StrEnum):
    """是否必要, is_need of the national exchange tables."""

    REQUIRED = "1"
    OPTIONAL = "2"
    LATER = "3"  # 容缺后补: may follow later


@unique
class Capture(StrEnum):
    """How the terminal takes a material in."""

    CARD = "idcard_reader"
    SOCIAL_CARD = "ssc_reader"
    PAGE_CAMERA = "camera_a4"
    FACE_CAMERA = "camera_face"
    SCENE_CAMERA = "camera_scene"
    FORM = "form"
    SIGNATURE = "signature_pad"


@unique
class OfflineMode(StrEnum):
    """What may be done without a network."""

    CAPTURE = "capture_and_queue"
    CAPTURE_LIMITED = "capture_and_queue_limited"  # evidence now, result only after upload
    ONLINE_ONLY = "online_only"


@unique
class Letter(StrEnum):
    """What residents write to the office 互动 without applying for anything."""

    CONSULTATION = "consultation"  # 咨询
    APPOINTMENT = "appointment"  # 预约
    COMPLAINT = "complaint"  # 投诉; may be without a name
    SUGGESTION = "suggestion"  # 建议; may be without a name
    EVALUATION = "evaluation"  # 好差评, about one case

    @property
    def may_be_nameless(self) -> bool:
        """True where nobody needs to say who they are."""
        return self in (Letter.COMPLAINT, Letter.SUGGESTION, Letter.EVALUATION)


@dataclass(frozen=True, slots=True)
class ShownWhen:
    """A question that is asked only after one of these answers to an earlier one."""

    key: str  # of the earlier question
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class FormField:
    """One question of the form. `options` are (code, words); a plain choice has equal halves."""

    key: str
    label: str
    type: FieldType
    source: FieldSource
    required: bool
    options: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()  # of a table
    max_length: int = 200
    sensitive: bool = False
    agent_only: bool = False  # asked only when somebody handles the case for the applicant
    note: str = ""
    shown_when: ShownWhen | None = None

    @property
    def asked_of_applicant(self) -> bool:
        """False for what the province, an instrument or the staff fills in, and for an agent's."""
        elsewhere = {FieldSource.SHARE, FieldSource.DEVICE, FieldSource.OPERATOR}
        return not self.agent_only and self.source not in elsewhere


@dataclass(frozen=True, slots=True)
class Material:
    """One row of the guide's list of materials 申请材料."""

    key: str  # m1, m2 ... in the order of the guide
    name: str
    need: Need
    captures: tuple[Capture, ...]
    pages: int  # copies asked for, page_num
    form: str  # 原件, 复印件, 申请表
    issued_by: str = ""
    exempt_when: str = ""  # when it need not be brought, in the guide's words
    signature: str = ""  # who signs, "" for nobody
    agent_only: bool = False
    note: str = ""
    shared: bool = False  # the province can fetch it itself, can_share
    blank_form: bool = False  # the guide has a form for it: what is filled in here

    @property
    def fetched(self) -> bool:
        """True when the office looks for it in shared data, so that nobody must bring it.

        T-14 of reference/domain.md: such a paper is never counted as missing. The office asks for
        it once when it finds nothing. Photographs of a face are taken here whatever is shared.
        """
        return self.shared and Capture.PAGE_CAMERA in self.captures

    @property
    def must_be_brought(self) -> bool:
        """True when the case cannot be confirmed without a picture of it."""
        return self.need is Need.REQUIRED and self.photographed and not self.fetched

    @property
    def photographed(self) -> bool:
        """True when this material is put under the camera and cannot come from a card."""
        by_camera = {Capture.PAGE_CAMERA, Capture.SCENE_CAMERA, Capture.FACE_CAMERA}
        return bool(by_camera & set(self.captures))

    @property
    def replaced_by_card(self) -> bool:
        """True when reading the applicant's identity card stands for this material.

        Not so for the cards of others. The guide says whose they are in brackets at the end,
        居民身份证(全体共同生活家庭成员); without brackets it is the applicant's own.
        """
        own = not self.agent_only and self._owner in ("", *OWN_CARD_WORDS)
        return own and Capture.CARD in self.captures and not self.photographed

    @property
    def signed_by_family(self) -> bool:
        """True when every adult of the family signs it, not the applicant alone."""
        return Capture.SIGNATURE in self.captures and ADULTS_SIGN in self.signature

    @property
    def is_cards_of_family(self) -> bool:
        """True when everybody of the family lays their identity card down."""
        return Capture.CARD in self.captures and FAMILY_WORDS in self._owner

    @property
    def _owner(self) -> str:
        """Whose it is, in the guide's words, "" where the guide does not say."""
        _, opened, owner = self.name.rstrip(")）").replace("（", "(").rpartition("(")
        return owner if opened else ""


@dataclass(frozen=True, slots=True)
class ServiceItem:
    """One item. `code` is the 业务办理项编码 (33 characters in the samples, kept as text)."""

    code: str
    key: str
    title: str
    title_ko: str
    theme: str
    guide: Guide
    aliases: tuple[str, ...] = ()  # what people call it
    fields: tuple[FormField, ...] = ()
    materials: tuple[Material, ...] = ()
    self_service: bool = True  # a resident alone may finish it here
    offline: OfflineMode = OfflineMode.CAPTURE
    illustrative: bool = False  # codes and limits are not the province's
    result_for_holder_only: bool = False  # neither agent nor staff may see what was decided
    urgent: bool = False  # somebody is in need: its cases are sent before all others
    life_events: tuple[str, ...] = ()  # 人生大事 at which people look for it
    persons: tuple[str, ...] = ()  # who looks for it, in people's own words
    letter: Letter | None = None  # what is written to the office rather than applied for
    second_person: bool = False  # another member of staff approves a case before it is sent
    by_agent: bool = False  # see `for_agent`

    @property
    def needs_signature(self) -> bool:
        """True when a material that applies to the applicant is signed on the pad."""
        return any(
            Capture.SIGNATURE in m.captures and not m.agent_only and m.need is Need.REQUIRED
            for m in self.materials
        )

    @property
    def may_be_handled_by_agent(self) -> bool:
        """True when the guide says what an agent 代办人 brings."""
        return self.entrustment is not None

    @property
    def entrustment(self) -> Material | None:
        """授权委托书: what the applicant and the agent sign, None when no agent may come."""
        return next(
            (m for m in self.materials if Capture.SIGNATURE in m.captures and ENTRUST in m.name),
            None,
        )

    @property
    def family_authorisation(self) -> Material | None:
        """授权核查: what every adult of the family signs, None where the guide asks for no such."""
        if self.family_table is None:
            return None
        return next((m for m in self.materials if m.signed_by_family), None)

    @property
    def family_table(self) -> FormField | None:
        """The question that the cards of the family answer, row by row."""
        return next((f for f in self.fields if f.source is FieldSource.CARD_REPEATED), None)

    @property
    def reads_family_cards(self) -> bool:
        """True when the guide asks for the cards of the family; nobody else lays theirs down."""
        return self.family_table is not None and any(m.is_cards_of_family for m in self.materials)

    def for_agent(self) -> "ServiceItem":
        """The item as somebody who acts for the applicant goes through it.

        What the guide asks of an agent is asked then, and only then; since it is what makes the
        agent one, it has to be answered.
        """
        return replace(
            self,
            by_agent=True,
            fields=tuple(
                replace(f, agent_only=False, required=True) if f.agent_only else f
                for f in self.fields
            ),
            materials=tuple(replace(m, agent_only=False) for m in self.materials),
        )

    def own_materials(self) -> tuple[Material, ...]:
        """The materials of a person who applies in person."""
        return tuple(m for m in self.materials if not m.agent_only)

    def pages_to_photograph(self) -> tuple[Material, ...]:
        """Materials that go under the camera when the applicant applies in person."""
        return tuple(m for m in self.own_materials() if m.photographed)

    def questions(self) -> tuple[FormField, ...]:
        """The fields of a person who applies in person, also those that depend on others."""
        return tuple(f for f in self.fields if f.asked_of_applicant)

    def asked(self, answers: Mapping[str, str]) -> tuple[FormField, ...]:
        """The questions that these answers leave open to be asked, in order.

        What depends on a question that is not asked itself is not asked either.
        """
        asked: dict[str, FormField] = {}
        for question in self.questions():
            when = question.shown_when
            if when is None or (when.key in asked and answers.get(when.key) in when.answers):
                asked[question.key] = question
        return tuple(asked.values())

    def without_unasked(self, answers: Mapping[str, str]) -> dict[str, str]:
        """These answers without those to questions that are not asked."""
        asked = {question.key for question in self.asked(answers)}
        hidden = {question.key for question in self.questions()} - asked
        return {key: answer for key, answer in answers.items() if key not in hidden}


class ServiceCatalog:
    """The service items of this site; never changes while a visit runs."""

    def __init__(self, items: Mapping[str, ServiceItem], *, version: str, notice: str = "") -> None:
        self._items = dict(items)
        self.version = version
        self.notice = notice  # shown where the catalogue is a draft

    def __iter__(self) -> Iterator[ServiceItem]:
        """What can be applied for; letters are elsewhere."""
        return (item for item in self._items.values() if item.letter is None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def every(self) -> Iterator[ServiceItem]:
        """Letters too."""
        return iter(self._items.values())

    def letter(self, letter: Letter) -> ServiceItem | None:
        """The item of that kind of letter, or None where the province offers none."""
        return next((item for item in self.every() if item.letter is letter), None)

    def item(self, code: str) -> ServiceItem:
        """The item with that code. Raises KeyError."""
        return self._items[code]

    def urgent(self) -> frozenset[str]:
        """The codes of the items whose cases are sent before all others."""
        return frozenset(code for code, item in self._items.items() if item.urgent)

    def themes(self) -> tuple[str, ...]:
        """Themes in the order of their first item."""
        return tuple(dict.fromkeys(item.theme for item in self))

    def life_events(self) -> tuple[str, ...]:
        """人生大事 in the order of their first item."""
        return tuple(dict.fromkeys(event for item in self for event in item.life_events))

    def persons(self) -> tuple[str, ...]:
        """Kinds of people in the order of their first item."""
        return tuple(dict.fromkeys(person for item in self for person in item.persons))

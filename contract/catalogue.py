"""The shape of a service item, as a terminal embeds it and a centre will send it (fields of GB/T 39046-2020
table 4).
"""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from contract.codes import CaseType, ExerciseLevel, ItemType, ServiceObject
from contract.hours import Hours
from contract.offering import (
    BlankForm,
    Commitment,
    Delivery,
    Fee,
    Frequent,
    Given,
    Joint,
    Note,
    Query,
    Situation,
    Strict,
    Tolerance,
    Value,
    When,
)

DEFAULT_LANGUAGE = "zh-Hans"

Filled = Annotated[str, msgspec.Meta(min_length=1)]
Capability = Literal[
    "ticket_printer",
    "document_printer",
    "code_scanner",
    "smart_card_reader",
    "document_camera",
    "locker",
    "permit_endorser",
    "person_matcher",
]
Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{1,60}$")]
Text = dict[str, Filled]
"""Language tag -> words. `zh-Hans` is always there; another language falls back to it."""


def say(text: Text, language: str) -> str:
    """The words of `text` in `language`, or in Chinese where the item has none."""
    return text.get(language) or text[DEFAULT_LANGUAGE]


class ItemKind(StrEnum):
    """What finishing the item on the terminal gives."""

    NUMBER = "number"
    FILING = "filing"
    QUERY = "query"
    """A department is asked: shown, printed, or done on the spot."""
    GUIDE = "guide"
    """Told here, done elsewhere."""


class Identity(StrEnum):
    """Whether the item needs an identity card."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


class Unit(StrEnum):
    """The unit of a time limit (standards.md 7: a limit always carries its unit)."""

    MINUTE = "minute"
    HALF_WORKING_DAY = "half_working_day"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    CALENDAR_MONTH = "calendar_month"


class FieldKind(StrEnum):
    """How a form field is asked and checked."""

    MOBILE = "mobile"
    CHOICE = "choice"
    SEVERAL = "several"
    NAME = "name"
    ID_NUMBER = "id_number"
    DATE = "date"
    MONEY = "money"
    NUMBER = "number"
    TEXT = "text"
    ADDRESS = "address"
    CODE = "code"
    """Letters and digits: a plate, a contract, an account."""


class TimeLimit(Strict, frozen=True):
    """办结时限."""

    amount: Annotated[int, msgspec.Meta(ge=0, le=400)]
    unit: Unit


class Material(Strict, frozen=True):
    """One paper the item asks for (材料)."""

    name: Text
    required: bool
    code: Value | Literal[""] = ""
    """Its own name; the same code in two items is the same paper (一件事 asks for it once)."""
    main: bool = True
    """主件: without it nothing is accepted. Another may be brought later where the item has `tolerance`."""
    instead: tuple[Literal["card", "licence", "commitment", "department"], ...] = ()
    """What stands for it: the card that was read, a licence on file, a signed commitment, a department's answer."""
    connector: Value | Literal[""] = ""
    """Which department is asked where a licence or its answer stands for the paper."""
    query: Value | Literal[""] = ""
    """And what it is asked."""
    pages: Annotated[int, msgspec.Meta(ge=1, le=50)] = 1
    sample: str = ""
    """The picture of a good one."""
    source: Text = msgspec.field(default_factory=dict)
    """Who issues it."""
    when: When = msgspec.field(default_factory=dict)
    originals: Annotated[int, msgspec.Meta(ge=0, le=99)] = 0
    copies: Annotated[int, msgspec.Meta(ge=0, le=99)] = 0
    note: Text | None = None

    def __post_init__(self) -> None:
        """What is shown is there in Chinese."""
        _need_chinese("name", self.name)
        if self.note is not None:
            _need_chinese("note", self.note)


class Choice(Strict, frozen=True):
    """One answer of a choice field."""

    value: Slug
    label: Text

    def __post_init__(self) -> None:
        """What is shown is there in Chinese."""
        _need_chinese("label", self.label)


class Field(Strict, frozen=True):
    """One question of the form; one page on the screen."""

    key: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
    kind: FieldKind
    label: Text
    question: Text
    why: Text
    optional: bool = False
    choices: tuple[Choice, ...] = ()
    card: Literal["", "name", "id_number", "address", "birth_date", "sex", "ethnic_group"] = ""
    """What the card says of it: offered, never asked again."""
    longest: Annotated[int, msgspec.Meta(ge=1, le=400)] = 60
    least: str = ""
    most: str = ""
    """Bounds of a date, an amount (fen) or a number, in its own writing; `today` for this day."""
    example: Text = msgspec.field(default_factory=dict)
    when: When = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        """A choice field offers something to choose; any other offers nothing. What is shown is there in Chinese."""
        for name in ("label", "question", "why"):
            _need_chinese(name, getattr(self, name))
        if (self.kind in (FieldKind.CHOICE, FieldKind.SEVERAL)) != bool(self.choices):
            message = f"`choices` of field {self.key!r}: a choice field needs at least one, any other field none"
            raise ValueError(message)


class Item(Strict, frozen=True):
    """A service item (事项). One TOML file on the terminal, the same shape from the centre."""

    slug: Slug
    version: Annotated[int, msgspec.Meta(ge=1)]
    effective_from: date
    kind: ItemKind
    title: Text
    summary: Text
    keywords: tuple[Filled, ...]
    icon: Filled
    # GB/T 39046 prints an..24 for 实施编码 while 31 to 33 characters are in use (standards.md 3): both are taken.
    implementation_code: Annotated[str, msgspec.Meta(min_length=1, max_length=36)]
    basic_code: Annotated[str, msgspec.Meta(min_length=1, max_length=12)]
    item_type: ItemType
    exercise_level: ExerciseLevel
    service_objects: tuple[ServiceObject, ...]
    department: Text
    department_code: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$")]
    case_type: CaseType
    depth: Annotated[int, msgspec.Meta(ge=0, le=6)]
    identity: Identity
    queue: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]$")]
    window: Text
    opening_hours: Text
    place: Text
    consultation_phone: Filled
    supervision_phone: Filled
    basis: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    conditions: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    procedure: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    materials: tuple[Material, ...]
    result: Text
    fee: Text
    legal_limit: TimeLimit
    promised_limit: TimeLimit
    tags: tuple[Filled, ...] = ()
    popular: Annotated[int, msgspec.Meta(ge=0)] = 0
    form: tuple[Field, ...] = ()
    promise_calendar_days: Annotated[int, msgspec.Meta(ge=0, le=400)] | None = None
    """Older catalogues carry it; the promise date is computed from `promised_limit` (contract.worktime)."""
    needs: tuple[Capability, ...] = ()
    """The devices of the terminal without which the item cannot be begun, beside the card reader of `identity`."""
    situations: tuple[Situation, ...] = ()
    notes: tuple[Note, ...] = ()
    forms: tuple[BlankForm, ...] = ()
    query: Query | None = None
    delivery: tuple[Delivery, ...] = ()
    post_free: bool = False
    """免费寄送: by post it costs the citizen nothing."""
    digital_certificate: bool = False
    """数字证书 can be asked for with the application, free of charge."""
    results: tuple[Given, ...] = ()
    """证照联办: the licences one application gives; empty where it gives one result."""
    tolerance: Tolerance | None = None
    commitment: Commitment | None = None
    agents: bool = False
    """Somebody may file it for another."""
    reach: tuple[Text, ...] = ()
    """跨城通办: where else it can be done, and what from elsewhere is taken here."""
    joint: Joint | None = None
    fees: tuple[Fee, ...] = ()
    """What may be charged; nothing outside this list can be."""
    booking: bool = False
    """A time can be booked for it."""
    hours: Hours = Hours()
    """When terminal, department and windows serve it; a part without hours never closes it."""
    green: bool = True
    """绿色通道 is offered for its numbers."""
    faq: tuple[Frequent, ...] = ()
    """What is often asked about it."""

    def __post_init__(self) -> None:
        """What a type alone cannot say; each message names the field and the value it wants."""
        for name in ("title", "summary", "department", "window", "opening_hours", "place", "result", "fee"):
            _need_chinese(name, getattr(self, name))
        for name in ("basis", "conditions", "procedure"):
            for text in getattr(self, name):
                _need_chinese(name, text)
        keys = [field.key for field in self.form]
        if len(keys) != len(set(keys)):
            message = "`form`: two fields have the same `key`; give each its own"
            raise ValueError(message)
        if self.kind is ItemKind.QUERY and self.query is None:
            message = "`query`: an item of this kind says what is asked; add [query] with a connector"
            raise ValueError(message)
        if self.kind is ItemKind.NUMBER and self.form:
            message = '`form`: a number item asks nothing; remove the form or make its `kind` "filing"'
            raise ValueError(message)


def _need_chinese(name: str, text: Text) -> None:
    if DEFAULT_LANGUAGE not in text:
        message = f'`{name}`: the Chinese text is missing; add {name} = {{ "{DEFAULT_LANGUAGE}" = "…" }}'
        raise ValueError(message)


_MOBILE = re.compile(r"^1[3-9]\d{9}$")
MOBILE_DIGITS = 11


def is_mobile(digits: str) -> bool:
    """Whether `digits` can be a mainland mobile number (11 digits, first 13 to 19)."""
    return bool(_MOBILE.match(digits))

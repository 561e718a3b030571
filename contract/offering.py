"""The parts of a service item beyond its guide: what is asked before, handed in, queried, promised. Data only.

An item names the parts it has; each kind of service reads its own. `when` everywhere maps the key of a situation to the
answers for which the thing holds; an empty one always holds.
"""

from datetime import date
from typing import Annotated, Literal

import msgspec

Filled = Annotated[str, msgspec.Meta(min_length=1)]
Text = dict[str, Filled]
"""Language tag -> words. `zh-Hans` is always there; another language falls back to it."""
Key = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
Value = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$")]
When = dict[Key, tuple[Value, ...]]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A misspelt key in a service file is an error, not a silently missing line on the screen."""


def holds(when: When, answers: dict[str, str]) -> bool:
    """Whether something with this `when` is there for these answers to the situations."""
    return all(answers.get(key) in values for key, values in when.items())


def need_chinese(name: str, text: Text) -> None:
    """Raises ValueError where the Chinese words are missing."""
    if "zh-Hans" not in text:
        message = f'`{name}`: the Chinese text is missing; add {name} = {{ "zh-Hans" = "…" }}'
        raise ValueError(message)


class SituationAnswer(Strict, frozen=True):
    """One answer. `stop` ends the way here, and says where it can be done instead (ZN-04)."""

    value: Value
    label: Text
    note: Text = {}
    stop: Text = {}


class Situation(Strict, frozen=True):
    """情形: one plain question whose answer decides what is needed."""

    key: Key
    question: Text
    why: Text
    answers: Annotated[tuple[SituationAnswer, ...], msgspec.Meta(min_length=2)]
    when: When = {}

    def __post_init__(self) -> None:
        """What is shown is there in Chinese."""
        need_chinese("question", self.question)
        need_chinese("why", self.why)


class Note(Strict, frozen=True):
    """A condition or hint that holds in some situations only."""

    text: Text
    when: When = {}


class Query(Strict, frozen=True):
    """What a department is asked, and what comes of it: `query` shows, `document` prints, `act` does."""

    connector: Value
    query: Value | Literal[""] = ""
    document: Value | Literal[""] = ""
    act: Value | Literal[""] = ""
    act_label: Text = {}
    """The button that has it done, verb and noun: 缴清罚款."""
    consent: Text = {}
    """What the citizen agrees to before the department is asked (BJ-33)."""
    pays: bool = False
    """The act has to be paid for: the amount is the department's, or the item's fees."""
    signed: Text = {}
    """A declaration signed on the screen before the act; empty for none."""
    permit: bool = False
    """The act is put on a travel permit: the terminal takes it in before anything is paid."""
    hands_out: bool = False
    """What the department says lies here is handed out next, out of a locker door."""
    told: tuple[Literal["query", "document", "act"], ...] = ("query", "document", "act")
    """With which of them the answers to the item's form go, by its keys; it is asked before the first of these."""


class Tolerance(Strict, frozen=True):
    """容缺受理: what may be missing at first, and how many working days there are to bring it."""

    working_days: Annotated[int, msgspec.Meta(ge=1, le=60)]
    commitment: Text
    """What the applicant signs."""


class Commitment(Strict, frozen=True):
    """告知承诺: what is told, what is promised instead of a paper, and what follows from a false promise."""

    told: tuple[Text, ...]
    promised: Text
    consequences: Text


class BlankForm(Strict, frozen=True):
    """领表: a form that can be had blank, as a filled sample, or filled in here."""

    code: Value
    name: Text
    version: Filled
    valid_until: date | None = None
    fillable: bool = True


class Joint(Strict, frozen=True):
    """一件事: the items that are done together, and which of them in one go."""

    items: Annotated[tuple[Value, ...], msgspec.Meta(min_length=2)]
    note: Text = {}


AGENCY_CONSENT: Text = {
    "zh-Hans": "代办是自愿的。我受本人委托，只办理本次选定的事项；委托书写明事项和期限，本人可以随时撤回。"
    "我如实提供信息，不把本人的信息用在别处。",
    "en": "Acting for somebody is voluntary. I am asked to by the person concerned and do only what is chosen here; "
    "the authorisation names the matter and its term, and the person can withdraw it at any time. What I say is true, "
    "and I use the person's details for nothing else.",
}
"""What whoever files for another agrees to; kept word for word with the case (BJ-23, BJ-24)."""
AGENCY_DAYS: int = 30
"""How long an authorisation that is signed at a terminal holds."""


class Given(Strict, frozen=True):
    """证照联办: one licence of the set an application gives. A `document` of a `connector` is printed where it is
    fetched; any other lies in a door or at a window.
    """

    code: Value
    name: Text
    connector: Value | Literal[""] = ""
    document: Value | Literal[""] = ""

    def __post_init__(self) -> None:
        """What is shown is there in Chinese."""
        need_chinese("name", self.name)


Delivery = Literal["fetch", "locker", "post"]
"""自取, 柜取, 邮寄."""


class Fee(Strict, frozen=True):
    """收费: one line of the list of what may be charged, and nothing else may be (BJ-30, ZN-20)."""

    key: Key
    name: Text
    basis: Text
    """The rule it rests on, with its clause."""
    standard_fen: Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]
    """Never more than the rule allows, in fen (0.01 yuan), for one `per`."""
    per: Text
    """本, 件, 次 …"""
    at_most: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1
    """How many times it may be due at once."""
    when: When = {}
    """The situations in which it is due; in others it is not charged."""

    def __post_init__(self) -> None:
        """What is shown is there in Chinese."""
        for name in ("name", "basis", "per"):
            need_chinese(name, getattr(self, name))


class Frequent(Strict, frozen=True):
    """常见问题: what is often asked, and its whole answer. It comes with the release, or down with an item."""

    key: Value
    question: Text
    answer: Text
    item: Value | Literal[""] = ""
    """The item it is about, by its slug; empty where it is about none."""
    keywords: tuple[Filled, ...] = ()
    """What people call it who do not say it like the question."""

    def __post_init__(self) -> None:
        """What is shown is there in Chinese."""
        need_chinese("question", self.question)
        need_chinese("answer", self.answer)

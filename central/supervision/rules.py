"""The rules of supervision as data, and what a card needs to be cleared. Pure (DB-01; GB/T 39046 table 11)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec


class Level(StrEnum):
    """监察预警类型; the standard has no code table for it, so this is our own."""

    YELLOW = "yellow"
    RED = "red"


class Subject(StrEnum):
    """What a card is about."""

    CASE = "case"
    NUMBER = "number"
    WINDOW = "window"
    COMPLAINT = "complaint"
    DIFFICULTY = "difficulty"
    CALL = "call"
    MANDATE = "mandate"
    POOR_RATING = "poor_rating"
    OBSTACLE = "obstacle"


class Step(StrEnum):
    """The steps of a service: what coverage is counted over (DB-02)."""

    FILING = "filing"
    NUMBER = "number"
    CALLING = "calling"
    ACCEPTANCE = "acceptance"
    CORRECTION = "correction"
    HANDLING = "handling"
    DECISION = "decision"
    REFUSAL = "refusal"
    MATERIALS_LATER = "materials_later"
    PAYMENT = "payment"
    DELIVERY = "delivery"
    RATING = "rating"
    COMPLAINT = "complaint"
    HELP = "help"
    SUPERVISION = "supervision"


class Rule(msgspec.Struct, frozen=True):
    """One rule. What `passes` is cleared by the system when it holds no longer; the rest somebody explains."""

    key: str
    code: str
    """监察规则编号, an..20."""
    level: Level
    subject: Subject
    watches: tuple[Step, ...]
    passes: bool = False


_ALL: Final = (
    Rule("case_near_due", "AJ-01", Level.YELLOW, Subject.CASE, (Step.HANDLING,), passes=True),
    Rule("case_overdue", "AJ-02", Level.RED, Subject.CASE, (Step.HANDLING, Step.DECISION)),
    Rule("second_correction", "AJ-03", Level.YELLOW, Subject.CASE, (Step.CORRECTION,)),
    Rule("doubled_draft", "AJ-04", Level.YELLOW, Subject.CASE, (Step.FILING,)),
    Rule("notice_missing", "AJ-05", Level.RED, Subject.CASE, (Step.ACCEPTANCE, Step.CORRECTION)),
    Rule("refusal_unfounded", "AJ-06", Level.RED, Subject.CASE, (Step.REFUSAL,)),
    Rule("trace_incomplete", "AJ-07", Level.YELLOW, Subject.CASE, (Step.ACCEPTANCE, Step.DECISION)),
    Rule("tolerance_overdue", "AJ-08", Level.YELLOW, Subject.CASE, (Step.MATERIALS_LATER,), passes=True),
    Rule("branch_overdue", "AJ-09", Level.RED, Subject.CASE, (Step.HANDLING,)),
    Rule("branch_deemed", "AJ-10", Level.YELLOW, Subject.CASE, (Step.HANDLING,)),
    Rule("never_called", "DT-01", Level.YELLOW, Subject.NUMBER, (Step.NUMBER, Step.CALLING)),
    Rule("waits_too_long", "DT-02", Level.YELLOW, Subject.NUMBER, (Step.CALLING,), passes=True),
    Rule("window_absent", "DT-03", Level.YELLOW, Subject.WINDOW, (Step.CALLING,)),
    Rule("complaint_unrouted", "TS-01", Level.YELLOW, Subject.COMPLAINT, (Step.COMPLAINT,), passes=True),
    Rule("complaint_near_due", "TS-02", Level.YELLOW, Subject.COMPLAINT, (Step.COMPLAINT,), passes=True),
    Rule("complaint_overdue", "TS-03", Level.RED, Subject.COMPLAINT, (Step.COMPLAINT,)),
    Rule("progress_untold", "TS-04", Level.YELLOW, Subject.COMPLAINT, (Step.COMPLAINT,), passes=True),
    Rule("not_called_back", "TS-05", Level.YELLOW, Subject.COMPLAINT, (Step.COMPLAINT,), passes=True),
    Rule("difficulty_unanswered", "TS-06", Level.RED, Subject.DIFFICULTY, (Step.COMPLAINT,)),
    Rule("obstacle_overdue", "TS-07", Level.YELLOW, Subject.OBSTACLE, (Step.COMPLAINT,), passes=True),
    Rule("poor_rating_overdue", "HP-01", Level.RED, Subject.POOR_RATING, (Step.RATING,)),
    Rule("help_unanswered", "ZB-01", Level.YELLOW, Subject.CALL, (Step.HELP,)),
    Rule("call_back_missed", "ZB-02", Level.RED, Subject.CALL, (Step.HELP,)),
    Rule("zero_delay", "DB-01", Level.RED, Subject.MANDATE, (Step.SUPERVISION,), passes=True),
    Rule("mandate_near_due", "DB-02", Level.YELLOW, Subject.MANDATE, (Step.SUPERVISION,), passes=True),
    Rule("mandate_overdue", "DB-03", Level.RED, Subject.MANDATE, (Step.SUPERVISION,)),
    Rule("report_missing", "DB-04", Level.YELLOW, Subject.MANDATE, (Step.SUPERVISION,), passes=True),
    Rule("deemed_consent", "DB-05", Level.YELLOW, Subject.MANDATE, (Step.SUPERVISION,)),
    Rule("approval_expired", "DB-06", Level.RED, Subject.MANDATE, (Step.DECISION, Step.SUPERVISION)),
)
RULES: Final[dict[str, Rule]] = {rule.key: rule for rule in _ALL}


class Evidence(msgspec.Struct, frozen=True):
    """One piece: a key of the words, what is there, and the page that shows it."""

    what: str
    value: str
    link: str = ""


class Raised(msgspec.Struct, frozen=True):
    """What a rule found; one card for each (rule, subject, stage)."""

    rule: str
    subject_id: str
    stage: str
    title: str
    unit: str
    owner: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def card_id(self) -> str:
        """The same finding has the same id, however often it is looked at."""
        return ".".join(part for part in (self.rule, self.subject_id, self.stage) if part).replace("/", "_")


class Card(msgspec.Struct, frozen=True):
    """A card as it is kept. `evidence` is JSON."""

    id: int
    card_id: str
    rule: str
    level: Level
    subject: Subject
    subject_id: str
    stage: str
    title: str
    unit: str
    owner: str
    evidence: str
    raised_at: datetime
    explained: str
    mandate_id: str
    cleared_note: str
    changed_at: datetime
    explained_by: str | None = None
    explained_at: datetime | None = None
    urged_at: datetime | None = None
    cleared_by: str | None = None
    cleared_at: datetime | None = None

    @property
    def number(self) -> str:
        """监察编号, an..20."""
        return f"JC{self.raised_at:%Y%m%d}{self.id:010d}"

    @property
    def pieces(self) -> tuple[Evidence, ...]:
        """What it rests on."""
        return msgspec.json.decode(self.evidence, type=tuple[Evidence, ...])


class Refused(ValueError):
    """Why an act is not done; the message is a key of the words."""


class Cards(msgspec.Struct, frozen=True):
    """Of one unit: how many of each level, how many of them are open."""

    unit: str
    yellow: int
    red: int
    open_: int
    urged: int
    supervised: int


def may_clear(card: Card, who: str) -> None:
    """销号: explained by the unit, and by somebody else than whoever explained. Raises Refused."""
    if card.cleared_at is not None:
        raise Refused("cards.is_cleared")
    if not card.explained_by:
        raise Refused("cards.not_explained")
    if card.explained_by == who:
        raise Refused("cards.not_by_oneself")


def counted(cards: Iterable[Card]) -> tuple[Cards, ...]:
    """By unit, those with most red cards first."""
    units: dict[str, list[Card]] = {}
    for card in cards:
        units.setdefault(card.unit, []).append(card)
    found = [
        Cards(
            unit,
            yellow=sum(one.level is Level.YELLOW for one in of),
            red=sum(one.level is Level.RED for one in of),
            open_=sum(one.cleared_at is None for one in of),
            urged=sum(one.urged_at is not None for one in of),
            supervised=sum(bool(one.mandate_id) for one in of),
        )
        for unit, of in units.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.red, -one.yellow, one.unit)))


class Coverage(msgspec.Struct, frozen=True):
    """What is watched against all there is."""

    steps: tuple[tuple[Step, tuple[Rule, ...]], ...]
    items: tuple[tuple[str, bool], ...]
    """Slug, and whether a limit makes every rule of time apply to it."""

    @property
    def steps_watched(self) -> int:
        """By at least one rule."""
        return sum(bool(rules) for _, rules in self.steps)

    @property
    def items_watched(self) -> int:
        """With a limit."""
        return sum(watched for _, watched in self.items)


def coverage(items: Sequence[tuple[str, int]], rules: Iterable[Rule] = _ALL) -> Coverage:
    """`items`: slug and promised amount; one that promises nothing cannot be overdue, so time is not watched there."""
    known = tuple(rules)
    steps = tuple((step, tuple(rule for rule in known if step in rule.watches)) for step in Step)
    return Coverage(steps, tuple((slug, amount > 0) for slug, amount in items))

"""Sensible walks: a patient citizen with disturbances, against the rules a visit must keep."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from hypothesis import strategies as st

from contract.catalogue import Choice, Field, FieldKind, Identity, Item, ItemKind, TimeLimit, Unit
from contract.codes import CaseType, ExerciseLevel, ItemType, Satisfaction, ServiceObject
from contract.messages import Holder
from kiosk.journey import events as e
from kiosk.journey.progress import MOST_RECEIPTS
from kiosk.journey.step import Journey, Overlay, Screen, Step, opening, step

VISIT = 7
CASE = "case-of-this-visit"
HOLDER = Holder(
    "resident", "张三", "11010519491231002X", "女", "汉", "1949-12-31", "北京市", "分局", "2020-01-01", None
)


def item(slug: str, kind: ItemKind, identity: Identity) -> Item:
    """A small item: a filing asks a choice and a mobile number, a number asks nothing."""
    words = {"zh-Hans": slug, "en": slug}
    form = (
        Field("way", FieldKind.CHOICE, words, words, words, choices=(Choice("one", words), Choice("two", words))),
        Field("mobile", FieldKind.MOBILE, words, words, words, optional=True),
    )
    return Item(
        slug=slug,
        version=1,
        effective_from=date(2026, 1, 1),
        kind=kind,
        title=words,
        summary=words,
        keywords=(slug,),
        icon="ticket",
        implementation_code="1",
        basic_code="1",
        item_type=ItemType.PUBLIC_SERVICE,
        exercise_level=ExerciseLevel.COUNTY,
        service_objects=(ServiceObject.NATURAL_PERSON,),
        department=words,
        department_code="11610117MB2A100018",
        case_type=CaseType.PROMISED,
        depth=5,
        identity=identity,
        queue="A",
        window=words,
        opening_hours=words,
        place=words,
        consultation_phone="1",
        supervision_phone="1",
        basis=(words,),
        conditions=(words,),
        procedure=(words,),
        materials=(),
        result=words,
        fee=words,
        legal_limit=TimeLimit(5, Unit.WORKING_DAY),
        promised_limit=TimeLimit(3, Unit.WORKING_DAY),
        form=form if kind is ItemKind.FILING else (),
        promise_calendar_days=7 if kind is ItemKind.FILING else None,
    )


ITEMS = (
    item("take-number", ItemKind.NUMBER, Identity.OPTIONAL),
    item("file-case", ItemKind.FILING, Identity.REQUIRED),
    item("other-number", ItemKind.NUMBER, Identity.NONE),
)


def fresh() -> Journey:
    """A visit on the attract screen."""
    return Journey(visit=VISIT, case_id=CASE, items=ITEMS)


Asked = TypeVar("Asked")


class BrokenRule(AssertionError):
    """A visit did what no visit may do."""


@dataclass
class Walk:
    """One visit, the little world around it, and everything it asked for."""

    rules: Callable[[Journey, e.Event], Step] = step
    journey: Journey = field(default_factory=fresh)
    effects: list[e.Effect] = field(default_factory=list)
    events: list[e.Event] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    clock: float = 0.0

    def __post_init__(self) -> None:
        self.journey, effects = opening(self.journey)
        self.effects += effects

    def happen(self, event: e.Event) -> None:
        """Let one thing happen and hold the visit to its rules."""
        before = self.journey
        self.events.append(event)
        self.journey, effects = self.rules(before, event)
        self.effects += effects
        self._check(before, effects)

    def wait(self, seconds: float) -> None:
        """Let time pass without a touch, fifteen seconds at a time: shorter than any wait."""
        end = self.clock + seconds
        while self.clock < end and self.journey.screen is not Screen.ENDED:
            self.clock = min(self.clock + 15.0, end)
            self.happen(e.Ticked(self.clock))

    def answer_save(self) -> None:
        """The terminal keeps the case: one number for one case id, however often it is asked."""
        saves = self.asked(e.SaveCase)
        if saves:
            number = self.numbers.setdefault(saves[-1].case_id, f"A1-{len(self.numbers) + 1:03d}")
            self.happen(e.CaseSaved(VISIT, saves[-1].case_id, "610117", number, "2026-11-22", "now", None))

    def asked(self, kind: type[Asked]) -> list[Asked]:
        """The effects of one kind so far."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def _check(self, before: Journey, effects: tuple[e.Effect, ...]) -> None:
        j = self.journey
        saves, prints = self.asked(e.SaveCase), self.asked(e.PrintTicket)
        _rule(len({save.case_id for save in saves}) <= 1, "one visit saves one case", self)
        _rule(len(prints) <= 1, "a ticket is asked for once", self)
        _rule(not prints or j.outcome is not None, "paper never moves before the case is kept", self)
        receipts = self.asked(e.PrintReceipt)
        _rule(len(receipts) <= MOST_RECEIPTS, "a receipt is not asked for for ever", self)
        _rule(not receipts or j.outcome is not None, "no receipt of a case that was not kept", self)
        _rule(
            not any(isinstance(effect, e.PrintReceipt) for effect in effects)
            or before.receipt not in (e.TicketState.PRINTING, e.TicketState.PRINTED),
            "nothing is printed again while it prints or when it has",
            self,
        )
        _rule(len(self.asked(e.SaveRating)) <= 1, "one visit rates once", self)
        _rule(len(self.asked(e.EndVisit)) <= 1, "a visit ends once", self)
        _rule(before.screen is not Screen.ENDED or not effects, "a visit that ended asks for nothing", self)
        if j.screen in (Screen.FAREWELL, Screen.TAKE_CARD, Screen.ENDED):
            _rule(j.holder is None and not j.answers and j.service is None, "nothing personal outlives the work", self)
        if any(isinstance(effect, e.SaveCase) for effect in effects):
            chosen = j.item
            needs = chosen is not None and chosen.identity is Identity.REQUIRED
            _rule(not needs or j.holder is not None, "who must be known is known", self)
            answered = {key for key, _ in j.answers}
            _rule(chosen is not None and answered == {f.key for f in chosen.form}, "every question was settled", self)
        if before.screen is Screen.ITEM and isinstance(self.events[-1], e.ItemBegun):
            closed = before.item is not None and before.item.slug in dict(before.closed)
            _rule(not closed or j.screen is Screen.ITEM, "a closed item is never begun", self)
        by_service = any(isinstance(effect, e.EndVisit) and effect.ending is e.Ending.SERVICE for effect in effects)
        _rule(not by_service or before.screen is Screen.ATTRACT, "a technician never ends a citizen's visit", self)
        _rule(j.ticket is not e.TicketState.PRINTED or bool(prints), "printed is never said of no ticket", self)


def _rule(kept: bool, words: str, walk: Walk) -> None:
    if not kept:
        trail = " ".join(type(event).__name__ for event in walk.events[-12:])
        raise BrokenRule(f"{words}: … {trail} -> {walk.journey.screen}")


# What a patient citizen does on each page.
_SENSIBLE: dict[Screen, tuple[e.Event, ...]] = {
    Screen.ATTRACT: (e.Started(), e.LanguageChosen("en"), e.CardRead(VISIT, HOLDER)),
    Screen.HOME: (
        e.DoorChosen(e.Door.NUMBER),
        e.DoorChosen(e.Door.FILING),
        e.DoorChosen(e.Door.GUIDES),
        e.SearchOpened(),
        e.ItemChosen("file-case"),
        e.CardRead(VISIT, HOLDER),
    ),
    Screen.BROWSE: (
        e.ItemChosen("take-number"),
        e.ItemChosen("file-case"),
        e.ItemChosen("other-number"),
        e.KeyPressed("s"),
    ),
    Screen.ITEM: (e.ItemBegun(),),
    Screen.CARD: (e.CardRead(VISIT, HOLDER), e.CardSkipped(), e.CardFailed(VISIT, "id_card_reader.read_failed")),
    Screen.PERSON: (e.PersonConfirmed(), e.PersonDenied()),
    Screen.SERVICE: (
        e.Chose("one"),
        e.Chose("two"),
        e.KeyPressed("1"),
        e.KeyPressed("3"),
        e.Acted("next"),
        e.Acted("skip"),
        e.Acted("submit"),
        e.AnswerReopened("way"),
        e.AnswerReopened("mobile"),
    ),
    Screen.SAVING: (e.SaveFailed(VISIT, CASE, "store.full"),),
    Screen.RESULT: (
        e.TicketMoved(VISIT, CASE, e.TicketState.PRINTING),
        e.TicketMoved(VISIT, CASE, e.TicketState.PRINTED),
        e.TicketMoved(VISIT, CASE, e.TicketState.FAILED, "ticket_printer.paper_out"),
        e.ReceiptAsked(),
        e.ReceiptMoved(VISIT, CASE, e.TicketState.PRINTED),
        e.ReceiptMoved(VISIT, CASE, e.TicketState.FAILED, "document_printer.jammed"),
        e.ResultSeen(),
    ),
    Screen.RATING: (e.Rated(Satisfaction.SATISFIED), e.RatingSkipped()),
    Screen.FAREWELL: (e.CardGone(VISIT), e.Started()),
    Screen.TAKE_CARD: (e.CardGone(VISIT),),
    Screen.ENDED: (e.Touched(),),
}
# What disturbs: wrong pages, other visits, late and doubled answers, help, language, leaving.
_DISTURBING: tuple[e.Event, ...] = (
    *(event for events in _SENSIBLE.values() for event in events),
    e.WentBack(),
    e.WentBack(),
    e.Left(),
    e.HelpOpened(),
    e.DifficultyOpened(),
    e.DifficultyChosen("too_hard"),
    e.OverlayClosed(),
    e.LanguageChosen("zh-Hans"),
    e.DisplayOpened(),
    e.ElderChosen(on=True),
    e.VoiceChosen(on=True),
    e.HeadphonesSeen(plugged=True),
    e.HeadphonesSeen(plugged=False),
    e.StayedOn(),
    e.Erased(),
    e.Cleared(),
    e.CardRead(VISIT - 1, HOLDER),
    e.CaseSaved(VISIT - 1, "older", "1", "A1-999", "2026-11-21", "x", None),
    e.CaseSaved(VISIT, CASE, "610117", "A1-001", "2026-11-22", "now", None),
    e.TicketMoved(VISIT, "older", e.TicketState.PRINTED),
    e.ReceiptMoved(VISIT, "older", e.TicketState.PRINTED),
    e.ReceiptAsked(),
    e.ServiceAsked(),
    e.ServiceWanted(VISIT),
    e.ServiceWanted(VISIT - 1),
    *(e.DutyChanged((("file-case", "id_card_reader"),)),) * 6,  # rare among so much, and then it must be chosen too
    *(e.DutyChanged(()),) * 2,
)


@st.composite
def plans(draw: st.DrawFn) -> list[tuple[str, int]]:
    """A walk as choices: mostly sensible, one in four disturbing, sometimes doubled, sometimes a wait."""
    kinds = st.sampled_from(("sensible",) * 6 + ("disturbing", "disturbing", "double", "wait"))
    return draw(st.lists(st.tuples(kinds, st.integers(0, 10_000)), min_size=5, max_size=60))


def follow(plan: list[tuple[str, int]], rules: Callable[[Journey, e.Event], Step] = step) -> Walk:
    """Walk a plan to its end, then be patient until the visit is over. Raises BrokenRule."""
    walk = Walk(rules=rules)
    for kind, choice in plan:
        if walk.journey.screen is Screen.SAVING and choice % 3:
            walk.answer_save()
        elif kind == "wait":
            walk.wait(choice % 200)
        else:
            choices = _DISTURBING if kind == "disturbing" else _SENSIBLE[walk.journey.screen]
            event = choices[choice % len(choices)]
            for _ in range(2 if kind == "double" else 1):
                walk.happen(event)
    _come_to_an_end(walk)
    return walk


def _come_to_an_end(walk: Walk) -> None:
    for _ in range(4):
        if walk.journey.screen is Screen.SAVING:
            walk.answer_save()
        walk.wait(400)
    _rule(walk.journey.screen in (Screen.ENDED, Screen.ATTRACT), "a visit that nobody touches comes to an end", walk)
    _rule(walk.journey.overlay is Overlay.NONE or walk.journey.screen is Screen.ENDED, "no overlay outlives it", walk)

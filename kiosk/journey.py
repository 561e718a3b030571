"""One citizen's visit as a pure function: step(journey, event) -> (journey, effects).

No clock, no chance, no device, no words: time arrives in `Ticked`, ids with the journey, texts are the screen's
business.
What an event does not mean on a page, it does not mean at all: a second tap, a late card or a stale answer changes
nothing.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import assert_never

from contract.catalogue import DEFAULT_LANGUAGE, MOBILE_DIGITS, Field, FieldKind, Identity, Item, ItemKind, is_mobile
from contract.codes import Satisfaction
from contract.messages import Holder
from kiosk import events as e
from kiosk.patience import Patience, Wait

QUERY_LENGTH = 24


class Screen(StrEnum):
    """Every page of a visit."""

    ATTRACT = "attract"
    HOME = "home"
    BROWSE = "browse"
    ITEM = "item"
    CARD = "card"
    PERSON = "person"
    FORM = "form"
    REVIEW = "review"
    SAVING = "saving"
    RESULT = "result"
    RATING = "rating"
    FAREWELL = "farewell"
    TAKE_CARD = "take_card"
    ENDED = "ended"


class Overlay(StrEnum):
    """What may lie over a page without leaving it."""

    NONE = ""
    HELP = "help"
    DIFFICULTY = "difficulty"
    DIFFICULTY_SENT = "difficulty_sent"


_PERSONAL = frozenset({Screen.PERSON, Screen.FORM, Screen.REVIEW, Screen.RESULT})
_MENUS = frozenset({Screen.HOME, Screen.BROWSE, Screen.RATING})
_UNHURRIED = frozenset({Screen.ATTRACT, Screen.SAVING, Screen.FAREWELL, Screen.TAKE_CARD, Screen.ENDED})
_AFTER_SAVE = frozenset({Screen.SAVING, Screen.RESULT, Screen.RATING, Screen.FAREWELL, Screen.TAKE_CARD, Screen.ENDED})


@dataclass(frozen=True)
class Outcome:
    """What the terminal promised: durable here, known to the citizen by these words."""

    case_number: str
    number: str
    business_date: str
    filed_at: str
    promise_date: str | None


@dataclass(frozen=True)
class Journey:
    """Everything one visit knows. Forgetting a citizen is ending the process that holds this value."""

    visit: int
    case_id: str
    items: tuple[Item, ...]
    patience: Patience = field(default_factory=Patience)
    screen: Screen = Screen.ATTRACT
    trail: tuple[Screen, ...] = ()
    overlay: Overlay = Overlay.NONE
    language: str = DEFAULT_LANGUAGE
    large: bool = False
    closed: tuple[tuple[str, str], ...] = ()
    door: e.Door | None = None
    query: str = ""
    item: Item | None = None
    holder: Holder | None = None
    card_read: bool = False
    card_gone: bool = False
    answers: tuple[tuple[str, str], ...] = ()
    at_field: int = 0
    typed: str = ""
    revising: bool = False
    fault: str = ""
    last_fault: str = ""
    outcome: Outcome | None = None
    ticket: e.TicketState = e.TicketState.WAITING
    ticket_fault: str = ""
    rating: Satisfaction | None = None
    ending: e.Ending | None = None
    now: float = 0.0
    entered_at: float = 0.0
    touched_at: float = 0.0
    countdown_since: float | None = None
    extensions: int = 0
    hidden: bool = False

    @property
    def field(self) -> Field | None:
        """The question on the form page."""
        return self.item.form[self.at_field] if self.item and self.at_field < len(self.item.form) else None

    @property
    def countdown_left(self) -> float | None:
        """Seconds until the visit ends by itself, or None while nobody counts."""
        if self.countdown_since is None:
            return None
        return max(0.0, self._wait.countdown - (self.now - self.countdown_since))

    @property
    def quiet_left(self) -> float:
        """Seconds without a touch until the countdown."""
        return max(0.0, self._wait.before_countdown - (self.now - self.touched_at))

    @property
    def personal(self) -> bool:
        """Whether this page shows something personal, which is hidden when nobody touches it."""
        return self.screen in _PERSONAL and (self.holder is not None or bool(self.answers) or bool(self.typed))

    @property
    def _wait(self) -> Wait:
        return self.patience.of(menu=self.screen in _MENUS, large=self.large)


Step = tuple[Journey, tuple[e.Effect, ...]]


def step(journey: Journey, event: e.Event) -> Step:
    """The next journey and what it asks for. Total: an event without meaning here returns the journey as it was."""
    match event:
        case e.Ticked(now):
            after, effects = _tick(replace(journey, now=now))
        case e.DutyChanged(closed):
            after, effects = replace(journey, closed=closed), ()
        case (
            e.CardRead()
            | e.CardFailed()
            | e.ReaderRecovered()
            | e.CardGone()
            | e.CaseSaved()
            | e.SaveFailed()
            | e.TicketMoved()
        ):
            after, effects = _hear(journey, event) if event.visit == journey.visit else (journey, ())
        case _:
            after, effects = _touch(journey, event)
    return after, effects + _reader(journey, after)


def _reader(before: Journey, after: Journey) -> tuple[e.Effect, ...]:
    """The reader follows the page: nothing else arms it or leaves it armed."""
    was, wanted = _reader_mode(before), _reader_mode(after)
    if was == wanted:
        return ()
    return (wanted(after.visit),)


def _reader_mode(j: Journey) -> type[e.AwaitCard | e.AwaitCardGone | e.RestReader]:
    if j.screen in (Screen.FAREWELL, Screen.TAKE_CARD) and j.card_read and not j.card_gone:
        return e.AwaitCardGone
    if j.screen in (Screen.ATTRACT, Screen.HOME, Screen.CARD) and j.holder is None and j.overlay is Overlay.NONE:
        return e.AwaitCard
    return e.RestReader


def opening(journey: Journey) -> Step:
    """What a fresh visit asks for before anything has happened."""
    return journey, (e.AwaitCard(journey.visit),)


# --- the clock ----------


def _tick(j: Journey) -> Step:
    here = j.now - j.entered_at
    if j.screen is Screen.FAREWELL and here >= j.patience.farewell:
        return _end(j) if j.card_gone or not j.card_read else (_enter(j, Screen.TAKE_CARD), ())
    if j.screen is Screen.TAKE_CARD and here >= j.patience.card_left:
        return _end(replace(j, ending=e.Ending.CARD_LEFT))
    if j.screen in _UNHURRIED:
        return j, ()
    if j.countdown_since is not None:
        return _leave(j, e.Ending.IDLE) if j.countdown_left == 0 else (j, ())
    idle = j.now - j.touched_at
    if idle >= j._wait.before_countdown:  # noqa: SLF001
        return replace(j, countdown_since=j.now, hidden=j.personal), ()
    if idle >= j.patience.hide_after and j.personal and not j.hidden:
        return replace(j, hidden=True), ()
    return j, ()


# --- touches ----------


def _touch(j: Journey, event: e.Touch) -> Step:
    if j.screen is Screen.ENDED:
        return j, ()
    if j.countdown_since is not None:
        awake = replace(j, countdown_since=None, touched_at=j.now, extensions=j.extensions + 1)
        return _leave(awake, e.Ending.LEFT) if isinstance(event, e.Left) else (awake, ())
    awake = replace(j, touched_at=j.now, hidden=False)
    if j.hidden and not isinstance(event, e.Left):
        return awake, ()
    match event:
        case e.Left():
            return _leave(awake, e.Ending.LEFT)
        case e.LanguageChosen(language):
            spoken = replace(awake, language=language)
            return (_enter(spoken, Screen.HOME) if j.screen is Screen.ATTRACT else spoken), ()
        case e.LargeTextChosen(on):
            return replace(awake, large=on), ()
        case e.Touched() | e.StayedOn():
            return awake, ()
        case e.HelpOpened() | e.DifficultyOpened() | e.DifficultyChosen() | e.OverlayClosed():
            return _overlay(awake, event)
        case _:
            return (awake, ()) if j.overlay is not Overlay.NONE else _page(awake, event)


def _overlay(j: Journey, event: e.HelpOpened | e.DifficultyOpened | e.DifficultyChosen | e.OverlayClosed) -> Step:
    if j.screen in _UNHURRIED:
        return j, ()
    match event:
        case e.HelpOpened():
            return replace(j, overlay=Overlay.HELP), ()
        case e.DifficultyOpened():
            return replace(j, overlay=Overlay.DIFFICULTY), ()
        case e.OverlayClosed():
            return replace(j, overlay=Overlay.NONE), ()
        case e.DifficultyChosen(reason):
            if j.overlay is not Overlay.DIFFICULTY:
                return j, ()
            slug = j.item.slug if j.item else None
            report = e.SaveDifficulty(j.visit, j.screen.value, slug, j.last_fault or None, reason)
            return replace(j, overlay=Overlay.DIFFICULTY_SENT), (report,)
        case _:
            assert_never(event)


def _page(j: Journey, event: e.Touch) -> Step:  # noqa: C901, PLR0911, PLR0912 - the table of what a touch means
    match j.screen, event:
        case Screen.ATTRACT, e.Started():
            return _enter(j, Screen.HOME), ()
        case ((Screen.HOME | Screen.BROWSE), e.DoorChosen(door)):
            return _through_door(j, door), ()
        case Screen.HOME, e.SearchOpened():
            return _go(replace(j, door=None, query=""), Screen.BROWSE), ()
        case ((Screen.HOME | Screen.BROWSE), e.ItemChosen(slug)):
            return _choose(j, slug), ()
        case Screen.BROWSE, (e.KeyPressed() | e.Erased() | e.Cleared()):
            return replace(j, query=_type(j.query, event, QUERY_LENGTH)), ()
        case Screen.ITEM, e.ItemBegun():
            return _begin(j)
        case Screen.CARD, e.CardSkipped() if j.item and j.item.identity is Identity.OPTIONAL:
            return _identified(j)
        case Screen.PERSON, e.PersonConfirmed():
            return _identified(j) if j.item else (_go(replace(j, door=None, query=""), Screen.BROWSE), ())
        case Screen.PERSON, (e.PersonDenied() | e.WentBack()):
            return _back(replace(j, holder=None)), ()
        case Screen.FORM, _:
            return _form(j, event), ()
        case Screen.REVIEW, e.AnswerReopened(key):
            return _reopen(j, key), ()
        case Screen.REVIEW, e.Submitted():
            return _save(j)
        case Screen.RESULT, e.ResultSeen():
            return _enter(j, Screen.RATING), ()
        case Screen.RATING, e.Rated(satisfaction):
            rated, _ = _leave(replace(j, rating=satisfaction), e.Ending.FINISHED, farewell=True)
            return rated, (e.SaveRating(j.visit, j.case_id, satisfaction),)
        case Screen.RATING, e.RatingSkipped():
            return _leave(j, e.Ending.FINISHED, farewell=True)
        case Screen.FAREWELL, e.Started() if not j.card_read or j.card_gone:
            return _end(j)
        case screen, e.WentBack() if screen not in _AFTER_SAVE:
            return _back(j), ()
        case _:
            return j, ()


def _through_door(j: Journey, door: e.Door) -> Journey:
    offered = items_behind(j.items, door)
    if len(offered) == 1 and j.screen is Screen.HOME:
        return _choose(j, offered[0].slug)
    return _go(replace(j, door=door, query=""), Screen.BROWSE) if j.screen is Screen.HOME else replace(j, door=door)


def items_behind(items: tuple[Item, ...], door: e.Door | None) -> tuple[Item, ...]:
    """The items a door shows; no door, or the guides, shows all."""
    kinds = {e.Door.NUMBER: ItemKind.NUMBER, e.Door.FILING: ItemKind.FILING}
    wanted = kinds.get(door) if door else None
    return tuple(item for item in items if wanted is None or item.kind is wanted)


def _choose(j: Journey, slug: str) -> Journey:
    found = next((item for item in j.items if item.slug == slug), None)
    if found is None:
        return j
    return _go(replace(j, item=found, answers=(), at_field=0), Screen.ITEM)


def _begin(j: Journey) -> Step:
    if j.item is None or j.item.slug in dict(j.closed):
        return j, ()
    if j.item.identity is Identity.NONE or j.holder is not None:
        return _identified(j)
    return _go(j, Screen.CARD), ()


def _identified(j: Journey) -> Step:
    """The card is settled: ask the form, or save at once where nothing is asked."""
    if j.item is None or j.item.slug in dict(j.closed):
        return j, ()
    if j.item.form:
        return _open_field(_go(j, Screen.FORM), 0), ()
    return (_go(j, Screen.REVIEW), ()) if j.item.kind is ItemKind.FILING else _save(j)


def _form(j: Journey, event: e.Touch) -> Journey:
    asked = j.field
    if asked is None:
        return j
    match event:
        case e.KeyPressed() | e.Erased() | e.Cleared() if asked.kind is FieldKind.MOBILE:
            return replace(j, typed=_type(j.typed, event, MOBILE_DIGITS, digits=True), fault="")
        case e.AnswerChosen(value) if value in {choice.value for choice in asked.choices}:
            return replace(j, typed=value, fault="")
        case e.AnswerSkipped() if asked.optional:
            return _answer(j, asked, "")
        case e.WentOn():
            wrong = _wrong(asked, j.typed)
            return replace(j, fault=wrong, last_fault=wrong) if wrong else _answer(j, asked, j.typed)
        case e.WentBack():
            if j.revising:
                return replace(_enter(j, Screen.REVIEW), revising=False)
            return _open_field(_enter(j, Screen.FORM), j.at_field - 1) if j.at_field else _back(j)
        case _:
            return j


def _wrong(asked: Field, typed: str) -> str:
    if asked.kind is FieldKind.MOBILE:
        if len(typed) < MOBILE_DIGITS:
            return "form.mobile_short"
        return "" if is_mobile(typed) else "form.mobile_wrong"
    return "" if typed in {choice.value for choice in asked.choices} else "form.choose_one"


def _answer(j: Journey, asked: Field, value: str) -> Journey:
    kept = tuple(pair for pair in j.answers if pair[0] != asked.key)
    j = replace(j, answers=(*kept, (asked.key, value)))
    if j.revising:
        return replace(_enter(j, Screen.REVIEW), revising=False)
    if j.item and j.at_field + 1 < len(j.item.form):
        return _open_field(_enter(j, Screen.FORM), j.at_field + 1)
    return _go(j, Screen.REVIEW)


def _open_field(j: Journey, index: int) -> Journey:
    asked = j.item.form[index] if j.item else None
    return replace(j, at_field=index, typed=dict(j.answers).get(asked.key, "") if asked else "", fault="")


def _reopen(j: Journey, key: str) -> Journey:
    keys = [asked.key for asked in j.item.form] if j.item else []
    if key not in keys:
        return j
    return replace(_open_field(_enter(j, Screen.FORM), keys.index(key)), revising=True)


def _type(text: str, event: e.Touch, longest: int, *, digits: bool = False) -> str:
    match event:
        case e.KeyPressed(key) if len(key) == 1 and (
            key.isdecimal() and key.isascii() if digits else key.isprintable()
        ):
            return (text + key)[:longest]
        case e.Erased():
            return text[:-1]
        case e.Cleared():
            return ""
        case _:
            return text


def _save(j: Journey) -> Step:
    if j.item is None:
        return j, ()
    request = e.SaveCase(j.visit, j.case_id, j.item, j.holder, j.answers, j.language)
    return _go(j, Screen.SAVING), (request,)


# --- news ----------


def _hear(
    j: Journey,
    event: e.CardRead | e.CardFailed | e.ReaderRecovered | e.CardGone | e.CaseSaved | e.SaveFailed | e.TicketMoved,
) -> Step:
    match event:
        case e.CardRead(_, holder) if _reader_mode(j) is e.AwaitCard:
            seen = replace(j, holder=holder, card_read=True, card_gone=False, countdown_since=None)
            known = seen if j.screen is not Screen.ATTRACT else _enter(seen, Screen.HOME)
            return _go(known, Screen.PERSON), ()
        case e.CardFailed(_, fault) if _reader_mode(j) is e.AwaitCard:
            return replace(j, fault=fault, last_fault=fault), ()
        case e.ReaderRecovered() if _reader_mode(j) is e.AwaitCard:
            return replace(j, fault=""), ()
        case e.CardGone() if j.screen in (Screen.FAREWELL, Screen.TAKE_CARD):
            gone = replace(j, card_gone=True)
            return _end(gone) if j.screen is Screen.TAKE_CARD else (gone, ())
        case e.CaseSaved(_, case_id, case_number, number, business_date, filed_at, promise_date) if (
            j.screen is Screen.SAVING and case_id == j.case_id
        ):
            kept = Outcome(case_number, number, business_date, filed_at, promise_date)
            return replace(_enter(j, Screen.RESULT), outcome=kept, trail=()), (e.PrintTicket(j.visit, j.case_id),)
        case e.SaveFailed(_, case_id, fault) if j.screen is Screen.SAVING and case_id == j.case_id:
            return replace(_back(j), fault=fault, last_fault=fault), ()
        case e.TicketMoved(_, case_id, state, fault) if j.outcome is not None and case_id == j.case_id:
            return replace(j, ticket=state, ticket_fault=fault, last_fault=fault or j.last_fault), ()
        case _:
            return j, ()


# --- coming and going ----------


def _enter(j: Journey, screen: Screen) -> Journey:
    """Show a page. What belonged to the page before is gone."""
    return replace(
        j,
        screen=screen,
        overlay=Overlay.NONE,
        typed="",
        fault="",
        hidden=False,
        countdown_since=None,
        entered_at=j.now,
        touched_at=j.now,
    )


def _go(j: Journey, screen: Screen) -> Journey:
    """Show a page one can go back from."""
    return replace(_enter(j, screen), trail=(*j.trail, j.screen))


def _back(j: Journey) -> Journey:
    if not j.trail:
        return j
    before = replace(_enter(j, j.trail[-1]), trail=j.trail[:-1])
    if before.screen is Screen.FORM and before.item:
        return _open_field(before, len(before.item.form) - 1)
    return replace(before, item=None) if before.screen in (Screen.HOME, Screen.BROWSE) else before


def _leave(j: Journey, ending: e.Ending, *, farewell: bool = False) -> Step:
    """Forget everything personal at once; stay only to say good-bye or until the card is taken."""
    if j.screen in (Screen.ATTRACT, Screen.SAVING, Screen.FAREWELL, Screen.TAKE_CARD):
        return j, ()
    parting = replace(j, holder=None, answers=(), ending=ending, trail=())
    if farewell or j.card_read:
        return _enter(parting, Screen.FAREWELL), ()
    return _end(_enter(parting, Screen.FAREWELL))


def _end(j: Journey) -> Step:
    if j.screen is Screen.ENDED:
        return j, ()
    ending = j.ending or e.Ending.FINISHED
    return replace(j, screen=Screen.ENDED), (e.EndVisit(j.visit, ending),)

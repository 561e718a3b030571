"""The shell around a service: opens one, hands it what happens, and goes where it says. Pure."""

from dataclasses import replace
from typing import assert_never

from contract.codes import Satisfaction
from kiosk.journey import events as e
from kiosk.journey import machines as m
from kiosk.journey.moves import Step, back, enter, go, leave, park, save, unpark
from kiosk.journey.progress import Journey, Parked, Screen
from kiosk.journey.service import Identified, Met, Then, Turn
from kiosk.journey.services import OPENERS, papers, rating

ITEM = "item"
_ANSWERS = (
    e.Answered | e.Unanswered | e.PaperMoved | e.PaperShown | e.ScanSeen | e.ScanFailed | e.ScanKept | e.DoorMoved
) | (e.RecordKept | m.PermitMoved | m.PersonCompared)
"""News that was asked for by a service, which may be the one below."""


def open_service(j: Journey, name: str, about: str = "") -> Step:
    """Begin a service by its name; one that there is not means nothing. `item:slug` is the card of an item."""
    if name == ITEM:
        found = j.known.find(about)
        return (j if found is None else go(replace(j, item=found, answers=(), service=None), Screen.ITEM)), ()
    opener = OPENERS.get(name)
    if opener is None:
        return j, ()
    turn = opener(j.known, about)
    item = j.known.find(turn.item) or j.item
    return _follow(go(replace(j, service=turn.service, item=item), Screen.SERVICE), turn)


def identified(j: Journey) -> Step:
    """The card the service asked for is confirmed: the service goes on where it stood."""
    asked_at = len(j.trail) - 1 - j.trail[::-1].index(Screen.SERVICE)
    return meet(replace(enter(j, Screen.SERVICE), trail=j.trail[:asked_at]), Identified())


def open_over(j: Journey, name: str, about: str = "") -> Step:
    """A service over the page: what was under way waits below, and comes back when it is done."""
    opened, effects = open_service(park(j), name, about)
    return (opened, effects) if opened.service is not None else (j, ())


def meet(j: Journey, event: Met) -> Step:
    """The service meets an event, wherever the shell stands: an answer may come while a card is read."""
    if j.parked is not None and isinstance(event, _ANSWERS):
        return _meet_below(j, j.parked, event)
    return _meet_above(j, event)


def _meet_above(j: Journey, event: Met) -> Step:
    if j.service is None:
        return j, ()
    said = papers.counted(j.visit, event.value) if isinstance(event, e.Chose) else None
    if said is not None:  # whatever the service: how many pages came out is the paper's, and kept beside it
        moved, record = said
        after, effects = _meet_above(j, moved)
        return after, (record, *effects) if after is not j else ()
    turn = j.service.meet(event, j.known)
    if turn.service is j.service and turn.then is Then.STAY and not turn.effects:
        return j, ()
    return _follow(_shown(j, turn), turn)


def _meet_below(j: Journey, below: Parked, event: Met) -> Step:
    """News for the service below is its own; where it moves the visit on, the page over it is over."""
    turn = below.service.meet(event, j.known) if below.service else None
    if turn is None or (turn.service is below.service and turn.then is Then.STAY and not turn.effects):
        return _meet_above(j, event)
    if turn.then is Then.STAY:
        return replace(j, parked=replace(below, service=turn.service)), turn.effects
    let_go = j.service.leaving(j.known) if j.service else ()
    up = unpark(j)
    there, effects = _follow(_shown(up, turn), turn)
    return there, (*let_go, *effects)


def rated(j: Journey, level: Satisfaction) -> Step:
    """A level was touched: its reasons next, where the list has any."""
    of = "" if j.rated_again else j.rated_item or (j.item.slug if j.item else "")
    turn = rating.given(j.known, level, of, j.rated_again)
    there = replace(j, rating=level)
    if turn.then is Then.STAY:
        there = go(replace(there, service=turn.service), Screen.SERVICE)
    return _follow(there, turn)


def saved(j: Journey, event: e.CaseSaved) -> Step:
    """The case is kept: a service may have more to do (to pay, to print); else its number is shown."""
    if j.service is not None:
        turn = j.service.meet(event, j.known)
        if turn.then is Then.STAY:
            return replace(enter(j, Screen.SERVICE), service=turn.service), turn.effects
        return _follow(replace(enter(j, Screen.SERVICE), service=turn.service), turn)
    return enter(j, Screen.RESULT), ()


def _shown(j: Journey, turn: Turn) -> Journey:
    """The service's new state. A new page of it forgets what belonged to the one before, as every new page does."""
    before, after = j.page, replace(j, service=turn.service)
    if turn.item:
        after = replace(after, item=j.known.find(turn.item) or j.item)
    if before is not None and (page := after.page) is not None and page.name != before.name:
        after = enter(after, Screen.SERVICE)
    if turn.service.fault:
        after = replace(after, last_fault=turn.service.fault)
    return after


def _follow(j: Journey, turn: Turn) -> Step:
    there, effects = _then(j, turn)
    return there, (*turn.effects, *effects)


def _then(j: Journey, turn: Turn) -> Step:  # noqa: C901, PLR0911 - one case for each way there is
    match turn.then:
        case Then.STAY:
            return j, ()
        case Then.CARD:
            return meet(j, Identified()) if j.holder is not None else (go(j, Screen.CARD), ())
        case Then.SAVE:
            return save(replace(j, answers=turn.answers), turn.filed)
        case Then.RESULT:
            return replace(enter(j, Screen.RESULT), service=None), ()
        case Then.BACK if j.parked is not None:
            return unpark(replace(j, helped_by=turn.about or j.helped_by)), ()
        case Then.BACK:
            return replace(back(j), service=None), ()
        case Then.HOME | Then.ITEMS:
            let_go = j.parked.service.leaving(j.known) if j.parked and j.parked.service else ()
            return _from_the_start(j, items=turn.then is Then.ITEMS), let_go
        case Then.OPEN:
            return _open(replace(j, booking=turn.booking or j.booking), turn.about)
        case Then.RATE:
            of = turn.about or (j.item.slug if j.item else "")
            return replace(enter(j, Screen.RATING), service=None, rated_item=of), ()
        case Then.RATE_AGAIN:
            return replace(enter(j, Screen.RATING), service=None, rated_again=turn.about), ()
        case Then.FAREWELL:
            return leave(j, e.Ending.FINISHED, farewell=True)
        case _:
            assert_never(turn.then)


def _from_the_start(j: Journey, *, items: bool) -> Journey:
    """Home, or the list of all items before it; who was identified stays so."""
    home = replace(enter(j, Screen.HOME), service=None, parked=None, item=None, door=None, query="", trail=())
    return go(home, Screen.BROWSE) if items else home


def _open(j: Journey, about: str) -> Step:
    """The service that opens another is over: back leads to where it was opened from."""
    name, _, rest = about.partition(":")
    before = replace(j, screen=j.trail[-1] if j.trail else Screen.HOME, trail=j.trail[:-1], service=None)
    return open_service(before, name, rest)

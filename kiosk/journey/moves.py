"""Coming and going between pages: what every move keeps and what it forgets. Pure."""

from dataclasses import replace

import msgspec

from contract.catalogue import ItemKind
from contract.messages import Filed
from kiosk.journey import events as e
from kiosk.journey import help as help_line
from kiosk.journey.display import Offer
from kiosk.journey.overlay import Overlay
from kiosk.journey.progress import Journey, Parked, Screen

Step = tuple[Journey, tuple[e.Effect, ...]]


def enter(j: Journey, screen: Screen) -> Journey:
    """Show a page. What belonged to the page before is gone."""
    return replace(
        j,
        screen=screen,
        overlay=Overlay.NONE,
        fault="",
        hidden=False,
        countdown_since=None,
        entered_at=j.now,
        touched_at=j.now,
        offer=Offer.OVER if j.offer is Offer.STANDS else j.offer,
    )


def go(j: Journey, screen: Screen) -> Journey:
    """Show a page one can go back from."""
    return replace(enter(j, screen), trail=(*j.trail, j.screen))


def back(j: Journey) -> Journey:
    if not j.trail:
        return j
    before = replace(enter(j, j.trail[-1]), trail=j.trail[:-1])
    if before.screen in (Screen.HOME, Screen.BROWSE, Screen.ITEM):
        before = replace(before, service=None)
    return replace(before, item=None) if before.screen in (Screen.HOME, Screen.BROWSE) else before


def leave(j: Journey, ending: e.Ending, *, farewell: bool = False) -> Step:
    """Forget everything personal at once; stay only to say good-bye or until the card is taken."""
    if j.screen in (Screen.ATTRACT, Screen.SAVING, Screen.FAREWELL, Screen.TAKE_CARD):
        return j, ()
    j, no_help = help_line.end(j, "left")
    let_go = (*no_help, *let_go_of(j))
    parting = replace(j, holder=None, answers=(), service=None, parked=None, ending=ending, trail=())
    if farewell or j.card_read:
        return enter(parting, Screen.FAREWELL), let_go
    ended, effects = end(enter(parting, Screen.FAREWELL))
    return ended, (*let_go, *effects)


def let_go_of(j: Journey) -> tuple[e.Effect, ...]:
    """What the services of this visit have to let go of: the one on the screen, and the one below it."""
    below = j.parked.service if j.parked else None
    return tuple(effect for service in (j.service, below) if service for effect in service.leaving(j.known))


def park(j: Journey) -> Journey:
    """The page stays where it is, below one that is opened over it."""
    return replace(j, parked=Parked(j.screen, j.trail, j.service), service=None, trail=(), overlay=Overlay.NONE)


def unpark(j: Journey) -> Journey:
    """Back to the page below, as it was left."""
    if j.parked is None:
        return j
    below, screen, trail = j.parked, j.parked.screen, j.parked.trail
    if screen is Screen.CARD and j.holder is not None:  # read meanwhile: it only has to be confirmed
        screen, trail = Screen.PERSON, (*trail, Screen.CARD)
    return replace(enter(j, screen), trail=trail, service=below.service, parked=None)


def end(j: Journey) -> Step:
    if j.screen is Screen.ENDED:
        return j, ()
    ending = j.ending or e.Ending.FINISHED
    return replace(j, screen=Screen.ENDED), (e.EndVisit(j.visit, ending),)


def save(j: Journey, filed: Filed = Filed()) -> Step:  # noqa: B008 - frozen
    """Have the case kept. `filed` is what may be known of it unopened."""
    if j.item is None:
        return j, ()
    badge, _, unchecked = j.helped_by.partition("/")
    filed = msgspec.structs.replace(filed, helped_by=badge, helped_checked=bool(badge) and not unchecked)
    if j.booking is not None and (j.booking.item, j.item.kind) == (j.item.slug, ItemKind.NUMBER):
        begins = f"{j.booking.day}T{j.booking.start}"
        filed = msgspec.structs.replace(filed, booking_id=j.booking.booking_id, booked_for=begins)
    request = e.SaveCase(j.visit, j.case_id, j.item, j.holder, j.answers, j.language, filed)
    return replace(go(j, Screen.SAVING), filed=filed), (request,)

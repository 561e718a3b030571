"""What a touch means on each page; on any other page it means nothing. Pure."""

from dataclasses import replace
from typing import assert_never

from contract.catalogue import Identity, Item, ItemKind
from contract.hours import BY_HOURS
from kiosk.journey import events as e
from kiosk.journey import help as help_line
from kiosk.journey.display import SIZES, Offer
from kiosk.journey.moves import Step, back, end, enter, go, leave, save
from kiosk.journey.overlay import Overlay
from kiosk.journey.progress import UNHURRIED, Journey, Screen
from kiosk.journey.services import OPENERS
from kiosk.journey.services.green import is_offered
from kiosk.journey.shell import identified, meet, open_over, open_service, rated

QUERY_LENGTH = 24
SPEEDS = (1, 2, 3)
"""Slow, normal, fast."""

_OVER = {"saying": Overlay.DIFFICULTY_SENT, "assist": Overlay.HELP}
"""What may be opened over a page, and from which sheet; what is under way waits below."""

_PAPER = "paper."
_AFTER_SAVE = frozenset({Screen.SAVING, Screen.RESULT, Screen.RATING, Screen.FAREWELL, Screen.TAKE_CARD, Screen.ENDED})


def touch(j: Journey, event: e.Touch) -> Step:  # noqa: C901, PLR0911, PLR0912 - the table of what a touch means
    """The citizen touched something. The first touch on a countdown or a hidden page only wakes it."""
    if j.screen is Screen.ENDED:
        return j, ()
    if j.countdown_since is not None:
        awake = replace(j, countdown_since=None, touched_at=j.now, extensions=j.extensions + 1)
        return leave(awake, e.Ending.LEFT) if isinstance(event, e.Left) else (awake, ())
    awake = replace(j, touched_at=j.now, hidden=False)
    if j.hidden and not isinstance(event, e.Left):
        return awake, ()
    match event:
        case e.Left():
            return leave(awake, e.Ending.LEFT)
        case e.LanguageChosen(language):
            spoken = replace(awake, language=language)
            begins = j.screen is Screen.ATTRACT and not j.suspended
            return (enter(spoken, Screen.HOME) if begins else spoken), ()
        case e.ElderChosen() | e.SizeChosen() | e.ContrastChosen() | e.LowChosen() | e.LargerDeclined():
            return _display(awake, event), ()
        case e.DisplayOpened():
            return _open_display(awake), ()
        case e.VoiceChosen() | e.SpeedChosen():
            return _voice(awake, event), ()
        case e.Touched() | e.StayedOn():
            pass
        case e.HelpOpened() | e.HelpEnded() | e.DifficultyOpened() | e.DifficultyChosen() | e.OverlayClosed():
            return _overlay(awake, event)
        case e.ServiceOpened(name) if _OVER.get(name) is j.overlay and j.parked is None:
            return open_over(awake, name)
        case _ if j.overlay is Overlay.NONE:
            return _page(awake, event)
        case _:
            pass
    return awake, ()


def _display(
    j: Journey, event: e.ElderChosen | e.SizeChosen | e.ContrastChosen | e.LowChosen | e.LargerDeclined
) -> Journey:
    """How the screen looks changes nothing of what was done on it."""
    shown = j.display
    match event:
        case e.ElderChosen(on):
            shown = shown.with_elder(on=on)
        case e.SizeChosen(size):
            shown = replace(shown, size=size) if size in SIZES else shown
        case e.ContrastChosen(contrast):
            shown = replace(shown, contrast=contrast)
        case e.LowChosen(on):
            shown = replace(shown, low=on)
        case e.LargerDeclined():
            pass
        case _:
            assert_never(event)
    answered = isinstance(event, e.ElderChosen | e.SizeChosen | e.LargerDeclined) and j.offer is Offer.STANDS
    return replace(j, display=shown, offer=Offer.OVER if answered else j.offer)


def _voice(j: Journey, event: e.VoiceChosen | e.SpeedChosen) -> Journey:
    """The voice begins a visit that has not begun, so that it ends with it."""
    if isinstance(event, e.SpeedChosen):
        return replace(j, speed=event.speed) if event.speed in SPEEDS else j
    begins = event.on and j.screen is Screen.ATTRACT and not j.suspended
    return replace(enter(j, Screen.HOME) if begins else j, voice=event.on)


def _open_display(j: Journey) -> Journey:
    """Over any page one may leave. On the attract screen it begins the visit, so that its choices end with it."""
    if j.screen is Screen.ATTRACT:
        return replace(j if j.suspended else enter(j, Screen.HOME), overlay=Overlay.DISPLAY)
    return j if j.screen in UNHURRIED else replace(j, overlay=Overlay.DISPLAY)


def _overlay(
    j: Journey, event: e.HelpOpened | e.HelpEnded | e.DifficultyOpened | e.DifficultyChosen | e.OverlayClosed
) -> Step:
    if j.screen in UNHURRIED and not (j.overlay is Overlay.DISPLAY and isinstance(event, e.OverlayClosed)):
        return j, ()
    match event:
        case e.HelpOpened():
            return help_line.ring(replace(j, overlay=Overlay.HELP))
        case e.HelpEnded(how):
            return help_line.end(replace(j, overlay=Overlay.NONE), how)
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
        case Screen.ATTRACT, e.Started() if not j.suspended:
            return enter(j, Screen.HOME), ()
        case Screen.ATTRACT, e.ServiceAsked():
            return end(replace(j, ending=e.Ending.SERVICE))
        case Screen.HOME, e.DoorChosen(door) if door in OWN_SERVICES:
            return open_service(j, door.value)
        case ((Screen.HOME | Screen.BROWSE), e.DoorChosen(door)):
            return _through_door(j, door), ()
        case ((Screen.HOME | Screen.BROWSE | Screen.ITEM), e.ServiceOpened(name, about)):
            return open_service(j, name, about or (j.item.slug if j.item else ""))
        case Screen.SERVICE, _:
            return meet(j, event)
        case Screen.HOME, e.SearchOpened():
            return go(replace(j, door=None, query=""), Screen.BROWSE), ()
        case ((Screen.HOME | Screen.BROWSE), e.ItemChosen(slug)):
            return _choose(j, slug), ()
        case Screen.BROWSE, (e.KeyPressed() | e.Erased() | e.Cleared()):
            return replace(j, query=_type(j.query, event, QUERY_LENGTH)), ()
        case Screen.ITEM, e.ItemBegun():
            return _begin(j)
        case Screen.CARD, e.CardSkipped() if j.item and j.item.identity is Identity.OPTIONAL:
            return identified(j) if j.service is not None else _identified(j)
        case Screen.PERSON, e.PersonConfirmed() if j.service is not None:
            return identified(j)
        case Screen.PERSON, e.ServiceOpened("green") if j.service is None and is_offered(j.item, j.holder, j.wall[:10]):
            return open_service(j, "green", "taken")
        case Screen.PERSON, e.PersonConfirmed():
            return _identified(j) if j.item else open_service(j, "mine")
        case Screen.PERSON, (e.PersonDenied() | e.WentBack()):
            return back(replace(j, holder=None)), ()
        case Screen.RESULT, e.ServiceOpened("way") if j.item is not None:
            return open_service(j, "way", j.item.slug)
        case Screen.RESULT, e.ResultSeen():
            return enter(j, Screen.RATING), ()
        case Screen.RESULT, e.ReceiptAsked() if j.may_ask_receipt:
            asked = replace(j, receipt=e.TicketState.PRINTING, receipt_fault="", receipts_asked=j.receipts_asked + 1)
            return asked, (e.PrintReceipt(j.visit, j.case_id, _received(j)),)
        case Screen.RATING, e.Rated(satisfaction):
            return rated(j, satisfaction)
        case Screen.RATING, e.RatingSkipped():
            return leave(j, e.Ending.FINISHED, farewell=True)
        case Screen.FAREWELL, e.Started() if (not j.card_read or j.card_gone) and not j.receipt_comes:
            return end(j)
        case screen, e.WentBack() if screen not in _AFTER_SAVE:
            return back(j), ()
        case _:
            return j, ()


def _received(j: Journey) -> tuple[tuple[str, str], ...]:
    """What was handed in with the case, as it is sealed: `paper.<code>` and the way it is there."""
    kept = ((key.removeprefix(_PAPER), how.split()[0]) for key, how in j.answers if key.startswith(_PAPER) and how)
    return tuple(kept)


def _through_door(j: Journey, door: e.Door) -> Journey:
    offered = items_behind(j.items, door)
    if len(offered) == 1 and j.screen is Screen.HOME:
        return _choose(j, offered[0].slug)
    return go(replace(j, door=door, query=""), Screen.BROWSE) if j.screen is Screen.HOME else replace(j, door=door)


OWN_SERVICES = frozenset(
    {e.Door.FIND, e.Door.APPOINTMENT, e.Door.ORDERS, e.Door.PICKUP, e.Door.PROGRESS, e.Door.SAYING}
)
"""Doors behind which there are no items but a service of the terminal's own."""


def items_behind(items: tuple[Item, ...], door: e.Door | None) -> tuple[Item, ...]:
    """The items a door shows; no door, or the guides, shows all."""
    kinds = {e.Door.NUMBER: ItemKind.NUMBER, e.Door.FILING: ItemKind.FILING, e.Door.QUERY: ItemKind.QUERY}
    wanted = kinds.get(door) if door else None
    return tuple(item for item in items if wanted is None or item.kind is wanted)


def _choose(j: Journey, slug: str) -> Journey:
    found = next((item for item in j.items if item.slug == slug), None)
    if found is None:
        return j
    return go(replace(j, item=found, answers=()), Screen.ITEM)


def _begin(j: Journey) -> Step:
    if j.item is None:
        return j, ()
    if reason := dict(j.closed).get(j.item.slug, ""):
        books = j.item.booking and reason.startswith(BY_HOURS)
        return open_service(j, "appointment", j.item.slug) if books else (j, ())
    if j.item.kind.value in OPENERS:
        return open_service(j, j.item.kind.value, j.item.slug)
    if is_offered(j.item, j.holder, j.wall[:10]):
        return open_service(j, "green", "offer")
    if j.item.identity is Identity.NONE or j.holder is not None:
        return _identified(j)
    return go(j, Screen.CARD), ()


def _identified(j: Journey) -> Step:
    """The card is settled and nothing is asked: save at once.

    An item that closes after it was begun is finished all the same: what it needed of the reader has been read.
    """
    return save(j)


def _type(text: str, event: e.Touch, longest: int) -> str:
    match event:
        case e.KeyPressed(key) if len(key) == 1 and key.isprintable():
            return (text + key)[:longest]
        case e.Erased():
            return text[:-1]
        case e.Cleared():
            return ""
        case _:
            return text

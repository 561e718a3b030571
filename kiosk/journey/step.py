"""One citizen's visit as a pure function: step(journey, event) -> (journey, effects).

No clock, no chance, no device, no words: time arrives in `Ticked`, ids with the journey, texts are the screen's
business.
What an event does not mean on a page, it does not mean at all: a second tap, a late card or a stale answer changes
nothing.
"""

from dataclasses import replace

from kiosk.journey import events as e
from kiosk.journey import help as help_line
from kiosk.journey import machines as m
from kiosk.journey import queue_line
from kiosk.journey.display import Offer, is_offered_larger
from kiosk.journey.moves import Step, back, end, enter, go, leave
from kiosk.journey.overlay import Overlay
from kiosk.journey.pages import OWN_SERVICES, QUERY_LENGTH, items_behind, touch
from kiosk.journey.progress import Journey, Outcome, Screen
from kiosk.journey.shell import meet, saved

__all__ = [
    "OWN_SERVICES",
    "QUERY_LENGTH",
    "Journey",
    "Outcome",
    "Overlay",
    "Screen",
    "Step",
    "items_behind",
    "opening",
    "step",
]

STORE_SLOW = "store.busy"


def step(journey: Journey, event: e.Event) -> Step:
    """The next journey and what it asks for. Total: an event without meaning here returns the journey as it was."""
    match event:
        case e.Ticked(now, wall):
            after, effects = _tick(replace(journey, now=now, wall=wall or journey.wall))
            after, of_service = meet(after, event) if after.screen is Screen.SERVICE else (after, ())
            after, for_help = help_line.tick(after)
            effects += (*of_service, *for_help)
        case e.DutyChanged(closed, suspended, link_up, papers, help_rings):
            known = replace(journey, closed=closed, suspended=suspended, link_up=link_up, papers=papers)
            after, effects = replace(known, help_rings=help_rings), ()
        case (
            e.CardRead()
            | e.OtherCard()
            | e.CardFailed()
            | e.ReaderRecovered()
            | e.CardGone()
            | e.CaseSaved()
            | e.SaveFailed()
            | e.TicketMoved()
            | e.ReceiptMoved()
            | e.ServiceWanted()
        ):
            after, effects = _hear(journey, event) if event.visit == journey.visit else (journey, ())
        case (
            e.Answered()
            | e.Unanswered()
            | e.PaperMoved()
            | e.PaperShown()
            | e.ScanSeen()
            | e.ScanFailed()
            | e.ScanKept()
            | e.DoorMoved()
            | m.PermitMoved()
            | m.PersonCompared()
            | e.RecordKept()
        ):
            after, effects = _tell(journey, event) if event.visit == journey.visit else (journey, ())
        case e.HeadphonesSeen():
            after, effects = _plugged(journey, event), ()
        case e.SpellingLearned(spelling):
            after, effects = replace(journey, spelling=spelling), ()
        case _:
            after, effects = touch(journey, event)
    after, of_queue = queue_line.ask(after)
    return after, (*effects, *of_queue, *_reader(journey, after))


def _tell(j: Journey, event: e.News) -> Step:
    """News for the helper's line, or for the service."""
    if isinstance(event, e.Answered | e.Unanswered):
        told = help_line.hear(j, event) or queue_line.hear(j, event)
        if told is not None:
            return told, ()
    return meet(j, event)


def _reader(before: Journey, after: Journey) -> tuple[e.Effect, ...]:
    """The reader follows the page: nothing else arms it or leaves it armed."""
    was, wanted = _reader_mode(before), _reader_mode(after)
    if was == wanted:
        return ()
    return (wanted(after.visit),)


def _reader_mode(j: Journey) -> type[e.AwaitCard | e.AwaitCardGone | e.GuardCard | e.RestReader]:
    if j.screen in (Screen.FAREWELL, Screen.TAKE_CARD) and j.card_read and not j.card_gone:
        return e.AwaitCardGone
    if j.out_of_service:
        return e.RestReader
    if j.screen is Screen.SERVICE and j.service is not None and j.service.reads_card:
        return e.AwaitCard if j.overlay is Overlay.NONE else e.RestReader
    if j.holder is not None:  # a case that is being saved is first brought to its end
        return e.GuardCard if j.screen is not Screen.SAVING else e.RestReader
    awaited = j.screen in (Screen.ATTRACT, Screen.HOME, Screen.CARD) and j.overlay is Overlay.NONE
    return e.AwaitCard if awaited else e.RestReader


def opening(journey: Journey) -> Step:
    """What a fresh visit asks for before anything has happened."""
    return replace(journey, touched_at=journey.now), (e.AwaitCard(journey.visit),)


def _plugged(j: Journey, event: e.HeadphonesSeen) -> Journey:
    """Plugging headphones in starts the voice and, on the attract screen, the visit; unplugging stops it at once.

    Headphones that were found in the jack begin nothing: somebody may have left them there.
    """
    known = replace(j, headphones=event.plugged)
    if not event.moved or j.screen is Screen.ENDED:
        return known
    if not event.plugged:
        return replace(known, voice=False)
    begins = j.screen is Screen.ATTRACT and not j.suspended
    return replace(enter(known, Screen.HOME) if begins else known, voice=True, touched_at=j.now, countdown_since=None)


# --- the clock ----------


def _tick(j: Journey) -> Step:
    here = j.now - j.entered_at
    if j.screen is Screen.FAREWELL and here >= j.patience.farewell and not j.receipt_comes:
        return end(j) if j.card_gone or not j.card_read else (enter(j, Screen.TAKE_CARD), ())
    if j.screen is Screen.TAKE_CARD and here >= j.patience.card_left:
        return end(replace(j, ending=e.Ending.CARD_LEFT))
    if j.screen is Screen.SAVING and here >= j.patience.saving:
        # Asking again is safe: the case id is the same, and a number given meanwhile comes back.
        return replace(back(j), fault=STORE_SLOW, last_fault=STORE_SLOW), ()
    left_alone = j.walking or j.touched_up
    if j.screen is Screen.ATTRACT and left_alone and j.now - j.touched_at >= j.wait.before_countdown:
        return end(replace(j, ending=e.Ending.IDLE))  # out of service, but looking as somebody who left wanted it
    if j.unhurried:
        return j, ()
    if j.countdown_since is not None:
        return leave(j, e.Ending.IDLE) if j.countdown_left == 0 else (j, ())
    idle = j.now - j.touched_at
    if idle >= j.wait.before_countdown:
        return replace(j, countdown_since=j.now, hidden=j.personal), ()
    if idle >= j.patience.hide_after and j.personal and not j.hidden:
        return replace(j, hidden=True), ()
    return j, ()


def _offering(j: Journey) -> Journey:
    """Larger text is offered once, to who may want it and has not found it; it never comes by itself."""
    asked = j.offer is not Offer.NOT_YET or j.display.unhurried
    old = j.holder is not None and is_offered_larger(j.holder.birth_date or "", j.wall[:10])
    return replace(j, offer=Offer.STANDS) if old and not asked else j


def _second_card(j: Journey, event: e.CardRead | e.CardFailed | e.ReaderRecovered) -> Step:
    """The card of whoever is filed for: the visit stays that of the one who stands here."""
    if _reader_mode(j) is not e.AwaitCard:
        return j, ()
    lying = replace(j, card_read=True, card_gone=False) if isinstance(event, e.CardRead) else j
    return meet(lying, event)


def _hear(  # noqa: C901, PLR0911 - one case for each kind of news
    j: Journey,
    event: e.CardRead
    | e.OtherCard
    | e.CardFailed
    | e.ReaderRecovered
    | e.CardGone
    | e.CaseSaved
    | e.SaveFailed
    | e.TicketMoved
    | e.ReceiptMoved
    | e.ServiceWanted,
) -> Step:
    match event:
        case e.CardRead() | e.CardFailed() | e.ReaderRecovered() if j.screen is Screen.SERVICE:
            return _second_card(j, event)
        case e.OtherCard() if _reader_mode(j) is e.GuardCard:
            return leave(replace(j, card_read=True, card_gone=False), e.Ending.OTHER_CARD)
        case e.CardRead(_, holder) if _reader_mode(j) is e.AwaitCard:
            seen = replace(j, holder=holder, card_read=True, card_gone=False, countdown_since=None)
            known = seen if j.screen is not Screen.ATTRACT else enter(seen, Screen.HOME)
            return _offering(go(known, Screen.PERSON)), ()
        case e.CardFailed(_, fault) if _reader_mode(j) is e.AwaitCard:
            return replace(j, fault=fault, last_fault=fault), ()
        case e.ReaderRecovered() if _reader_mode(j) is e.AwaitCard:
            return replace(j, fault=""), ()
        case e.ServiceWanted() if j.screen is Screen.ATTRACT:
            return end(replace(j, ending=e.Ending.SERVICE))
        case e.CardGone() if j.screen in (Screen.FAREWELL, Screen.TAKE_CARD):
            gone = replace(j, card_gone=True)
            return end(gone) if j.screen is Screen.TAKE_CARD else (gone, ())
        case e.CaseSaved(_, case_id, case_number, number, business_date, filed_at, promise_date, slug, certain) if (
            j.screen is Screen.SAVING and case_id == j.case_id
        ):
            kept = Outcome(case_number, number, business_date, filed_at, promise_date, certain)
            item = next((item for item in j.items if item.slug == slug), j.item)
            told, effects = saved(replace(j, outcome=kept, item=item, trail=()), event)
            return told, (e.PrintTicket(j.visit, j.case_id), *effects)
        case e.SaveFailed(_, case_id, fault) if j.screen is Screen.SAVING and case_id == j.case_id:
            return replace(back(j), fault=fault, last_fault=fault), ()
        case e.TicketMoved(_, case_id, state, fault) if j.outcome is not None and case_id == j.case_id:
            return replace(j, ticket=state, ticket_fault=fault, last_fault=fault or j.last_fault), ()
        case e.ReceiptMoved(_, case_id, state, fault) if j.receipts_asked and case_id == j.case_id:
            return replace(j, receipt=state, receipt_fault=fault, last_fault=fault or j.last_fault), ()
        case _:
            return j, ()

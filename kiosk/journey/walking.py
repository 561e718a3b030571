"""走流程 (TS-10): what a walk through a visit notes, and what it is told in place of all that would be real. Pure.

Nothing is filed, printed, paid, numbered, opened or sent: of all a visit asks for, only what looks and reads goes on to
the devices and the centre (`goes_on`); the rest is answered here as if it had been done.
"""

from typing import Final

import msgspec

from contract import questions as q
from contract.catalogue import Text
from contract.orders import OrdersAsked, ProjectAsked
from contract.waiting import WaitAsked
from contract.walks import WalkedThrough, WalkStep
from kiosk.journey import events as e
from kiosk.journey.progress import Journey, Screen

SAMPLE: Final = "TEST-000"
"""Stands wherever a real visit has a number of its own."""
MOST_STEPS: Final = 400
_LOOKS: Final = (
    e.AwaitCard | e.AwaitCardGone | e.GuardCard | e.RestReader | e.ShowPaper | e.CaptureScan | e.DropScan | e.EndVisit
)
_READS: Final = (
    q.DepartmentAsked | q.SlotsAsked | q.BookingsAsked | q.CasesAsked | q.TraceAsked | q.PickupsAsked | q.ReplyAsked
) | (WaitAsked | OrdersAsked | ProjectAsked)
"""Questions whose answers change nothing at the centre. One that is not named here is never asked."""
_OVER: Final = frozenset({Screen.ATTRACT, Screen.FAREWELL, Screen.TAKE_CARD, Screen.ENDED})
_DONE: Final = frozenset({Screen.RESULT, Screen.RATING})
_ITSELF: Final[Text] = {"zh-Hans": "体验", "en": "Walk-through"}


class Walk(msgspec.Struct, frozen=True):
    """What has been noted so far. `here` is the page on the screen since `since`."""

    here: str = ""
    since: float = 0.0
    began: float = 0.0
    began_wall: str = ""
    backs: int = 0
    faults: tuple[str, ...] = ()
    steps: tuple[WalkStep, ...] = ()
    item: str = ""
    service: str = ""
    finished: bool = False


def saw(walk: Walk, before: Journey, event: e.Event, after: Journey) -> Walk:
    """The walk after this event: a page that is left is a step; what went wrong belongs to the page it did on."""
    place = _place(after)
    known = _noted(walk, before, event, after)
    if place == known.here:
        return known
    begins = not known.began_wall and not known.here
    if known.here:
        step = WalkStep(known.here, round(after.now - known.since, 1), known.backs, known.faults)
        known = msgspec.structs.replace(known, steps=(*known.steps, step)[:MOST_STEPS])
    return msgspec.structs.replace(
        known,
        here=place,
        since=after.now,
        backs=0,
        faults=(),
        began=after.now if begins else known.began,
        began_wall=after.wall if begins else known.began_wall,
    )


def _noted(walk: Walk, before: Journey, event: e.Event, after: Journey) -> Walk:
    faults = list(walk.faults)
    if after.last_fault and after.last_fault != before.last_fault:
        faults.append(after.last_fault)
    match event:
        case e.Unanswered(_, _, why):
            faults.append(f"unanswered.{why}")
        case e.Answered(_, _, q.Unavailable(why)):
            faults.append(f"unavailable.{why}")
        case e.Answered(_, _, q.Refused(reason)):
            faults.append(f"refused.{reason}")
        case _:
            pass
    page = after.page
    return msgspec.structs.replace(
        walk,
        faults=tuple(faults),
        backs=walk.backs + isinstance(event, e.WentBack),
        item=after.item.slug if after.item else walk.item,
        service=page.name.partition(".")[0] if page else walk.service,
        finished=walk.finished or after.screen in _DONE or after.ending is e.Ending.FINISHED,
    )


def _place(j: Journey) -> str:
    if j.screen in _OVER:
        return ""
    return j.page.name if j.page else j.screen.value


def record(walk: Walk, j: Journey) -> WalkedThrough | None:
    """What is told of it; None where nobody walked. The times of day are filled in by whoever keeps it."""
    if not walk.steps:
        return None
    return WalkedThrough(
        walk_id=j.known.id("walk"),
        item=walk.item,
        service=walk.service,
        language=j.language,
        began_at=walk.began_wall,
        at="",
        seconds=round(sum(step.seconds for step in walk.steps), 1),
        finished=walk.finished,
        stuck_at="" if walk.finished else walk.steps[-1].page,
        steps=walk.steps,
    )


def goes_on(effect: e.Effect) -> bool:
    """Whether this really happens: it looks or reads, and leaves nothing behind."""
    if isinstance(effect, e.AskCentre):
        return isinstance(effect.question, _READS)
    return isinstance(effect, _LOOKS)


def answers(effect: e.Effect, wall: str) -> tuple[e.Event, ...]:
    """What the visit hears in place of what does not happen. `wall` is local time to the minute."""
    match effect:
        case e.SaveCase(visit, case_id, item):
            return (e.CaseSaved(visit, case_id, SAMPLE, SAMPLE, wall[:10], f"{wall}:00", None, item.slug),)
        case e.PrintTicket(visit, case_id):
            return (e.TicketMoved(visit, case_id, e.TicketState.PRINTED),)
        case e.PrintReceipt(visit, case_id):
            return (e.ReceiptMoved(visit, case_id, e.TicketState.PRINTED),)
        case e.PrintPaper(visit, paper_id):
            return (e.PaperMoved(visit, paper_id, e.TicketState.PRINTED, "", 1, 1),)
        case e.KeepScan(visit, scan_id):
            return (e.ScanKept(visit, scan_id),)
        case e.KeepRecord(visit, record_id):
            return (e.RecordKept(visit, record_id),)
        case e.OpenDoor(visit, request):
            return (e.DoorMoved(visit, request, "opened"), e.DoorMoved(visit, request, "closed"))
        case e.AskCentre(visit, request, question):
            return (e.Answered(visit, request, _answer(question, wall)),)
        case _:
            return ()


def _answer(question: q.Question, wall: str) -> q.Answer:  # noqa: C901, PLR0911, PLR0912 - one answer a kind
    """As if it had been done; what nobody thought of is refused in words."""
    match question:
        case q.DepartmentToldToAct():
            return q.DepartmentActed(SAMPLE, ())
        case q.DocumentWanted():
            return q.DocumentIssued(SAMPLE, SAMPLE, "", f"{wall}:00", "query")
        case q.Book(booking_id, item):
            return q.Booked(_booking(booking_id, item, wall, q.BookingState.BOOKED))
        case q.CancelBooking(booking_id):
            return q.Booked(_booking(booking_id, "", wall, q.BookingState.CANCELLED))
        case q.CheckIn(booking_id):
            return q.CheckedIn(_booking(booking_id, "", wall, q.BookingState.CHECKED_IN), "A")
        case q.PayBegun(order_id):
            return q.PayStands(order_id, q.PayState.PAID, question.amount_fen, receipt_number=SAMPLE)
        case q.PayAsked(order_id):
            return q.PayStands(order_id, q.PayState.PAID, 0, receipt_number=SAMPLE)
        case q.PayClosed(order_id):
            return q.PayStands(order_id, q.PayState.CLOSED, 0)
        case q.RefundWanted(order_id):
            return q.PayStands(order_id, q.PayState.REFUNDED, 0)
        case q.PickupMoved(pickup_id):
            return q.PickupHeard(pickup_id)
        case q.DraftKept(draft_id):
            return q.DraftHeld(draft_id, SAMPLE, "", f"{wall}:00")
        case q.SurveyAsked():
            return q.SurveyOffered()
        case _:
            return q.Refused("walk")


def _booking(booking_id: str, item: str, wall: str, state: q.BookingState) -> q.Booking:
    return q.Booking(booking_id, SAMPLE, item, _ITSELF, wall[:10], "09:00", "09:30", state)

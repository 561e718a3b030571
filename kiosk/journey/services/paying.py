"""Paying inside a service: one order of the visit's own id, asked after until it is final. Pure.

Nothing here ever assumes what a silence means: an order that was not heard of is asked for again, and one that was paid
and gave nothing is refunded by whoever opened it.
"""

from typing import Final, NamedTuple

import msgspec

from contract.questions import PayAsked, PayBegun, PayClosed, PayStands, PayState, RefundWanted, Refused, Unavailable
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Met
from kiosk.journey.services.courtesies import known_word, why_not

ASK_EVERY: Final = 3.0
"""Seconds between two looks at an open order."""
FINAL: Final = frozenset({PayState.PAID, PayState.CLOSED, PayState.REFUNDING, PayState.REFUNDED})
CANCEL: Final = "pay.cancel"
LATER: Final = "pay.later"
AGAIN: Final = "pay.again"


class Paying(msgspec.Struct, frozen=True):
    """An order as this visit knows it."""

    begun: PayBegun
    stands: PayStands | None = None
    asked_at: float = 0.0
    asked: int = 0
    answered: int = 0
    trouble: p.Said = ""
    closing: bool = False

    @property
    def state(self) -> PayState:
        """What is known for certain; UNKNOWN before anybody has answered."""
        return self.stands.state if self.stands else PayState.UNKNOWN

    @property
    def settled(self) -> bool:
        """Whether this order will not change any more by paying."""
        return self.state in FINAL

    @property
    def request(self) -> str:
        """The id of the question that is open, or was the last."""
        return f"{self.begun.order_id}/{self.asked}"


class Paid(NamedTuple):
    """An order after an event, and what is asked for."""

    paying: Paying
    effects: tuple[e.Effect, ...] = ()


def begin(begun: PayBegun, known: Known) -> Paid:
    """Open the order."""
    paying = Paying(begun, asked_at=known.now, asked=1)
    return Paid(paying, (e.AskCentre(known.visit, paying.request, begun),))


def meet(paying: Paying, event: Met, known: Known) -> Paid:
    """An answer, a silence, the clock, or the citizen's wish to give up or try again."""
    match event:
        case e.Answered(_, request, PayStands() as stands) if request.startswith(f"{paying.begun.order_id}/"):
            # An older answer may come after a newer one: what is final stays final.
            if paying.settled and stands.state not in FINAL:
                return Paid(msgspec.structs.replace(paying, answered=paying.asked))
            silent = not stands.heard and stands.state not in FINAL
            told: p.Said = p.word("pay.slow") if silent else ""
            return Paid(msgspec.structs.replace(paying, stands=stands, answered=paying.asked, trouble=told))
        case e.Answered(_, request, (Refused() | Unavailable()) as no) if request == paying.request:
            trouble = why_not(no) if isinstance(no, Refused) else known_word(f"pay.{no.why}", "pay.broken")
            return Paid(msgspec.structs.replace(paying, answered=paying.asked, trouble=trouble))
        case e.Unanswered(_, request, why) if request == paying.request:
            return Paid(
                msgspec.structs.replace(paying, answered=paying.asked, trouble=known_word(f"pay.{why}", "pay.broken"))
            )
        case e.Ticked() if not paying.settled and _due(paying, known):
            return _ask(paying, known)
        case e.Acted(action) if action == AGAIN and paying.answered == paying.asked and not paying.settled:
            return _ask(paying, known)
        case e.Acted(action) if action in (CANCEL, LATER) and not paying.settled:
            return _ask(msgspec.structs.replace(paying, closing=True), known)
        case _:
            return Paid(paying)


def give_up(paying: Paying, known: Known) -> tuple[e.Effect, ...]:
    """The citizen leaves in the middle: close what is open."""
    if paying.settled:
        return ()
    return (e.AskCentre(known.visit, f"{paying.begun.order_id}/left", PayClosed(paying.begun.order_id)),)


def refund(paying: Paying, why: str, known: Known) -> tuple[e.Effect, ...]:
    """Nothing was given for it."""
    if paying.state is not PayState.PAID:
        return ()
    return (e.AskCentre(known.visit, f"{paying.begun.order_id}/refund", RefundWanted(paying.begun.order_id, why)),)


def page(paying: Paying, *, later: bool, steps: tuple[p.Said, ...] = (), here: int = -1) -> p.Page:
    """Amount, what it is for, and the code for the phone; or what is being found out. `later`: it may be paid another
    time, and what was filed stays filed.
    """
    stands = paying.stands
    give = p.Action(LATER if later else CANCEL, p.word(LATER if later else CANCEL), "clock" if later else "x")
    if paying.closing and not paying.settled:
        body: p.Body = p.Wait(p.word("pay.closing"), usually=3, picture="banknote")
        again = (p.Action(AGAIN, p.word("page.again"), "refresh-cw"),) if paying.trouble else ()
        return p.Page(
            "pay.closing",
            p.word("pay.closing_title"),
            body,
            second=again,
            trouble=p.word("pay.closing_unsure") if paying.trouble else "",
            pace=p.Pace.WAITS,
            may_back=False,
        )
    if stands is None or not stands.pay_code:
        waits = p.Wait(p.word("pay.opening"), usually=3, picture="banknote")
        return p.Page(
            "pay.opening",
            p.word("pay.title"),
            waits,
            why=p.word("pay.opening_why"),
            second=(give,) if paying.trouble else (),
            trouble=paying.trouble,
            steps=steps,
            here=here,
            may_back=False,
        )
    lines = tuple(p.Entry(label, p.Money(fen)) for label, fen in stands.lines)
    return p.Page(
        "pay.code",
        p.word("pay.title"),
        p.Read(
            (
                p.Big(p.Money(stands.amount_fen), p.word("pay.amount")),
                p.QrCode(stands.pay_code, p.word("pay.scan")),
                *lines,
            )
        ),
        why=p.word("pay.why"),
        second=(p.Action(AGAIN, p.word(AGAIN), "refresh-cw"), give),
        trouble=paying.trouble,
        steps=steps,
        here=here,
        may_back=False,
    )


def _due(paying: Paying, known: Known) -> bool:
    return known.now - paying.asked_at >= ASK_EVERY and (paying.answered == paying.asked or _given_up(paying, known))


def _given_up(paying: Paying, known: Known) -> bool:
    """The desk answers every question in time; this is for the day it does not."""
    return known.now - paying.asked_at >= 10 * ASK_EVERY


def _ask(paying: Paying, known: Known) -> Paid:
    """Open it again where nobody has ever answered: the same id opens it once."""
    asked = msgspec.structs.replace(paying, asked=paying.asked + 1, asked_at=known.now)
    if paying.closing:
        question: PayBegun | PayAsked | PayClosed = PayClosed(paying.begun.order_id)
    else:
        question = paying.begun if paying.stands is None else PayAsked(paying.begun.order_id)
    return Paid(asked, (e.AskCentre(known.visit, asked.request, question),))

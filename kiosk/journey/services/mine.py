"""The card first: what waits for its holder - a booking of today, things to collect, cases under way - without being
looked for. Pure. Whoever has nothing waiting goes on to the items.
"""

from typing import Final

import msgspec

from contract.positions import NumbersAsked, NumbersStand, NumberStands
from contract.questions import (
    Answer,
    Booking,
    BookingsAsked,
    BookingsFound,
    BookingState,
    CasesAsked,
    CasesFound,
    CaseStands,
    Pickup,
    PickupsAsked,
    PickupsFound,
    Question,
)
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Met, Service, Then, Turn, stay
from kiosk.journey.services.courtesies import person, waiting

_LIVE: Final = frozenset({"waiting", "called", "parked"})
PATIENCE_SECONDS: Final = 4.0
"""Nobody waits longer for what may be nothing."""


class Mine(Service, frozen=True, kw_only=True):
    """`at`: asking, found."""

    open: tuple[str, ...] = ()
    """The questions that are not answered yet."""
    bookings: tuple[Booking, ...] = ()
    pickups: tuple[Pickup, ...] = ()
    cases: tuple[CaseStands, ...] = ()
    numbers: tuple[NumberStands, ...] = ()
    since: float = 0.0

    def page(self, known: Known) -> p.Page:
        if self.at == "asking":
            return waiting(
                "mine.asking", p.word("mine.asking"), usually=2, icon="id-card", header=p.word("mine.header")
            )
        options = []
        for booking in self.bookings:
            when = p.Listed((p.Day(booking.day), f"{booking.start}–{booking.end}"), "clause")
            label = p.word("mine.booking", title=booking.title)
            options.append(p.Option("bookings", label, when, "calendar-check"))
        if self.pickups:
            titles = p.Listed(tuple(thing.title for thing in self.pickups[:3]))
            count = str(len(self.pickups))
            options.append(p.Option("pickups", p.word("mine.pickups", count=count), titles, "package"))
        if self.cases:
            latest = self.cases[0]
            note = p.Listed((latest.title, latest.state), "clause")
            options.append(p.Option("cases", p.word("mine.cases", count=str(len(self.cases))), note, "clipboard-list"))
        if self.numbers:
            one = self.numbers[0]
            label = p.word("mine.number", number=one.number)
            options.insert(0, p.Option("numbers", label, p.word(f"number_stand.{one.stand}"), "rotate-ccw"))
        options.append(p.Option("other", p.word("mine.other"), p.word("mine.other_note"), "list-checks"))
        return p.Page(
            "mine.found",
            p.word("mine.found"),
            p.Choose(tuple(options)),
            why=p.word("mine.why"),
            personal=True,
            pace=p.Pace.MENU,
            header=p.word("mine.header"),
        )

    def meet(self, event: Met, known: Known) -> Turn:
        match event:
            case e.Answered(_, request, answer) if request in self.open:
                return self._settle(self._with(answer), request)
            case e.Unanswered(_, request) if request in self.open:
                return self._settle(self, request)
            case e.Ticked() if self.at == "asking" and known.now - self.since >= PATIENCE_SECONDS:
                return self._settle(self, *self.open)
            case e.Chose("bookings") if self.at == "found" and self.bookings:
                return Turn(self, then=Then.OPEN, about="appointment:mine")
            case e.Chose("pickups") if self.at == "found" and self.pickups:
                return Turn(self, then=Then.OPEN, about="pickup:mine")
            case e.Chose("cases") if self.at == "found" and self.cases:
                return Turn(self, then=Then.OPEN, about="progress:mine")
            case e.Chose("numbers") if self.at == "found" and self.numbers:
                return Turn(self, then=Then.OPEN, about="numbers")
            case e.Chose("other") if self.at == "found":
                return Turn(self, then=Then.ITEMS)
            case e.WentBack() if self.at == "found":
                return Turn(self, then=Then.HOME)
            case _:
                return Turn(self)

    def _with(self, answer: Answer) -> "Mine":
        match answer:
            case BookingsFound(bookings):
                booked = tuple(found for found in bookings if found.state is BookingState.BOOKED)
                return msgspec.structs.replace(self, bookings=booked[:2])
            case PickupsFound(things):
                return msgspec.structs.replace(self, pickups=things)
            case CasesFound(cases):
                return msgspec.structs.replace(self, cases=cases)
            case NumbersStand(numbers):
                live = tuple(one for one in numbers if one.stand in _LIVE or one.can_come_back)
                return msgspec.structs.replace(self, numbers=live[:1])
            case _:
                return self

    @staticmethod
    def _settle(after: "Mine", *requests: str) -> Turn:
        """One answer less to wait for; with none left something is shown, or the items where nothing waits."""
        left = tuple(request for request in after.open if request not in requests)
        if left:
            return stay(after, open=left)
        if after.bookings or after.pickups or after.cases or after.numbers:
            return stay(after, open=(), at="found")
        return Turn(msgspec.structs.replace(after, open=()), then=Then.ITEMS)


def opened(known: Known, about: str) -> Turn:
    """Ask for all of it at once; without network or card there is nothing to ask."""
    if known.holder is None or not known.link_up:
        return Turn(Mine("asking"), then=Then.ITEMS)
    who = person(known.holder)
    asked: dict[str, Question] = {
        "mine/bookings": BookingsAsked(who),
        "mine/pickups": PickupsAsked(who),
        "mine/cases": CasesAsked(who),
        "mine/numbers": NumbersAsked(known.holder.id_number),
    }
    effects = tuple(e.AskCentre(known.visit, name, ask, PATIENCE_SECONDS) for name, ask in asked.items())
    return Turn(Mine("asking", open=tuple(asked), since=known.now), effects)

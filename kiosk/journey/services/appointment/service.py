"""预约: book, change, cancel, check in. The pool is the centre's; a booking has an id of the visit's own. Pure.

A change gives the old time up only when the new one is held. Checking in leads to the queue number.
"""

from typing import Final

import msgspec

from contract.catalogue import MOBILE_DIGITS, is_mobile
from contract.papers import AppointmentPaper
from contract.questions import (
    Answer,
    Book,
    Booked,
    Booking,
    BookingsAsked,
    BookingsFound,
    CancelBooking,
    CheckedIn,
    CheckIn,
    Question,
    SlotGone,
    SlotsAsked,
    SlotsFound,
)
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.masking import mask_name
from kiosk.journey.saying import said
from kiosk.journey.service import Identified, Known, Met, Then, Turn, back, go, move, stay
from kiosk.journey.services.appointment import pages
from kiosk.journey.services.appointment.state import LIVE, State, may_check_in
from kiosk.journey.services.courtesies import AGAIN, person, unanswered, why_not
from kiosk.journey.services.papers import REPRINT, ask, heard
from kiosk.journey.typing import digit, typed

_ASKS: Final = frozenset({"looking", "booking", "finding", "cancelling", "checking_in"})
_ENDS: Final = frozenset({"booked", "cancelled", "checked_in", "paper"})


class Appointment(State, frozen=True, kw_only=True):
    """The service behind the door 预约."""

    def page(self, known: Known) -> p.Page:
        return pages.page(self, known)

    def meet(self, event: Met, known: Known) -> Turn:
        match event:
            case Identified():
                return self._find(known) if self.wants == "mine" else self._book(known)
            case e.Answered(_, request, answer) if request == self.request and self.at in _ASKS:
                return self._answered(answer)
            case e.Unanswered(_, request, why) if request == self.request and self.at in _ASKS:
                return Turn(move(self, "failed", request="", said=unanswered(why), wants=self.at))
            case e.PaperMoved():
                return stay(self, papers=heard(self.papers, event, known))
            case e.KeyPressed() | e.Erased() | e.Cleared() if self.at == "mobile":
                return stay(self, mobile=typed(self.mobile, event, MOBILE_DIGITS, digit), fault="")
            case e.Chose(value):
                return self._chosen(value, known)
            case e.Acted(action):
                return self._pressed(action, known)
            case e.AnswerReopened(key) if self.at == "confirm" and key in _PLACE_OF:
                return Turn(go(self, _PLACE_OF[key]))
            case e.WentBack() if self.at not in _ASKS | _ENDS:
                return back(self)
            case _:
                return Turn(self)

    def _chosen(self, value: str, known: Known) -> Turn:
        match self.at:
            case "items":
                item = known.find(value)
                return Turn(self) if item is None else self._look(msgspec.structs.replace(self, item=item), known)
            case "days" if value in {day.day for day in self.open_days}:
                return Turn(go(self, "times", day=value, slot="", urgent="", taken=False))
            case "times" if any(slot.slot_id == value and slot.left for slot in self.times):
                return Turn(go(self, "mobile", slot=value))
            case "reasons" if value in pages.REASONS:
                return Turn(go(self, "confirm", urgent=value))
            case "mine":
                found = next((booking for booking in self.bookings if booking.booking_id == value), None)
                return Turn(self) if found is None else Turn(go(self, "one", booking=found))
            case _:
                return Turn(self)

    def _pressed(self, action: str, known: Known) -> Turn:
        live = self.booking is not None and self.booking.state in LIVE
        match self.at, action:
            case "items", "mine":
                return Turn(msgspec.structs.replace(self, wants="mine"), then=Then.CARD)
            case "mine", "items":
                return Turn(go(self, "items"))
            case "days", "urgent" if not self.changing:
                return Turn(go(self, "reasons"))
            case "mobile", "text_me":
                return self._to_confirm() if is_mobile(self.mobile) else stay(self, fault="form.mobile_wrong")
            case "mobile", "no_text":
                return msgspec.structs.replace(self, mobile="")._to_confirm()
            case "confirm", "book":
                return Turn(msgspec.structs.replace(self, wants="book"), then=Then.CARD)
            case "one", "change" if live and self.booking:
                item = known.find(self.booking.item)
                changing = msgspec.structs.replace(self, item=item, changing=True, urgent="")
                return Turn(self) if item is None else self._look(changing, known)
            case "one", "cancel" if live:
                return Turn(go(self, "giving_up"))
            case "giving_up", "keep":
                return back(self)
            case "giving_up", "give_up" if self.booking:
                return self._question("cancelling", CancelBooking(self.booking.booking_id, self.booking.code), known)
            case "one", "check_in" if self.booking and may_check_in(self.booking, known):
                return self._check_in(self.booking, known)
            case "booked", "print":
                return self._print(known)
            case "paper", _ if action == REPRINT:
                return self._print(known)
            case "failed", _ if action == AGAIN:
                return self._again(known)
            case "failed", "back":
                return Turn(self, then=Then.BACK)
            case "checked_in", "done" if self.item is not None:
                here = None if self.late else self.booking
                return Turn(self, then=Then.OPEN, about=f"item:{self.item.slug}", booking=here)
            case _, "done" if self.at in _ENDS:
                return Turn(self, then=Then.RATE, about="" if known.item else "appointment")
            case _:
                return Turn(self)

    def _to_confirm(self) -> Turn:
        """Also back to it, where the number alone was changed."""
        return back(self) if self.trail[-1:] == ("confirm",) else Turn(go(self, "confirm"))

    # --- asking ----------

    def _question(self, at: str, question: Question, known: Known, **changes: object) -> Turn:
        request = f"appointment/{self.asked + 1}"
        asked = move(self, at, request=request, asked=self.asked + 1, said="", **changes)
        return Turn(asked, (e.AskCentre(known.visit, request, question),))

    def _look(self, after: "Appointment", known: Known) -> Turn:
        slug = after.item.slug if after.item else ""
        return after._question("looking", SlotsAsked(slug, known.today), known)

    def _find(self, known: Known) -> Turn:
        who = person(known.holder) if known.holder else None
        return self._question("finding", BookingsAsked(who, self.code), known)

    def _book(self, known: Known) -> Turn:
        if known.holder is None or self.item is None:
            return Turn(self)
        old = self.booking.booking_id if self.changing and self.booking else ""
        # A new time is a new booking: an id already used for another time would give that one again.
        booking_id = known.id(f"booking/{self.item.slug}/{self.slot or self.urgent}/{self.made}")
        slot = "" if self.urgent else self.slot
        who = person(known.holder, "" if self.urgent else self.mobile)
        question = Book(booking_id, self.item.slug, slot, who, old, self.urgent)
        return self._question("booking", question, known)

    def _check_in(self, booking: Booking, known: Known) -> Turn:
        question = CheckIn(booking.booking_id, booking.code, known.case_id)
        return self._question("checking_in", question, known, item=known.find(booking.item))

    def _again(self, known: Known) -> Turn:
        match self.wants:
            case "looking" if self.item is not None:
                return self._look(self, known)
            case "booking":
                return self._book(known)
            case "cancelling" if self.booking is not None:
                return self._question("cancelling", CancelBooking(self.booking.booking_id, self.booking.code), known)
            case "checking_in" if self.booking is not None:
                return self._check_in(self.booking, known)
            case _:
                return self._find(known)

    def _answered(self, answer: Answer) -> Turn:
        match self.at, answer:
            case "looking", SlotsFound(days):
                return Turn(move(self, "days", request="", days=days))
            case "booking", Booked(booking):
                done = move(self, "booked", request="", booking=booking, made=self.made + 1, changing=False)
                return Turn(done)
            case "booking", SlotGone(days):
                return Turn(move(self, "days", request="", days=days, slot="", day="", taken=True))
            case "finding", BookingsFound(bookings):
                found = _sorted(bookings)
                only = found[0] if len(found) == 1 and self.code else None
                return Turn(move(self, "one" if only else "mine", request="", bookings=found, booking=only))
            case "cancelling", Booked(booking):
                return Turn(move(self, "cancelled", request="", booking=booking))
            case "checking_in", CheckedIn(booking, _, placed):
                return Turn(move(self, "checked_in", request="", booking=booking, late=placed == "late"))
            case _:
                why = why_not(answer) or p.word("unanswered.broken")
                return Turn(move(self, "failed", request="", said=why, wants=self.at))

    # --- paper ----------

    def _print(self, known: Known) -> Turn:
        if self.booking is None or not known.papers:
            return Turn(self)

        def told(what: p.Said) -> str:
            return said(known.language, what)

        bring = tuple(told(material.name) for material in self.item.materials) if self.item else ()
        slip = AppointmentPaper(
            code=self.booking.code,
            title=told(self.booking.title),
            day=self.booking.day,
            start=self.booking.start,
            end=self.booking.end,
            place=told(self.booking.place),
            person=mask_name(known.holder.name or known.holder.latin_name) if known.holder else "",
            check_in_from=self.booking.check_in_from,
            check_in_until=self.booking.check_in_until,
            bring=bring,
            phone=self.item.consultation_phone if self.item else "",
        )
        asked = ask(self.papers, "appointment", slip, known)
        return Turn(move(self, "paper", papers=asked.papers), asked.effects)


_PLACE_OF: Final = {"day": "days", "time": "times", "mobile": "mobile", "urgent": "reasons"}


def _sorted(bookings: tuple[Booking, ...]) -> tuple[Booking, ...]:
    """What is still to come first, then the latest."""
    return tuple(sorted(bookings, key=lambda b: (b.state not in LIVE, b.day, b.start)))


def opened(known: Known, about: str) -> Turn:
    """For an item by its slug; `mine` for one's own; `code=…` for one that was scanned; else what can be booked."""
    if about == "mine":
        return Turn(Appointment("items", wants="mine"), then=Then.CARD)
    if about.startswith("code="):
        return Appointment("items", code=about.removeprefix("code="))._find(known)
    item = known.find(about)
    if item is None:
        return Turn(Appointment("items"))
    return Appointment("items", item=item)._look(Appointment("items", item=item), known)

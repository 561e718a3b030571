"""What an appointment knows while it is made, changed or used. Pure values."""

from typing import Final

from contract.catalogue import Item
from contract.questions import Booking, BookingState, Slot, SlotDay
from kiosk.journey.page import Said
from kiosk.journey.service import Known, Service
from kiosk.journey.services.papers import Papers

LIVE: Final = frozenset({BookingState.BOOKED, BookingState.ASKED})
"""What can still be changed or given up."""


def may_check_in(booking: Booking, known: Known) -> bool:
    """A booking of this day; the centre says whether it is too early or too late."""
    return booking.state is BookingState.BOOKED and booking.day == known.today


class State(Service, frozen=True, kw_only=True):
    """`at`: items, looking, days, times, mobile, reasons, confirm, booking, booked, finding, mine, one, giving_up,
    cancelling, cancelled, checking_in, checked_in, paper, failed.
    """

    item: Item | None = None
    code: str = ""
    """The code of a booking that was scanned or typed."""
    request: str = ""
    asked: int = 0
    wants: str = ""
    """What the card is asked for: `book` or `mine`."""
    days: tuple[SlotDay, ...] = ()
    day: str = ""
    slot: str = ""
    mobile: str = ""
    """Where the text about the booking goes; empty where none is wanted."""
    urgent: str = ""
    bookings: tuple[Booking, ...] = ()
    booking: Booking | None = None
    """The one at hand: just made, or chosen among one's own."""
    changing: bool = False
    late: bool = False
    """Checked in after its time: called like a number without a booking."""
    made: int = 0
    """How many bookings this visit has asked for: part of their ids."""
    taken: bool = False
    """The time that was wanted has just gone to somebody else."""
    papers: Papers = Papers("appointment")
    said: Said = ""

    @property
    def waiting(self) -> str:
        return self.request

    @property
    def open_days(self) -> tuple[SlotDay, ...]:
        """The days on which something is free."""
        return tuple(day for day in self.days if any(slot.left > 0 for slot in day.slots))

    @property
    def times(self) -> tuple[Slot, ...]:
        """The times of the day that was chosen."""
        return next((day.slots for day in self.days if day.day == self.day), ())

    @property
    def time(self) -> Slot | None:
        """The time that was chosen."""
        return next((slot for slot in self.times if slot.slot_id == self.slot), None)

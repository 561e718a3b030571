"""Hours, appointments and numbers (JH-05 to JH-08, ZZ-13, ZZ-14)."""

from datetime import datetime

import msgspec
import pytest

from contract import questions as q
from contract.calendar import gathered, published
from contract.catalogue import Item
from contract.hours import Hours, Mode, Opening
from kiosk import duty, services
from kiosk.facts import Closed, Special
from kiosk.journey import events as e
from tests.conformance.conftest import MakeVisitor
from tests.conformance.visitor import Visitor, page_name
from tests.screens.album import HOLDER as ELDER
from tests.screens.album import NUMBER, VISIT, WELL

HOLDER = msgspec.structs.replace(ELDER, birth_date="1990-05-12")
CALENDAR = gathered(published())
TITLE = {"zh-Hans": "不动产转移登记", "en": "Transfer"}
DAYS = (
    q.SlotDay("2026-11-23", (q.Slot("s1", "09:00", "09:30", 2), q.Slot("s2", "09:30", "10:00", 0))),
    q.SlotDay("2026-11-24", (), {"zh-Hans": "已满", "en": "Full"}),
)
WINDOWS = (Opening("08:30", "12:00"), Opening("12:00", "13:30", mode=Mode.EXTENDED), Opening("13:30", "17:30"))


def booking(state: q.BookingState = q.BookingState.BOOKED, **changes: str) -> q.Booking:
    """A booking of the day the visit takes place."""
    found = q.Booking(
        "b1", "12345678", NUMBER, TITLE, "2026-11-23", "10:15", "10:45", state,
        "2026-11-23T09:45:00+08:00", "2026-11-23T10:55:00+08:00",
    )  # fmt: skip
    return msgspec.structs.replace(found, **changes)


def booked_items() -> tuple[Item, ...]:
    """The catalogue, where the item for windows has hours and can be booked."""
    return tuple(
        msgspec.structs.replace(item, hours=Hours(windows=WINDOWS), booking=True) if item.slug == NUMBER else item
        for item in services.load().items
    )


def at(citizen: Visitor, moment: str) -> None:
    """The terminal's own rule says what is closed at this moment, and the visit hears it."""
    now = datetime.fromisoformat(moment)
    shut = duty.closed_items(citizen.journey.items, duty.Now(moment=now, calendar=CALENDAR))
    told = tuple(Closed(slug, why.reason, "", {}, why.next_open, booking=why.booking) for slug, why in shut.items())
    citizen.booth.know(msgspec.structs.replace(WELL, closed=told))
    citizen.journey = citizen.booth.journey


def card(citizen: Visitor) -> None:
    """The card is laid down and confirmed."""
    citizen.happen(e.CardRead(VISIT, HOLDER))
    citizen.touch("main")


@pytest.mark.parametrize("moment", ["2026-11-23 17:31", "2026-11-22 10:00", "2026-10-01 10:00"])
def test_no_number_is_given_while_nobody_serves(visit: MakeVisitor, moment: str) -> None:
    items = tuple(msgspec.structs.replace(item, booking=False) for item in booked_items())
    citizen = visit(items=items)
    citizen.touch("attract")
    at(citizen, moment)
    citizen.happen(e.ItemChosen(NUMBER))
    citizen.touch("main")
    assert page_name(citizen) == "item"
    citizen.happen(e.ItemBegun())
    assert page_name(citizen) == "item"
    assert not citizen.asked(e.SaveCase)


@pytest.mark.parametrize("moment", ["2026-11-23 10:00", "2026-11-23 12:30", "2026-02-14 10:00"])
def test_a_number_is_given_at_noon_and_on_a_worked_weekend(visit: MakeVisitor, moment: str) -> None:
    citizen = visit(items=booked_items())
    citizen.touch("attract")
    at(citizen, moment)
    citizen.happen(e.ItemChosen(NUMBER))
    citizen.touch("main")
    card(citizen)
    assert len(citizen.asked(e.SaveCase)) == 1


@pytest.mark.parametrize(("wanted", "reason"), [("green", "elder"), ("main", "")])
def test_a_green_channel_is_offered_to_the_old_and_never_imposed(visit: MakeVisitor, wanted: str, reason: str) -> None:
    citizen = visit(items=booked_items())
    citizen.touch("attract")
    citizen.happen(e.ItemChosen(NUMBER))
    citizen.touch("main")
    citizen.happen(e.CardRead(VISIT, ELDER))
    assert {"main", "green"} <= set(citizen.booth.names())
    assert not citizen.asked(e.SaveCase), "nothing is taken before they say so"
    citizen.touch(wanted)
    (save,) = citizen.asked(e.SaveCase)
    assert save.filed.green == reason


def test_the_young_are_not_offered_it(visit: MakeVisitor) -> None:
    citizen = visit(items=booked_items())
    citizen.touch("attract")
    citizen.happen(e.ItemChosen(NUMBER))
    citizen.touch("main")
    citizen.happen(e.CardRead(VISIT, HOLDER))
    assert "green" not in citizen.booth.names()
    citizen.touch("main")
    assert citizen.asked(e.SaveCase)[0].filed.green == ""


def test_whoever_says_so_takes_the_green_channel(visit: MakeVisitor) -> None:
    citizen = visit(items=booked_items())
    citizen.touch("attract")
    citizen.happen(e.ItemChosen(NUMBER))
    citizen.touch("offer.green", "option.pregnant" if "option.pregnant" in citizen.booth.names() else "option.disabled")
    card(citizen)
    assert citizen.asked(e.SaveCase)[0].filed.green in {"pregnant", "disabled"}


def test_closed_by_its_hours_an_item_says_from_when_and_offers_a_booking(visit: MakeVisitor) -> None:
    citizen = visit({q.SlotsAsked: q.SlotsFound(DAYS)}, items=booked_items())
    citizen.touch("attract")
    at(citizen, "2026-11-23 18:00")
    citizen.happen(e.ItemChosen(NUMBER))
    shown = citizen.leaves()
    assert "8:30" in shown
    assert "预约" in shown
    citizen.touch("main")
    assert page_name(citizen) == "appointment.days"


def test_a_time_is_booked_once_and_a_full_one_is_not(visit: MakeVisitor) -> None:
    said = {q.SlotsAsked: q.SlotsFound(DAYS), q.Book: q.Booked(booking())}
    citizen = visit(said, items=booked_items())
    citizen.touch("attract")
    citizen.happen(e.ServiceOpened("appointment", NUMBER))
    citizen.touch("option.2026-11-23")
    citizen.happen(e.Chose("s2"))
    assert page_name(citizen) == "appointment.times", "a full time is not taken"
    citizen.touch("option.s1")
    assert page_name(citizen) == "appointment.mobile", "a text is offered, and may be left out"
    citizen.happen(e.KeyPressed("13900001234"))
    citizen.touch("main", "main")
    card(citizen)
    (book,) = citizen.questions(q.Book)
    assert (book.slot_id, book.item, book.person.mobile) == ("s1", NUMBER, "13900001234")
    shown = citizen.leaves()
    assert "12345678" in shown
    assert "10:15" in shown


def test_checking_in_leads_to_the_number_with_the_same_card_in_the_same_visit(visit: MakeVisitor) -> None:
    checked = q.CheckedIn(booking(q.BookingState.CHECKED_IN), "A", "booked")
    said = {q.BookingsAsked: q.BookingsFound((booking(),)), q.CheckIn: checked}
    citizen = visit(said, items=booked_items())
    citizen.touch("attract", "door.appointment")
    citizen.happen(e.Acted("mine"))
    card(citizen)
    citizen.touch("option.b1", "main")
    assert page_name(citizen) == "appointment.checked_in"
    citizen.touch("main")
    assert page_name(citizen) == "item"
    citizen.touch("main")
    (save,) = citizen.asked(e.SaveCase)
    (check,) = citizen.questions(q.CheckIn)
    assert save.holder == HOLDER
    assert save.case_id == citizen.journey.case_id == check.case_id
    assert page_name(citizen) == "result"


def test_what_cannot_wait_is_asked_for_with_a_reason_and_answered_by_a_time(visit: MakeVisitor) -> None:
    asked = booking(q.BookingState.ASKED, day="", start="", end="", answer_by="2026-11-23T10:30:00+08:00")
    said = {q.SlotsAsked: q.SlotsFound(DAYS), q.Book: q.Booked(asked)}
    citizen = visit(said, items=booked_items())
    citizen.touch("attract")
    citizen.happen(e.ServiceOpened("appointment", NUMBER))
    citizen.touch("urgent" if "urgent" in citizen.booth.names() else "act.urgent", "option.deadline", "main")
    card(citizen)
    (book,) = citizen.questions(q.Book)
    assert (book.urgent, book.slot_id) == ("deadline", "")
    assert "10:30" in citizen.leaves(), "by when somebody decides"


def test_special_hours_stand_on_the_screen_at_rest_and_in_the_guide(visit: MakeVisitor) -> None:
    citizen = visit(items=booked_items())
    citizen.booth.know(msgspec.structs.replace(WELL, special=(Special("extended", "12:00", "13:30"),)))
    shown = citizen.booth.texts()
    assert "延时" in shown
    assert "12:00–13:30" in shown
    citizen.touch("attract")
    citizen.happen(e.ItemChosen(NUMBER))
    assert "12:00–13:30" in citizen.leaves()

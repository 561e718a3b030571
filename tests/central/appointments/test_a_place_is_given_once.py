"""The pool on both databases: never overbooked, nothing given up before the new one is held, asked twice held once."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import select, update

from central.appointments import answers, rules, store, upkeep
from central.appointments.rules import Offer, Placed, Plan
from central.appointments.tables import slots
from central.database import Transaction, add_if_new
from contract.feed import Calendar
from contract.questions import (
    Book,
    Booked,
    BookingsAsked,
    BookingsFound,
    BookingState,
    CancelBooking,
    CheckedIn,
    CheckIn,
    Person,
    Refused,
    SlotGone,
    SlotsAsked,
    SlotsFound,
)
from tests.central.conftest import Running
from tests.central.services import LI, ZHANG, item, person, publish, put

ITEM = "real-estate-transfer"


def plan(running: Running, capacity: int, line: str = ITEM, starts: str = "09:00", ends: str = "09:30") -> None:
    today = running.centre.today().isoformat()
    with running.centre.database.writing() as connection:
        store.add_plans(
            connection,
            [
                Plan(f"{line}-{day}-{starts}", line, day, starts, ends, capacity, today, None, "boss", running.clock())
                for day in range(1, 8)
            ],
        )


def in_days(running: Running, days: int) -> str:
    return (running.centre.today() + timedelta(days=days)).isoformat()


def slot(running: Running, days: int = 2, starts: str = "09:00") -> str:
    return f"{ITEM}@{in_days(running, days)}T{starts}"


def taken(running: Running) -> dict[str, int]:
    return {str(row[0]): int(str(row[1])) for row in running.query("SELECT slot_id, taken FROM slots")}


def filled(running: Running) -> Running:
    plan(running, 2)
    plan(running, 1, starts="10:00", ends="10:30")
    publish(running, item())
    return running


@pytest.fixture
def pool(running: Running) -> Running:
    """On each database."""
    return filled(running)


@pytest.fixture
def small(embedded: Running) -> Running:
    """Where the kind of database makes no difference."""
    return filled(embedded)


def test_what_is_free_is_shown_and_booked_and_shown_again(pool: Running) -> None:
    found = put(pool, SlotsAsked(ITEM, in_days(pool, 1), 3))
    assert isinstance(found, SlotsFound)
    assert [[(one.start, one.left) for one in day.slots] for day in found.days] == [[("09:00", 2), ("10:00", 1)]] * 3
    assert found.hall["zh-Hans"], "the item's place"
    booked = put(pool, Book("b-1", ITEM, slot(pool), ZHANG))
    assert isinstance(booked, Booked)
    assert (booked.booking.state, booked.booking.start, len(booked.booking.code)) == (BookingState.BOOKED, "09:00", 8)
    assert booked.booking.title["zh-Hans"] != ITEM
    again = put(pool, SlotsAsked(ITEM, in_days(pool, 2), 1))
    assert [one.left for one in again.days[0].slots] == [1, 1]
    for asked in (BookingsAsked(ZHANG), BookingsAsked(code=booked.booking.code.lower())):
        assert put(pool, asked) == BookingsFound((booked.booking,))
    assert put(pool, BookingsAsked(LI)) == BookingsFound(())


def test_asked_twice_it_is_held_once_and_answered_alike(pool: Running) -> None:
    first = put(pool, Book("b-1", ITEM, slot(pool), ZHANG))
    assert put(pool, Book("b-1", ITEM, slot(pool), ZHANG)) == first
    assert put(pool, Book("b-1", ITEM, slot(pool), LI)) == Refused("booking_taken")
    assert taken(pool) == {slot(pool): 1}
    assert put(pool, Book("b-2", ITEM, slot(pool, starts="10:00"), ZHANG)) == Refused("already_booked")


def test_nothing_of_a_person_stands_in_the_tables(small: Running) -> None:
    put(small, Book("b-1", ITEM, slot(small), ZHANG))
    [row] = small.query("SELECT * FROM bookings")
    written = " ".join(str(value) for value in row)
    for secret in (ZHANG.name, ZHANG.id_number, ZHANG.mobile):
        assert secret not in written
    assert "张*" in written


def test_a_text_goes_to_the_number_that_was_left_and_giving_up_deletes_it(small: Running) -> None:
    """The number lives with its text alone: not with the booking, and with neither once nothing is to be told."""
    put(small, Book("b-1", ITEM, slot(small), ZHANG))
    booked = put(small, Book("b-2", ITEM, slot(small, starts="10:00"), msgspec.structs.replace(LI, mobile="")))
    texts = "SELECT about_id, length(sealed_to) > 0, state FROM text_messages"
    assert small.query(texts) == [("b-1", 1, "waiting")]
    assert isinstance(booked, Booked), "nobody has to leave a number"
    code = put(small, BookingsAsked(ZHANG)).bookings[0].code
    put(small, CancelBooking("b-1", "WRONG234"))
    assert small.query(texts) == [("b-1", 1, "waiting")], "whoever cannot give it up deletes nothing"
    assert isinstance(put(small, CancelBooking("b-1", code)), Booked)
    assert small.query(texts) == [("b-1", 0, "lapsed")]


def test_a_change_gives_up_the_old_only_when_the_new_is_held(pool: Running) -> None:
    put(pool, Book("b-1", ITEM, slot(pool), ZHANG))
    put(pool, Book("other", ITEM, slot(pool, starts="10:00"), LI))
    gone = put(pool, Book("b-2", ITEM, slot(pool, starts="10:00"), ZHANG, change_of="b-1"))
    assert isinstance(gone, SlotGone)
    assert put(pool, BookingsAsked(ZHANG)).bookings[0].booking_id == "b-1", "the full slot cost nothing"
    moved = put(pool, Book("b-3", ITEM, slot(pool, 3), ZHANG, change_of="b-1"))
    assert isinstance(moved, Booked)
    assert [one.booking_id for one in put(pool, BookingsAsked(ZHANG)).bookings] == ["b-3"]
    assert taken(pool) == {slot(pool): 0, slot(pool, starts="10:00"): 1, slot(pool, 3): 1}
    for stranger in (
        Book("b-4", ITEM, slot(pool), person(5), change_of="b-3"),
        Book("b-5", ITEM, slot(pool), person(5), change_of="x"),
    ):
        assert put(pool, stranger) == Refused("booking_not_open")
    assert sum(taken(pool).values()) == 2, "what was refused holds nothing"


def test_a_place_given_back_can_be_booked_by_the_next(pool: Running) -> None:
    first = put(pool, Book("b-1", ITEM, slot(pool, starts="10:00"), ZHANG)).booking
    assert put(pool, CancelBooking("b-1", "WRONGONE")) == Refused("booking_unknown")
    for _ in range(2):
        assert put(pool, CancelBooking("b-1", first.code)).booking.state is BookingState.CANCELLED
    assert taken(pool) == {slot(pool, starts="10:00"): 0}
    assert isinstance(put(pool, Book("b-2", ITEM, slot(pool, starts="10:00"), LI)), Booked)


def test_what_is_not_offered_cannot_be_booked(small: Running) -> None:
    for asked in ("", "nothing", f"{ITEM}@2020-01-01T09:00", f"{ITEM}@tomorrow", "other@2030-01-01T09:00"):
        assert isinstance(put(small, Book("b-1", ITEM, asked, ZHANG)), SlotGone)
    assert taken(small) == {}


def crowd(pool: Running, people: int) -> list[object]:
    start = threading.Barrier(people)

    def one(number: int) -> object:
        start.wait()
        return put(pool, Book(f"b-{number}", ITEM, slot(pool), person(number)))

    with ThreadPoolExecutor(people) as threads:
        return list(threads.map(one, range(people)))


def test_many_at_once_get_no_more_places_than_there_are(pool: Running) -> None:
    found = crowd(pool, 8)
    assert sum(isinstance(one, Booked) for one in found) == 2
    assert sum(isinstance(one, SlotGone) for one in found) == 6
    assert taken(pool) == {slot(pool): 2}
    assert pool.query("SELECT count(*) FROM bookings") == [(2,)]


def look_then_take(connection: Transaction, offer: Offer) -> None:
    """What must not be done: two look before either takes."""
    add_if_new(connection, slots, {"slot_id": offer.slot_id, "taken": 0})
    there = connection.execute(select(slots.c.taken).where(slots.c.slot_id == offer.slot_id)).scalar_one()
    if there >= offer.capacity:
        raise store.Full
    threading.Event().wait(0.05)
    connection.execute(update(slots).where(slots.c.slot_id == offer.slot_id).values(taken=there + 1))


@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_negative_control_two_who_look_first_overbook(pool: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    put(pool, Book("first", ITEM, slot(pool), LI))
    monkeypatch.setattr(store, "_take", look_then_take)
    found = crowd(pool, 6)
    assert sum(isinstance(one, Booked) for one in found) > 1, "the harness sees a double booking"


def test_two_who_swap_slots_never_wait_for_each_other(pool: Running) -> None:
    plan(pool, 4, starts="11:00", ends="11:30")
    for number in range(4):
        put(pool, Book(f"a-{number}", ITEM, slot(pool, starts="09:00" if number % 2 else "11:00"), person(number)))
    slots_free = {"09:00": "11:00", "11:00": "09:00"}

    def swap(number: int) -> object:
        there = "09:00" if number % 2 else "11:00"
        return put(pool, Book(f"c-{number}", ITEM, slot(pool, starts=slots_free[there]), person(number), f"a-{number}"))

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(swap, range(4)))
    assert all(isinstance(one, Booked | SlotGone) for one in found)
    assert sum(taken(pool).values()) == 4


class Hall:
    """A moment in the hall, as the rules see it."""

    def __init__(self, running: Running) -> None:
        self.zone = running.centre.settings.zone

    def at(self, day: str, time: str) -> datetime:
        return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=self.zone)


@pytest.fixture
def clocked(small: Running) -> tuple[Running, Hall]:
    return small, Hall(small)


def set_clock(running: Running, moment: datetime) -> None:
    running.clock.ahead += moment - running.clock()


def test_coming_early_in_time_late_and_too_late(clocked: tuple[Running, Hall]) -> None:
    pool, hall = clocked
    day = in_days(pool, 2)
    booking = put(pool, Book("b-1", ITEM, slot(pool), ZHANG)).booking
    late = put(pool, Book("b-2", ITEM, slot(pool), LI)).booking
    set_clock(pool, hall.at(day, "07:30"))
    early = put(pool, CheckIn("b-1", booking.code, "case-1"))
    assert (early.reason, "08:00" in early.text["zh-Hans"]) == ("booking_early", True)
    set_clock(pool, hall.at(day, "09:10"))
    here = put(pool, CheckIn("b-1", booking.code, "case-1"))
    assert isinstance(here, CheckedIn)
    assert (here.placed, here.queue, here.booking.state) == ("booked", "A", BookingState.CHECKED_IN)
    assert put(pool, CheckIn("b-1", booking.code, "case-1")) == here
    assert put(pool, CheckIn("b-1", booking.code, "case-2")) == Refused("booking_used")
    set_clock(pool, hall.at(day, "09:40"))
    assert put(pool, CheckIn("b-2", late.code, "case-3")).placed == "late"


def test_who_does_not_come_has_missed_it(clocked: tuple[Running, Hall]) -> None:
    pool, hall = clocked
    day = in_days(pool, 2)
    booking = put(pool, Book("b-1", ITEM, slot(pool), ZHANG)).booking
    set_clock(pool, hall.at(day, "09:59"))
    upkeep.note_missed(pool.centre)
    assert pool.query("SELECT state FROM bookings") == [("booked",)]
    set_clock(pool, hall.at(day, "10:01"))
    upkeep.note_missed(pool.centre)
    assert pool.query("SELECT state FROM bookings") == [("missed",)]
    assert put(pool, CheckIn("b-1", booking.code, "case-1")).reason == "booking_missed"
    assert put(pool, CancelBooking("b-1", booking.code)) == Refused("booking_not_open")


def test_urgent_waits_for_an_officer_and_silence_escalates(pool: Running) -> None:
    asked = put(pool, Book("u-1", ITEM, "", ZHANG, urgent="illness")).booking
    assert (asked.state, asked.urgent, bool(asked.answer_by)) == (BookingState.ASKED, True, True)
    assert put(pool, Book("u-1", ITEM, "", ZHANG, urgent="illness")).booking == asked
    now = pool.clock()
    officers = ["甲", "乙"]
    turns = [rules.urgent_turn(officers, now, now + timedelta(minutes=minutes)) for minutes in (0, 14, 16, 31)]
    assert turns == [["甲"], ["甲"], ["乙"], ["甲", "乙"]]
    pool.log_in()
    page = pool.client.get("/appointments").text
    assert "因病就医急需" in page
    day = in_days(pool, 0)
    form = {"csrf": pool.csrf(), "accept": "yes", "day": day, "starts": "18:00", "ends": "18:30"}
    assert pool.client.post("/appointments/u-1/decide", data=form, follow_redirects=False).status_code == 303
    assert pool.client.post("/appointments/u-1/decide", data=form).status_code == 409
    accepted = put(pool, BookingsAsked(ZHANG)).bookings[0]
    assert (accepted.state, accepted.start, accepted.urgent) == (BookingState.BOOKED, "18:00", True)
    put(pool, Book("u-2", ITEM, "", LI, urgent="travel"))
    assert pool.client.post("/appointments/u-2/decide", data={"csrf": form["csrf"]}).status_code == 422
    told = {"csrf": form["csrf"], "note": "今晚无法安排，请明早八点到大厅"}
    assert pool.client.post("/appointments/u-2/decide", data=told, follow_redirects=False).status_code == 303
    refused = put(pool, BookingsAsked(code=answers.told(pool.centre, kept(pool, "u-2")).code)).bookings[0]
    assert (refused.state, refused.note["zh-Hans"]) == (BookingState.REFUSED, told["note"])


def kept(pool: Running, booking_id: str) -> store.Kept:
    with pool.centre.database.reading() as connection:
        found = store.find(connection, booking_id)
    assert found is not None
    return found


def test_managers_plan_close_and_see_the_day(embedded: Running) -> None:
    embedded.log_in()
    publish(embedded, item())
    day = in_days(embedded, 1)
    form = {"csrf": embedded.csrf(), "line": ITEM, "starts": "09:00", "ends": "09:30", "capacity": "3"}
    form |= {f"day{number}": "yes" for number in range(1, 8)} | {"valid_from": in_days(embedded, 0)}
    wrong = [{"capacity": "0"}, {"starts": "10:00"}, {"valid_until": "2001-01-01"}, {"line": ""}]
    for change in wrong:
        assert embedded.client.post("/appointments/plans", data=form | change).status_code == 422
    assert embedded.client.post("/appointments/plans", data=form, follow_redirects=False).status_code == 303
    page = embedded.client.get("/appointments/plans").text
    assert len(re.findall(r"09:00–09:30", page)) == 7
    put(embedded, Book("b-1", ITEM, f"{ITEM}@{day}T09:00", ZHANG))
    page = embedded.client.get(f"/appointments?day={day}").text
    assert "张*" in page
    assert ">2<" in page, "two places are free"
    closed = {"csrf": form["csrf"], "line": "*", "day": day, "reason": "系统升级"}
    assert embedded.client.post("/appointments/closures", data=closed, follow_redirects=False).status_code == 303
    shown = put(embedded, SlotsAsked(ITEM, day, 1)).days[0]
    assert (shown.slots, shown.closed["zh-Hans"]) == ((), "系统升级")
    assert isinstance(put(embedded, Book("b-2", ITEM, f"{ITEM}@{day}T09:00", LI)), SlotGone)
    opened = closed | {"open": "yes"}
    embedded.client.post("/appointments/closures", data=opened)
    assert put(embedded, SlotsAsked(ITEM, day, 1)).days[0].slots
    embedded.client.post(f"/appointments/plans/{plan_ids(embedded)[0]}/end", data={"csrf": form["csrf"]})


def plan_ids(running: Running) -> list[str]:
    return [str(row[0]) for row in running.query("SELECT plan_id FROM slot_plans ORDER BY plan_id")]


def test_holidays_are_closed_and_worked_weekends_are_like_mondays() -> None:
    made = datetime.fromisoformat("2026-01-01T00:00:00+08:00")
    plans = [Plan("p", "A", 1, "09:00", "09:30", 1, "2026-01-01", None, "boss", made)]
    calendar = Calendar(2026, ("2026-10-05",), ("2026-10-10",))
    assert rules.offers_on(date(2026, 10, 5), "A", plans, calendar) == []
    assert [one.slot_id for one in rules.offers_on(date(2026, 10, 10), "A", plans, calendar)] == ["A@2026-10-10T09:00"]
    assert rules.offers_on(date(2026, 10, 10), "A", plans, None) == []
    assert rules.placed("2026-10-10", "09:00", made, made.tzinfo or pytest.fail("a zone")) is Placed.EARLY


def test_one_person_holds_no_more_than_a_few(embedded: Running) -> None:
    items = [item(), item("flexible-employment-insurance")]
    publish(embedded, *items)
    plan(embedded, 9)
    stranger = Person("王五", "610117199505055555")
    found = [put(embedded, Book(f"b-{days}", ITEM, slot(embedded, days), stranger)) for days in range(1, 5)]
    assert [type(one) for one in found] == [Booked] * 3 + [Refused]
    assert found[-1].reason == "too_many_bookings"

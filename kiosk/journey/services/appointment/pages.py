"""What an appointment shows at each of its places. Pure."""

from typing import Final

import msgspec

from contract.catalogue import MOBILE_DIGITS
from contract.questions import Booking, BookingState
from kiosk.journey import page as p
from kiosk.journey.service import Known
from kiosk.journey.services import guiding
from kiosk.journey.services.appointment.state import LIVE, State, may_check_in
from kiosk.journey.services.courtesies import trouble, waiting
from kiosk.journey.services.papers import page as paper_page

REASONS: Final = ("medical", "deadline", "travel", "disaster", "other")
"""Why it cannot wait (JH-08); each is a word under `appointment.urgent`."""
_STEPS: Final = ("days", "times", "confirm", "booked")
_STEP_OF: Final = {"days": 0, "times": 1, "mobile": 2, "confirm": 2, "booked": 3}


def page(s: State, known: Known) -> p.Page:
    """The page of this place; making a booking has a step bar."""
    shown = _page(s, known)
    if s.at not in _STEP_OF:
        return shown
    steps = tuple(p.word(f"appointment.step.{name}") for name in _STEPS)
    return msgspec.structs.replace(shown, steps=steps, here=_STEP_OF[s.at])


def _page(s: State, known: Known) -> p.Page:
    match s.at:
        case "items":
            return _items(known)
        case "looking":
            return waiting("appointment.looking", p.word("appointment.looking"), usually=2, icon="calendar-days")
        case "days":
            return _days(s)
        case "times":
            return _times(s)
        case "mobile":
            return _mobile(s)
        case "reasons":
            return _reasons(s)
        case "confirm":
            return _confirm(s)
        case "booking":
            return waiting("appointment.booking", p.word("appointment.booking"), usually=2, icon="calendar-days")
        case "finding":
            return waiting("appointment.finding", p.word("appointment.finding"), usually=2, icon="search")
        case "mine":
            return _mine(s)
        case "one":
            return _one(s, known)
        case "giving_up":
            return _giving_up(s)
        case "cancelling" | "checking_in":
            return waiting(f"appointment.{s.at}", p.word(f"appointment.{s.at}"), usually=2, icon="calendar-days")
        case "booked" | "cancelled" | "checked_in":
            return _done(s, known)
        case "paper":
            return paper_page(s.papers, "appointment.paper", p.Action("done", p.word("appointment.done"), "check"))
        case _:
            ways = (p.word("appointment.way_later"), p.word("appointment.way_phone"))
            return trouble("appointment.failed", p.word("appointment.failed"), s.said, ways=ways)


def _items(known: Known) -> p.Page:
    offered = tuple(p.Option(item.slug, item.title, item.department, item.icon) for item in known.items if item.booking)
    return p.Page(
        "appointment.items",
        p.word("appointment.items"),
        p.Choose(offered),
        why=p.word("appointment.items_why"),
        second=(p.Action("mine", p.word("appointment.mine"), "calendar-check"),),
        pace=p.Pace.MENU,
        header=p.word("appointment.header"),
    )


def _days(s: State) -> p.Page:
    options = []
    for day in s.days:
        left = sum(slot.left for slot in day.slots)
        full = p.word("appointment.full")
        off: p.Said = "" if left else (day.closed or full)
        mark = p.word("appointment.left", count=str(left)) if left else ""
        options.append(p.Option(day.day, p.Day(day.day), icon="calendar-days", off=off, mark=mark))
    nothing = not s.open_days
    told = p.word("appointment.nothing_free") if nothing else p.word("appointment.taken") if s.taken else ""
    return p.Page(
        "appointment.days",
        p.word("appointment.change_day" if s.changing else "appointment.day"),
        p.Choose(tuple(options)),
        why=p.word("appointment.day_why"),
        second=(p.Action("urgent", p.word("appointment.urgent_ask"), "triangle-alert"),) if not s.changing else (),
        trouble=told,
    )


def _times(s: State) -> p.Page:
    options = tuple(
        p.Option(
            slot.slot_id,
            f"{slot.start}–{slot.end}",
            off="" if slot.left else p.word("appointment.full"),
            mark=p.word("appointment.left", count=str(slot.left)) if slot.left else "",
            chosen=slot.slot_id == s.slot,
        )
        for slot in s.times
    )
    return p.Page(
        "appointment.times",
        p.word("appointment.time"),
        p.Choose(options, path=(p.Day(s.day),)),
        why=p.word("appointment.time_why"),
    )


def _mobile(s: State) -> p.Page:
    """Optional, and what for and how long is said in one sentence."""
    left = MOBILE_DIGITS - len(s.mobile)
    return p.Page(
        "appointment.mobile",
        p.word("appointment.mobile_ask"),
        p.Enter(
            p.Pad.MOBILE,
            s.mobile,
            p.word("form.empty"),
            p.word("form.digits_left", count=str(left)) if left else p.word("form.digits_done"),
            complete=left == 0,
            longest=MOBILE_DIGITS,
        ),
        why=p.word("appointment.mobile_why"),
        main=p.Action("text_me", p.word("appointment.text_me"), off=p.word("form.mobile_short") if left else ""),
        second=(p.Action("no_text", p.word("appointment.no_text"), "arrow-right"),),
        trouble=p.word(s.fault) if s.fault else "",
        personal=True,
    )


def _reasons(s: State) -> p.Page:
    options = tuple(
        p.Option(reason, p.word(f"appointment.urgent.{reason}"), chosen=reason == s.urgent) for reason in REASONS
    )
    return p.Page(
        "appointment.reasons",
        p.word("appointment.urgent_title"),
        p.Choose(options),
        why=p.word("appointment.urgent_why"),
    )


def _confirm(s: State) -> p.Page:
    rows = [p.Row("", p.word("review.item"), s.item.title if s.item else "", personal=False)]
    if s.urgent:
        rows.append(p.Row("urgent", p.word("appointment.reason"), p.word(f"appointment.urgent.{s.urgent}")))
    else:
        at = s.time
        rows.append(p.Row("day", p.word("appointment.on"), p.Day(s.day), personal=False))
        rows.append(p.Row("time", p.word("appointment.at"), f"{at.start}–{at.end}" if at else "", personal=False))
        mobile: p.Said = s.mobile or p.word("appointment.mobile_none")
        rows.append(p.Row("mobile", p.word("appointment.mobile"), mobile, personal=bool(s.mobile)))
    changed = s.booking if s.changing else None
    note: p.Said = p.word("appointment.change_note", old=_when(changed)) if changed else ""
    return p.Page(
        "appointment.confirm",
        p.word("appointment.confirm"),
        p.Check(tuple(rows), note),
        main=p.Action("book", p.word("appointment.change_it" if s.changing else "appointment.book"), "check"),
    )


def _mine(s: State) -> p.Page:
    options = tuple(
        p.Option(
            booking.booking_id,
            booking.title,
            _when(booking),
            "calendar-check",
            mark=p.word(f"appointment.state.{booking.state.value}"),
        )
        for booking in s.bookings
    )
    if not options:
        return p.Page(
            "appointment.none",
            p.word("appointment.none"),
            p.Read((p.Line(p.word("appointment.none_why")),)),
            main=p.Action("items", p.word("appointment.book_one"), "calendar-days"),
            may_back=True,
            header=p.word("appointment.header"),
        )
    return p.Page(
        "appointment.mine",
        p.word("appointment.mine"),
        p.Choose(options),
        why=p.word("appointment.mine_why"),
        personal=True,
        header=p.word("appointment.header"),
    )


def _one(s: State, known: Known) -> p.Page:
    booking = s.booking
    if booking is None:
        return _mine(s)
    live = booking.state in LIVE
    until = p.word("appointment.check_in_until", time=booking.check_in_until[11:16]) if booking.check_in_until else ""
    off: p.Said = ""
    if booking.state is BookingState.ASKED:
        off = p.word("appointment.not_decided")
    elif not may_check_in(booking, known):
        off = p.word("appointment.not_today", day=p.Day(booking.day))
    second = (
        p.Action("change", p.word("appointment.change"), "calendar-days"),
        p.Action("cancel", p.word("appointment.cancel"), "calendar-x"),
    )
    return p.Page(
        "appointment.one",
        booking.title,
        p.Read((*_told(booking), p.Line(until), *((p.Line(booking.note),) if booking.note else ()))),
        why=p.word("appointment.one_why"),
        main=p.Action("check_in", p.word("appointment.check_in"), "ticket", off=off) if live else None,
        second=second if live else (),
        personal=True,
        header=p.word("appointment.header"),
    )


def _giving_up(s: State) -> p.Page:
    return p.Page(
        "appointment.giving_up",
        p.word("appointment.giving_up"),
        p.Read(_told(s.booking) if s.booking else ()),
        why=p.word("appointment.giving_up_why"),
        main=p.Action("give_up", p.word("appointment.give_up"), "calendar-x"),
        second=(p.Action("keep", p.word("appointment.keep"), "undo-2"),),
        personal=True,
        header=p.word("appointment.header"),
    )


def _done(s: State, known: Known) -> p.Page:
    told: list[p.Block] = list(_told(s.booking)) if s.booking else []
    second: tuple[p.Action, ...] = ()
    if s.at == "booked" and s.booking:
        told.append(p.QrCode(s.booking.code, p.word("appointment.photograph")))
        off = "" if known.papers else p.word("query.no_paper")
        second = (p.Action("print", p.word("appointment.print"), "printer", off=off),)
        told += guiding.shown(known.find(s.booking.item), known)
    urgent = "_urgent" if s.at == "booked" and s.urgent else "_late" if s.at == "checked_in" and s.late else ""
    return p.Page(
        f"appointment.{s.at}",
        p.word(f"appointment.{s.at}{urgent}"),
        p.Read(tuple(told)),
        why=p.word(f"appointment.{s.at}{urgent}_why"),
        main=p.Action("done", p.word("appointment.done"), "check"),
        second=second,
        personal=True,
        may_back=False,
        header=p.word("appointment.header"),
    )


def _told(booking: Booking) -> tuple[p.Block, ...]:
    when = (
        p.Entry(p.word("appointment.on"), p.Day(booking.day)),
        p.Entry(p.word("appointment.at"), f"{booking.start}–{booking.end}"),
    )
    answer = p.Entry(p.word("appointment.answer_by"), p.Moment(booking.answer_by)) if booking.answer_by else None
    return (
        *(when if booking.day else ()),
        *((answer,) if answer else ()),
        p.Entry(p.word("appointment.state_is"), p.word(f"appointment.state.{booking.state.value}")),
        *((p.Entry(p.word("notice.place"), booking.place),) if booking.place else ()),
        p.Entry(p.word("appointment.code"), booking.code),
    )


def _when(booking: Booking) -> p.Said:
    """An urgent one has no time before it is decided."""
    if not booking.day:
        return p.word(f"appointment.state.{booking.state.value}")
    return p.Listed((p.Day(booking.day), f"{booking.start}–{booking.end}"), "clause")

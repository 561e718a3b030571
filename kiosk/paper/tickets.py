"""A case becomes the lines of its ticket. Pure: what stands on paper is decided here, how the device draws it
elsewhere.
"""

from dataclasses import dataclass
from datetime import datetime

from contract.catalogue import Item, ItemKind, say
from contract.hall_plan import way
from contract.papers import AppointmentPaper, ComplaintPaper, NotAPaper, Paper
from contract.positions import position_address
from devices.ticket_printer.document import Cut, Element, Feed, Qr, Row, Rule, Text, Ticket
from kiosk import words
from kiosk.facts import Site
from kiosk.journey.qr_text import qr_text
from kiosk.journey.saying import said
from kiosk.journey.wayfinding import hint


@dataclass(frozen=True)
class Slip:
    """What a ticket says about one case. `filed_at` is the terminal's wall time, dates are `YYYY-MM-DD`."""

    case_number: str
    number: str
    business_date: str
    filed_at: datetime
    masked_name: str
    promise_date: str | None
    language: str
    promise_certain: bool = True
    green: bool = False
    """Of the green channel; why is nobody's business."""
    case_id: str = ""
    """Not printed: the code for phones is made of it."""


def ticket(slip: Slip, item: Item, site: Site) -> Ticket:
    """The 80 mm ticket of a number or of a filed case, in the language of the visit (design: Paper)."""
    language = slip.language

    def line(key: str, **values: object) -> str:
        return words.say(language, f"ticket.{key}", **values)

    head: list[Element] = [
        Text(say(site.hall, language), align="centre", width=1, height=2, bold=True),
        Text(say(site.place, language), align="centre"),
        Row(slip.business_date, slip.filed_at.strftime("%H:%M")),
        Rule(),
        Text(line("your_number"), align="centre"),
        Text(slip.number, align="centre", width=_widest(slip.number), height=8, bold=True),
        *((Text(line("green"), align="centre", width=1, height=2, bold=True),) if slip.green else ()),
        Feed(1),
        Text(say(item.title, language), align="centre", width=1, height=2, bold=True),
        Text(say(item.window, language), align="centre", width=1, height=2),
    ]
    if item.kind is ItemKind.NUMBER:
        head += _way(item, site, language)
        head.append(Text(say(item.opening_hours, language), align="centre"))
    if slip.promise_date and item.kind is ItemKind.FILING:
        head.append(Text(f"{line('promise')} {slip.promise_date}", align="centre", width=1, height=2))
        if not slip.promise_certain:
            head.append(Text(words.say(language, "promise.uncertain"), align="centre"))
    if slip.masked_name:
        head.append(Row(line("name"), slip.masked_name))
    tail: list[Element] = [
        Rule(),
        Qr(qr_text(slip.number, slip.business_date, slip.case_number), module=7, level="M"),
        Text(line("scan"), align="centre"),
        Row(line("case_number"), slip.case_number),
        Row(line("terminal"), site.terminal),
        *(_position_code(slip, item, site) or _way_code(item, site, language)),
        Rule(),
        Text(line("after_filing" if item.kind is ItemKind.FILING else "if_missed")),
        Text(line("supervision", phone=site.supervision_phone)),
        Feed(3),
        Cut(),
    ]
    return (*head, *tail)


def _way(item: Item, site: Site, language: str) -> tuple[Element, ...]:
    """Where to go (JH-11): the place with its floor, and from here the way to it where the hall has a plan."""
    place = Text(say(item.place, language), align="centre")
    point = site.plan.serving(item) if site.plan else None
    if site.plan is None or point is None:
        return (place,)
    return (place, Text(said(language, hint(way(site.plan, site.terminal, point))), align="centre", bold=True))


def _way_code(item: Item, site: Site, language: str) -> tuple[Element, ...]:
    """The same way on a phone; nothing personal is in it."""
    point = site.plan.serving(item) if site.plan and item.kind is ItemKind.NUMBER else None
    address = site.plan.address(point, site.terminal) if site.plan and point else ""
    return (Rule(), Qr(address, module=5), Text(words.say(language, "way.phone"), align="centre")) if address else ()


def _position_code(slip: Slip, item: Item, site: Site) -> tuple[Element, ...]:
    """How this number stands and where to go, on a phone; made without asking anybody, nothing personal in it."""
    address = position_address(site.public_url, slip.case_id) if item.kind is ItemKind.NUMBER else ""
    text = Text(words.say(slip.language, "ticket.position"), align="centre")
    return (Rule(), Qr(address, module=5), text) if address else ()


def slip(template: str, paper: Paper, site: Site, language: str, serial: str) -> Ticket:
    """A booking or a complaint on 80 mm. What it says is masked by whoever filled it."""
    match paper:
        case AppointmentPaper():
            return _of_appointment(paper, site, language, serial)
        case ComplaintPaper():
            return _of_complaint(paper, site, language, serial)
        case _:
            raise NotAPaper(f"template {template!r} has no slip")


def _of_appointment(paper: AppointmentPaper, site: Site, language: str, serial: str) -> Ticket:
    def line(key: str) -> str:
        return words.say(language, f"paper.appointment.{key}")

    rows = (
        (line("code"), paper.code),
        (line("person"), paper.person),
        (line("check_in"), f"{paper.check_in_from} – {paper.check_in_until}" if paper.check_in_from else ""),
        (line("phone"), paper.phone),
    )
    bring: tuple[Element, ...] = (Text(line("bring"), bold=True), *(Text(f"· {one}") for one in paper.bring))
    return (
        *_slip_head(site, language, line("title")),
        Text(paper.title, align="centre", height=2),
        Text(paper.day, align="centre", width=2, height=2, bold=True),
        Text(f"{paper.start} – {paper.end}", align="centre", width=2, height=2, bold=True),
        Text(paper.place, align="centre"),
        Feed(1),
        *(Row(label, value) for label, value in rows if value),
        *(bring if paper.bring else ()),
        Rule(),
        Qr(paper.code, module=8),
        Text(line("keep")),
        *_slip_foot(site, language, serial),
    )


def _of_complaint(paper: ComplaintPaper, site: Site, language: str, serial: str) -> Ticket:
    def line(key: str) -> str:
        return words.say(language, f"paper.complaint.{key}")

    rows = (
        (line("at"), paper.at),
        (line("about"), paper.about),
        (line("contact"), paper.contact),
        (line("answer_until"), paper.answer_until),
        (line("phone"), paper.phone),
    )
    return (
        *_slip_head(site, language, line("title")),
        Text(paper.matter, align="centre", height=2),
        Text(line("number"), align="centre"),
        Text(paper.number, align="centre", width=2, height=2, bold=True),
        Text(line("code"), align="centre"),
        Text(paper.code, align="centre", width=2, height=2, bold=True),
        Feed(1),
        *(Row(label, value) for label, value in rows if value),
        *((Text(line("bring"), bold=True), *(Text(f"· {one}") for one in paper.bring)) if paper.bring else ()),
        Rule(),
        Text(line("keep")),
        *_slip_foot(site, language, serial),
    )


def _slip_head(site: Site, language: str, title: str) -> Ticket:
    return (
        Text(say(site.hall, language), align="centre", height=2, bold=True),
        Text(say(site.place, language), align="centre"),
        Rule(),
        Text(title, align="centre", width=2, height=2, bold=True),
        Feed(1),
    )


def _slip_foot(site: Site, language: str, serial: str) -> Ticket:
    return (
        Rule(),
        Row(words.say(language, "paper.serial"), serial),
        Row(words.say(language, "ticket.terminal"), site.terminal),
        Text(words.say(language, "ticket.supervision", phone=site.supervision_phone)),
        Feed(3),
        Cut(),
    )


def _widest(number: str) -> int:
    """The widest enlargement at which the number still fits one line of 48 columns."""
    return max(1, min(6, 48 // len(number)))

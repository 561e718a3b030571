"""A case becomes the lines of its ticket. Pure: what stands on paper is decided here, how the device draws it
elsewhere.
"""

from dataclasses import dataclass
from datetime import datetime

from contract.catalogue import Item, ItemKind, say
from devices.ticket_printer.document import Cut, Element, Feed, Qr, Row, Rule, Text, Ticket
from kiosk import words
from kiosk.facts import Site
from kiosk.journey.qr_text import qr_text


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
        Feed(1),
        Text(say(item.title, language), align="centre", width=1, height=2, bold=True),
        Text(say(item.window, language), align="centre", width=1, height=2),
    ]
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
        Rule(),
        Text(line("after_filing" if item.kind is ItemKind.FILING else "if_missed")),
        Text(line("supervision", phone=site.supervision_phone)),
        Feed(3),
        Cut(),
    ]
    return (*head, *tail)


def _widest(number: str) -> int:
    """The widest enlargement at which the number still fits one line of 48 columns."""
    return max(1, min(6, 48 // len(number)))

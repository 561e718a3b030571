"""Every page a citizen can meet, reached by real steps of the journey, for tests and for people who look at them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import msgspec

from contract.catalogue import Item
from contract.codes import Satisfaction
from contract.messages import Holder
from kiosk import services
from kiosk.facts import Closed, Elsewhere, Facts, Site, Special
from kiosk.journey import events as e
from kiosk.journey.display import Display
from kiosk.journey.step import Journey, step

NUMBER = "real-estate-transfer"
FILING = "flexible-employment-insurance"
NOON = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 22, 23, 40, tzinfo=UTC)
USUAL = Display()
WALL = "2026-11-22T14:05"
VISIT = 7
CASE = "case-1"

SITE = Site(
    terminal="GL-01",
    languages=("zh-Hans", "zh-Hant", "en"),
    hall={"zh-Hans": "高陵区 24 小时政务服务", "en": "Gaoling 24-hour Public Services"},
    place={"zh-Hans": "一楼东侧自助区", "en": "Ground floor, east self-service area"},
    supervision_phone="029-12345",
    desk_phone="029-86910000",
    staffed_hours="8:30–17:30",
)
WELL = Facts(printer="ready", link_up=True, link_since="08:00")
PRINTS = msgspec.structs.replace(WELL, receipts=True)
ELSEWHERE = (
    Elsewhere({"zh-Hans": "泾河新城服务站 2 号终端", "en": "Terminal 2, Jinghe service station"}, 820),
    Elsewhere({"zh-Hans": "客运站自助区", "en": "Coach station, self-service area"}, 3400),
)
NIGHTLY = msgspec.structs.replace(
    WELL,
    closed=(Closed(NUMBER, "hours_windows", "", {}, "2026-11-23T08:30", booking=True, elsewhere=ELSEWHERE),),
    open_today=(("10:00", "22:00"),),
    special=(Special("extended", "12:00", "13:30"), Special("on_duty", "09:00", "12:00")),
)
"""Nobody serves at the windows; the place has hours of its own, and special ones today."""
NOTICE = {
    "zh-Hans": "11 月 25 日（周三）8:30–12:00 大厅停电检修，其间本机不能办理。",
    "en": "Wed 25 November, 8:30–12:00: the power in the hall is off for maintenance; nothing can be done here then.",
}
JAMMED = "document_printer.jammed"
HOLDER = Holder(
    card_kind="resident",
    name="欧阳小明",
    id_number="11010519491231002X",
    sex="male",
    ethnic_group="han",
    birth_date="1949-12-31",
    address="",
    issuer="",
    valid_from=None,
    valid_to=None,
)
FOREIGNER = msgspec.structs.replace(
    HOLDER, card_kind="foreigner_2023", name="", latin_name="DOE, JANE", id_number="911124198108030024"
)
SAVED = e.CaseSaved(VISIT, CASE, "6101170001202611220000178", "A1-017", "2026-11-22", "2026-11-22T14:05:09+08:00", None)
FILED = msgspec.structs.replace(SAVED, number="B1-003", promise_date="2026-11-29")


@dataclass(frozen=True)
class Page:
    """One picture: what the journey is, what the terminal knows, and the time on the wall."""

    name: str
    journey: Journey
    facts: Facts = WELL
    clock: datetime = NOON


def fresh(language: str = "zh-Hans", *, display: Display = USUAL, many: bool = False) -> Journey:
    """A visit that has just begun; `many` gives it a catalogue that fills more than one page."""
    items = _offered()
    if many:
        items = tuple(item for item in items if item.slug in (NUMBER, FILING))
        items = tuple(
            msgspec.structs.replace(items[at % len(items)], slug=f"{items[at % len(items)].slug}-{at}")
            for at in range(14)
        )
    return Journey(visit=VISIT, case_id=CASE, items=items, language=language, display=display, wall=WALL)


@cache
def _offered() -> tuple[Item, ...]:
    """Reading the services takes longer than drawing a page."""
    return services.load().items


def after(journey: Journey, *happened: e.Event) -> Journey:
    """The journey after these events."""
    for event in happened:
        journey, _ = step(journey, event)
    return journey


def later(journey: Journey, seconds: float) -> Journey:
    """The journey when nobody has touched anything for so long."""
    return after(journey, e.Ticked(journey.now + seconds), e.Ticked(journey.now + seconds))


def typed(journey: Journey, keys: str) -> Journey:
    """The journey after these keys."""
    return after(journey, *(e.KeyPressed(key) for key in keys))


def pages(language: str, display: Display = USUAL) -> Iterator[Page]:
    """Every page and every state of it that looks different."""
    start = fresh(language, display=display)
    home = after(start, e.Started())
    yield from _arrival(start, home, after(fresh(language, display=display, many=True), e.Started()))
    yield from _number(home)
    yield from _filing(home)
    yield from _around(home)


def _arrival(start: Journey, home: Journey, crowded: Journey) -> Iterator[Page]:
    closed = _closed(home)
    yield Page("attract", start)
    yield Page("attract-night", start, clock=MIDNIGHT)
    yield Page("attract-notices", start, msgspec.structs.replace(WELL, card_left=True, last_number="A1-016"))
    yield Page("attract-notice", start, msgspec.structs.replace(WELL, notices=(NOTICE,)))
    suspended = msgspec.structs.replace(WELL, suspended=NOTICE, notices=(NOTICE,))
    yield Page("attract-suspended", after(start, e.DutyChanged((), suspended=True)), suspended)
    yield Page("home", home)
    yield Page("home-trouble", after(home, e.CardFailed(VISIT, "id_card_reader.card_unreadable")), closed)
    search = after(crowded, e.SearchOpened())
    yield Page("browse-search", search, _closed(crowded))
    yield Page("browse-found", typed(search, "SB"))
    yield Page("browse-nothing", typed(search, "SQXYZ"))
    yield Page("browse-door", after(home, e.DoorChosen(e.Door.GUIDES)), closed)
    yield Page("item", after(home, e.ItemChosen(NUMBER)))
    yield Page("item-filing", after(home, e.ItemChosen(FILING)))
    yield Page("item-closed", after(home, e.ItemChosen(FILING)), closed)
    yield Page("item-closed-hours", after(home, e.ItemChosen(NUMBER)), NIGHTLY)
    yield Page("attract-hours", start, NIGHTLY)


def _number(home: Journey) -> Iterator[Page]:
    card = after(home, e.ItemChosen(NUMBER), e.ItemBegun())
    yield Page("card", card)
    yield Page("card-trouble", after(card, e.CardFailed(VISIT, "id_card_reader.card_not_supported")))
    person = after(card, e.CardRead(VISIT, HOLDER))
    yield Page("person", person)
    yield Page("person-hidden", later(person, 26))
    saving = after(person, e.PersonConfirmed())
    yield Page("saving", saving)
    result = after(saving, SAVED)
    yield Page("result-printing", result)
    yield Page("result", after(result, e.TicketMoved(VISIT, CASE, e.TicketState.PRINTED)))
    failed = after(result, e.TicketMoved(VISIT, CASE, e.TicketState.FAILED, "ticket_printer.paper_out"))
    yield Page("result-trouble", failed, Facts(printer="out", link_up=False, link_since="13:40"))
    yield Page("result-uncertain", after(result, e.TicketMoved(VISIT, CASE, e.TicketState.UNCERTAIN, "port.lost")))
    yield Page("result-hidden", later(failed, 26))
    yield Page("card-not-saved", after(card, e.CardSkipped(), e.SaveFailed(VISIT, CASE, "store.io")))
    yield Page("result-no-card", after(card, e.CardSkipped(), SAVED))
    rating = after(result, e.ResultSeen())
    yield Page("rating", rating)
    farewell = after(rating, e.Rated(Satisfaction.SATISFIED))
    yield Page("farewell-card", farewell)
    yield Page("farewell", after(farewell, e.CardGone(VISIT)))
    yield Page("take-card", later(farewell, 5))


def _filing(home: Journey) -> Iterator[Page]:
    card = after(home, e.ItemChosen(FILING), e.ItemBegun())
    yield Page("card-needed", card)
    person = after(card, e.CardRead(VISIT, FOREIGNER))
    yield Page("person-foreigner", person)
    first = after(person, e.PersonConfirmed())
    yield Page("form-choice", first)
    yield Page("form-choice-chosen", after(first, e.Chose("platform")))
    yield Page("form-choice-missing", after(first, e.Acted("next")))
    second = after(first, e.Chose("platform"), e.Acted("next"))
    mobile = after(second, e.Chose("base-80"), e.Acted("next"))
    yield Page("form-mobile", mobile)
    yield Page("form-mobile-part", typed(mobile, "13800138"))
    yield Page("form-mobile-wrong", after(typed(mobile, "12800138000"), e.Acted("next")))
    yield Page("form-mobile-hidden", later(typed(mobile, "13800138000"), 26))
    review = after(typed(mobile, "13800138000"), e.Acted("next"))
    yield Page("review", review)
    yield Page("review-hidden", later(review, 26))
    saving = after(review, e.Acted("submit"))
    yield Page("review-not-saved", after(saving, e.SaveFailed(VISIT, CASE, "store.full")))
    result = after(saving, FILED)
    yield Page("result-filing", after(result, e.TicketMoved(VISIT, CASE, e.TicketState.PRINTED)))
    failed = after(result, e.TicketMoved(VISIT, CASE, e.TicketState.FAILED, "ticket_printer.cutter_jammed"))
    yield Page("result-filing-trouble", failed, Facts(printer="fault"))
    printed = after(result, e.TicketMoved(VISIT, CASE, e.TicketState.PRINTED))
    yield Page("result-receipt-offered", printed, PRINTS)
    asked = after(printed, e.ReceiptAsked())
    yield Page("result-receipt-printing", asked, PRINTS)
    yield Page("result-receipt", after(asked, e.ReceiptMoved(VISIT, CASE, e.TicketState.PRINTED)), PRINTS)
    jammed = after(failed, e.ReceiptAsked(), e.ReceiptMoved(VISIT, CASE, e.TicketState.FAILED, JAMMED))
    yield Page("result-receipt-failed", jammed, PRINTS)
    yield Page("farewell-receipt", after(asked, e.ResultSeen(), e.RatingSkipped(), e.CardGone(VISIT)), PRINTS)


def _around(home: Journey) -> Iterator[Page]:
    item = after(home, e.ItemChosen(NUMBER))
    yield Page("help", after(item, e.HelpOpened()))
    yield Page("display", after(item, e.DisplayOpened()))
    yield Page("difficulty", after(item, e.DifficultyOpened()))
    yield Page("difficulty-sent", after(item, e.DifficultyOpened(), e.DifficultyChosen("machine")))
    wait = home.patience.of(menu=False, large=home.slow).before_countdown
    yield Page("countdown", later(later(item, wait), 7))
    known = after(item, e.ItemBegun(), e.CardRead(VISIT, HOLDER), e.Left(), e.CardGone(VISIT))
    yield Page("farewell-left", known)


def _closed(journey: Journey) -> Facts:
    slugs = [item.slug for item in journey.items if item.slug.startswith(FILING)]
    shut = tuple(Closed(slug, "id_card_reader", "13:20") for slug in slugs)
    return Facts(closed=shut, printer="out", link_up=False, link_since="13:40")

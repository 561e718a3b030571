"""What each kind of screen shows: calls, one window with whoever sits there, or the counts of the day."""

import msgspec

from central.cases import store as cases
from central.centre import Centre
from central.database import Transaction
from central.feed.catalogue import store as catalogue
from central.queue.posts import BREAK, ON, Window
from central.queue.rows import store as rows
from central.queue.windows import store as windows
from central.screens import showing
from central.screens.cards import store as cards
from central.screens.cards.rules import Card
from central.screens.counts import store as counts
from central.screens.rules import Kind, Screen
from central.screens.showing import Shown
from contract.catalogue import DEFAULT_LANGUAGE, Item, Unit, say
from contract.codes import CaseType

_UNITS = {Unit.WORKING_DAY: "个工作日", Unit.CALENDAR_DAY: "天"}


class WindowShown(msgspec.Struct, frozen=True):
    """窗口四亮. `state` is `on`, `break` or `off`; `flow` the steps of the item in hand; `promise_date` of its case."""

    clock: str
    window: str
    state: str
    number: str
    item: str
    flow: tuple[str, ...]
    department: str
    promised: str
    promise_date: str
    card: Card | None
    photo: str
    """Changes when the photo does; empty for none."""


class WallShown(msgspec.Struct, frozen=True):
    """Finished today, in all and by item; the promise each item stands under."""

    clock: str
    day: str
    hall: str
    finished: int
    served: int
    taken: int
    items: tuple[counts.Counted, ...]


def shown(connection: Transaction, centre: Centre, screen: Screen) -> Shown | WindowShown | WallShown:
    """Whatever this screen is for."""
    match screen.kind:
        case Kind.CALLS:
            return showing.shown(connection, centre, screen)
        case Kind.WINDOW:
            return _window(connection, centre, screen)
        case Kind.WALL:
            return _wall(connection, centre, screen)


def photo(connection: Transaction, screen: Screen) -> tuple[bytes, str] | None:
    """Of whoever sits at the screen's window."""
    found = _sits(connection, screen)
    return cards.photo(connection, found[1]) if found is not None and found[1] else None


def _sits(connection: Transaction, screen: Screen) -> tuple[Window, str, str] | None:
    """The window, who is there, and how."""
    every = windows.windows(connection, screen.hall)
    window = next((one for one in every if one.code == screen.window_code), None)
    if window is None:
        return None
    sign = windows.signs(connection, [window.window_id]).get(window.window_id)
    here = sign is not None and sign.state in (ON, BREAK)
    return window, sign.who if sign is not None and here else "", sign.state if sign is not None else "off"


def _window(connection: Transaction, centre: Centre, screen: Screen) -> WindowShown:
    clock = f"{centre.clock().astimezone(centre.settings.zone):%H:%M:%S}"
    found = _sits(connection, screen)
    if found is None:
        return WindowShown(clock, screen.window_code, "off", "", "", (), "", "", "", None, "")
    window, who, state = found
    card = cards.find(connection, who) if who else None
    number = rows.before_of(connection, window.window_id)
    item = catalogue.find(connection, number.item, centre.clock()) if number is not None else None
    case = cases.find(connection, number.case_id) if number is not None else None
    promised = ""
    if item is not None:
        promised = _limit(item)
    return WindowShown(
        clock,
        window.code,
        state,
        number.number if number is not None else "",
        case.item_title if case is not None else "",
        tuple(say(step, DEFAULT_LANGUAGE) for step in item.procedure) if item is not None else (),
        say(item.department, DEFAULT_LANGUAGE) if item is not None else "",
        promised,
        (case.promise_date or "") if case is not None else "",
        card,
        f"{who}" if card is not None and card.has_photo else "",
    )


def _limit(item: Item) -> str:
    """The promised limit as staff and citizens say it; an item done while one waits has none."""
    if item.case_type is CaseType.IMMEDIATE or not item.promised_limit.amount:
        return "即办"
    return f"{item.promised_limit.amount} {_UNITS[item.promised_limit.unit]}"


def _wall(connection: Transaction, centre: Centre, screen: Screen) -> WallShown:
    local = centre.clock().astimezone(centre.settings.zone)
    found = counts.of_day(connection, screen.hall, local.date(), centre.settings.zone)
    return WallShown(
        f"{local:%H:%M:%S}",
        f"{local:%Y-%m-%d}",
        screen.hall or centre.settings.hall,
        found.finished,
        found.served,
        found.taken,
        found.items,
    )

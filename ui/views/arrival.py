"""The pages before anything is begun: the attract screen, home, the list of items and the card of one item. Pure."""

from collections.abc import Iterable, Sequence
from typing import TypedDict

import msgspec

from contract.catalogue import Item, ItemKind, Text
from kiosk.facts import Attract, Closed, Facts
from kiosk.journey.display import USUAL
from kiosk.journey.events import Door
from kiosk.journey.search import Index
from kiosk.journey.step import OWN_SERVICES, Overlay, items_behind
from ui.views.drawings import PLAIN_ICON, drawings
from ui.views.scene import Scene

POPULAR = 4
NEAREST = 3
MOST_ROWS = 30
"""Six leaves of five. Nobody turns more; every row costs the page its time, and one letter more leaves fewer."""
MOST_NOTICES = 2
OWN_SECONDS = 15.0
"""So long the attract screen's own page stands before each picture."""
FEW = 5
_DOOR_ICONS = {
    Door.NUMBER: "ticket",
    Door.FILING: "file-text",
    Door.QUERY: "printer",
    Door.FIND: "circle-help",
    Door.APPOINTMENT: "calendar-days",
    Door.PICKUP: "package",
    Door.PROGRESS: "search",
    Door.SAYING: "message-square",
    Door.ORDERS: "hand-helping",
    Door.GUIDES: "info",
}


class NoticeView(msgspec.Struct, frozen=True):
    """Something the next person must know before anything else."""

    title: str
    text: str


class AttractView(msgspec.Struct, frozen=True):
    """The terminal at rest: what can be done here now."""

    hall: str
    open: str
    sentence: str
    live: str
    notice: str
    """What the centre wants everybody to know; mostly nothing."""
    notices: tuple[NoticeView, ...]
    card: str
    start: str
    """Empty while nothing can be begun."""
    large: bool = False
    """Read from across the place."""
    picture: str = ""
    """The address of a picture that stands over the page for some seconds; mostly none."""
    says: str = ""
    """What is to be read of it."""
    moves: bool = False
    """It is a silent sequence, and may move."""


class DoorView(msgspec.Struct, frozen=True):
    """One door of the home screen."""

    door: str
    icon: str
    title: str
    why: str
    first: bool


class ItemRow(msgspec.Struct, frozen=True):
    """One item in a list; `closed` is the reason when it cannot be begun here now."""

    slug: str
    icon: str
    title: str
    note: str
    closed: str


class HomeView(msgspec.Struct, frozen=True):
    """The doors that lead somewhere today."""

    hall: str
    live: str
    card: str
    card_why: str
    trouble: str
    search: str
    doors: tuple[DoorView, ...]
    popular_title: str
    popular: tuple[ItemRow, ...]


class BrowseView(msgspec.Struct, frozen=True):
    """Items to choose from, with letters to search by where there are more than a few."""

    title: str
    why: str
    typing: bool
    query: str
    empty: str
    found: str
    nothing: str
    nothing_do: str
    rows: tuple[ItemRow, ...]
    erase: str
    clear: str
    filter: str = ""
    """The button that leads to the tags; empty where there is not enough to choose from."""


def attract_view(scene: Scene) -> AttractView:
    """One sentence from live facts: what is open now, and nothing that is not."""
    if scene.facts.suspended is not None:
        return _out_of_service(scene, scene.facts.suspended)
    things = [scene.say(f"attract.{door.value}") for door in _doors_open(scene)]
    sentence = scene.say("attract.now", things=scene.say("join.list").join(things)) if things else ""
    return AttractView(
        hall=scene.text(scene.site.hall),
        open=_open(scene),
        sentence=sentence or scene.say("attract.none"),
        live=_live(scene),
        notice=_notice(scene),
        notices=tuple(_notices(scene)),
        card=scene.fault(scene.journey.fault) if scene.journey.fault else scene.say("attract.card"),
        start=scene.say("attract.start"),
        large=scene.site.attract is Attract.LARGE,
        **_picture(scene),
    )


class _Picture(TypedDict, total=False):
    picture: str
    says: str
    moves: bool


def _picture(scene: Scene) -> _Picture:
    """Between the page's own turns one picture after another; none for whoever has chosen how to see or hear the page,
    and none over what must be known. At night nothing moves.
    """
    j, shown = scene.journey, scene.facts.media
    chosen = j.voice or j.display != USUAL or j.overlay is not Overlay.NONE
    if not shown or chosen or j.fault or scene.facts.notices or any(_notices(scene)):
        return {}
    at = (j.now - j.touched_at) % sum(OWN_SECONDS + one.seconds for one in shown)
    for one in shown:
        at -= OWN_SECONDS
        if at < 0:
            return {}
        if at < one.seconds:
            place = f"file://{scene.site.pictures}/{one.sha256}"
            return {"picture": place, "says": scene.text(one.says), "moves": one.moves and not scene.night()}
        at -= one.seconds
    return {}


def _open(scene: Scene) -> str:
    """The hours really offered (ZZ-01): today's of the place, or day and night; and of remote help, where known."""
    times = scene.facts.open_today
    said = _spans(scene, times or ())
    if times is None:
        place = scene.say("attract.open")
    else:
        place = scene.say("hours.place_today", times=said) if said else scene.say("hours.place_closed_today")
    return scene.say("join.facts").join((place, *_help_hours(scene)))


def _help_hours(scene: Scene) -> Iterable[str]:
    """`远程帮办 07:30–22:00`: when a person answers at this screen today."""
    found = scene.facts.help
    if found is None:
        return
    if found.today == (("00:00", "24:00"),):
        yield scene.say("attract.help_always")
    elif found.today:
        yield scene.say("attract.help_today", times=_spans(scene, found.today))
    else:
        yield scene.say("attract.help_none")


def _spans(scene: Scene, times: Iterable[tuple[str, str]]) -> str:
    return scene.say("join.list").join(f"{opens}–{closes}" for opens, closes in times)


def _out_of_service(scene: Scene, reason: Text) -> AttractView:
    said = scene.text(reason) if reason else scene.say("attract.suspended_why")
    why = NoticeView(said, scene.say("attract.suspended_do", phone=scene.site.desk_phone))
    return AttractView(
        hall=scene.text(scene.site.hall),
        open="",
        sentence=scene.say("attract.suspended"),
        live="",
        notice="",
        notices=(why, *_notices(scene)),
        card="",
        start="",
    )


def _notice(scene: Scene) -> str:
    """One calm line: the first notices, as many as stay one; without any, today's hours beside the usual ones."""
    texts = [scene.text(text) for text in scene.facts.notices[:MOST_NOTICES]]
    return scene.say("join.facts").join(texts or _special_hours(scene))


def _special_hours(scene: Scene) -> Iterable[str]:
    """`今天延时服务 12:00–13:30` (ZZ-14)."""
    for mode in dict.fromkeys(special.mode for special in scene.facts.special):
        times = (f"{one.opens}–{one.closes}" for one in scene.facts.special if one.mode == mode)
        said = scene.say(f"hours.mode.{mode}")
        yield scene.say("hours.special", mode=said, times=scene.say("join.list").join(times))


def home_view(scene: Scene) -> HomeView:
    """The doors, and what people come for most."""
    j = scene.journey
    doors = [door for door in Door if _on_the_wall(scene, door)]
    popular = sorted((item for item in j.items if item.popular), key=lambda item: -item.popular)
    return HomeView(
        hall=scene.text(scene.site.hall),
        live=_live(scene),
        card=scene.say("home.card"),
        card_why=scene.say("home.card_why"),
        trouble=scene.trouble(),
        search=scene.say("home.search"),
        doors=tuple(
            DoorView(
                door.value,
                _DOOR_ICONS[door],
                scene.say(f"door.{door.value}.title"),
                scene.say(f"door.{door.value}.why"),
                place == 0,
            )
            for place, door in enumerate(doors)
        ),
        popular_title=scene.say("home.popular"),
        popular=tuple(_row(scene, item) for item in popular[:POPULAR]),
    )


def _on_the_wall(scene: Scene, door: Door) -> bool:
    """Whether a door leads somewhere here; all guides are found by the search."""
    if door is Door.GUIDES:
        return False
    if door is Door.ORDERS:
        return bool(scene.journey.offers.wishes or scene.journey.offers.late)
    if door is Door.APPOINTMENT:
        return any(item.booking for item in scene.journey.items)
    return door in OWN_SERVICES or bool(items_behind(scene.journey.items, door))


def browse_view(scene: Scene, index: Index) -> BrowseView:
    """The items behind a door, or what the letters find; never only "nothing found"."""
    j = scene.journey
    behind = items_behind(j.items, j.door)
    found = index.find(j.query, behind) if j.query else behind
    rows = found or index.nearest(j.query, behind, NEAREST)
    about = j.door.value if j.door else "search"
    return BrowseView(
        title=scene.say(f"browse.{about}"),
        why=scene.say(f"browse.{about}_why"),
        typing=j.door is None or bool(j.query) or len(behind) > FEW,
        query=j.query,
        empty=scene.say("browse.empty"),
        found=_found(scene, len(found)) if j.query and found else "",
        nothing="" if found else scene.say("browse.nothing", query=j.query),
        nothing_do="" if found else scene.say("browse.nothing_do"),
        rows=tuple(_row(scene, item) for item in rows[:MOST_ROWS]),
        erase=scene.say("browse.erase"),
        clear=scene.say("browse.clear"),
        filter=scene.say("browse.filter") if len(j.items) > FEW else "",
    )


def _found(scene: Scene, count: int) -> str:
    if count > MOST_ROWS:
        return scene.say("browse.found_first", count=count, shown=MOST_ROWS)
    return scene.say("browse.found", count=count)


def _row(scene: Scene, item: Item) -> ItemRow:
    closed = scene.closed(item)
    return ItemRow(
        item.slug,
        item.icon if item.icon in drawings() else PLAIN_ICON,
        scene.text(item.title),
        scene.text(item.department),
        _closed_row(scene, closed) if closed else "",
    )


def _closed_row(scene: Scene, closed: Closed) -> str:
    """Why, since or from when, and where else in few words."""
    line = scene.closed_line(closed)
    if closed.booking:
        return scene.say("hours.row_booking", line=line)
    if closed.elsewhere:
        return scene.say("hours.row_elsewhere", line=line, place=scene.text(closed.elsewhere[0].name))
    return line


def _doors_open(scene: Scene) -> Sequence[Door]:
    """What can be done; that guides can be read goes without saying where anything else can."""
    kinds = {item.kind for item in scene.journey.items if scene.closed(item) is None}
    doors = {ItemKind.NUMBER: Door.NUMBER, ItemKind.FILING: Door.FILING, ItemKind.QUERY: Door.QUERY}
    return [door for kind, door in doors.items() if kind in kinds] or ([Door.GUIDES] if kinds else [])


def _link_word(facts: Facts) -> str:
    if facts.link_up:
        return "link.up"
    # Without a time nobody has tried yet: that is not an outage.
    return "link.down" if facts.link_since else "link.unknown"


def _live(scene: Scene) -> str:
    open_now = sum(scene.closed(item) is None for item in scene.journey.items)
    parts = (
        scene.say("home.open_items", count=open_now),
        scene.say(f"printer.{scene.facts.printer}"),
        scene.say(_link_word(scene.facts)),
    )
    return scene.say("join.facts").join(parts)


def _notices(scene: Scene) -> Iterable[NoticeView]:
    if scene.facts.paper_left:
        yield NoticeView(
            scene.say("attract.paper_left"), scene.say("attract.paper_left_do", phone=scene.site.desk_phone)
        )
    if scene.facts.card_left:
        yield NoticeView(scene.say("attract.card_left"), scene.say("attract.card_left_do", phone=scene.site.desk_phone))
    if scene.facts.last_number:
        yield NoticeView(
            scene.say("attract.last_number", number=scene.facts.last_number), scene.say("attract.last_number_do")
        )

"""指路: where a window, a desk or a lift is, drawn and in words, and a code that takes it along (JH-11). Pure.

Without a plan of the hall it says the window and the floor, and that there is no drawing.
"""

from collections.abc import Iterable
from typing import Final

from contract.catalogue import Item
from contract.hall_plan import Kind, Point, way
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey import wayfinding
from kiosk.journey.service import Known, Met, Service, Turn, back, go

_ICONS: Final = {
    Kind.WINDOW: "users",
    Kind.DESK: "circle-help",
    Kind.TOILET: "droplets",
    Kind.ENTRANCE: "log-out",
    Kind.WATER: "droplets",
    Kind.WAITING: "hourglass",
}


class Guiding(Service, frozen=True, kw_only=True):
    """`at`: places (what is looked for), map."""

    slug: str = ""
    """The item whose windows are looked for."""
    to: str = ""
    """The point that is looked for."""

    def page(self, known: Known) -> p.Page:
        if self.at == "places":
            return _places(known)
        point = known.plan.point(self.to) if known.plan else None
        return _map(point, known) if point is not None else _words(known.find(self.slug))

    def meet(self, event: Met, known: Known) -> Turn:
        match self.at, event:
            case "places", e.Chose(key) if known.plan is not None and known.plan.point(key) is not None:
                return Turn(go(self, "map", to=key))
            case "map", e.Acted("seen"):
                return back(self)
            case _, e.WentBack():
                return back(self)
            case _:
                return Turn(self)


def _places(known: Known) -> p.Page:
    plan = known.plan
    options = (
        p.Option(point.key, point.name, wayfinding.on_floor(plan, point).name, _ICONS.get(point.kind, "map-pin"))
        for point in (plan.places() if plan else ())
        if plan is not None
    )
    return p.Page(
        "way.places",
        p.word("way.title"),
        p.Choose(tuple(options)),
        why=p.word("way.why"),
        pace=p.Pace.MENU,
        header=p.word("way.header"),
    )


def _map(to: Point, known: Known) -> p.Page:
    """The way in words stands beside the drawing, whatever the glass."""
    plan = known.plan
    if plan is None:
        return _words(None)
    return _page(to.name, wayfinding.hint(way(plan, known.terminal, to)), _drawn(to, known))


def shown(item: Item | None, known: Known) -> tuple[p.Block, ...]:
    """The way to an item's windows, to stand among other things; nothing where nobody has drawn it."""
    point = known.plan.serving(item) if known.plan is not None and item is not None else None
    if known.plan is None or point is None:
        return ()
    hint = wayfinding.hint(way(known.plan, known.terminal, point))
    return (p.Heading(p.word("way.entry")), p.Line(hint), *_drawn(point, known))


def _drawn(to: Point, known: Known) -> tuple[p.Block, ...]:
    plan = known.plan
    if plan is None:
        return ()
    found = way(plan, known.terminal, to)
    told: list[p.Block] = []
    for start_floor in wayfinding.floors(found):
        floor = plan.floor(found.start.floor) if start_floor and found.start else found.floor
        source = wayfinding.picture(to, known.language, start_floor=start_floor)
        told.append(p.Picture(source, p.word("way.drawn", floor=floor.name, to=to.name), floor.name))
    if address := plan.address(to, known.terminal):
        told.append(p.QrCode(address, p.word("way.phone")))
    return tuple(told)


def _words(item: Item | None) -> p.Page:
    told: list[p.Block] = [p.Line(p.word("way.no_plan"))]
    if item is not None:
        told = [p.Entry(p.word("item.window"), item.window), p.Entry(p.word("item.place"), item.place), *told]
    return _page(p.word("way.to_window"), p.word("way.asked"), told)


def _page(title: p.Said, why: p.Said, told: Iterable[p.Block]) -> p.Page:
    return p.Page(
        "way.map",
        title,
        p.Read(tuple(told)),
        why=why,
        main=p.Action("seen", p.word("way.seen"), "check"),
        header=p.word("way.header"),
    )


def opened(known: Known, about: str) -> Turn:
    """To the windows of the item `about`, or first asks where to; without a plan it says what the guide says."""
    item = known.find(about)
    if item is None:
        return Turn(Guiding("places" if known.plan is not None else "map"))
    point = known.plan.serving(item) if known.plan is not None else None
    return Turn(Guiding("map", slug=item.slug, to=point.key if point else ""), item=item.slug)

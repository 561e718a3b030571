"""The tree of the district, and one place of it: what holds there, where it comes from, and what is said there."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central import scoping
from central.feed import store as feed
from central.feed.rules import Invalid
from central.fleet import rules as fleet_rules
from central.fleet import store as fleet
from central.organisation import rules, store
from central.organisation.rules import HALL, TERMINAL, Kind, Node, Value
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.web import doorstep
from central.web.page import Asked, centre_of, render
from contract.feed import Notice

FILE_AT_MOST = 1024 * 1024
TITLES_OF = timedelta(days=30)

log = structlog.get_logger()


@get("/organisation", sync_to_thread=True)
def tree(request: Asked, session: SignedIn) -> Response[str]:
    """All of it, with how the terminals under each place stand."""
    return _tree(request, session)


def _tree(request: Asked, session: Session, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    now = centre.clock()
    with centre.database.reading() as connection:
        nodes, hall_at = store.nodes(connection), store.halls(connection)
        states = fleet.now_of(connection)
        cards = [fleet_rules.card(one, states.get(one.id), now) for one in fleet.everyone(connection)]
        said = store.values(connection)
    of_hall: dict[str, list[fleet_rules.Card]] = {}
    for card in cards:
        of_hall.setdefault(card.terminal.hall, []).append(card)
    root = next((one.node for one in nodes.values() if not one.parent), "")
    at: dict[str, list[str]] = {}
    for hall in {*of_hall, *hall_at} - {""}:
        at.setdefault(hall_at.get(hall, root), []).append(hall)
    values = {
        "lines": list(_lines(nodes, at, of_hall, "", 0)),
        "said": {place: len(listed) for place, listed in said.items()},
        "loose": of_hall.get("", []),
        "problem": problem,
        "tiers": rules.TIERS,
    }
    return render(request, "organisation/templates/tree.html", session, values, status=status)


class _Line(msgspec.Struct, frozen=True):
    """A line of the tree: a place or a hall, how deep, and its terminals in figures."""

    id: str
    name: str
    tier: str
    deep: int
    halls: int
    counts: dict[str, int]


def _lines(
    nodes: dict[str, Node], at: dict[str, list[str]], of_hall: dict[str, list[fleet_rules.Card]], parent: str, deep: int
) -> list[_Line]:
    found: list[_Line] = []
    for one in nodes.values():
        if one.parent != parent:
            continue
        under = [hall for place in rules.below(nodes, one.node) for hall in at.get(place, [])]
        counts = _counts([card for hall in under for card in of_hall.get(hall, [])])
        found.append(_Line(one.node, one.name, one.tier, deep, len(under), counts))
        here = sorted(at.get(one.node, []))
        found += [_Line(HALL + hall, hall, "hall", deep + 1, 0, _counts(of_hall.get(hall, []))) for hall in here]
        found += _lines(nodes, at, of_hall, one.node, deep + 1)
    return found


def _counts(cards: list[fleet_rules.Card]) -> dict[str, int]:
    return {
        "all": len(cards),
        "online": sum(card.online for card in cards),
        "act": sum(card.concern is fleet_rules.Concern.ACT for card in cards),
        "soon": sum(card.concern is fleet_rules.Concern.SOON for card in cards),
    }


@post("/organisation/import")
async def take_in(request: Asked, session: SignedIn) -> Response[str] | Redirect:
    """The tree from a file, checked whole before anything of it holds. For those alone who see every hall."""
    fields, files = await doorstep.fields_and_files(request, FILE_AT_MOST)
    given = files.get("file", [b""])[0]
    if session.halls:
        return _tree(request, session, "organisation.not_yours", 403)
    if not given or len(given) > FILE_AT_MOST:
        return _tree(request, session, "organisation.no_file", 422)
    try:
        found = _read(given, fields.get("form", ""))
    except (Invalid, UnicodeDecodeError, csv.Error) as error:
        return _tree(request, session, str(error), 422)
    centre = centre_of(request)
    with centre.database.writing() as connection:
        store.replace(connection, found)
    log.info("organisation_taken_in", places=len(found), who=session.name)
    centre.live.changed()
    return Redirect("/organisation", status_code=303)


def _read(given: bytes, form: str) -> list[rules.FileNode]:
    if form == "csv":
        return rules.read_table("csv", list(csv.reader(io.StringIO(given.decode("utf-8-sig")))))
    return rules.read_tree("toml", given)


@get("/organisation/{place:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, place: FromPath[str]) -> Response[str]:
    """One place."""
    return _one(request, session, place)


def _one(request: Asked, session: Session, place: str, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    now = centre.clock()
    with centre.database.reading() as connection:
        nodes, hall_at = store.nodes(connection), store.halls(connection)
        hall = _hall_of(connection, place)
        if not _is_there(nodes, place, hall) or (place.startswith(HALL) and not session.sees(place.removeprefix(HALL))):
            raise NotFoundException
        way = rules.way(nodes, place, hall_at, hall)
        found = rules.effective(way, store.values(connection))
        under = store.subtree(connection, place) if not place.startswith(TERMINAL) else set()
        terminals = [one for one in fleet.everyone(connection) if one.hall in under]
        values: dict[str, Any] = {
            "place": place,
            "name": _name(nodes, place),
            "way": [(each, _name(nodes, each)) for each in way],
            "found": sorted(found.items()),
            "names": {each: _name(nodes, each) for each in {*way}},
            "terminals": terminals if place.startswith(HALL) else [],
            "reach": len(terminals) if not place.startswith(TERMINAL) else 1,
            "items": feed.known_items(connection, now, (centre.today() - TITLES_OF).isoformat()),
            "problem": problem,
            "shown": _shown,
            "night": {place: name for name, place in rules.NIGHT.items()},
        }
    return render(request, "organisation/templates/place.html", session, values, status=status)


def _shown(value: Value) -> str:
    """A value as a page says it."""
    if value.kind is Kind.SETTING:
        return value.value
    if value.kind is Kind.ITEM:
        return " · ".join(msgspec.json.decode(value.value, type=rules.Offered).reason.values())
    if value.kind is Kind.MEDIA:
        media = rules.media_of(value.value)
        return f"{media.says['zh-Hans']} ({media.first} – {media.last})" if media else ""
    notice = msgspec.json.decode(value.value, type=Notice)
    return f"{notice.text['zh-Hans']} ({notice.from_at[:16]} – {notice.until_at[:16]})"


def _name(nodes: dict[str, Node], place: str) -> str:
    return nodes[place].name if place in nodes else place.partition(":")[2]


def _hall_of(connection: Any, place: str) -> str:  # noqa: ANN401 - a connection, which pages only hand on
    return fleet.hall_of(connection, place.removeprefix(TERMINAL)) if place.startswith(TERMINAL) else ""


def _is_there(nodes: dict[str, Node], place: str, hall: str) -> bool:
    return place in nodes or place.startswith(HALL) or (place.startswith(TERMINAL) and bool(hall))


@post("/organisation/{place:str}/say", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def say(request: Asked, session: SignedIn, form: Form, place: FromPath[str]) -> Response[str] | Redirect:
    """Say something at a place: it holds there and below."""
    centre = centre_of(request)
    make = _MAKERS.get(form.get("kind", ""))
    if make is None:
        raise NotFoundException
    if not reaches(request, session, place):
        return _one(request, session, place, "organisation.not_yours", 403)
    now = centre.clock()
    try:
        kind, said = make(form, now, centre.settings.zone)
    except Invalid as error:
        return _one(request, session, place, str(error), 422)
    with centre.database.writing() as connection:
        if kind is Kind.MEDIA and not _comes_from_above(connection, place, next(iter(said))):
            raise NotFoundException
        store.keep(connection, [Value(place, kind, key, text, session.name, now) for key, text in said.items()])
    log.info("organisation_said", place=place, kind=kind.value, keys=sorted(said), who=session.name)
    centre.caretaker.ring("organisation")
    centre.live.changed()
    return Redirect(f"/organisation/{place}", status_code=303)


@post("/organisation/{place:str}/drop", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def drop(request: Asked, session: SignedIn, form: Form, place: FromPath[str]) -> Response[str] | Redirect:
    """Say nothing of it here any more: what is above holds again."""
    centre = centre_of(request)
    if not reaches(request, session, place):
        return _one(request, session, place, "organisation.not_yours", 403)
    if form.get("kind") not in set(Kind):
        raise NotFoundException
    with centre.database.writing() as connection:
        if form["kind"] == Kind.MEDIA and not _is_hidden(connection, place, form.get("key", "")):
            raise NotFoundException  # a picture that is shown here is withdrawn at its own page
        store.drop(connection, place, Kind(form["kind"]), form.get("key", ""))
    log.info("organisation_dropped", place=place, kind=form["kind"], key=form.get("key", ""), who=session.name)
    centre.caretaker.ring("organisation")
    centre.live.changed()
    return Redirect(f"/organisation/{place}", status_code=303)


def _is_hidden(connection: Any, place: str, key: str) -> bool:  # noqa: ANN401 - the same
    here = store.values(connection).get(place, [])
    return any(one.kind is Kind.MEDIA and one.key == key and one.value == rules.NOT_HERE for one in here)


def _comes_from_above(connection: Any, place: str, key: str) -> bool:  # noqa: ANN401 - the same
    hall = _hall_of(connection, place)
    way = rules.way(store.nodes(connection), place, store.halls(connection), hall)
    found = rules.effective(way, store.values(connection)).get((Kind.MEDIA, key))
    return found is not None and found.value.node != place


def reaches(request: Asked, session: Session, place: str) -> bool:
    """Whether everything under a place is in the halls of whoever asks."""
    if not session.halls:
        return True
    with scoping.all_halls(), centre_of(request).database.reading() as connection:
        hall = _hall_of(connection, place)
        under = {hall} if place.startswith(TERMINAL) else store.subtree(connection, place)
    return bool(under) and under <= set(session.halls)


Made = tuple[Kind, dict[str, str]]


def _settings(form: dict[str, str], _: datetime, __: ZoneInfo) -> Made:
    return Kind.SETTING, rules.settings_of(form.get("text", ""))


def _night(form: dict[str, str], _: datetime, __: ZoneInfo) -> Made:
    return Kind.SETTING, rules.night_of(form)


def _item(form: dict[str, str], _: datetime, __: ZoneInfo) -> Made:
    slug, reason = form.get("item", ""), {"zh-Hans": form.get("reason_zh", ""), "en": form.get("reason_en", "")}
    return Kind.ITEM, {slug: rules.item_of(slug, on=form.get("on") == "yes", reason=reason)}


def _notice(form: dict[str, str], now: datetime, zone: ZoneInfo) -> Made:
    text = {"zh-Hans": form.get("text_zh", ""), "en": form.get("text_en", "")}
    try:
        first, last = (datetime.fromisoformat(form.get(name, "")).replace(tzinfo=zone) for name in ("first", "last"))
    except ValueError:
        raise Invalid("notice: expected a beginning and an end, e.g. 2026-05-01T08:00") from None
    return Kind.NOTICE, {f"place-{first:%m%d}-{now:%H%M%S}": rules.notice_of(text, first, last, now)}


def _not_here(form: dict[str, str], _: datetime, __: ZoneInfo) -> Made:
    return Kind.MEDIA, {form.get("key", ""): rules.NOT_HERE}


_MAKERS: dict[str, Callable[[dict[str, str], datetime, ZoneInfo], Made]] = {
    Kind.SETTING: _settings,
    "night": _night,
    Kind.ITEM: _item,
    Kind.NOTICE: _notice,
    Kind.MEDIA: _not_here,
}

pages = Router("/", route_handlers=[tree, take_in, one, say, drop], dependencies={"session": Provide(signed_in)})

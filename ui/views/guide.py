"""The card of one item: what to know before beginning it, in five tabs, and whether it can be begun now. Pure."""

from collections.abc import Iterable

import msgspec

from contract.catalogue import Item, ItemKind, Material, TimeLimit, Unit
from contract.classing import stars, tags
from contract.hours import BY_HOURS, Mode, Opening
from kiosk.facts import Closed
from kiosk.journey import queue_line, saying
from kiosk.journey.services.plain_guide import edition
from ui.views.scene import Scene

LARGEST = 4
"""In letters this large the button alone says that a time can be booked."""


class Block(msgspec.Struct, frozen=True):
    """One entry of a tab: an icon or a number at its left, a small label, the text, a remark."""

    icon: str
    mark: str
    label: str
    text: str
    note: str


class TabView(msgspec.Struct, frozen=True):
    """One section of the guide."""

    key: str
    label: str
    blocks: tuple[Block, ...]


class OfferView(msgspec.Struct, frozen=True):
    """What else there is for this item; `name` is the service that is opened."""

    name: str
    icon: str
    label: str


class ItemView(msgspec.Struct, frozen=True):
    """The guide of an item; `closed` is empty while it can be begun. Closed by its hours, it may be booked instead."""

    title: str
    summary: str
    closed: str
    closed_why: str
    closed_do: str
    tabs: tuple[TabView, ...]
    main: str
    can_begin: bool
    trouble: str
    offers: tuple[OfferView, ...] = ()


def item_view(scene: Scene) -> ItemView | None:
    """The card of the chosen item; None while none is chosen."""
    item = scene.journey.item
    if item is None:
        return None
    closed = scene.closed(item)
    books = closed is not None and closed.booking
    return ItemView(
        title=scene.text(item.title),
        summary=scene.text(item.summary),
        closed=scene.say("item.closed") if closed else "",
        closed_why=scene.closed_line(closed) if closed else "",
        closed_do=_closed_do(scene, item, closed) if closed else "",
        tabs=tuple(
            TabView(key, scene.say(f"item.tab.{key}"), tuple(blocks))
            for key, blocks in (
                ("facts", _facts(scene, item)),
                ("materials", _materials(scene, item)),
                ("conditions", _points(scene, item.conditions, "check")),
                ("procedure", _steps(scene, item)),
                ("basis", _points(scene, item.basis, "landmark")),
            )
        ),
        main=scene.say("hours.book" if books else "item.closed_main" if closed else f"item.begin_{item.kind.value}"),
        can_begin=closed is None or books,
        trouble=scene.trouble(),
        offers=tuple(_offers(scene, item)),
    )


def _offers(scene: Scene, item: Item) -> Iterable[OfferView]:
    if item.kind is not ItemKind.GUIDE:
        yield OfferView("notice", "list-checks", scene.say("item.notice"))
    closed = scene.closed(item)
    if item.kind is ItemKind.NUMBER and item.green and closed is None:
        yield OfferView("green", "heart-handshake", scene.say("green.entry"))
    if item.booking and not (closed and closed.booking):  # then the main button says it
        yield OfferView("appointment", "calendar-days", scene.say("item.book"))
    if item.forms:
        yield OfferView("forms", "file-text", scene.say("item.forms"))


def _closed_do(scene: Scene, item: Item, closed: Closed) -> str:
    """What helps instead: a booking, another place, the window while it may be open, the telephone."""
    said = []
    if closed.booking:
        if scene.journey.display.size >= LARGEST:
            return ""
        said.append(scene.say("hours.booking"))
    if places := scene.places(closed):
        said.append(scene.say("hours.elsewhere", places=places))
    if not closed.reason.startswith(BY_HOURS):
        window, place = scene.text(item.window), scene.text(item.place)
        said.append(scene.say("item.closed_do", place=place, window=window, phone=item.consultation_phone))
    elif not said:
        said.append(scene.say("hours.come", phone=item.consultation_phone))
    text, stop = scene.say("hours.join").join(said), scene.say("hours.stop")
    return text if text.endswith(stop) else f"{text}{stop}"


def _hours(scene: Scene, item: Item) -> Iterable[Block]:
    """The hours in words, and under them those that are not the usual ones (ZZ-14)."""
    yield Block("clock", "", scene.say("item.hours"), scene.text(item.opening_hours), "")
    for mode in (Mode.STAGGERED, Mode.EXTENDED, Mode.ON_DUTY, Mode.BOOKED):
        openings = [one for one in item.hours.windows if one.mode is mode]
        if openings:
            times = scene.say("join.list").join(_times(scene, one) for one in openings)
            yield Block("clock", "", scene.say(f"hours.mode.{mode.value}"), times, "")


def _times(scene: Scene, opening: Opening) -> str:
    """`工作日 12:00–13:30`, or with its weekdays."""
    if opening.weekdays:
        days = [scene.say(f"clock.weekday.{day}") for day in opening.weekdays]
    else:
        days = [scene.say(f"hours.days.{day.value}") for day in opening.days]
    return f"{scene.say('join.list').join(days)} {opening.opens}–{opening.closes}"


def _facts(scene: Scene, item: Item) -> Iterable[Block]:
    def fact(icon: str, name: str, text: str) -> Block:
        return Block(icon, "", scene.say(f"item.{name}"), text, "")

    yield Block("monitor", "", scene.say("depth.label"), _depth(scene, item), "")
    if item.kind is ItemKind.NUMBER:
        wait = queue_line.said(scene.journey.queue, item, scene.journey.wall)
        yield Block("hourglass", "", scene.say("wait.label"), saying.said(scene.journey.language, wait), "")
    if count := stars(item):
        yield Block("star", "", scene.say("star.label"), scene.say(f"star.{count}"), "")
    yield Block("list-checks", "", scene.say("tag.label"), _tags(scene, item), "")
    yield fact("users", "window", scene.text(item.window))
    yield fact("map-pin", "place", scene.text(item.place))
    yield from _hours(scene, item)
    legal = f"{scene.say('item.legal')}{scene.say('join.colon')}{_limit(scene, item.legal_limit)}"
    yield Block("calendar-days", "", scene.say("item.promised"), _limit(scene, item.promised_limit), legal)
    yield fact("receipt", "fee", scene.text(item.fee))
    yield fact("file-text", "result", scene.text(item.result))
    yield fact("landmark", "department", scene.text(item.department))
    yield fact("phone", "phone", item.consultation_phone)
    said = saying.said(scene.journey.language, edition(item))
    yield Block("calendar-check", "", scene.say("notice.version"), said, "")


def _depth(scene: Scene, item: Item) -> str:
    """How far it goes on this machine, in plain words (ZZ-05)."""
    return scene.say(f"depth.level.{item.depth}")


def _tags(scene: Scene, item: Item) -> str:
    """What is known of the item at one glance: `即办 · 最多跑一次`."""
    return scene.say("join.facts").join(scene.say(f"tag.{tag}.name") for tag in tags(item))


def _limit(scene: Scene, limit: TimeLimit) -> str:
    if limit.amount == 0:
        return scene.say("item.limit.at_once")
    halves = limit.unit is Unit.HALF_WORKING_DAY
    return scene.say(f"item.limit.{limit.unit.value}", count=f"{limit.amount / 2:g}" if halves else limit.amount)


def _materials(scene: Scene, item: Item) -> Iterable[Block]:
    if not item.materials:
        yield Block("check", "", "", scene.say("item.no_materials"), "")
    for place, material in enumerate(item.materials, 1):
        note = scene.text(material.note) if material.note else ""
        yield Block("", str(place), _counts(scene, material), scene.text(material.name), note)


def _counts(scene: Scene, material: Material) -> str:
    parts = [scene.say("item.required" if material.required else "item.if_needed")]
    if material.originals:
        parts.append(scene.say("item.originals", count=material.originals))
    if material.copies:
        parts.append(scene.say("item.copies", count=material.copies))
    return scene.sentence(scene.say("join.facts").join(parts))


def _points(scene: Scene, texts: Iterable[dict[str, str]], icon: str) -> Iterable[Block]:
    return (Block(icon, "", "", scene.text(text), "") for text in texts)


def _steps(scene: Scene, item: Item) -> Iterable[Block]:
    return (Block("", str(place), "", scene.text(text), "") for place, text in enumerate(item.procedure, 1))

"""The card of one item: what to know before beginning it, in five tabs, and whether it can be begun now. Pure."""

from collections.abc import Iterable

import msgspec

from contract.catalogue import Item, ItemKind, Material, TimeLimit, Unit
from ui.views.scene import Scene


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


class ItemView(msgspec.Struct, frozen=True):
    """The guide of an item; `closed` is empty while it can be begun."""

    title: str
    summary: str
    closed: str
    closed_why: str
    closed_do: str
    tabs: tuple[TabView, ...]
    main: str
    can_begin: bool
    trouble: str


def item_view(scene: Scene) -> ItemView | None:
    """The card of the chosen item; None while none is chosen."""
    item = scene.journey.item
    if item is None:
        return None
    closed = scene.closed(item)
    begin = "item.begin_number" if item.kind is ItemKind.NUMBER else "item.begin_filing"
    return ItemView(
        title=scene.text(item.title),
        summary=scene.text(item.summary),
        closed=scene.say("item.closed") if closed else "",
        closed_why=_since(scene, scene.closed_reason(closed), closed.since) if closed else "",
        closed_do=scene.say(
            "item.closed_do",
            place=scene.text(item.place),
            window=scene.text(item.window),
            phone=item.consultation_phone,
        )
        if closed
        else "",
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
        main=scene.say("item.closed_main" if closed else begin),
        can_begin=closed is None,
        trouble=scene.trouble(),
    )


def _since(scene: Scene, reason: str, since: str) -> str:
    return f"{reason}{scene.say('join.clause')}{scene.say('item.closed_since', since=since)}" if since else reason


def _facts(scene: Scene, item: Item) -> Iterable[Block]:
    def fact(icon: str, name: str, text: str) -> Block:
        return Block(icon, "", scene.say(f"item.{name}"), text, "")

    yield fact("users", "window", scene.text(item.window))
    yield fact("map-pin", "place", scene.text(item.place))
    yield fact("clock", "hours", scene.text(item.opening_hours))
    legal = f"{scene.say('item.legal')}{scene.say('join.colon')}{_limit(scene, item.legal_limit)}"
    yield Block("calendar-days", "", scene.say("item.promised"), _limit(scene, item.promised_limit), legal)
    yield fact("receipt", "fee", scene.text(item.fee))
    yield fact("file-text", "result", scene.text(item.result))
    yield fact("landmark", "department", scene.text(item.department))
    yield fact("phone", "phone", item.consultation_phone)


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

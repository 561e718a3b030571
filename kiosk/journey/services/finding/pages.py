"""The pages of the search for an item. Pure."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from contract.catalogue import Item, ItemKind
from contract.classing import HANDLED, Tag
from kiosk import triage
from kiosk.journey import page as p
from kiosk.journey import queue_line
from kiosk.journey.service import Known
from kiosk.journey.services.finding import answers
from kiosk.journey.services.finding.choosing import choose
from kiosk.journey.services.finding.state import Finding, cities, classed, reaching, tagged

OTHERS: Final = "others"
_ASK = p.Action("ask", p.word("find.ask"), "message-square")
_TAGS = p.Action("tags", p.word("find.tags"), "list-checks")
_ACROSS = p.Action("across", p.word("find.across"), "map-pin")
_LISTS = p.Action("lists", p.word("lists.entry"), "clipboard-list")
_WAY = p.Action("way", p.word("way.header"), "footprints")


def page(f: Finding, known: Known) -> p.Page:
    """What is shown at the place where the citizen stands."""
    match f.at:
        case "need":
            return _need(f, known)
        case "others":
            return choose("others", p.word("find.others"), _departments(known), why=p.word("find.others_why"))
        case "of_need":
            return _items(f.at, p.word("find.which"), _of_need(f, known))
        case "of_department":
            return _items(f.at, p.word("find.which"), _of_department(f, known))
        case "outcome":
            return _outcome(f, known)
        case "tags":
            return _tags(f, known)
        case "tagged":
            return _tagged(f, known)
        case "cities":
            return _cities(known)
        case "city":
            place = cities(known).get(f.city, {"zh-Hans": f.city})
            why = p.word("find.city_why")
            return _items(f.at, p.word("find.city", place=place), reaching(f.city, known), why=why)
        case "ask" | "answers" | "answer":
            return answers.page(f, known)
        case _:
            return _begin(known)


def _begin(known: Known) -> p.Page:
    options = [p.Option(one.key, one.label, one.note, one.icon) for one in triage.leading(known.items)]
    if triage.unled(known.items) or not options:
        options.append(p.Option(OTHERS, p.word("find.others"), p.word("find.others_note"), "landmark"))
    across = (_ACROSS,) if cities(known) else ()
    way = (_WAY,) if known.plan is not None else ()
    return choose(
        "begin", p.word("find.title"), options, why=p.word("find.why"), second=(_ASK, _TAGS, _LISTS, *across, *way)
    )


def _need(f: Finding, known: Known) -> p.Page:
    event = next((one for one in triage.leading(known.items) if one.key == f.event), None)
    if event is None:
        return _begin(known)
    options = [p.Option(str(at), need.label) for at, need in enumerate(event.needs)]
    return choose("need", event.question, options)


def _of_need(f: Finding, known: Known) -> Iterable[Item]:
    event = next((one for one in triage.leading(known.items) if one.key == f.event), None)
    return () if event is None or f.need >= len(event.needs) else triage.wanted(event.needs[f.need], known.items)


def _departments(known: Known) -> Iterable[p.Option]:
    names = {item.department["zh-Hans"]: item.department for item in known.items}
    return (p.Option(key, name, icon="landmark") for key, name in names.items())


def _of_department(f: Finding, known: Known) -> Iterable[Item]:
    return (item for item in known.items if item.department["zh-Hans"] == f.department)


def _outcome(f: Finding, known: Known) -> p.Page:
    """What to do now: here, or a number first and how long that takes."""
    item = known.find(f.slug)
    if item is None:
        return _begin(known)
    told: list[p.Block] = []
    if item.kind is ItemKind.NUMBER:
        told += [
            p.Line(p.word("find.window")),
            p.Entry(p.word("item.window"), item.window),
            p.Entry(p.word("item.place"), item.place),
            p.Entry(p.word("wait.label"), queue_line.said(known.queue, item, known.wall)),
        ]
    else:
        tone = p.Tone.GOOD if item.depth >= HANDLED else p.Tone.PLAIN
        told.append(p.Line(p.word(f"depth.level.{item.depth}"), tone))
        told.append(p.Line(item.summary))
    number = item.kind is ItemKind.NUMBER
    return p.Page(
        "find.outcome",
        item.title,
        p.Read(tuple(told)),
        why=p.word("find.outcome_why"),
        main=p.Action("item", p.word("find.number" if number else "find.here"), "ticket" if number else "arrow-right"),
        header=p.word("find.header"),
    )


def _tags(f: Finding, known: Known) -> p.Page:
    """Each tag with how many items it leaves; one that leaves none cannot be chosen."""
    wanted = set(f.chosen)
    counts = Counter(tag for _, own in classed(known) if wanted <= own for tag in own)
    options = []
    for tag in Tag:
        if counts[tag] and tag not in f.chosen:
            mark = p.word("find.count", count=str(counts[tag]))
            options.append(p.Option(tag.value, p.word(f"tag.{tag}.name"), p.word(f"tag.{tag}.why"), mark=mark))
    return choose("tags", p.word("find.tags_title"), options, why=p.word("find.tags_why"), second=(_LISTS,))


def _tagged(f: Finding, known: Known) -> p.Page:
    names = p.Listed(tuple(p.word(f"tag.{tag}.name") for tag in f.chosen), "facts")
    found = tagged(f, known)
    wanted = set(f.chosen)
    more = len(found) > 1 and any(own > wanted for _, own in classed(known))
    second = [p.Action("more", p.word("find.more"), "list-checks")] if more else []
    second.append(p.Action("clear", p.word("find.clear"), "rotate-ccw"))
    why = p.word("find.tagged_why", count=str(len(found)))
    return _items("tagged", names, found, why=why, second=tuple(second))


def _cities(known: Known) -> p.Page:
    options = []
    for key, place in cities(known).items():
        mark = p.word("find.count", count=str(len(reaching(key, known))))
        options.append(p.Option(key, place, icon="map-pin", mark=mark))
    return choose("cities", p.word("find.cities"), options, why=p.word("find.cities_why"))


def _items(
    at: str, title: p.Said, items: Iterable[Item], *, why: p.Said = "", second: tuple[p.Action, ...] = ()
) -> p.Page:
    options = [_option(item) for item in items]
    return choose(at, title, options, why=why, second=second)


def _option(item: Item) -> p.Option:
    return p.Option(item.slug, item.title, p.word(f"depth.level.{item.depth}"), item.icon)

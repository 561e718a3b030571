"""A question in a citizen's own words, and the passages that answer it: the local assistant's pages. Pure."""

from collections.abc import Iterable

from contract.catalogue import Item, Material, Text
from kiosk.journey import page as p
from kiosk.journey.passages import Passage, desk
from kiosk.journey.service import Known
from kiosk.journey.services.courtesies import limit
from kiosk.journey.services.finding.choosing import choose
from kiosk.journey.services.finding.state import LONGEST, SHORTEST, Finding


def page(f: Finding, known: Known) -> p.Page:
    """The question, what may answer it, or one answer."""
    if f.at == "ask":
        return _ask(f)
    return _answer(f, known) if f.at == "answer" else _answers(f, known)


def _ask(f: Finding) -> p.Page:
    whole = len(f.question.strip()) >= SHORTEST
    return p.Page(
        "find.ask",
        p.word("find.ask_title"),
        p.Enter(p.Pad.TEXT, f.question, p.word("find.ask_example"), complete=whole, longest=LONGEST),
        why=p.word("find.ask_why"),
        main=p.Action("find", p.word("find.go"), "search", off="" if whole else p.word("find.ask_short")),
        header=p.word("find.header"),
    )


def _answers(f: Finding, known: Known) -> p.Page:
    found = desk(known.items, known.spelling).answers(f.question)
    leave = p.Action("leave_question", p.word("find.leave_question"), "message-square")
    if not found:
        return p.Page(
            "find.answers_none",
            p.word("find.none"),
            p.Read((p.Line(p.word("find.none_do")),)),
            main=p.Action("begin", p.word("find.by_event"), "list-checks"),
            second=(leave,),
            header=p.word("find.header"),
        )
    options = [p.Option(one.value, *_named(one, known)) for one in found]
    return choose("answers", p.word("find.answers"), options, why=p.word("find.answers_why"), second=(leave,))


def _named(passage: Passage, known: Known) -> tuple[p.Said, p.Said]:
    """How an answer is called among others."""
    if passage.key:
        frequent = desk(known.items, known.spelling).frequent.get(passage.key)
        return (frequent.question if frequent else ""), p.word("find.faq")
    item = known.find(passage.item)
    return (item.title if item else ""), p.word(f"find.topic.{passage.topic}")


def answer_of(f: Finding, known: Known) -> Passage | None:
    """The answer that was chosen."""
    found = desk(known.items, known.spelling).answers(f.question)
    return next((one for one in found if one.value == f.passage), None)


def _answer(f: Finding, known: Known) -> p.Page:
    """The passage itself, and where it stands."""
    passage = answer_of(f, known)
    if passage is None:
        return _answers(f, known)
    title, kind = _named(passage, known)
    frequent = desk(known.items, known.spelling).frequent.get(passage.key) if passage.key else None
    item = known.find(passage.item)
    told = [p.Line(frequent.answer)] if frequent else list(_told(item, passage.topic)) if item else []
    source = p.word("find.from_guide", version=str(item.version)) if item and not frequent else p.word("find.from_faq")
    return p.Page(
        "find.answer",
        title,
        p.Read((p.Heading(kind), *told, p.Line(source))),
        main=p.Action("item", p.word("find.to_item"), "arrow-right") if item else None,
        second=(p.Action("leave_question", p.word("find.leave_question"), "message-square"),),
        header=p.word("find.header"),
    )


def _told(item: Item, topic: str) -> Iterable[p.Block]:
    match topic:
        case "materials":
            return [_material(one) for one in item.materials] or [p.Line(p.word("item.no_materials"))]
        case "fee":
            return [p.Line(item.fee)]
        case "time":
            promised, legal = limit(item.promised_limit), limit(item.legal_limit)
            return [p.Entry(p.word("item.promised"), promised), p.Entry(p.word("item.legal"), legal)]
        case "place":
            return [p.Entry(p.word("item.window"), item.window), p.Entry(p.word("item.place"), item.place)]
        case "hours":
            return [p.Line(item.opening_hours)]
        case "conditions":
            return _points(item.conditions, "check")
        case "procedure":
            return _points(item.procedure, "number")
        case "basis":
            return _points(item.basis, "landmark")
        case "phone":
            return [p.Big(item.consultation_phone, p.word("item.phone"))]
        case _:
            return [p.Line(item.summary), p.Line(p.word(f"depth.level.{item.depth}"))]


def _material(one: Material) -> p.Bullet:
    return p.Bullet(one.name, one.note or "")


def _points(texts: Iterable[Text], mark: str) -> list[p.Block]:
    return [p.Bullet(text, mark=mark) for text in texts]

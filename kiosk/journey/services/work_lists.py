"""“马上办”四项清单: 事项、责任、流程、时限 of every item, to look through, search and print (ZN-14). Pure.

They are made of the catalogue this terminal has, as the centre makes its own (`contract.work_lists`), so they are there
without a network too; since when they are so stands on every page.
"""

from typing import Final

import msgspec

from contract.catalogue import Item
from contract.papers import QueryPaper, QuerySection, Table
from contract.work_lists import Entry, WorkList, as_of, entries
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.saying import said
from kiosk.journey.search import Index, Spelling
from kiosk.journey.service import Known, Met, Service, Then, Turn, back, go, stay
from kiosk.journey.services import papers
from kiosk.journey.services.courtesies import limit
from kiosk.journey.services.papers import Papers
from kiosk.journey.typing import any_letter, typed

LONGEST: Final = 20
"""Letters of what is looked for."""
_ICONS: Final = {
    WorkList.ITEMS: "clipboard-list",
    WorkList.DUTIES: "building-2",
    WorkList.STEPS: "footprints",
    WorkList.LIMITS: "hourglass",
}
_GROUP: Final = 8
_NO_PAPER: Final = p.word("query.no_paper")


class WorkLists(Service, frozen=True, kw_only=True):
    """`at`: which, list, search, entry, paper. Nothing is asked about whoever reads, and nothing is kept."""

    chosen: WorkList = WorkList.ITEMS
    slug: str = ""
    query: str = ""
    """What is looked for; empty: everything is listed."""
    rounds: int = 0
    papers: Papers = Papers("work_list")

    def page(self, known: Known) -> p.Page:
        match self.at:
            case "list":
                shown = self._list(known)
            case "search":
                shown = self._search(known)
            case "entry" if (one := self._entry(known)) is not None:
                shown = _whole(one, known)
            case "paper":
                shown = papers.page(self.papers, "lists.paper", p.Action("back", p.word("lists.back"), "arrow-left"))
            case _:
                shown = _which(known)
        return msgspec.structs.replace(shown, header=p.word("lists.header"))

    def meet(self, event: Met, known: Known) -> Turn:
        match self.at, event:
            case "paper", e.PaperMoved():
                return stay(self, papers=papers.heard(self.papers, event, known))
            case "paper", e.Acted(papers.REPRINT) if self.papers.may_again:
                return self._ask(known)
            case "paper", e.Acted("back") if not self.papers.coming:
                return back(self)
            case "which", e.Chose(value) if value in set(WorkList):
                return Turn(go(self, "list", chosen=WorkList(value), query=""))
            case (("list" | "search"), e.Chose(slug)) if slug in {one.slug for one in entries(known.items)}:
                return Turn(go(self, "entry", slug=slug))
            case "search", e.KeyPressed() | e.Erased() | e.Cleared():
                return stay(self, query=typed(self.query, event, LONGEST, any_letter))
            case "search", e.Acted("show") if self._found(known):
                return back(self)
            case _, e.Acted(action):
                return self._pressed(action, known)
            case _, e.WentBack() if self.at != "paper":
                return back(self)
            case _:
                return Turn(self)

    def _pressed(self, action: str, known: Known) -> Turn:
        match self.at, action:
            case "list", "search":
                return Turn(go(self, "search", query=""))
            case "list", "all":
                return stay(self, query="")
            case "list", "print" if known.papers:
                named = Papers(f"work_list/{self.rounds + 1}")
                return go(self, "paper", rounds=self.rounds + 1, papers=named)._ask(known)
            case "entry", "item":
                return Turn(self, then=Then.OPEN, about=f"item:{self.slug}")
            case _:
                return Turn(self)

    def _ask(self, known: Known) -> Turn:
        asked = papers.ask(self.papers, "query", paper(self.chosen, self._found(known), known), known)
        return Turn(msgspec.structs.replace(self, papers=asked.papers), asked.effects)

    def _entry(self, known: Known) -> Entry | None:
        return next((one for one in entries(known.items) if one.slug == self.slug), None)

    def _found(self, known: Known) -> tuple[Entry, ...]:
        """What is listed: everything, or what the letters name, best first."""
        every = entries(known.items)
        if not self.query.strip():
            return every
        by_slug = {one.slug: one for one in every}
        return tuple(by_slug[item.slug] for item in _index(known).find(self.query, known.items))

    # --- what is shown ----------

    def _list(self, known: Known) -> p.Page:
        found = self._found(known)
        mark = p.word("tag.now.name")
        options = tuple(
            p.Option(one.slug, one.title, _told(self.chosen, one), one.icon, mark=mark if one.at_once else "")
            for one in found
        )
        narrowed = (p.Action("all", p.word("lists.all"), "rotate-ccw"),) if self.query.strip() else ()
        return p.Page(
            "lists.list",
            p.word(f"lists.{self.chosen}.name"),
            p.Choose(options, path=(self.query,) if narrowed else ()),
            why=_since(found, known),
            second=(
                p.Action("search", p.word("lists.search"), "search"),
                *narrowed,
                p.Action("print", p.word("lists.print"), "printer", off="" if known.papers else _NO_PAPER),
            ),
            pace=p.Pace.MENU,
        )

    def _search(self, known: Known) -> p.Page:
        found = self._found(known) if self.query.strip() else ()
        off = "" if found else p.word("lists.type_first") if not self.query.strip() else p.word("lists.none")
        return p.Page(
            "lists.search",
            p.word("lists.search_title"),
            p.Enter(
                p.Pad.TEXT,
                self.query,
                p.word("lists.example"),
                left=p.word("lists.none") if self.query.strip() and not found else "",
                complete=bool(found),
                longest=LONGEST,
            ),
            why=p.word("lists.search_why"),
            main=p.Action("show", p.word("lists.show", count=str(len(found))), "list-checks", off=off),
        )


def _which(known: Known) -> p.Page:
    options = tuple(
        p.Option(one.value, p.word(f"lists.{one}.name"), p.word(f"lists.{one}.why"), _ICONS[one]) for one in WorkList
    )
    return p.Page(
        "lists.which",
        p.word("lists.title"),
        p.Choose(options),
        why=_since(entries(known.items), known),
        pace=p.Pace.MENU,
    )


def _since(found: tuple[Entry, ...], known: Known) -> p.Said:
    """How many there are, and since when the catalogue is as it is."""
    day = as_of(known.items)
    at_once = sum(one.at_once for one in found)
    since: p.Said = p.Date(day.isoformat()) if day is not None else ""
    return p.word("lists.since", count=str(len(found)), now=str(at_once), day=since)


def _told(chosen: WorkList, one: Entry) -> p.Said:
    """What a list says of an item, in one line."""
    match chosen:
        case WorkList.ITEMS:
            return one.department
        case WorkList.DUTIES:
            return p.Listed((one.department, one.window), "facts")
        case WorkList.STEPS:
            return p.word("lists.steps_of", count=str(len(one.steps)))
        case WorkList.LIMITS:
            return p.word("lists.limits_of", promised=limit(one.promised), legal=limit(one.legal))


def _whole(one: Entry, known: Known) -> p.Page:
    """All four lists on one item."""
    cut = one.cut
    blocks: list[p.Block] = [
        p.Heading(p.word("lists.items.name")),
        p.Entry(p.word("lists.code"), _grouped(one.code)),
        p.Entry(p.word("tag.now.name"), p.word("lists.yes" if one.at_once else "lists.no")),
        p.Heading(p.word("lists.duties.name")),
        p.Entry(p.word("lists.unit"), one.department),
        p.Entry(p.word("item.window"), one.window),
        p.Entry(p.word("notice.phone"), one.consultation),
        p.Entry(p.word("notice.supervision"), one.supervision),
        p.Heading(p.Listed((p.word("lists.steps.name"), p.word("lists.steps_of", count=str(len(one.steps)))), "facts")),
        *(p.Bullet(step, mark="number") for step in one.steps),
        p.Heading(p.word("lists.limits.name")),
        p.Entry(p.word("item.legal"), limit(one.legal)),
        p.Entry(p.word("item.promised"), limit(one.promised)),
    ]
    if cut:
        blocks.append(p.Entry(p.word("lists.cut"), f"{cut:g}%"))
    return p.Page(
        "lists.entry",
        one.title,
        p.Read(tuple(blocks)),
        why=_since(entries(known.items), known),
        main=p.Action("item", p.word("lists.to_item")),
        pace=p.Pace.MENU,
    )


# --- on paper ----------


def paper(chosen: WorkList, found: tuple[Entry, ...], known: Known) -> QueryPaper:
    """One list, a row an item, in the language of the visit."""

    def told(what: p.Said) -> str:
        return said(known.language, what)

    words, widths = _COLUMNS[chosen]
    day = as_of(known.items)
    return QueryPaper(
        title=told(p.word(f"lists.{chosen}.name")),
        sections=(
            QuerySection(
                title=told(_since(found, known)),
                table=Table(
                    columns=tuple(told(p.word(key)) for key in words),
                    rows=tuple(tuple(told(cell) for cell in _row(chosen, one)) for one in found),
                    widths=widths,
                ),
            ),
        ),
        source=told(p.word("lists.source")),
        as_of=told(p.Date(day.isoformat())) if day is not None else "",
    )


_COLUMNS: Final[dict[WorkList, tuple[tuple[str, ...], tuple[int, ...]]]] = {
    WorkList.ITEMS: (("lists.item", "lists.code", "lists.unit", "tag.now.name"), (8, 9, 7, 3)),
    WorkList.DUTIES: (
        ("lists.item", "lists.unit", "item.window", "notice.phone", "notice.supervision"),
        (7, 6, 6, 5, 5),
    ),
    WorkList.STEPS: (("lists.item", "lists.steps_count", "lists.procedure"), (6, 2, 15)),
    WorkList.LIMITS: (("lists.item", "item.legal", "item.promised", "lists.cut"), (8, 5, 5, 3)),
}


def _row(chosen: WorkList, one: Entry) -> tuple[p.Said, ...]:
    match chosen:
        case WorkList.ITEMS:
            return one.title, _grouped(one.code), one.department, p.word("lists.yes" if one.at_once else "lists.no")
        case WorkList.DUTIES:
            return one.title, one.department, one.window, one.consultation, one.supervision
        case WorkList.STEPS:
            return one.title, str(len(one.steps)), p.Listed(one.steps, "arrow")
        case WorkList.LIMITS:
            cut = one.cut
            return one.title, limit(one.legal), limit(one.promised), f"{cut:g}%" if cut else "–"


def _grouped(code: str) -> str:
    """In groups of eight: 33 letters in one piece are nobody's to read out, and no line breaks them."""
    return " ".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


_held: list[tuple[tuple[Item, ...], Spelling, Index]] = []


def _index(known: Known) -> Index:
    """Of the items of this terminal; made once for them and their spelling."""
    if not _held or _held[0][0] is not known.items or _held[0][1] is not known.spelling:
        _held[:] = [(known.items, known.spelling, Index(known.items, known.spelling))]
    return _held[0][2]


def opened(known: Known, about: str) -> Turn:
    """Which of the four: all begin there, unless one is named."""
    if about in set(WorkList):
        return Turn(WorkLists("list", trail=("which",), chosen=WorkList(about)))
    return Turn(WorkLists("which"))

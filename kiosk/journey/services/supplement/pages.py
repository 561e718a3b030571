"""The pages of handing in later. Pure."""

import msgspec

from contract.catalogue import Item
from contract.papers import QueryPaper, QuerySection
from kiosk.journey import page as p
from kiosk.journey.saying import said
from kiosk.journey.service import Known
from kiosk.journey.services import case_code
from kiosk.journey.services.courtesies import AGAIN, trouble, waiting
from kiosk.journey.services.filing.scanning import OTHERWISE
from kiosk.journey.services.papers import page as paper_page
from kiosk.journey.services.supplement.state import (
    Supplement,
    choices,
    later,
    tolerant,
)

DONE = p.Action("done", p.word("supplement.done"), "check")


def page(s: Supplement, known: Known) -> p.Page:
    """What is shown now."""
    match s.at:
        case "how":
            return _how()
        case "number" | "code":
            return case_code.page("supplement", s.at, s.number, s.code)
        case "asking" | "keeping":
            return waiting(f"supplement.{s.at}", p.word(f"supplement.{s.at}"), usually=3, icon="file-search")
        case "cases":
            return _cases(s)
        case "item" | "list":
            return _items(s, known)
        case "which":
            return _which(s)
        case "papers" if s.details is not None:
            return _scanning(s.details.page(known))
        case "check":
            return _check(s)
        case "kept":
            return _kept(s, known)
        case "paper":
            return paper_page(s.papers, "supplement.paper", DONE)
        case "listed":
            return _listed(s, known)
        case "list_paper":
            return paper_page(s.listing, "supplement.list_paper", DONE)
        case _:
            ways = (p.word("supplement.way_window"), p.word("supplement.way_phone"))
            return trouble("supplement.failed", p.word("supplement.failed"), s.said, ways=ways)


def _how() -> p.Page:
    icons = {"card": "id-card", "number": "receipt", "list": "list-checks"}
    options = tuple(
        p.Option(way, p.word(f"supplement.by_{way}"), p.word(f"supplement.by_{way}_note"), icon)
        for way, icon in icons.items()
    )
    return p.Page(
        "supplement.how",
        p.word("supplement.how"),
        p.Choose(options),
        why=p.word("supplement.how_why"),
        pace=p.Pace.MENU,
    )


def _cases(s: Supplement) -> p.Page:
    if not s.cases:
        told = (p.Line(p.word("supplement.nothing_why")), p.Bullet(p.word("supplement.way_window")))
        return p.Page("supplement.nothing", p.word("supplement.nothing"), p.Read(told), main=DONE)
    options = tuple(
        p.Option(case.case_number, case.title, p.Listed(case.missing), "file-pen-line", mark=_until(case.missing_until))
        for case in s.cases
    )
    why = p.word("supplement.cases_why")
    return p.Page("supplement.cases", p.word("supplement.cases"), p.Choose(options), why=why, personal=True)


def _until(day: str) -> p.Said:
    return p.word("supplement.until", day=p.Day(day)) if day else ""


def _items(s: Supplement, known: Known) -> p.Page:
    """Of which item: to read of it, or because the centre cannot be asked what is missing."""
    options = tuple(
        p.Option(item.slug, item.title, p.Listed(tuple(one.name for one in later(item))), item.icon)
        for item in tolerant(known)
    )
    other = (p.Option("other", p.word("supplement.other_item"), icon="circle-help"),) if s.at == "item" else ()
    off = "" if known.papers else p.word("query.no_paper")
    print_it = p.Action("print", p.word("supplement.print_list"), "printer", off=off)
    again = p.Action(AGAIN, p.word("page.again"), "refresh-cw")
    return p.Page(
        f"supplement.{s.at}",
        p.word(f"supplement.{s.at}"),
        p.Choose((*options, *other)),
        why=p.word("supplement.list_why") if s.at == "list" else "",
        trouble="" if s.at == "list" else p.word("supplement.item_why"),
        second=(print_it if s.at == "list" else again,),
        pace=p.Pace.MENU if s.at == "list" else p.Pace.WORK,
    )


def _which(s: Supplement) -> p.Page:
    options = tuple(p.Option(code, name, chosen=code in s.picked) for code, name in choices(s))
    return p.Page(
        "supplement.which",
        p.word("supplement.which"),
        p.Choose(options, several=True),
        why=p.word("supplement.which_why"),
        main=p.Action("go", p.word("supplement.scan"), "camera", off="" if s.picked else p.word("form.choose_one")),
        personal=True,
    )


def _scanning(shown: p.Page) -> p.Page:
    """There is only one way here: under the camera."""
    second = tuple(action for action in shown.second if action.name != OTHERWISE)
    return msgspec.structs.replace(shown, second=second)


def _check(s: Supplement) -> p.Page:
    names = dict(choices(s))
    rows = [p.Row("", p.word("progress.case_number"), s.number, personal=False)]
    if s.case is not None:
        rows.insert(0, p.Row("", p.word("review.item"), s.case.title, personal=False))
    rows += [
        p.Row(
            one.code,
            names.get(one.code, one.code),
            p.word("supplement.pages", count=str(len(one.scans))),
            personal=False,
        )
        for one in s.lodged
    ]
    return p.Page(
        "supplement.check",
        p.word("supplement.check"),
        p.Check(tuple(rows)),
        why=p.word("supplement.check_why"),
        main=p.Action("send", p.word("supplement.send"), "send"),
        personal=True,
        trouble=p.word(s.fault) if s.fault else "",
    )


def _kept(s: Supplement, known: Known) -> p.Page:
    names = dict(choices(s))
    told: list[p.Block] = [p.Entry(p.word("progress.case_number"), s.number)]
    told += [p.Bullet(names.get(one.code, one.code), mark="done") for one in s.lodged]
    told.append(p.Line(p.word("supplement.kept_how")))
    off = "" if known.papers else p.word("query.no_paper")
    return p.Page(
        "supplement.kept",
        p.word("supplement.kept"),
        p.Read(tuple(told)),
        why=p.word("supplement.kept_why" if known.link_up else "supplement.kept_offline"),
        main=DONE,
        second=(p.Action("print", p.word("supplement.print"), "printer", off=off),),
        personal=True,
        may_back=False,
    )


def _listed(s: Supplement, known: Known) -> p.Page:
    item = s.item
    if item is None:
        return _items(s, known)
    return p.Page(
        "supplement.listed",
        item.title,
        p.Read((p.Heading(p.word("supplement.list_title")), *_of(item))),
        why=p.word("supplement.list_why"),
        main=DONE,
    )


def _of(item: Item) -> list[p.Block]:
    days = item.tolerance.working_days if item.tolerance is not None else 0
    found: list[p.Block] = [p.Bullet(material.name, mark="clock") for material in later(item)]
    found.append(p.Entry(p.word("supplement.days"), p.word("supplement.working_days", count=str(days))))
    found += [p.Bullet(p.word(f"supplement.where_{where}"), mark="done") for where in ("terminal", "window", "phone")]
    return found


def receipt(s: Supplement, known: Known) -> QueryPaper:
    """What the citizen takes along: what was handed in for which case, when."""

    def told(what: p.Said) -> str:
        return said(known.language, what)

    names = dict(choices(s))
    lines = tuple(
        (told(names.get(one.code, one.code)), told(p.word("supplement.pages", count=str(len(one.scans)))))
        for one in s.lodged
    )
    case = ((told(p.word("progress.case_number")), s.number),)
    return QueryPaper(
        title=told(p.word("supplement.receipt")),
        sections=(
            QuerySection(title=told(p.word("progress.case_number")), lines=case),
            QuerySection(title=told(p.word("supplement.handed_in")), lines=lines),
        ),
        source=known.terminal,
        as_of=f"{known.wall}:00",
        remarks=(told(p.word("supplement.kept_how")),),
    )


def list_paper(known: Known) -> QueryPaper:
    """容缺事项清单 of this terminal."""

    def told(what: p.Said) -> str:
        return said(known.language, what)

    return QueryPaper(
        title=told(p.word("supplement.list_title")),
        sections=tuple(
            QuerySection(
                title=told(item.title),
                lines=(
                    (told(p.word("supplement.later")), told(p.Listed(tuple(one.name for one in later(item))))),
                    (
                        told(p.word("supplement.days")),
                        told(p.word("supplement.working_days", count=str(item.tolerance.working_days))),
                    ),
                ),
            )
            for item in tolerant(known)
            if item.tolerance is not None
        ),
        source=known.terminal,
        as_of=f"{known.wall}:00",
        remarks=tuple(told(p.word(f"supplement.where_{where}")) for where in ("terminal", "window", "phone")),
    )

"""What an office wrote about a case: 补正告知 and refusals, read and printed under 办理进度 (ZN-02, ZN-03).

Pure. By card the paper bears the full name; by number and code it stays masked.
"""

from typing import Final

from contract.papers import CorrectionPaper, Paper, RefusalPaper
from contract.questions import CaseStands
from kiosk.journey import page as p
from kiosk.journey.service import Known

READ: Final = "written"
PRINT: Final = "print"
BACK: Final = "to_case"
_TITLES: Final = {"acceptance": "不予受理通知书", "approval": "不予批准通知书"}


def there_is(case: CaseStands) -> bool:
    """Whether something was written."""
    return case.refusal is not None or bool(case.corrections)


def name(case: CaseStands) -> str:
    """Of the paper that is printed: a later notice is another paper."""
    told = case.refusal or case.corrections[0]
    return f"written/{told.notice_id}"


def button(case: CaseStands) -> tuple[p.Action, ...]:
    """To read what was written; nothing where nothing was."""
    return (p.Action(READ, p.word(f"written.read_{_kind(case)}"), "file-text"),) if there_is(case) else ()


def way(case: CaseStands) -> list[p.Block]:
    """四办 and how the result comes back: which way the case goes, and why (ZN-13, BJ-10)."""
    found: list[p.Block] = []
    if case.route:
        found.append(p.Entry(p.word("written.route"), p.Listed((case.route, *case.route_why), "clause")))
    if case.at_unit:
        found.append(p.Entry(p.word("written.unit"), case.at_unit))
    if case.result_by:
        found.append(p.Entry(p.word("written.result_by"), case.result_by))
    return found


def page(case: CaseStands, known: Known) -> p.Page:
    """Everything that is wrong, with how to mend it; or why not, and what to do next."""
    print_it = p.Action(PRINT, p.word("written.print"), "printer", off="" if known.papers else p.word("query.no_paper"))
    return p.Page(
        "progress.written",
        p.word(f"written.{_kind(case)}"),
        p.Read(tuple(_refused(case) if case.refusal is not None else _corrected(case))),
        why=p.word(f"written.{_kind(case)}_why"),
        main=print_it,
        personal=True,
    )


def paper(case: CaseStands, known: Known) -> tuple[str, Paper]:
    """Template and content of its paper."""
    filed_on = case.filed_at[:10]
    if (refused := case.refusal) is not None:
        return "refusal", RefusalPaper(
            title=_TITLES[refused.refused],
            case_number=case.case_number,
            item=case.title["zh-Hans"],
            applicant=_name(refused.applicant, known),
            filed_on=filed_on,
            reason=refused.reason,
            next_steps=refused.next_steps,
            office=refused.office,
            place=refused.place,
            phone=refused.phone,
            issued_at=refused.at[:10],
        )
    told = case.corrections[0]
    return "correction", CorrectionPaper(
        case_number=case.case_number,
        item=case.title["zh-Hans"],
        applicant=_name(told.applicant, known),
        filed_on=filed_on,
        wrong=tuple((one.what, one.wrong, one.mend) for one in told.wrong),
        until=told.until,
        office=told.office,
        place=told.place,
        phone=told.phone,
        issued_at=told.at[:10],
    )


def _kind(case: CaseStands) -> str:
    return case.refusal.refused if case.refusal is not None else "correction"


def _name(masked: str, known: Known) -> str:
    return (known.holder.name or known.holder.latin_name) if known.holder is not None else masked


def _refused(case: CaseStands) -> list[p.Block]:
    if case.refusal is None:
        return []
    told = case.refusal
    return [
        p.Heading(p.word("written.reason")),
        p.Line({"zh-Hans": told.reason}),
        p.Heading(p.word("written.next_steps")),
        p.Line({"zh-Hans": told.next_steps}, p.Tone.ATTENTION),
        *_where(told.office, told.place, told.phone),
    ]


def _corrected(case: CaseStands) -> list[p.Block]:
    told = case.corrections[0]
    found: list[p.Block] = [p.Heading(p.word("written.all", count=str(len(told.wrong)), day=p.Day(told.until)))]
    found += [
        p.Bullet({"zh-Hans": f"{one.what}：{one.wrong}"}, p.word("written.mend", how=one.mend), "missing")
        for one in told.wrong
    ]
    return [*found, *_where(told.office, told.place, told.phone)]


def _where(office: str, place: str, phone: str) -> list[p.Block]:
    return [
        p.Entry(p.word("written.office"), office),
        p.Entry(p.word("item.place"), place),
        p.Entry(p.word("item.phone"), phone),
    ]

"""What a query shows at each of its places. Pure."""

from typing import Final

import msgspec

from contract.questions import Section
from kiosk.journey import page as p
from kiosk.journey.events import TicketState
from kiosk.journey.service import Known
from kiosk.journey.services import at_once, details, papers, paying, permits
from kiosk.journey.services.courtesies import blocks, trouble, waiting
from kiosk.journey.services.query.state import State

_HERE: Final = {"consent": 0, "asking": 0, "found": 1, "choose": 1}


def page(s: State, known: Known) -> p.Page:
    """The page of this place, with where it is among the steps."""
    steps = _steps(s)
    here = 0 if s.at == "details" and not s.wants else _HERE.get(s.at, len(steps) - 1)
    return msgspec.structs.replace(_page(s, known), steps=steps, here=here)


def _steps(s: State) -> tuple[p.Word, ...]:
    """What an item cannot do is no step of it."""
    last = ("query.step.act",) if s.part.act else ("query.step.print",) if s.part.document else ()
    return tuple(p.word(step) for step in ("query.step.ask", "query.step.see", *last))


def _page(s: State, known: Known) -> p.Page:
    office = s.item.department
    match s.at:
        case "consent":
            return _consent(s)
        case "details" if s.details is not None:
            return s.details.page(known)
        case "asking":
            return waiting("query.asking", p.word("query.asking", department=office), icon="landmark")
        case "found":
            return _found(s, known)
        case "choose":
            return _choose(s)
        case "confirm":
            return _confirm(s, known)
        case "sign":
            return _sign(s)
        case "pay" if s.pay is not None:
            return paying.page(s.pay, later=False)
        case "permit" | "endorsing" | "returning" if s.permit is not None:
            return permits.page(s.permit)
        case "acting":
            return waiting("query.acting", p.word("query.acting", department=office), icon="landmark")
        case "acted":
            return _acted(s, known)
        case "issuing":
            return waiting("query.issuing", p.word("query.issuing"), usually=6, icon="file-badge")
        case "paper":
            return _paper(s)
        case _:
            ways = (p.word("query.way_later"), p.word("query.way_window", window=s.item.window))
            return trouble("query.failed", p.word("query.failed"), s.said, ways=ways)


def _consent(s: State) -> p.Page:
    return p.Page(
        "query.consent",
        p.word("query.consent_title", department=s.item.department),
        p.Read((p.Line(s.part.consent or p.word("query.consent")), p.Bullet(p.word("query.consent_kept")))),
        why=p.word("query.consent_why"),
        main=p.Action("agree", p.word("query.agree"), "check"),
    )


def _found(s: State, known: Known) -> p.Page:
    sections: tuple[Section, ...] = ()
    said = p.word("query.found_nothing")
    may = []
    if s.part.hands_out:
        may.append(p.Action("fetch", p.word("query.fetch"), "package"))
    if s.part.act:
        may.append(p.Action("act", s.part.act_label or p.word("query.act"), "check"))
    if s.part.document:
        off = "" if known.papers else p.word("query.no_paper")
        may.append(p.Action("document", p.word("query.print"), "printer", off=off))
    may.append(p.Action("done", p.word("query.done"), "log-out"))
    if s.found is not None:
        sections = s.found.sections
        said = p.word("query.source", source=s.found.source, as_of=p.Moment(s.found.as_of))
    return p.Page(
        "query.found",
        s.item.title,
        p.Read((*blocks(sections), p.Line(said))),
        why=p.word("query.found_why"),
        main=may[0],
        second=tuple(may[1:]),
        personal=True,
        may_back=False,
    )


def _choose(s: State) -> p.Page:
    choices = s.found.choices if s.found else ()
    return p.Page(
        "query.choose",
        p.word("query.choose"),
        p.Choose(tuple(p.Option(value, label, chosen=value == s.choice) for value, label in choices)),
        main=p.Action("go", p.word("frame.next"), off="" if s.choice else p.word("form.choose_one")),
        personal=True,
    )


def _confirm(s: State, known: Known) -> p.Page:
    rows = [p.Row("", p.word("review.item"), s.item.title, personal=False)]
    rows += details.rows(s.details, known) if s.details is not None else ()
    if s.choice and s.found:
        rows.append(p.Row("choice", p.word("query.chosen"), dict(s.found.choices)[s.choice]))
    if s.amount_fen is not None and s.part.pays:
        rows.append(p.Row("", p.word("pay.amount"), p.Money(s.amount_fen), personal=False))
    return p.Page(
        "query.confirm",
        p.word("query.confirm"),
        p.Check(tuple(rows), p.word("query.confirm_note")),
        main=p.Action("go", s.part.act_label or p.word("query.act"), "check"),
        personal=True,
    )


def _sign(s: State) -> p.Page:
    return p.Page(
        "query.sign",
        p.word("query.sign"),
        p.Sign((s.part.signed,), s.strokes),
        why=p.word("query.sign_why"),
        main=p.Action("go", p.word("query.signed"), off="" if s.strokes else p.word("page.sign_clear")),
        second=(p.Action("agree", p.word("page.agree"), "hand"),),
        personal=True,
    )


def _acted(s: State, known: Known) -> p.Page:
    told: list[p.Block] = [*permits.told(s.permit)] if s.permit is not None else []
    if s.acted is not None:
        told.append(p.Big(s.acted.reference, p.word("query.reference")))
        if s.acted.ready_on:
            told.append(p.Line(p.word("query.ready", day=p.Day(s.acted.ready_on))))
        told += blocks(s.acted.sections)
    if s.pay and s.pay.stands and s.pay.stands.receipt_number:
        told.append(p.Entry(p.word("pay.receipt_number"), s.pay.stands.receipt_number))
    told += at_once.told(s.item, s.began, s.ended)
    may = []
    if s.part.document and known.papers:
        may.append(p.Action("document", p.word("query.print"), "printer"))
    if s.found and len(s.found.choices) > 1:
        may.append(p.Action("more", p.word("query.more"), "list-checks"))
    unsure = s.permit is not None and not s.permit.endorsed
    return p.Page(
        "query.acted",
        p.word("permit.not_done" if unsure else "query.acted"),
        p.Read(tuple(told)),
        why=p.word("permit.not_done_why" if unsure else "query.acted_why"),
        main=p.Action("done", p.word("query.finished"), "check"),
        second=tuple(may),
        personal=True,
        may_back=False,
    )


def _paper(s: State) -> p.Page:
    told: list[p.Block] = []
    if s.issued is not None:
        told.append(p.Line(p.word("query.verify", code=s.issued.verification_code)))
        if s.issued.copies_left is not None:
            told.append(p.Line(p.word("query.copies_left", count=str(s.issued.copies_left))))
        if s.issued.verify_url:
            told.append(p.QrCode(s.issued.verify_url, p.word("query.verify_by_phone")))
    told += at_once.told(s.item, s.began, s.ended)
    printed = s.papers.state is TicketState.PRINTED
    done = p.word("query.finished" if printed else "query.done")
    return papers.page(s.papers, "query.paper", p.Action("done", done, "check"), *told)

"""What comes after the case is kept: paying, having it done, papers in the hand. Nothing here can lose the case. Pure.

Whoever does not pay now pays later: the case stays kept. What was paid and was refused goes back at once; a silence is
asked again with the same id and is in the end the centre's to settle.
"""

from typing import Final

import msgspec

from contract.questions import DepartmentActed, DepartmentToldToAct, PayBegun, PayState, Refused
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Then, Turn, move
from kiosk.journey.services import at_once, paying
from kiosk.journey.services import papers as paper
from kiosk.journey.services.courtesies import person
from kiosk.journey.services.filing import handed, reviewing
from kiosk.journey.services.filing.questions import fees
from kiosk.journey.services.filing.state import Filing

PRINT: Final = "print"
FINISH: Final = "finish"
REFUNDED: Final = "refunded"
LATER: Final = "later"
MOST_TRIES: Final = 3


def begin(f: Filing, known: Known, saved: e.CaseSaved) -> Turn:
    """The case is kept: what is still to be done."""
    kept = move(f, "pay", saved=saved, shot=None, asked="", tries=0, revising="", typed="", picked=(), strokes=())
    due = fees(kept)
    if not due:
        return _act(kept, known)
    subject = kept.subject(known)
    amount = sum(fee.standard_fen for fee in due)
    begun = PayBegun(
        known.id("order"),
        kept.of.slug,
        known.case_id,
        tuple((fee.key, 1) for fee in due),
        person(subject) if subject else None,
        amount_fen=amount,
    )
    opened = paying.begin(begun, known)
    return Turn(msgspec.structs.replace(kept, paying=opened.paying), opened.effects)


def page(f: Filing, known: Known) -> p.Page:
    """Paying, waiting for the department, or what is certain now."""
    if f.at == "pay" and f.paying is not None:
        return _with_basis(f, paying.page(f.paying, later=True))
    if f.at == "act":
        return p.Page(
            "filing.act",
            p.word("page.waiting"),
            p.Wait(p.word("filing.acting"), 10, "landmark"),
            pace=p.Pace.WAITS,
            may_back=False,
        )
    return _last(f, known)


def _with_basis(f: Filing, shown: p.Page) -> p.Page:
    """The rule each fee rests on stands beside its amount (ZN-20)."""
    if not isinstance(shown.body, p.Read):
        return shown
    basis = tuple(p.Entry(p.word("filing.fee_basis"), fee.basis) for fee in fees(f))
    return msgspec.structs.replace(shown, body=p.Read((*shown.body.blocks, *basis)))


def met(f: Filing, known: Known, event: e.Event) -> Turn:
    """What happens behind the case."""
    if isinstance(event, e.PaperMoved):
        moved = tuple(paper.heard(one, event, known) for one in f.printed)
        return Turn(f if moved == f.printed else msgspec.structs.replace(f, printed=moved))
    match f.at:
        case "pay" if f.paying is not None:
            return _paid(f, known, event)
        case "act":
            return _acted(f, known, event)
        case _:
            return _touched(f, known, event)


def leaving(f: Filing, known: Known) -> tuple[e.Effect, ...]:
    """An order nobody will pay is closed; one that was paid is not touched."""
    return paying.give_up(f.paying, known) if f.paying is not None and f.at == "pay" else ()


def _paid(f: Filing, known: Known, event: e.Event) -> Turn:
    if f.paying is None:
        return Turn(f)
    now = paying.meet(f.paying, event, known)
    there = f if now.paying == f.paying else msgspec.structs.replace(f, paying=now.paying)
    if now.paying.settled or _without_money(now.paying, event):
        onward = _act(there, known)
        return onward._replace(effects=(*now.effects, *onward.effects))
    return Turn(there, now.effects)


def _without_money(order: paying.Paying, event: e.Event) -> bool:
    """It goes on unpaid: the order was refused, or nobody answers whoever will pay another time. What was paid after
    all is the centre's to find and settle.
    """
    match event:
        case e.Answered(_, request, Refused()):
            return request == order.request and order.stands is None
        case e.Unanswered(_, request, _):
            return request == order.request and order.closing
        case e.Acted(action) if action in (paying.LATER, paying.CANCEL):
            return order.stands is None and bool(order.trouble)
        case _:
            return False


def is_paid(f: Filing) -> bool:
    """Whether money was taken for it."""
    return f.paying is not None and f.paying.state is PayState.PAID


def _act(f: Filing, known: Known) -> Turn:
    """Have the department do it, where it does so by itself; what has to be paid for is not done before."""
    query, subject = f.of.query, f.subject(known)
    owing = bool(fees(f)) and not is_paid(f)
    if query is None or not query.act or subject is None or owing:
        return _finish(f, known)
    request = known.id(f"act/{f.tries + 1}")
    order = known.id("order") if is_paid(f) else ""
    told = dict(reviewing.answers(f, known)) if query.told == ("act",) else {}
    args = {field.key: told[field.key] for field in f.of.form if told.get(field.key)}
    asked = DepartmentToldToAct(known.id("act"), f.of.slug, query.connector, query.act, person(subject), args, order)
    acting = move(f, "act", asked=request, asked_at=known.now, tries=f.tries + 1)
    return Turn(acting, (e.AskCentre(known.visit, request, asked),))


def _acted(f: Filing, known: Known, event: e.Event) -> Turn:
    match event:
        case e.Answered(_, request, DepartmentActed(reference)) if request == f.asked:
            return _finish(msgspec.structs.replace(f, act=reference), known)
        case e.Answered(_, request, Refused(_, text)) if request == f.asked:
            back = paying.refund(f.paying, "act_refused", known) if f.paying is not None else ()
            refused = msgspec.structs.replace(f, act=REFUNDED if back else "refused", said=text)
            return _finish(refused, known)._replace(effects=back)
        case e.Answered(_, request, _) | e.Unanswered(_, request, _) if request == f.asked:
            if f.tries >= MOST_TRIES:
                return _finish(msgspec.structs.replace(f, act=LATER), known)
            return _act(f, known)
        case _:
            return Turn(f)


def _finish(f: Filing, known: Known) -> Turn:
    """To the papers, where there is anything to hand over or to tell; else straight to the number."""
    wanted = handed.papers(f, known)
    done = at_once.record(f.of, f.began, known.now, known) if _is_done(f) else ()
    f = msgspec.structs.replace(f, ended=known.now if _is_done(f) else None)
    ready = move(f, "after", asked="", printed=tuple(paper.Papers(name) for name, _ in wanted), said=f.said)
    if not wanted and not fees(f) and not f.act:
        return Turn(ready, done, then=Then.RESULT)
    return Turn(ready, done)


def _is_done(f: Filing) -> bool:
    """The department has done it while its citizen waited."""
    return bool(f.act) and f.act not in (REFUNDED, LATER, "refused")


def _touched(f: Filing, known: Known, event: e.Event) -> Turn:
    match event:
        case e.Acted(action) if action == PRINT and known.papers:
            contents = dict(handed.papers(f, known))
            effects: list[e.Effect] = []
            printed: list[paper.Papers] = []
            for one in f.printed:
                asked = paper.ask(one, one.name, contents[one.name], known) if one.name in contents else None
                printed.append(asked.papers if asked else one)
                effects += asked.effects if asked else ()
            return Turn(msgspec.structs.replace(f, printed=tuple(printed)), tuple(effects))
        case e.Acted(action) if action == FINISH and not any(one.coming for one in f.printed):
            return Turn(f, then=Then.RESULT)
        case _:
            return Turn(f)


def _last(f: Filing, known: Known) -> p.Page:
    """What is certain, and the papers there are of it."""
    blocks: list[p.Block] = [*_money(f), *_done(f), *at_once.told(f.of, f.began, f.ended)]
    if f.saved is not None and f.saved.missing_until:
        blocks.append(p.Line(p.word("filing.bring_until", day=p.Day(f.saved.missing_until)), p.Tone.ATTENTION))
    if f.printed:
        blocks.append(p.Heading(p.word("filing.papers")))
        blocks += [p.Bullet(p.word(f"filing.handed_{one.name}"), _state(one), _mark(one)) for one in f.printed]
    coming = any(one.coming for one in f.printed)
    again = any(one.may_again for one in f.printed)
    finish = p.Action(FINISH, p.word("filing.finish"), off=p.word("filing.wait_paper") if coming else "")
    offered = again and known.papers
    print_it = p.Action(PRINT, p.word("filing.print" if not _asked(f) else "filing.print_again"), "printer")
    first = offered and not _asked(f)
    return p.Page(
        "filing.after",
        p.word("filing.after"),
        p.Read(tuple(blocks)),
        why=p.word("filing.after_why"),
        main=print_it if first else finish,
        second=(finish,) if first else (print_it,) if offered else (),
        trouble="" if coming else _not_out(f, known),
        personal=True,
        pace=p.Pace.WAITS if coming else p.Pace.WORK,
        may_back=False,
    )


def _asked(f: Filing) -> bool:
    return any(one.asked for one in f.printed)


def _money(f: Filing) -> tuple[p.Block, ...]:
    if not fees(f):
        return ()
    amount = p.Money(sum(fee.standard_fen for fee in fees(f)))
    if f.act == REFUNDED:
        return (p.Line(p.word("pay.refund", amount=amount), p.Tone.ATTENTION),)
    if is_paid(f):
        number = f.paying.stands.receipt_number if f.paying and f.paying.stands else ""
        paid: tuple[p.Block, ...] = (p.Line(p.word("filing.paid", amount=amount), p.Tone.GOOD),)
        return (*paid, p.Entry(p.word("pay.receipt_number"), number)) if number else paid
    told = p.word("filing.unpaid", amount=amount, window=f.of.window, phone=f.of.consultation_phone)
    return (p.Line(told, p.Tone.ATTENTION),)


def _done(f: Filing) -> tuple[p.Block, ...]:
    match f.act:
        case "":
            return ()
        case "later":
            return (p.Line(p.word("filing.act_later", phone=f.of.consultation_phone), p.Tone.ATTENTION),)
        case "refunded" | "refused":
            return (p.Line(f.said or p.word("filing.act_refused", phone=f.of.consultation_phone), p.Tone.ATTENTION),)
        case number:
            return (p.Line(p.word("filing.act_done"), p.Tone.GOOD), p.Entry(p.word("filing.act_number"), number))


def _not_out(f: Filing, known: Known) -> p.Said:
    """Why a paper is not in the citizen's hands."""
    if not known.papers and any(one.state is not e.TicketState.PRINTED for one in f.printed):
        return p.word("filing.no_paper")
    lacking = (e.TicketState.UNCERTAIN, e.TicketState.FAILED)
    worst = max((one.state for one in f.printed if one.state in lacking), key=lacking.index, default=None)
    return p.word(f"paper.told.{worst.value}") if worst else ""


def _state(one: paper.Papers) -> p.Said:
    return p.word(f"paper.title.{one.state.value}") if one.asked else p.word("filing.not_printed")


def _mark(one: paper.Papers) -> str:
    return "done" if one.state is e.TicketState.PRINTED else "printer"

"""Notices in writing, transfers and contacts: what staff do on the page of a case."""

import secrets
from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases import store as cases
from central.cases.rules import NOTE_LIMIT, clean_note
from central.feed.catalogue import store as catalogue
from central.handling import removable, rules, store
from central.handling.rules import Contact, Correction, Malformed, Proposal, Transfer
from central.lifecycle import store as life
from central.lifecycle.rules import signing
from central.lifecycle.way import clock_of
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.progress import store as progress
from central.units import store as units
from central.web.page import Asked, centre_of, render

log = structlog.get_logger()


@get("/cases/{case_id:str}/correction", sync_to_thread=True)
def correction(request: Asked, session: SignedIn, case_id: FromPath[str]) -> Response[str]:
    """The form of a 补正告知: every defect at once."""
    return _form(request, session, "correction", case_id)


@post("/cases/{case_id:str}/correction", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def correct(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str]) -> Response[str] | Redirect:
    """Tell everything that is wrong, once."""
    centre = centre_of(request)
    try:
        wrong, until, new_fact = rules.read_correction(form, centre.today())
    except Malformed as error:
        return _form(request, session, "correction", case_id, form, str(error), 422)
    notice = Correction(_notice(form), case_id, wrong, until, new_fact, session.name, centre.clock())
    with centre.database.writing() as connection:
        _lock(connection, case_id)
        if rules.is_over(progress.steps(connection, [case_id])[case_id]):
            problem = "handling.over"
        elif signing(life.links(connection, [case_id])[case_id]):
            problem = "handling.waits_for_signature"
        else:
            problem = "" if store.correct(connection, notice) else "handling.kept_already"
        if not problem:
            item = catalogue.find(connection, progress.known(connection, case_id).item, centre.clock())
            asked = removable.among(item, [one.what for one in wrong]) if item is not None else []
            store.note(
                connection, [rules.removable_asked(case_id, code, session.name, centre.clock()) for code in asked]
            )
    return _done(request, session, "correction", case_id, form, problem)


@get("/cases/{case_id:str}/refusal", sync_to_thread=True)
def refusal(request: Asked, session: SignedIn, case_id: FromPath[str]) -> Response[str]:
    """The form of a refusal: why, and what to do next."""
    return _form(request, session, "refusal", case_id)


@post("/cases/{case_id:str}/refusal", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def refuse(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str]) -> Response[str] | Redirect:
    """“不能决定，上报”: nobody refuses alone, and never without what to do next."""
    centre = centre_of(request)
    try:
        refused, code, reason, next_steps = rules.read_refusal(form)
    except Malformed as error:
        return _form(request, session, "refusal", case_id, form, str(error), 422)
    with centre.database.writing() as connection:
        _lock(connection, case_id)
        clock = clock_of(centre, connection)
        due = clock.due(clock.now, rules.CONFIRM_WITHIN, ())
        one = Proposal(
            _notice(form), case_id, refused, code, reason, next_steps, session.name, clock.now, due or clock.now
        )
        if rules.is_over(progress.steps(connection, [case_id])[case_id]):
            problem = "handling.over"
        else:
            problem = "" if store.propose(connection, one) else "handling.proposed_already"
    return _done(request, session, "refusal", case_id, form, problem)


@post("/refusals/{proposal_id:str}", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def confirm(request: Asked, session: SignedIn, form: Form, proposal_id: FromPath[str]) -> Redirect:
    """A leader confirms a refusal, and the notice leaves; or sends it back with what to do."""
    centre = centre_of(request)
    if form.get("what") not in {"confirm", "return"}:
        raise NotFoundException
    note = clean_note(form.get("note", ""), NOTE_LIMIT)
    confirmed = form["what"] == "confirm"
    if not confirmed and not note:
        return Redirect("/tasks?problem=handling.return_why", status_code=303)
    with centre.database.writing() as connection:
        one = store.find_proposal(connection, proposal_id)
        if one is None:
            raise NotFoundException
        _lock(connection, one.case_id)
        try:
            done = store.decide(connection, one, session.name, note, centre.clock(), confirmed=confirmed)
            problem = "" if done else "handling.decided_before"
        except Malformed as error:
            problem = str(error)
    if problem:
        return Redirect(f"/tasks?problem={problem}", status_code=303)
    log.info("refusal_decided", case=one.case_id, confirmed=confirmed, who=session.name)
    centre.live.changed()
    return Redirect("/tasks", status_code=303)


@post("/transfers/{transfer_id:str}", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def answer_transfer(request: Asked, session: SignedIn, form: Form, transfer_id: FromPath[str]) -> Redirect:
    """The other unit takes a case over, or does not and says why."""
    centre = centre_of(request)
    if form.get("what") not in {"take", "decline"}:
        raise NotFoundException
    note, now = clean_note(form.get("note", ""), NOTE_LIMIT), centre.clock()
    with centre.database.writing() as connection:
        one = store.find_transfer(connection, transfer_id)
        if one is None:
            raise NotFoundException
        _lock(connection, one.case_id)
        belong = units.members(connection)
        members = [name for name, unit in belong.items() if unit == one.to_unit]
        if not rules.may_take_over(one, session.name, belong.get(session.name, ""), members):
            problem = "handling.other_unit"
        elif form["what"] == "take":
            problem = "" if store.take_over(connection, one, session.name, now) else "handling.decided_before"
        elif not note:
            problem = "handling.why_missing"
        else:
            problem = "" if store.decline(connection, one, session.name, note, now) else "handling.decided_before"
    if problem:
        return Redirect(f"/tasks?problem={problem}", status_code=303)
    log.info("transfer_answered", case=one.case_id, taken=form["what"] == "take", who=session.name)
    centre.live.changed()
    return Redirect("/tasks", status_code=303)


@get("/cases/{case_id:str}/transfer", sync_to_thread=True)
def transfer(request: Asked, session: SignedIn, case_id: FromPath[str]) -> Response[str]:
    """To whom, and why."""
    return _form(request, session, "transfer", case_id)


@post("/cases/{case_id:str}/transfer", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def pass_on(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str]) -> Response[str] | Redirect:
    """Pass it on to another unit: who, when and why stay with it."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        _lock(connection, case_id)
        unit = rules.unit_now(store.transfers(connection, [case_id]), centre.settings.hall)
        try:
            to_unit, reason = rules.read_transfer(form, unit)
        except Malformed as error:
            problem, status = str(error), 422
        else:
            passed = Transfer(_notice(form), case_id, unit, to_unit, reason, session.name, centre.clock())
            over = rules.is_over(progress.steps(connection, [case_id])[case_id])
            problem = (
                "handling.over" if over else "" if store.pass_on(connection, passed) else "handling.offered_already"
            )
            status = 409
    if status == 422 and problem:
        return _form(request, session, "transfer", case_id, form, problem, status)
    return _done(request, session, "transfer", case_id, form, problem)


@post("/cases/{case_id:str}/brought-back", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def bring_back(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str]) -> Redirect:
    """The unit has done its part: back at the office that took it in, which gives out the result."""
    centre = centre_of(request)
    note = clean_note(form.get("note", ""), NOTE_LIMIT)
    with centre.database.writing() as connection:
        _lock(connection, case_id)
        if not store.bring_back(connection, case_id, session.name, note, centre.clock()):
            raise NotFoundException
    log.info("case_brought_back", case=case_id, who=session.name)
    centre.live.changed()
    return Redirect(f"/cases/{case_id}", status_code=303)


@post("/cases/{case_id:str}/contact", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def contact(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str]) -> Redirect:
    """Its citizen asked, was given a form or handed something in at a window: counted with the case."""
    centre = centre_of(request)
    if form.get("what", "") not in set(Contact):
        raise NotFoundException
    note = clean_note(form.get("note", ""), NOTE_LIMIT)
    with centre.database.writing() as connection:
        _lock(connection, case_id)
        what = Contact(form["what"])
        store.note_contact(connection, _notice(form), case_id, what, note, session.name, centre.clock())
    log.info("case_contact", case=case_id, what=what, who=session.name)
    centre.live.changed()
    return Redirect(f"/cases/{case_id}", status_code=303)


def _lock(connection: Any, case_id: str) -> None:  # noqa: ANN401 - of the store
    if not store.lock(connection, case_id):
        raise NotFoundException


def _notice(form: dict[str, str]) -> str:
    """The id the form was given when it was shown: sent twice it is kept once."""
    given = form.get("notice_id", "")
    return given if given.isalnum() and len(given) <= 40 else secrets.token_hex(12)


def _form(
    request: Asked,
    session: Session,
    name: str,
    case_id: str,
    form: dict[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> Response[str]:
    with centre_of(request).database.reading() as connection:
        case = cases.find(connection, case_id)
        if case is None:
            raise NotFoundException
        values = {
            "case": case,
            "before": store.corrections(connection, [case_id]),
            "units": store.units(connection),
            "unit": rules.unit_now(store.transfers(connection, [case_id]), centre_of(request).settings.hall),
            "codes": list(rules.Code),
            "defects": range(1, rules.MOST_DEFECTS + 1),
            "form": form or {},
            "notice_id": (form or {}).get("notice_id") or secrets.token_hex(12),
            "today": centre_of(request).today().isoformat(),
            "problem": problem,
        }
    return render(request, f"handling/templates/{name}.html", session, values, status=status)


def _done(
    request: Asked, session: Session, name: str, case_id: str, form: dict[str, str], problem: str
) -> Response[str] | Redirect:
    if problem:
        return _form(request, session, name, case_id, form, problem, 409)
    log.info("case_handled", case=case_id, what=name, who=session.name)
    centre_of(request).live.changed()
    return Redirect(f"/cases/{case_id}#handling", status_code=303)


pages = Router(
    "/",
    route_handlers=[
        correction,
        correct,
        refusal,
        refuse,
        confirm,
        transfer,
        pass_on,
        answer_transfer,
        bring_back,
        contact,
    ],
    dependencies={"session": Provide(signed_in)},
)

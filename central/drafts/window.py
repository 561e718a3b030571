"""The window's page of unfinished filings: open one by its code with a reason, fill in, and make a case of it."""

from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response
from stdnum.cn import ric

from central.cases.rules import REASON_LIMIT, clean_note
from central.centre import Centre
from central.drafts import fields, filing, opening, rules, store
from central.drafts.filing import Handed
from central.drafts.opening import PURPOSE
from central.drafts.pages import Many, fields_of, plain, typed
from central.drafts.rules import Draft
from central.feed.catalogue import store as catalogue
from central.openings import store as openings
from central.openings.store import Opening
from central.people.access import SignedIn, signed_in
from central.people.rules import Session
from central.persons import plain_number
from central.unseal import CannotOpen
from central.web.page import Asked, centre_of, render
from contract.catalogue import Item, ItemKind
from contract.drafts import DraftContent

DRAFT = "draft"
"""In the log of openings."""
Filled = NamedDependency[Many]

log = structlog.get_logger()


async def checked(request: Asked, session: SignedIn) -> Many:  # noqa: ARG001 - waits for the check of its token
    """What a form sent, several choices of one field too."""
    return await fields_of(request)


@get("/drafts", sync_to_thread=True)
def ask(request: Asked, session: SignedIn) -> Response[str]:
    """The code a citizen shows; or a new one."""
    return _ask(request, session)


@post("/drafts/open", status_code=200, sync_to_thread=True, dependencies={"form": Provide(checked)})
def open_one(request: Asked, session: SignedIn, form: Filled) -> Response[str]:
    """Open it. Who opens and why is committed before anything is opened."""
    centre = centre_of(request)
    reason = clean_note(plain(form, "reason"), REASON_LIMIT)
    if not reason:
        return _ask(request, session, "case.reason_missing", 422)
    with centre.database.writing() as connection:
        found = store.find(connection, centre.blind.lookup(PURPOSE, plain(form, "code")))
        if found is None or centre.clock() >= found.until or found.case_number:
            return _ask(
                request, session, "draft.filed" if found is not None and found.case_number else "draft.gone", 404
            )
        openings.note(connection, Opening(DRAFT, found.draft_id, session.name, centre.clock(), reason))
        store.opened(connection, found.draft_id, centre.clock())
    log.info("draft_opened", draft=found.draft_id, who=session.name)
    return _shown(request, session, found)


@post("/drafts/begin", status_code=200, sync_to_thread=True, dependencies={"form": Provide(checked)})
def begin(request: Asked, session: SignedIn, form: Filled) -> Response[str]:
    """A new one, that its citizen may finish at a terminal or on a phone."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        item = catalogue.find(connection, plain(form, "item"), centre.clock())
    if item is None or item.kind is not ItemKind.FILING or plain(form, "agree") != "yes":
        return _ask(request, session, "draft.agree_first", 422)
    draft = opening.begin(centre, item, rules.WINDOW)
    with centre.database.writing() as connection:
        openings.note(connection, Opening(DRAFT, draft.draft_id, session.name, centre.clock(), "–"))
    return _shown(request, session, draft)


@post("/drafts/keep", status_code=200, sync_to_thread=True, dependencies={"form": Provide(checked)})
def keep(request: Asked, session: SignedIn, form: Filled) -> Response[str] | Redirect:
    """Keep what was filled in; with `file` make a case of it, once it can be one."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        found = store.find(connection, centre.blind.lookup(PURPOSE, plain(form, "code")))
        item = catalogue.find(connection, found.item, centre.clock()) if found is not None else None
        mine = found is not None and any(
            one.who == session.name for one in openings.of(connection, DRAFT, [found.draft_id])
        )
    if found is None or item is None or not mine or found.case_number:
        raise NotFoundException
    try:
        held = opening.content(centre, found)
    except CannotOpen as error:
        return _ask(request, session, f"open.{error.key}", 503)
    told, faults = fields.filled(item, dict(held.told), typed(form), centre.today(), full=True)
    after = DraftContent(tuple(told.items()), held.seen, held.lodged)
    if not opening.keep(centre, found, after):
        return _ask(request, session, "draft.changed", 409)
    with centre.database.reading() as connection:
        found = store.find(connection, found.lookup) or found
    if faults or plain(form, "what") != "file":
        return _shown(request, session, found, faults=faults, kept=not faults)
    handed = _handed(form)
    problem = _not_yet(centre, found, item, told, handed)
    if problem:
        return _shown(request, session, found, problem=problem, status=422)
    case_id = filing.file(centre, found, item, after, handed)
    log.info("draft_filed", draft=found.draft_id, case=case_id, who=session.name)
    return Redirect(f"/drafts/{case_id}", status_code=303)


@get("/drafts/{case_id:str}", sync_to_thread=True)
def filed(request: Asked, session: SignedIn, case_id: FromPath[str]) -> Response[str]:
    """The number of the case it became."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        number = store.number_of(connection, case_id.removeprefix(f"{filing.WINDOW}-"))
    if not number:
        raise NotFoundException
    values = {"number": number, "case_id": case_id}
    return render(request, "drafts/templates/filed.html", session, values)


def _handed(form: Many) -> Handed:
    papers = frozenset(name.removeprefix("paper_") for name in form if name.startswith("paper_"))
    return Handed(" ".join(plain(form, "name").split()), plain_number(plain(form, "id_number")), papers)


def _not_yet(centre: Centre, found: Draft, item: Item, told: dict[str, str], handed: Handed) -> str:
    """Why it is no case yet, as a key of the words; empty where it can be one."""
    if not handed.name or not ric.is_valid(handed.id_number):
        return "draft.who"
    if found.person and centre.blind.person(handed.id_number) != found.person:
        return "draft.not_theirs"
    if fields.open_keys(item, told, full=True):
        return "draft.open"
    return "draft.main_missing" if filing.lacking(item, told, handed)[0] else ""


def _ask(request: Asked, session: Session, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        items = [one for one in catalogue.every(connection, centre.clock()) if one.kind is ItemKind.FILING and one.form]
    values = {"problem": problem, "items": items}
    return render(request, "drafts/templates/window.html", session, values, status=status)


def _shown(
    request: Asked,
    session: Session,
    found: Draft,
    *,
    faults: dict[str, str] | None = None,
    kept: bool = False,
    problem: str = "",
    status: int = 200,
) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        item = catalogue.find(connection, found.item, centre.clock())
    if item is None:
        return _ask(request, session, "draft.item_gone", 404)
    try:
        told = dict(opening.content(centre, found).told)
    except CannotOpen as error:
        return _ask(request, session, f"open.{error.key}", 503)
    values: dict[str, Any] = {
        "found": found,
        "item": item,
        "code": opening.code_of(centre, found.draft_id),
        "pin": opening.pin_of(centre, found.draft_id),
        "fields": fields.shown(item, told, full=True),
        "materials": filing.materials(item, told),
        "faults": faults or {},
        "kept": kept,
        "problem": problem,
    }
    return render(request, "drafts/templates/at_window.html", session, values, status=422 if faults else status)


pages = Router("/", route_handlers=[ask, open_one, begin, keep, filed], dependencies={"session": Provide(signed_in)})

"""The catalogue for its editors: items with what is wrong beside them, new versions and how they go out."""

import secrets
from datetime import date
from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases.rules import clean_note
from central.catalogue import acting, editing, rules, store
from central.catalogue.editing import LIMITS, LINES, PLAIN, TEXTS, Unwritable
from central.catalogue.rules import Rollout, State
from central.catalogue.store import Draft
from central.catalogue_lint import rules as catalogue_lint
from central.catalogue_lint.policies import switched_on
from central.catalogue_lint.rules import Policies
from central.feed.rules import Invalid, catalogue_draft
from central.fleet import store as fleet
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.web.page import Asked, centre_of, render
from contract.catalogue import DEFAULT_LANGUAGE, Unit
from contract.codes import CaseType

REASON_LIMIT = 200
SOAK_AT_MOST = 14 * 24 * 60
log = structlog.get_logger()


@get("/catalogue", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Every item: its version and first day, what is wrong with it, its draft, and where an old version still is."""
    return _listed(request, session)


def _listed(request: Asked, session: Session, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        found, drafts = store.published(connection), store.drafts(connection)
        running = store.listed(connection, limit=30)
        stale = store.stale(connection, centre.clock())
        policies = switched_on(connection)
    rows = []
    for slug in sorted({*found, *drafts}):
        newest, draft = found.get(slug), drafts.get(slug)
        body = newest.body if newest is not None and newest.body else (draft.body if draft is not None else b"")
        linted = catalogue_lint.lint(body, policies) if body else None
        rows.append(
            {
                "slug": slug,
                "title": linted.item.title[DEFAULT_LANGUAGE] if linted and linted.item else slug,
                "item": linted.item if linted else None,
                "linted": linted,
                "in_force": newest is not None and bool(newest.body),
                "draft": draft,
                "stale": sum(one.slug == slug for one in stale),
            }
        )
    values = {
        "rows": rows,
        "rollouts": running,
        "states": State,
        "stale": stale,
        "alarms": sum(one.alarm for one in stale),
        "problem": problem,
    }
    return render(request, "catalogue/templates/catalogue.html", session, values, status=status)


@post("/catalogue", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def new(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """A new item, made after one that is there."""
    centre = centre_of(request)
    slug, after = form.get("slug", ""), form.get("after", "")
    with centre.database.writing() as connection:
        found = store.published(connection)
        if after not in found or not found[after].body or slug in found:
            return _listed(request, session, "catalogue.slug_wrong", 422)
        body = editing.copied(found[after].body, slug)
        linted = catalogue_lint.lint(body)
        if linted.item is None or not store.save(connection, Draft(slug, body, 0, session.name, centre.clock()), ""):
            return _listed(request, session, "catalogue.slug_wrong", 422)
    return Redirect(f"/catalogue/{slug}", status_code=303)


@get("/catalogue/{slug:str}", sync_to_thread=True)
def item(request: Asked, session: SignedIn, slug: FromPath[str]) -> Response[str]:
    """One item: its form, what is wrong, what differs, how it can go out."""
    return _item(request, session, slug)


def _item(
    request: Asked, session: Session, slug: str, problem: str = "", status: int = 200, told: str = ""
) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        newest, draft = store.published(connection).get(slug), store.draft(connection, slug)
        versions, rollout = store.versions(connection, slug), store.of_item(connection, slug)
        terminals, policies = fleet.everyone(connection), switched_on(connection)
    if newest is None and draft is None:
        raise NotFoundException
    before = newest.body if newest is not None else b""
    body = draft.body if draft is not None else before
    if not body:
        raise NotFoundException
    linted = catalogue_lint.lint(body, policies)
    values: dict[str, Any] = {
        "slug": slug,
        "draft": draft,
        "fields": editing.fields(body),
        "raw": body.decode(),
        "linted": linted,
        "title": editing.fields(body).get(f"title.{DEFAULT_LANGUAGE}") or slug,
        "changes": catalogue_lint.changes(before, body) if draft is not None else (),
        "versions": [(one, catalogue_lint.lint(one.body).item if one.body else None) for one in versions],
        "rollout": rollout,
        "terminals": terminals,
        "today": centre.today().isoformat(),
        "names": {"texts": TEXTS, "lines": LINES, "plain": PLAIN, "limits": LIMITS},
        "units": list(Unit),
        "case_types": list(CaseType),
        "problem": problem,
        "told": told,
    }
    return render(request, "catalogue/templates/item.html", session, values, status=status)


@post("/catalogue/{slug:str}/save", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def save(request: Asked, session: SignedIn, form: Form, slug: FromPath[str]) -> Response[str] | Redirect:
    """Keep what was typed as a draft; the fields of the form, or the whole item where `raw` was sent."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        newest, draft = store.published(connection).get(slug), store.draft(connection, slug)
        body = draft.body if draft is not None else (newest.body if newest is not None else b"")
        if not body:
            raise NotFoundException
        try:
            made = editing.checked(form["raw"]) if "raw" in form else editing.written(body, form)
        except Unwritable as error:
            return _item(request, session, slug, str(error), 422)
        if editing.slug_of(made) != slug:
            return _item(request, session, slug, "catalogue.other_slug", 422)
        kept = Draft(slug, made, newest.seq if newest is not None else 0, session.name, centre.clock())
        if not store.save(connection, kept, form.get("seen", "")):
            return _item(request, session, slug, "catalogue.changed_meanwhile", 409)
    log.info("catalogue_draft", item=slug, who=session.name)
    centre.live.changed()
    return Redirect(f"/catalogue/{slug}", status_code=303)


@post("/catalogue/{slug:str}/discard", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def discard(request: Asked, session: SignedIn, form: Form, slug: FromPath[str]) -> Redirect:  # noqa: ARG001 - its token is checked
    """Throw the draft away."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        store.discard(connection, slug)
    log.info("catalogue_draft_discarded", item=slug, who=session.name)
    centre.live.changed()
    return Redirect("/catalogue", status_code=303)


@post("/catalogue/{slug:str}/release", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def release(request: Asked, session: SignedIn, form: Form, slug: FromPath[str]) -> Response[str] | Redirect:
    """Send the draft out, from a day on and group by group; refused while something mandatory is wrong."""
    centre = centre_of(request)
    try:
        with centre.database.writing() as connection:
            draft = store.draft(connection, slug)
            if draft is None:
                raise NotFoundException
            newest = store.published(connection).get(slug)
            halls: dict[str, list[str]] = {}
            for terminal in fleet.everyone(connection):
                halls.setdefault(terminal.hall, []).append(terminal.id)
            made = _made(centre, draft, newest, halls, form, session.name, switched_on(connection))
            if not store.add(connection, made):
                return _item(request, session, slug, "catalogue.on_its_way", 409)
            step = store.Step("made", -1, made.reason, session.name, made.made_at)
            store.note(connection, made.rollout_id, step)
    except Unwritable as error:
        return _item(request, session, slug, str(error), 422)
    except Invalid as error:
        return _item(request, session, slug, "catalogue.refused", 422, str(error))
    log.info("rollout", of=made.rollout_id, step="made", item=slug, who=session.name)
    acting.round_of(centre)
    return Redirect(f"/rollouts/{made.rollout_id}", status_code=303)


def _made(
    centre: Any,  # noqa: ANN401 - the running centre
    draft: Draft,
    newest: store.Newest | None,
    halls: dict[str, list[str]],
    form: dict[str, str],
    who: str,
    policies: Policies,
) -> Rollout:
    """The rollout a form asks for. Raises Unwritable or Invalid."""
    linted = catalogue_lint.lint(draft.body, policies)
    reason = clean_note(form.get("reason", ""), REASON_LIMIT)
    if linted.flags and not reason:
        raise Unwritable("catalogue.reason_missing")
    first = [name.removeprefix("first.") for name in form if name.startswith("first.")]
    known = {name for some in halls.values() for name in some}
    if not set(first) <= known:
        raise Unwritable("catalogue.groups_wrong")
    before = newest.body if newest is not None else b""
    old = catalogue_lint.lint(before).item if before else None
    version = (old.version if old is not None else 0) + 1
    body = editing.versioned(draft.body, version, _day(form.get("effective_from", ""), centre.today()))
    catalogue_draft(draft.slug, body, who)  # what may not go out is refused before anything begins
    now = centre.clock()
    return Rollout(
        secrets.token_hex(8),
        draft.slug,
        version,
        body,
        before,
        _day(form.get("effective_from", ""), centre.today()),
        reason,
        rules.groups(first, halls, by_hall=form.get("by_hall", "") == "yes"),
        _number(form.get("soak_minutes", ""), 0, SOAK_AT_MOST),
        _number(form.get("errors_at_most", ""), 0, 1000),
        State.SCHEDULED,
        -1,
        {},
        who,
        now,
        None,
        now,
        "",
    )


def _day(text: str, today: date) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Unwritable("catalogue.day_wrong") from None
    if day < today:
        raise Unwritable("catalogue.day_wrong")
    return day.isoformat()


def _number(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise Unwritable("catalogue.number_wrong")
    return int(text)


pages = Router(
    "/",
    route_handlers=[listed, new, item, save, discard, release],
    dependencies={"session": Provide(signed_in)},
)

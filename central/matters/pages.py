"""待办事项: what is open and whose it is, one item with everything done about it, and the day that closes over none."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases.rules import clean_note
from central.centre import Centre
from central.fleet.sheets import sheet
from central.help import rules as roster
from central.help import store as duty
from central.matters import rules, store
from central.matters.day_pages import OF_THE_DAY
from central.matters.rules import Matter
from central.matters.store import Asked as Filter
from central.matters.telling import told
from central.people import store as people
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rights import Right
from central.people.rules import Session
from central.web.page import Asked, centre_of, render
from central.web.words import Words

LOG_OF = timedelta(days=30)
STATES = ("open", "closed", "all")

log = structlog.get_logger()


def read_filter(query: Mapping[str, str], session: Session) -> Filter:
    """What a URL asks for; what makes no sense is left out rather than refused."""
    state, kind, page = query.get("state", ""), query.get("kind", ""), query.get("page", "")
    return Filter(
        state=state if state in STATES else "open",
        hall=query.get("hall", "")[:60],
        kind=kind if kind in rules.KINDS else "",
        owner=session.name if query.get("owner") == "me" else query.get("owner", "")[:40],
        text=query.get("text", "").strip()[:40],
        page=int(page) if page.isdecimal() and len(page) < 5 and int(page) else 1,
        halls=session.halls or None,
    )


@get("/matters", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Open items, the worst first; or the incident log of the last days with its figures."""
    centre = centre_of(request)
    asked = read_filter(request.query_params, session)
    since = centre.clock() - LOG_OF
    with centre.database.reading() as connection:
        rows, total = store.listed(connection, asked, since)
        figures = rules.figures(store.since(connection, since, centre.clock(), asked.halls))
        told_to = store.rings(connection, [one.matter_id for one in rows])
        halls = sorted(store.open_by_hall(connection))
        officers = duty.on_duty(connection, roster.URGENT, centre.clock(), centre.settings.zone)
    query = {name: request.query_params.get(name, "") for name in ("state", "hall", "kind", "owner", "text")}
    query = {name: value for name, value in query.items() if value}
    values = {
        "rows": rows,
        "rings": told_to,
        "total": total,
        "asked": asked,
        "pages": max(1, -(-total // store.PAGE_SIZE)),
        "query": lambda page: urlencode(query | {"page": page}),
        "query_all": urlencode(query),
        "figures": figures,
        "halls": [hall for hall in halls if hall and session.sees(hall)],
        "kinds": rules.KINDS,
        "states": STATES,
        "officers": officers,
        "days": LOG_OF.days,
        "told": told,
    }
    return render(request, "matters/templates/matters.html", session, values)


@get("/matters.csv", sync_to_thread=True)
def as_csv(request: Asked, session: SignedIn) -> Response[bytes]:
    """The same as a table of text."""
    return _exported(request, session, "csv")


@get("/matters.xlsx", sync_to_thread=True)
def as_xlsx(request: Asked, session: SignedIn) -> Response[bytes]:
    """The same as a workbook."""
    return _exported(request, session, "xlsx")


def _exported(request: Asked, session: Session, form: str) -> Response[bytes]:
    """Every page of it."""
    centre, words = centre_of(request), Words(session.language)
    asked = read_filter(request.query_params, session)
    with centre.database.reading() as connection:
        rows, _ = store.listed(connection, asked, centre.clock() - LOG_OF, limit=20_000)
    head = [
        "kind",
        "about",
        "terminal",
        "hall",
        "severity",
        "began",
        "owner",
        "acknowledged",
        "minutes",
        "closed",
        "note",
    ]
    lines = [
        [
            words(f"matter_kind.{one.kind}"),
            told(words, one),
            one.terminal,
            one.hall,
            words(f"matters.{one.severity}"),
            _local(centre, one.began_at),
            one.owner,
            _local(centre, one.acknowledged_at),
            None if (length := one.seconds_to_acknowledge()) is None else round(length / 60, 1),
            _local(centre, one.closed_at),
            one.note,
        ]
        for one in rows
    ]
    return sheet("matters", form, [words(f"matters.column_{name}") for name in head], lines)


def _local(centre: Centre, moment: datetime | None) -> str:
    return moment.astimezone(centre.settings.zone).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


@get("/matters/{matter_id:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, matter_id: FromPath[str]) -> Response[str]:
    """One item: what it is, what to do next, whom it was told to, what was done."""
    return _one(request, session, matter_id)


def _one(request: Asked, session: Session, matter_id: str, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        matter = store.find(connection, matter_id)
        if matter is None or not session.sees(matter.hall):
            raise NotFoundException
        values: dict[str, Any] = {
            "matter": matter,
            "steps": store.steps(connection, matter_id),
            "people": people.names(connection),
            "problem": problem,
            "told": told,
            "acts": session.may(Right.FLEET_ACT),
        }
    return render(request, "matters/templates/matter.html", session, values, status=status)


def _mine(request: Asked, session: Session, matter_id: str) -> Matter:
    with centre_of(request).database.reading() as connection:
        matter = store.find(connection, matter_id)
    if matter is None or not session.sees(matter.hall):
        raise NotFoundException
    return matter


@post("/matters/{matter_id:str}/acknowledge", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def acknowledge(request: Asked, session: SignedIn, form: Form, matter_id: FromPath[str]) -> Response[str] | Redirect:  # noqa: ARG001 - its token is checked
    """Somebody has it."""
    centre = centre_of(request)
    _mine(request, session, matter_id)
    with centre.database.writing() as connection:
        taken = store.acknowledge(connection, matter_id, session.name, centre.clock())
    if not taken:
        return _one(request, session, matter_id, "matters.taken", 409)
    log.info("matter_acknowledged", matter=matter_id, who=session.name)
    centre.live.changed()
    return Redirect(f"/matters/{matter_id}", status_code=303)


@post("/matters/{matter_id:str}/hand", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def hand(request: Asked, session: SignedIn, form: Form, matter_id: FromPath[str]) -> Response[str] | Redirect:
    """To somebody else, with the reason."""
    centre = centre_of(request)
    _mine(request, session, matter_id)
    note = clean_note(form.get("note", ""), rules.NOTE_AT_MOST)
    with centre.database.writing() as connection:
        known = form.get("to", "") in people.names(connection)
        done = bool(known and note) and store.hand(
            connection, matter_id, form["to"], session.name, note, centre.clock()
        )
    if not done:
        return _one(request, session, matter_id, "matters.hand_wrong", 422)
    log.info("matter_handed", matter=matter_id, who=session.name, to=form["to"])
    centre.live.changed()
    return Redirect(f"/matters/{matter_id}", status_code=303)


@post("/matters/{matter_id:str}/close", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def close(request: Asked, session: SignedIn, form: Form, matter_id: FromPath[str]) -> Response[str] | Redirect:
    """Over, and what was done about it. What still is so closes when it is not."""
    centre = centre_of(request)
    matter = _mine(request, session, matter_id)
    note = clean_note(form.get("note", ""), rules.NOTE_AT_MOST)
    if not note:
        return _one(request, session, matter_id, "matters.note_missing", 422)
    if not matter.by_hand:
        return _one(request, session, matter_id, "matters.still_so", 409)
    if matter.kind in {rules.ASIDE, rules.CONFLICT}:
        return _one(request, session, matter_id, "matters.at_its_page", 409)
    with centre.database.writing() as connection:
        done = store.close(connection, matter_id, session.name, note, centre.clock())
        if done:
            store.seen_to(connection, matter, session.name, note, centre.clock())
    if not done:
        return _one(request, session, matter_id, "matters.over", 409)
    log.info("matter_closed", matter=matter_id, who=session.name)
    centre.live.changed()
    return Redirect(f"/matters/{matter_id}", status_code=303)


pages = Router(
    "/",
    route_handlers=[listed, as_csv, as_xlsx, one, acknowledge, hand, close, *OF_THE_DAY],
    dependencies={"session": Provide(signed_in)},
)

"""What is done with a complaint until it is struck off, its archive, its ledger, its four checkpoints."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.centre import Centre
from central.complaints import pages as of_one
from central.complaints import store as complaints
from central.complaints.course import rules, store
from central.complaints.rules import CalledBack, Complaint, Refused
from central.database import Transaction
from central.fleet import store as fleet
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.spreadsheet import XLSX, workbook
from central.supervision.pages import order
from central.trail import store as trail
from central.units import rules as unit_rules
from central.units import store as units
from central.web.page import Asked, centre_of, render
from central.web.words import Words

log = structlog.get_logger()
COUNTED = timedelta(days=365)


@post(
    "/complaints/{complaint_id:str}/course/{act:str}", sync_to_thread=True, dependencies={"form": Provide(form_fields)}
)
def move(
    request: Asked, session: SignedIn, form: Form, complaint_id: FromPath[str], act: FromPath[str]
) -> Response[str] | Redirect:
    """Given to a unit, weighed, looked into, told of, supervised, called back, struck off."""
    centre, done = centre_of(request), _ACTS.get(act)
    if done is None:
        raise NotFoundException
    try:
        with centre.database.writing() as connection:
            found = complaints.find(connection, complaint_id)
            if found is None:
                raise NotFoundException
            problem = "" if done(centre, connection, session, found, form) else "complaints.closed"
    except Refused as error:
        problem = str(error)
    if problem:
        status = 409 if problem == "complaints.closed" else 422
        return of_one.shown(request, session, complaint_id, problem=problem, status=status)
    log.info("complaint_moved", complaint=complaint_id, act=act, who=session.name)
    centre.live.changed()
    return Redirect(f"/complaints/{complaint_id}", status_code=303)


def suggested(centre: Centre, connection: Transaction, found: Complaint) -> tuple[str, unit_rules.Why]:
    """Who is in charge of it by the units' own list."""
    hall = fleet.halls_of(connection, {found.terminal}).get(found.terminal, centre.settings.hall)
    return unit_rules.route(units.every(connection), found.item or "", found.about, (hall, found.terminal))


def _give(centre: Centre, connection: Transaction, session: Session, found: Complaint, form: Mapping[str, str]) -> bool:
    to = rules.read_route(form, found, suggested(centre, connection, found)[0])
    return store.give(connection, found.complaint_id, to, session.name, centre.clock())


def _weigh(
    centre: Centre, connection: Transaction, session: Session, found: Complaint, form: Mapping[str, str]
) -> bool:
    working = complaints.worktime(connection, centre.clock())
    received = datetime.fromisoformat(found.at).astimezone(centre.settings.zone)
    weight, why, last_day = rules.read_weight(form, found, received, working)
    return store.weigh(connection, found.complaint_id, weight, why, last_day, session.name, centre.clock())


def _words(form: Mapping[str, str]) -> str:
    words = rules.line(form.get("note", ""))
    if not words:
        raise Refused("cards.words_missing")
    return words


def _look_into(
    centre: Centre, connection: Transaction, session: Session, found: Complaint, form: Mapping[str, str]
) -> bool:
    return store.look_into(connection, found.complaint_id, _words(form), session.name, centre.clock())


def _tell(centre: Centre, connection: Transaction, session: Session, found: Complaint, form: Mapping[str, str]) -> bool:
    return store.tell(connection, found.complaint_id, _words(form), session.name, centre.clock())


def _supervise(
    centre: Centre, connection: Transaction, session: Session, found: Complaint, form: Mapping[str, str]
) -> bool:
    words = _words(form)
    unit = found.unit or centre.settings.hall
    order(centre, connection, session, f"{found.number} {words}", unit, f"complaint:{found.complaint_id}")
    return store.supervise(connection, found.complaint_id, words, session.name, centre.clock())


def _call_back(
    centre: Centre, connection: Transaction, session: Session, found: Complaint, form: Mapping[str, str]
) -> bool:
    rules.may_call_back(found)
    if form.get("said", "") not in set(CalledBack):
        raise Refused("course.said_missing")
    said, words = CalledBack(form["said"]), _words(form)
    counts = said is CalledBack.SETTLED
    now = centre.clock()
    done = store.call_back(connection, found.complaint_id, said, words, session.name, now, counts=counts)
    if done and said is CalledBack.UNREACHABLE:
        steps = complaints.steps(connection, found.complaint_id)
        if rules.has_tried_enough(steps):
            store.call_back(connection, found.complaint_id, said, words, trail.SYSTEM, now, counts=True)
    return done


def _close(
    centre: Centre, connection: Transaction, session: Session, found: Complaint, form: Mapping[str, str]
) -> bool:
    rules.may_close(found, session.name)
    accountable = rules.line(form.get("accountable", ""))
    return store.close(connection, found, _words(form), accountable, session.name, centre.clock())


_ACTS = {
    "give": _give, "weigh": _weigh, "look-into": _look_into, "tell": _tell, "supervise": _supervise,
    "call-back": _call_back, "close": _close,
}  # fmt: skip


@get("/complaints/archive", sync_to_thread=True)
def archive(request: Asked, session: SignedIn) -> Response[str]:
    """Every complaint with how often it was looked at; a unit's own people see theirs without who complained."""
    centre = centre_of(request)
    unit, number = (request.query_params.get(name, "").strip() for name in ("unit", "number"))
    with centre.database.reading() as connection:
        own = units.unit_of(connection, session.name)
        found = store.archive(connection, unit=unit, number=number)
        views = trail.of(connection, of_one.VIEWED, [one.complaint_id for one in found])
        every = [one.unit for one in units.every(connection)]
    counts: dict[str, int] = {}
    for view in views:
        counts[view.of_id] = counts.get(view.of_id, 0) + 1
    rows = [(one, rules.may_see_who(one, own), counts.get(one.complaint_id, 0)) for one in found]
    values = {"rows": rows, "units": every, "unit": unit, "number": number, "query": request.url.query}
    return render(request, "complaints/templates/archive.html", session, values)


@get("/complaints/ledger.xlsx", sync_to_thread=True)
def ledger(request: Asked, session: SignedIn) -> Response[bytes]:
    """销号台账. Nothing of who complained is in it."""
    centre, words = centre_of(request), Words(session.language)
    with centre.database.reading() as connection:
        found = store.archive(connection, unit=request.query_params.get("unit", ""), most=50_000)
    body = workbook(
        words("course.ledger"), [words(f"course.{name}") for name in _COLUMNS], _lines(centre, found, words)
    )
    named = {"Content-Disposition": f'attachment; filename="ledger-{centre.today()}.xlsx"', "Cache-Control": "no-store"}
    return Response(body, media_type=XLSX, headers=named)


_COLUMNS = ("number", "received", "unit", "weight", "last_day", "state", "answered", "visit", "closed", "accountable")


def _lines(centre: Centre, found: list[Complaint], words: Words) -> list[list[object]]:
    def at(moment: datetime | None) -> str:
        return f"{moment.astimezone(centre.settings.zone):%Y-%m-%d %H:%M}" if moment else ""

    return [
        [
            one.number,
            at(one.received_at),
            one.unit,
            words.of("complaint_weight", one.weight or "clear"),
            one.last_day,
            words(f"complaint_state.{one.state.value}"),
            at(one.answered_at),
            words.of("call_back", one.called_back) if one.called_back else "",
            f"{one.closed_by} {at(one.closed_at)}" if one.closed_by else "",
            one.accountable,
        ]
        for one in found
    ]


@get("/complaints/checkpoints", sync_to_thread=True)
def checkpoints(request: Asked, session: SignedIn) -> Response[str]:
    """有诉必理、有理必查、有查必果、有果必复: the four rates, over all and by unit."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        found = store.since(connection, centre.clock() - COUNTED)
    names = sorted({one.unit for one in found})
    by_unit = [(unit, rules.checkpoints([one for one in found if one.unit == unit])) for unit in names]
    values = {"all": rules.checkpoints(found), "by_unit": by_unit, "days": COUNTED.days}
    return render(request, "complaints/templates/checkpoints.html", session, values)


pages = Router("/", route_handlers=[move, archive, ledger, checkpoints], dependencies={"session": Provide(signed_in)})

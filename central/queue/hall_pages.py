"""The hall's queue as a whole: the day's numbers, who comes back; windows, what they serve, and whose post they are."""

import secrets
from datetime import date
from typing import Any, Final

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.database import Transaction
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rights import Right
from central.people.rules import Session
from central.queue import acts, forms, store
from central.queue.acts import Refusal
from central.queue.calling import store as calling
from central.queue.finding import pairing
from central.queue.finding import store as finding
from central.queue.posts import OFF, Sign
from central.queue.rows import store as rows
from central.queue.rows.store import Asked
from central.queue.rules import Number, Stand
from central.queue.upkeep import stand_in
from central.queue.windows import store as windows
from central.web.page import Asked as Request
from central.web.page import centre_of, render

ROWS_AT_MOST: Final = 200
log = structlog.get_logger()


def _hall(connection: Transaction, request: Request, session: Session) -> tuple[str, list[str]]:
    """The hall a page is about, and all it could be about."""
    centre = centre_of(request)
    known = [one for one in store.halls(connection, centre.today().isoformat()) if session.sees(one)]
    asked = request.query_params.get("hall")
    return (asked if asked in known else next(iter(known), "")), known


@get("/queue", sync_to_thread=True)
def day(request: Request, session: SignedIn) -> Response[str]:
    """Every number of a day, how it stands, and what can still be done with it."""
    centre = centre_of(request)
    asked, now = request.query_params, centre.clock()
    try:
        on = date.fromisoformat(asked.get("day", "")).isoformat()
    except ValueError:
        on = centre.today().isoformat()
    no = asked.get("no", "")
    with centre.database.reading() as connection:
        hall, halls = _hall(connection, request, session)
        stand = asked.get("stand", "") if asked.get("stand", "") in set(Stand) else ""
        lines = store.listed(connection, hall, on, stand, asked.get("number", "").strip().upper()[:20], ROWS_AT_MOST)
        counted = store.counts(connection, hall, on)
        codes = {one.window_id: one.code for one in windows.windows(connection, hall)}
        covers = windows.covers(connection, codes)
    values = {
        "hall": hall,
        "halls": halls,
        "day": on,
        "lines": lines,
        "at_most": ROWS_AT_MOST,
        "stand": stand,
        "stands": list(Stand),
        "number": asked.get("number", ""),
        "codes": codes,
        "counts": {one.value: counted.get(one.value, 0) for one in Stand},
        "revivable": {line.number.case_id for line in lines if isinstance(acts.revive(line.number, now), Number)},
        "covers": [(codes.get(one.window_id, ""), codes.get(one.stand_in_window, ""), one.since) for one in covers],
        "may_act": session.may(Right.GUIDE_CITIZENS),
        "problem": f"queue.no_{no}" if f"queue_{no}" in set(Refusal) and no != "elsewhere" else "",
        "act_id": secrets.token_hex(8),
    }
    return render(request, "queue/templates/day.html", session, values)


@post("/queue/act", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def act(request: Request, session: SignedIn, form: Form) -> Redirect:
    """The guide's desk: somebody is back, or does not want the number any more."""
    centre = centre_of(request)
    step = {"revive": store.revive, "cancel": store.cancel}.get(form.get("do", ""))
    given, case_id = form.get("act_id", ""), form.get("case_id", "")
    if step is None:
        raise NotFoundException
    act_id = given if given.isalnum() and 8 <= len(given) <= 100 else secrets.token_hex(12)
    with centre.database.writing() as connection:
        one = rows.find(connection, case_id)
        if one is None or not session.sees(one.hall):
            raise NotFoundException
        asked = Asked(act_id, "", session.name, centre.clock(), centre.today().isoformat())
        done = step(connection, case_id, asked)
    log.info("queue_act", do=form["do"], number=one.number, who=session.name)
    centre.live.changed()
    why = f"&no={done.value.removeprefix('queue_')}" if isinstance(done, Refusal) else ""
    return Redirect(f"/queue?hall={one.hall}{why}", status_code=303)


@get("/windows", sync_to_thread=True)
def every(request: Request, session: SignedIn) -> Response[str]:
    """Windows of a hall: what they serve, who is there, whose post it is."""
    return _windows(request, session)


def _windows(
    request: Request, session: Session, problem: str = "", form: dict[str, str] | None = None, status: int = 200
) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        hall, halls = _hall(connection, request, session)
        hall = (form or {}).get("hall", hall)
        found = windows.windows(connection, hall)
        ids = [one.window_id for one in found]
        today = centre.today().isoformat()
        pools = {one: sum(calling.counts(connection, one, hall, today).values()) for one in ids}
        waiting = store.waits(connection, hall, today)
        values: dict[str, Any] = {
            "hall": hall,
            "halls": sorted({*halls, *(session.halls or pairing.halls(connection))}),
            "windows": found,
            "signs": windows.signs(connection, ids),
            "pools": pools,
            "posts": windows.posts(connection, ids),
            "covers": {one.window_id: one for one in windows.covers(connection, ids)},
            "codes": {one.window_id: one.code for one in found},
            "readers": {one: finding.reader_of(connection, one) for one in ids},
            "nobodys": sorted(queue for queue in waiting if not any(queue in one.skills for one in found)),
        }
    values |= {
        "problem": problem,
        "form": form or {},
        "may_plan": session.may(Right.QUEUE_PLAN),
        "code": pairing.shown(centre, request.query_params.get("reader", "")),
    }
    return render(request, "queue/templates/windows.html", session, values, status=status)


@post("/windows", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def keep(request: Request, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Make a window, or change one."""
    centre = centre_of(request)
    hall, window_id = form.get("hall", ""), form.get("window_id", "")
    if not session.sees(hall):
        raise NotFoundException
    try:
        made = forms.read_window(form, window_id or f"w{secrets.token_hex(6)}", hall)
    except forms.Malformed as error:
        return _windows(request, session, str(error), form, 422)
    with centre.database.writing() as connection:
        if window_id:
            before = windows.find(connection, window_id)
            if before is None or before.hall != hall:
                raise NotFoundException
        kept = windows.keep(connection, made)
    if not kept:
        return _windows(request, session, "queue.code_taken", form, 409)
    log.info("window_kept", window=made.window_id, code=made.code, skills=made.skills, who=session.name)
    centre.live.changed()
    return Redirect(f"/windows?hall={hall}", status_code=303)


@post("/windows/{window_id:str}/{what:str}", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def change(
    request: Request, session: SignedIn, form: Form, window_id: FromPath[str], what: FromPath[str]
) -> Response[str] | Redirect:
    """Close a forgotten window, take it away, give it a reader or none."""
    centre = centre_of(request)
    now, query = centre.clock(), ""
    with centre.database.writing() as connection:
        found = windows.find(connection, window_id)
        if found is None or not session.sees(found.hall):
            raise NotFoundException
        busy = what in {"off", "end"} and rows.before_of(connection, window_id) is not None
        if busy:
            pass
        elif what in {"off", "end"}:
            sign = windows.signs(connection, [window_id]).get(window_id)
            if sign is not None:
                windows.sign(connection, Sign(window_id, sign.who, OFF, now))
            if what == "end":
                windows.end(connection, window_id, now)
        elif what == "reader":
            query = f"&reader={pairing.expect(connection, centre, window_id, session.name)}"
        elif what == "no-reader":
            finding.end(connection, window_id, now)
        else:
            raise NotFoundException
    if busy:
        return _windows(request, session, "queue.no_leave", {"hall": found.hall}, 409)
    stand_in(centre)
    log.info("window_changed", window=window_id, what=what, who=session.name, given=len(form))
    centre.live.changed()
    return Redirect(f"/windows?hall={found.hall}{query}", status_code=303)


@post("/windows/posts", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def add_post(request: Request, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """AB岗: whose window it is, and who stands in where."""
    centre = centre_of(request)
    try:
        made = forms.read_post(form, secrets.token_hex(8), session.name, centre.clock())
    except forms.Malformed as error:
        return _windows(request, session, str(error), form, 422)
    with centre.database.writing() as connection:
        found = [windows.find(connection, one) for one in (made.window_id, made.stand_in_window)]
        halls = {one.hall for one in found if one is not None}
        if None in found or len(halls) != 1 or not session.sees(min(halls)):
            raise NotFoundException
        windows.add_post(connection, made)
    stand_in(centre)
    log.info("post_added", window=made.window_id, stand_in=made.stand_in_window, who=session.name)
    centre.live.changed()
    return Redirect(f"/windows?hall={min(halls)}", status_code=303)


@post("/windows/posts/end", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def end_post(request: Request, session: SignedIn, form: Form) -> Redirect:
    """Take a post out."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        known = {one.window_id: one.hall for one in windows.windows(connection) if session.sees(one.hall)}
        mine = {one.post_id: known[one.window_id] for one in windows.posts(connection, known)}
        if form.get("post_id", "") not in mine:
            raise NotFoundException
        windows.end_post(connection, form["post_id"])
    stand_in(centre)
    log.info("post_ended", post=form["post_id"], who=session.name)
    centre.live.changed()
    return Redirect(f"/windows?hall={mine[form['post_id']]}", status_code=303)


pages = Router(
    "/",
    route_handlers=[day, act, every, keep, add_post, end_post, change],
    dependencies={"session": Provide(signed_in)},
)

"""The end of a hall's day, that closes over no open item, and who is told of new ones."""

from typing import Final
from urllib.parse import urlencode

import structlog
from litestar import get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.response import Redirect, Response

from central.cases.rules import clean_note
from central.help import rules as roster
from central.help import store as duty
from central.masking import masked_mobile
from central.matters import rules, store
from central.matters.store import Closing
from central.matters.telling import told
from central.messages.numbers import seal_number
from central.people import store as people
from central.people.access import Form, SignedIn, form_fields
from central.people.rules import Session
from central.web.page import Asked, centre_of, render

log = structlog.get_logger()


@get("/matters/day", sync_to_thread=True)
def day(request: Asked, session: SignedIn) -> Response[str]:
    """What is open in a hall: each is given to somebody before its day closes."""
    return _day(request, session, request.query_params.get("hall", ""))


def _day(request: Asked, session: Session, hall: str, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        halls = [name for name in store.halls(connection) if session.sees(name)]
        hall = hall if hall in halls else (halls[0] if halls else "")
        values = {
            "halls": halls,
            "hall": hall,
            "rows": store.unsettled(connection, hall),
            "people": people.names(connection),
            "closings": store.closings(connection, hall),
            "day": centre.today().isoformat(),
            "problem": problem,
            "told": told,
        }
    return render(request, "matters/templates/day.html", session, values, status=status)


@post("/matters/day", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def close_day(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Close the day of a hall. Refused while one item has nobody or no reason; nothing is half done."""
    centre = centre_of(request)
    hall, now, today = form.get("hall", ""), centre.clock(), centre.today().isoformat()
    if not hall or not session.sees(hall):
        raise NotFoundException
    with centre.database.writing() as connection:
        known = set(people.names(connection))
        waiting = store.unsettled(connection, hall)
        given = {
            one.matter_id: (form.get(f"to_{one.matter_id}", ""), clean_note(form.get(f"why_{one.matter_id}", ""), 200))
            for one in waiting
        }
        complete = hall in store.halls(connection) and all(to in known and why for to, why in given.values())
        if complete:
            for matter_id, (to, why) in given.items():
                store.hand(connection, matter_id, to, session.name, why, now)
            complete = store.close_day(connection, Closing(hall, today, session.name, now, len(given)))
    if not complete:
        return _day(request, session, hall, "matters.day_open", 422)
    log.info("day_closed", hall=hall, day=today, who=session.name, handed=len(given))
    centre.live.changed()
    return Redirect(f"/matters/day?{urlencode({'hall': hall})}", status_code=303)


# --- who is told ----------


@get("/matters/duty", sync_to_thread=True)
def on_duty(request: Asked, session: SignedIn) -> Response[str]:
    """Who is told now, and on which telephone."""
    return _duty(request, session)


def _duty(request: Asked, session: Session, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        values = {
            "officers": duty.on_duty(connection, roster.URGENT, centre.clock(), centre.settings.zone),
            "phones": {who: masked for who, (masked, _) in store.phones(connection).items()},
            "people": people.names(connection),
            "gateway": bool(centre.settings.messages.url),
            "minutes": int(rules.STAND_IN_AFTER.total_seconds() // 60),
            "problem": problem,
        }
    return render(request, "matters/templates/duty.html", session, values, status=status)


@post("/matters/duty", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def keep_phone(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """The telephone of somebody's duty: sealed at once, masked on every page."""
    centre = centre_of(request)
    who, mobile = form.get("who", ""), form.get("mobile", "").strip()
    try:
        sealed = seal_number(centre.fresh_keys(), mobile)
    except ValueError:
        return _duty(request, session, "matters.mobile_wrong", 422)
    with centre.database.writing() as connection:
        if who not in people.names(connection):
            raise NotFoundException
        store.keep_phone(connection, who, masked_mobile(mobile), sealed, session.name, centre.clock())
    log.info("duty_phone_kept", officer=who, who=session.name)
    return Redirect("/matters/duty", status_code=303)


OF_THE_DAY: Final = (day, close_day, on_duty, keep_phone)

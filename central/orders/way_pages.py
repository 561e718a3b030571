"""The way of a day: whom staff visit or stay for, area by area; and a sealed copy of it to take along."""

from datetime import date, timedelta
from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.response import Response

from central.agents import store as agents
from central.cases.rules import REASON_LIMIT, clean_note
from central.centre import Centre
from central.openings import store as openings
from central.openings.store import Opening
from central.orders import index, offline, rules, store
from central.orders.rules import Leg
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.unseal import CannotOpen
from central.web.page import Asked, centre_of, render, templates
from central.web.words import Words

log = structlog.get_logger()


@get("/orders/way", sync_to_thread=True)
def way(request: Asked, session: SignedIn) -> Response[str]:
    """The list of a day to print: no name, no house, no whole telephone number."""
    return _way(request, session, dict(request.query_params))


def _way(
    request: Asked, session: Session, asked: dict[str, str], problem: str = "", status: int = 200
) -> Response[str]:
    centre = centre_of(request)
    day, agent_id = _day(centre, asked.get("day", "")), asked.get("agent", "")
    with centre.database.reading() as connection:
        values: dict[str, Any] = {
            "day": day,
            "agent": agent_id,
            "legs": rules.way(store.of_day(connection, day, agent_id)),
            "agents": {one.agent_id: one for one in agents.every(connection, ended=True)},
            "code": offline.fresh_code(),
            "copies": offline.may_copy(day, centre.today()),
            "problem": problem,
        }
    return render(request, "orders/templates/way.html", session, values, status=status)


def _day(centre: Centre, said: str) -> str:
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        return (centre.today() + timedelta(days=1)).isoformat()


@post("/orders/way/copy", status_code=200, sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def copy(request: Asked, session: SignedIn, form: Form) -> Response[Any]:
    """One file with names and addresses that only opens with its code, and not after its day."""
    centre = centre_of(request)
    day, reason = _day(centre, form.get("day", "")), clean_note(form.get("reason", ""), REASON_LIMIT)
    code = offline.plain(form.get("code", ""))
    if not reason or len(code) < offline.CODE_LENGTH or not offline.may_copy(day, centre.today()):
        problem = "orders.copy_day" if reason and len(code) >= offline.CODE_LENGTH else "case.reason_missing"
        return _way(request, session, form, problem, 422)
    with centre.database.writing() as connection:
        legs = rules.way(store.of_day(connection, day, form.get("agent", "")))
        for leg in legs:
            for order in leg.orders:
                look = Opening(openings.ORDER, order.order_id, session.name, centre.clock(), reason)
                openings.note(connection, look)
    log.info("way_copied", day=day, who=session.name, orders=sum(len(leg.orders) for leg in legs))
    try:
        stops = [_leg(centre, leg) for leg in legs]
    except CannotOpen as error:
        return _way(request, session, form, f"open.{error.key}", 422)
    now = centre.clock().astimezone(centre.settings.zone)
    until = offline.until(day, centre.settings.zone)
    sealed = offline.seal({"day": day, "made_at": now.isoformat(timespec="minutes"), "legs": stops}, code, until)
    words = Words(session.language)
    text = templates().get_template("orders/templates/copy.html").render(t=words, sealed=sealed, day=day)
    headers = {
        "Content-Disposition": f'attachment; filename="suiban-way-{day}.html"',
        "Cache-Control": "no-store",
    }
    return Response(text, media_type="text/html", headers=headers)


def _leg(centre: Centre, leg: Leg) -> dict[str, Any]:
    stops = []
    for order in leg.orders:
        content = index.content(centre, order)
        stops.append(
            {
                "number": order.number,
                "slot": order.slot,
                "wish": rules.WISHES[order.wish]["zh-Hans"],
                "item": order.item_title,
                "name": content.name,
                "mobile": content.mobile,
                "address": content.address,
                "note": content.note,
                "bring": list(order.papers),
            }
        )
    return {"area": leg.area_name, "orders": stops}


pages = Router("/", route_handlers=[way, copy], dependencies={"session": Provide(signed_in)})

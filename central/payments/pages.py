"""Payments as managers see them: the orders of a day, what was taken and given back, and where the gateway differs."""

from datetime import date, datetime, time, timedelta
from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.appointments.rules import is_day
from central.cases.rules import REASON_LIMIT, clean_note
from central.payments import store
from central.payments.rules import State
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.signed_lines.line import Silent
from central.web.page import Asked, centre_of, render

log = structlog.get_logger()


@get("/payments", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """The orders of a day, and what they come to."""
    return render(request, "payments/templates/payments.html", session, _known(request))


def _known(request: Asked) -> dict[str, Any]:
    centre = centre_of(request)
    said = request.query_params.get("day", "")
    day = date.fromisoformat(said) if is_day(said) else centre.today()
    first = datetime.combine(day, time(), centre.settings.zone)
    with centre.database.reading() as connection:
        orders = store.between(connection, first, first + timedelta(days=1))
        steps = store.steps(connection, [order.order_id for order in orders])
    taken = [order for order in orders if order.paid_at is not None]
    back = [order for order in taken if order.state in {State.REFUNDING, State.REFUNDED}]
    return {
        "day": day.isoformat(),
        "orders": orders,
        "steps": {order.order_id: [step for step in steps if step.order_id == order.order_id] for order in orders},
        "taken": sum(order.amount_fen for order in taken),
        "back": sum(order.amount_fen for order in back),
        "owed": [order for order in taken if order.claimed_by and order.given_at is None],
        "connected": centre.payments is not None,
        "differences": None,
        "problem": "",
    }


@post("/payments/compare", status_code=200, sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def compare(request: Asked, session: SignedIn, form: Form) -> Response[str]:  # noqa: ARG001 - its token is checked
    """Ask the gateway for its statement of the day and compare."""
    centre = centre_of(request)
    values = _known(request)
    if centre.payments is None:
        raise NotFoundException
    day = datetime.combine(date.fromisoformat(values["day"]), time(), centre.settings.zone)
    try:
        values["differences"] = centre.payments.differences(day, centre.settings.zone)
    except Silent as error:
        log.warning("statement_missing", what=str(error))
        values["problem"] = "payments.silent"
    return render(request, "payments/templates/payments.html", session, values)


@post("/payments/{order_id:str}/refund", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def refund(request: Asked, session: SignedIn, form: Form, order_id: FromPath[str]) -> Response[str] | Redirect:
    """Give the money of an order back, with the reason. One that is claimed by an act is freed by whoever knows that
    nothing was done.
    """
    centre = centre_of(request)
    why = clean_note(form.get("why", ""), REASON_LIMIT)
    if centre.payments is None:
        raise NotFoundException
    if not why:
        values = _known(request) | {"problem": "payments.why_missing"}
        return render(request, "payments/templates/payments.html", session, values, status=422)
    with centre.database.writing() as connection:
        order = store.find(connection, order_id)
        if order is None:
            raise NotFoundException
        if order.claimed_by is not None and order.given_at is None:
            store.release(connection, order_id, order.claimed_by, centre.clock())
    centre.payments.send_back(order_id, why, session.name)
    log.info("refund_by_hand", order=order_id, who=session.name)
    centre.live.changed()
    return Redirect("/payments", status_code=303)


pages = Router("/", route_handlers=[listed, compare, refund], dependencies={"session": Provide(signed_in)})

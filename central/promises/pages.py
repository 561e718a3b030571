"""The promises of the items against the policies of the district: which are on, which items fail which, by name."""

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases.rules import clean_note
from central.feed.catalogue import store as catalogue
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.promises import store
from central.web.page import Asked, centre_of, render
from contract.catalogue import say
from contract.compression import Compression, Side
from contract.promises import Policy, Switched, allowed, days, default_promise, failing

log = structlog.get_logger()
REASON_LIMIT = 200


@get("/promises", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Every item in force with its legal and its promised limit, and what each policy would allow."""
    return _page(request, session)


def _page(request: Asked, session: Session, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        switched = store.switched(connection)
        exceptions = store.exceptions(connection)
        items = catalogue.every(connection, centre.clock())
    rows = [
        {
            "slug": item.slug,
            "title": say(item.title, session.language),
            "legal": item.legal_limit,
            "promised": item.promised_limit,
            "default": default_promise(item.legal_limit, needs_survey=item.slug in exceptions),
            "allowed": {
                policy.value: allowed(policy, item.legal_limit, switched, needs_survey=item.slug in exceptions)
                for policy in Policy
            },
            "days": days(item.promised_limit, switched.compression),
            "failing": failing(item.promised_limit, item.legal_limit, switched, needs_survey=item.slug in exceptions),
            "excepted": exceptions.get(item.slug),
        }
        for item in items
    ]
    values = {"rows": rows, "switched": switched, "policies": list(Policy), "sides": list(Side), "problem": problem}
    return render(request, "promises/templates/promises.html", session, values, status=status)


@post("/promises", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def switch(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Switch each policy on or off; the side of an edge and the length of a month are the district's too."""
    month, side = form.get("month_days", "30"), form.get("side", Side.UPPER)
    if month not in {"28", "29", "30", "31"} or side not in set(Side):
        return _page(request, session, "promises.month_wrong", 422)
    on = frozenset(policy for policy in Policy if form.get(policy.value) == "on")
    centre = centre_of(request)
    with centre.database.writing() as connection:
        value = Switched(on, Compression(Side(side), int(month)))
        store.switch(connection, value, session.name, centre.clock())
    log.info("promises_switched", on=sorted(on), who=session.name)
    centre.live.changed()
    return Redirect("/promises", status_code=303)


@post("/promises/{slug:str}/except", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def except_(request: Asked, session: SignedIn, form: Form, slug: FromPath[str]) -> Response[str] | Redirect:
    """原则上: an exception with its reason."""
    centre, reason = centre_of(request), clean_note(form.get("reason", ""), REASON_LIMIT)
    if not reason:
        return _page(request, session, "promises.reason_missing", 422)
    with centre.database.writing() as connection:
        store.except_(connection, slug, reason, session.name, centre.clock())
    log.info("promise_excepted", item=slug, who=session.name)
    centre.live.changed()
    return Redirect("/promises", status_code=303)


pages = Router("/", route_handlers=[listed, switch, except_], dependencies={"session": Provide(signed_in)})

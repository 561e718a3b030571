"""The guides' pages: whose ticket wants somebody to come along, and who is a guide."""

from typing import Any

import msgspec
import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.feed import store as feed
from central.guides import rules, store
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.web.page import Asked, centre_of, render

log = structlog.get_logger()


@get("/guides/escorts", sync_to_thread=True)
def escorts(request: Asked, session: SignedIn) -> Response[str]:
    """The tickets of today that want an escort, and those that had one."""
    return render(request, "guides/templates/escorts.html", session, _escorts(request))


def _escorts(request: Asked) -> dict[str, Any]:
    centre = centre_of(request)
    today = centre.today().isoformat()
    with centre.database.reading() as connection:
        return {
            "escorts": store.escorts_of(connection, today),
            "titles": feed.known_items(connection, centre.clock(), today),
            "today": today,
        }


@post("/guides/escorts/{case_id:str}", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def accompany(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str]) -> Redirect:  # noqa: ARG001 - its token is checked
    """I go along with this one."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        store.accompany(connection, case_id, session.name, centre.clock())
    centre.live.changed()
    return Redirect("/guides/escorts", status_code=303)


@get("/guides", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Who is a guide."""
    return _listed(request, session)


def _listed(request: Asked, session: SignedIn, problem: str = "", status: int = 200) -> Response[str]:
    with centre_of(request).database.reading() as connection:
        values = {"guides": store.every(connection), "problem": problem}
    return render(request, "guides/templates/guides.html", session, values, status=status)


@post("/guides", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def put(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Somebody is a guide from now on, or gets another number."""
    centre = centre_of(request)
    try:
        guide, pin = rules.read(form, session.name, centre.clock())
    except rules.Malformed as error:
        return _listed(request, session, str(error), 422)
    hashed = msgspec.structs.replace(guide, pin_hash=centre.passwords.hash(pin))
    with centre.database.writing() as connection:
        store.put(connection, hashed)
    log.info("guide_put", badge=guide.badge, who=session.name)
    return Redirect("/guides", status_code=303)


@post("/guides/{badge:str}/end", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def end(request: Asked, session: SignedIn, form: Form, badge: FromPath[str]) -> Redirect:  # noqa: ARG001 - its token is checked
    """No guide any more: the badge is refused from now on."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        if not store.end(connection, badge, centre.clock()):
            raise NotFoundException
    log.info("guide_ended", badge=badge, who=session.name)
    return Redirect("/guides", status_code=303)


pages = Router("/", route_handlers=[escorts, accompany, listed, put, end], dependencies={"session": Provide(signed_in)})

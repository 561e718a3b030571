"""Where managers make codes for new terminals, compare six digits, and cut off what was stolen."""

from datetime import timedelta
from typing import Any

import msgspec
import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central import scoping
from central.fleet import store as fleet
from central.identity import codes, rules, store
from central.identity.codes import CodeRefused, Wanted
from central.numbers import store as numbers
from central.onboarding import store as onboarding
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.web.page import Asked, centre_of, render

CODES_OF = timedelta(hours=24)
_FIELDS = ("terminal", "hall", "place", "series", "district", "number")
_WHY_AT_MOST = 200

log = structlog.get_logger()


@get("/terminals/new", sync_to_thread=True)
def new(request: Asked, session: SignedIn) -> Response[str]:
    """The form for a code, and the codes of today with what became of them."""
    return render(request, "identity/templates/new.html", session, _codes(request))


@post("/terminals/new", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def make(request: Asked, session: SignedIn, form: Form) -> Response[str]:
    """Make a code; it is shown in this answer and never again."""
    typed = {name: form.get(name, "").strip()[:80] for name in _FIELDS}
    if not _is_ours(request, session, typed):
        values = _codes(request) | {"typed": typed, "problem": "organisation.not_yours"}
        return render(request, "identity/templates/new.html", session, values, status=403)
    try:
        _agreed(request, typed["terminal"])
        text, found = make_code(request, msgspec.convert(typed, Wanted), session.name)
    except CodeRefused as error:
        values = _codes(request) | {"typed": typed, "problem": f"enrol.bad_{error.field}"}
        return render(request, "identity/templates/new.html", session, values, status=422)
    log.info("enrol_code_made", terminal=found.terminal, who=session.name)
    values = _codes(request) | {"made": found, "code": rules.shown(text)}
    return render(request, "identity/templates/new.html", session, values)


def _is_ours(request: Asked, session: Session, typed: dict[str, str]) -> bool:
    """Whether a code is for a hall of this session, and not for the name of a terminal that stands in another."""
    centre = centre_of(request)
    with scoping.all_halls(), centre.database.reading() as connection:
        there = fleet.find(connection, typed["terminal"])
    return session.sees(centre.settings.hall_of(typed["hall"])) and (there is None or session.sees(there.hall))


def _agreed(request: Asked, terminal: str) -> None:
    """Raises CodeRefused where nobody has agreed to it and somebody must."""
    centre = centre_of(request)
    if centre.settings.approve_terminals:
        with centre.database.reading() as connection:
            if not onboarding.agreed(connection, terminal):
                message = "nobody agreed to this terminal"
                raise CodeRefused(message, "agreed")


def make_code(request: Asked, wanted: Wanted, who: str) -> tuple[str, rules.Code]:
    """A code that is entered; one whose first characters are taken is made again. Raises CodeRefused."""
    centre = centre_of(request)
    wanted = msgspec.structs.replace(wanted, hall=centre.settings.hall_of(wanted.hall))
    with centre.database.reading() as connection:
        try:
            series = numbers.label_for(connection, wanted.hall, wanted.terminal, wanted.series)
        except numbers.LabelTaken as error:
            raise CodeRefused(str(error), "taken") from None
    wanted = msgspec.structs.replace(wanted, series=series)
    while True:
        text, code = codes.make(wanted, who, centre.clock())
        with centre.database.writing() as connection:
            if store.keep_code(connection, code):
                return text, code


@post("/terminals/new/{lookup:str}/confirm", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def confirm(request: Asked, session: SignedIn, form: Form, lookup: FromPath[str]) -> Redirect:  # noqa: ARG001 - its token is checked
    """Somebody compared the six digits with those on the terminal."""
    with centre_of(request).database.writing() as connection:
        done = store.confirm(connection, lookup, session.name)
    log.info("enrolment_confirmed", lookup=lookup, who=session.name, found=done)
    return Redirect("/terminals/new", status_code=303)


@post("/terminals/{terminal:str}/revoke", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def revoke(request: Asked, session: SignedIn, form: Form, terminal: FromPath[str]) -> Redirect:
    """Cut a terminal off. The box must be ticked and the reason given: it does not come back without a new code."""
    centre = centre_of(request)
    why = " ".join(form.get("why", "").split())[:_WHY_AT_MOST]
    with centre.database.writing() as connection:
        if fleet.find(connection, terminal) is None:
            raise NotFoundException
        if why and form.get("sure") == "yes":
            cut = store.revoke(connection, terminal, session.name, why, centre.clock())
            log.warning("terminal_revoked", terminal=terminal, who=session.name, keys=len(cut))
    centre.live.changed()
    return Redirect(f"/terminals/{terminal}", status_code=303)


def _codes(request: Asked) -> dict[str, Any]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        found = store.codes(connection, centre.clock() - CODES_OF)
    return {
        "codes": found,
        "typed": dict.fromkeys(_FIELDS, ""),
        "made": None,
        "code": "",
        "problem": "",
        "url": centre.settings.public_url or f"{request.url.scheme}://{request.headers.get('host', '')}",
        "wrong_at_most": rules.WRONG_AT_MOST,
        "must_confirm": centre.settings.confirm_enrolment,
    }


pages = Router("/", route_handlers=[new, make, confirm, revoke], dependencies={"session": Provide(signed_in)})

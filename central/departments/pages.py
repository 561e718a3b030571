"""How the departments stand and what was asked of them, for managers; and the page anybody checks a document on."""

import base64
import time
from datetime import timedelta
from typing import Any

from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Response

from central.cases.rules import REASON_LIMIT, clean_note
from central.departments import store
from central.departments.declarations import store as declarations
from central.departments.every import CONNECTORS, OWN
from central.identity.knocks import Knocks
from central.openings import store as openings
from central.openings.store import Opening
from central.people.access import Form, SignedIn, address_of, form_fields, signed_in
from central.persons import plain_code
from central.unseal import CannotOpen
from central.web.page import Asked, centre_of, render
from central.web.words import LANGUAGES, language_of

COUNTED = timedelta(days=30)
OPEN_SINCE = timedelta(minutes=2)
"""An act nobody knows the outcome of for so long is shown."""
_CODE_LENGTH = range(8, 33)

_knocks = Knocks(time.monotonic)


@get("/departments", sync_to_thread=True)
def standing(request: Asked, session: SignedIn) -> Response[str]:
    """Each department: how it stands and since when, what it was asked, and acts whose outcome is not known."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        counted = store.counts(connection, centre.clock() - COUNTED)
        waiting = store.open_acts(connection, centre.clock() - OPEN_SINCE, most=100)
        signed = declarations.listed(connection)
    health = centre.departments.standing
    values: dict[str, Any] = {
        "departments": [(one, health[name]) for name, one in {**CONNECTORS, **OWN}.items()],
        "calls": {(name, call.name): call for name, one in {**CONNECTORS, **OWN}.items() for call in one.calls},
        "counted": counted,
        "waiting": waiting,
        "signed": signed,
        "days": COUNTED.days,
    }
    return render(request, "departments/templates/departments.html", session, values)


@post(
    "/departments/declarations/{act_id:str}",
    status_code=200,
    sync_to_thread=True,
    dependencies={"form": Provide(form_fields)},
)
def declaration(request: Asked, session: SignedIn, form: Form, act_id: FromPath[str]) -> Response[str]:
    """What somebody signed before this act. The look is committed before anything is opened."""
    centre = centre_of(request)
    reason = clean_note(form.get("reason", ""), REASON_LIMIT)
    values: dict[str, Any] = {"act_id": act_id, "declared": None, "picture": "", "problem": ""}
    if not reason:
        values["problem"] = "case.reason_missing"
        return render(request, "departments/templates/declaration.html", session, values, status=422)
    with centre.database.writing() as connection:
        openings.note(connection, Opening(openings.DECLARATION, act_id, session.name, centre.clock(), reason))
    try:
        with centre.database.reading() as connection:
            values["declared"] = found = declarations.opened(connection, centre, act_id)
    except CannotOpen as error:
        values["problem"] = f"open.{error.key}"
        return render(request, "departments/templates/declaration.html", session, values)
    if found is None:
        raise NotFoundException
    if found.signature.startswith("<svg"):  # as a picture, in which nothing runs
        values["picture"] = "data:image/svg+xml;base64," + base64.b64encode(found.signature.encode()).decode()
    return render(request, "departments/templates/declaration.html", session, values)


@get("/verify", sync_to_thread=True)
def verify(request: Asked) -> Response[str]:
    """Where a code is typed."""
    return _checked(request, request.query_params.get("code", ""))


@get("/verify/{code:str}", sync_to_thread=True)
def verify_code(request: Asked, code: FromPath[str]) -> Response[str]:
    """What the QR code on a document opens."""
    return _checked(request, code)


def _checked(request: Asked, code: str) -> Response[str]:
    """What was issued under a code: enough to compare with the paper, never who it was for in full."""
    centre = centre_of(request)
    asked = plain_code(code)
    language = language_of(request.query_params.get("lang", "")) or LANGUAGES[0]
    values: dict[str, Any] = {"code": asked, "found": None, "told": None, "busy": False}
    status = 200
    if asked and not _knocks.lets(address_of(request)):
        values["busy"], status = True, 429
    elif len(asked) in _CODE_LENGTH:
        with centre.database.reading() as connection:
            values["found"] = found = store.looked_up(connection, centre.blind.lookup("document", asked))
        values["told"] = found.told if found else None
    if asked and values["found"] is None and not values["busy"]:
        status = 404
    return render(request, "departments/templates/verify.html", None, values, language=language, status=status)


pages = Router("/", route_handlers=[standing, declaration], dependencies={"session": Provide(signed_in)})
public = Router("/", route_handlers=[verify, verify_code])

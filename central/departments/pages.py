"""How the departments stand and what was asked of them, for managers; and the page anybody checks a document on."""

import time
from datetime import timedelta
from typing import Any

from litestar import Router, get
from litestar.di import Provide
from litestar.params import FromPath
from litestar.response import Response

from central.departments import store
from central.departments.every import CONNECTORS
from central.identity.knocks import Knocks
from central.people.access import SignedIn, signed_in
from central.persons import plain_code
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
    health = centre.departments.standing
    values: dict[str, Any] = {
        "departments": [(one, health[name]) for name, one in CONNECTORS.items()],
        "calls": {(name, call.name): call for name, one in CONNECTORS.items() for call in one.calls},
        "counted": counted,
        "waiting": waiting,
        "days": COUNTED.days,
    }
    return render(request, "departments/templates/departments.html", session, values)


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
    if asked and not _knocks.lets(request.client.host if request.client else ""):
        values["busy"], status = True, 429
    elif len(asked) in _CODE_LENGTH:
        with centre.database.reading() as connection:
            values["found"] = found = store.looked_up(connection, centre.blind.lookup("document", asked))
        values["told"] = found.told if found else None
    if asked and values["found"] is None and not values["busy"]:
        status = 404
    return render(request, "departments/templates/verify.html", None, values, language=language, status=status)


pages = Router("/", route_handlers=[standing], dependencies={"session": Provide(signed_in)})
public = Router("/", route_handlers=[verify, verify_code])

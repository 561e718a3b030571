"""My case on a phone: what was done with it and by whom, for whoever holds the number and the code of its receipt."""

import asyncio
import time
from typing import Any, Final

import structlog
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.response import Response

from central.identity.knocks import Knocks
from central.masking import masked_text
from central.people.access import open_form
from central.persons import plain_code
from central.progress import rules as progress_rules
from central.progress import store as progress
from central.progress.rules import Known
from central.trace import keeping, store
from central.trace.words import told
from central.web import doorstep
from central.web.page import Asked, centre_of, render
from central.web.words import LANGUAGES, language_of
from contract.catalogue import say

_NUMBER_AT_MOST: Final = 50
_of_number: Final = Knocks(time.monotonic)
"""Tries at one number, wherever they come from: a code is not guessed by many phones either."""
log = structlog.get_logger()
Sent = NamedDependency[dict[str, str]]


@get("/my-case", sync_to_thread=False)
def ask(request: Asked) -> Response[str]:
    """Number and code, from the receipt."""
    return _page(request, {"number": request.query_params.get("number", "")[:_NUMBER_AT_MOST]})


@post("/my-case", status_code=200, dependencies={"form": Provide(open_form)})
async def read(request: Asked, form: Sent) -> Response[str]:
    """The trace of the case both belong to. Wrong, and nothing says which of the two it was."""
    number = "".join(form.get("number", "").split()).upper()[:_NUMBER_AT_MOST]
    if not doorstep.is_ours(request, form):
        return _page(request, {"problem": "my_case.stale", "number": number}, 403)
    if not doorstep.lets(request) or not _of_number.lets(number):
        return _page(request, {"problem": "my_case.busy", "number": number}, doorstep.TOO_MANY)
    return await asyncio.to_thread(_read, request, number, plain_code(form.get("code", "")))


def _read(request: Asked, number: str, code: str) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        case = progress.by_code(connection, number, code)
    if case is None:
        log.info("my_case_not_found")
        return _page(request, {"problem": "my_case.not_found", "number": number}, 404)
    keeping.catch_up(centre, case_ids=[case.case_id])
    log.info("my_case_read", case=case.case_id)
    return _page(request, {"case": case, "lines": _lines(request, case)})


def _lines(request: Asked, case: Known) -> list[tuple[Any, str, str]]:
    language = _language(request)
    with centre_of(request).database.reading() as connection:
        entries = store.entries(connection, [case.case_id])[case.case_id]
    return [
        (one.at, say(told(one, case.item_title, progress_rules.WORDS), language), masked_text(one.note))
        for one in reversed(entries)
    ]


def _page(request: Asked, values: dict[str, Any], status: int = 200) -> Response[str]:
    token = doorstep.token(request)
    filled = {"problem": "", "number": "", "case": None, "lines": ()} | values | {"token": token}
    made = render(request, "trace/templates/phone.html", None, filled, language=_language(request), status=status)
    made.headers["Cache-Control"] = "no-store"
    made.headers["X-Robots-Tag"] = "noindex, nofollow"
    secure = centre_of(request).settings.public_url.startswith("https:")
    return doorstep.handed_out(made, token, secure=secure)


def _language(request: Asked) -> str:
    return language_of(request.query_params.get("lang", "")) or LANGUAGES[0]


public = Router("/", route_handlers=[ask, read])

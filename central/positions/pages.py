"""The page of a number on a phone: what the code on its ticket opens. Public; nothing personal is shown."""

from datetime import timedelta

import structlog
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases import store as cases
from central.centre import Centre
from central.database import Transaction
from central.halls.pages import way_of
from central.messages.numbers import seal_number
from central.people.access import open_form
from central.positions import store, texts
from central.positions.standing import stands
from central.progress import store as progress
from central.progress.answers import told_now
from central.queue.rows import store as rows
from central.waits.forecasts import store as forecasts
from central.web import doorstep
from central.web.page import Asked, centre_of, render
from central.web.words import LANGUAGES, language_of
from contract.catalogue import is_mobile
from contract.questions import CaseStands

log = structlog.get_logger()
LOOKED_EVERY = timedelta(seconds=30)
Sent = NamedDependency[dict[str, str]]


@get("/p/{token:str}", sync_to_thread=True)
def position(request: Asked, token: FromPath[str]) -> Response[str]:
    """How it stands now; the page asks again by itself."""
    return _page(request, token)


@post("/p/{token:str}/text", sync_to_thread=True, dependencies={"form": Provide(open_form)})
def text_me(request: Asked, token: FromPath[str], form: Sent) -> Response[str] | Redirect:
    """A text before the call, to the number typed: sealed at once, wiped with the day, asked for once."""
    if not doorstep.is_ours(request, form):
        return _page(request, token, "position.again", 429)
    mobile = "".join(form.get("mobile", "").split())
    if not is_mobile(mobile):
        return _page(request, token, "position.mobile_wrong", 422)
    centre = centre_of(request)
    with centre.database.writing() as connection:
        case_id = store.case_of(connection, token)
        if case_id is None:
            raise NotFoundException
        store.wish(connection, case_id, seal_number(centre.fresh_keys(), mobile), centre.clock())
    return Redirect(f"/p/{token}", status_code=303)


def _page(request: Asked, token: str, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    now = centre.clock()
    language = language_of(request.query_params.get("lang", "")) or LANGUAGES[0]
    case_id = _looked(centre, token)
    kept = doorstep.token(request)
    values: dict[str, object] = {"csrf": kept, "token": token, "problem": problem, "number": None}
    if case_id is None:
        return render(request, "positions/templates/position.html", None, values, language=language, status=404)
    with centre.database.reading() as connection:
        number = stands(connection, centre, case_id)
        case = cases.find(connection, case_id)
        values["number"] = number
        values["wished"] = case_id in store.wishes(connection, [case_id])
        one = rows.find(connection, case_id)
        hall = one.hall if one else ""
        values["error"] = forecasts.errors(connection, now, hall).get((hall, ""))
        values["has_texts"] = bool(centre.settings.messages.url)
        values["case"] = _case_of(connection, centre, case_id) if number and number.stand == "done" else None
        values["today"] = centre.today().isoformat()
        values["way"] = way_of(centre, case.terminal, case.queue) if case else ""
        values["terminal"] = case.terminal if case else ""
        values["day"] = case.business_date if case else ""
        values["case_hall"] = hall or centre.settings.hall
    page = render(request, "positions/templates/position.html", None, values, language=language, status=status)
    return doorstep.handed_out(page, kept, secure=centre.settings.public_url.startswith("https"))


def _case_of(connection: Transaction, centre: Centre, case_id: str) -> CaseStands | None:
    """The case behind a number that was served, with its countdown (SX-19); None where no day is promised."""
    (case,) = told_now(connection, centre, [progress.known(connection, case_id)]).cases
    return case if case.promise_date or case.paused else None


def _looked(centre: Centre, token: str) -> str | None:
    """The case of a token, its look written down now and then. A number that came a moment ago is entered first."""
    now = centre.clock()
    with centre.database.reading() as connection:
        case_id = store.case_of(connection, token)
        last = store.looked_at(connection, [case_id]).get(case_id) if case_id else None
        called = texts.is_called(connection, case_id) if case_id else False
    if case_id is not None and not called and last is not None and now - last < LOOKED_EVERY:
        return case_id
    with centre.database.writing() as connection:
        if case_id is None and store.name_new(connection, centre.today()):
            case_id = store.case_of(connection, token)
        if case_id is not None:
            store.looked(connection, token, now)
            texts.seen(connection, case_id, now)
    return case_id


pages = Router("/", route_handlers=[position, text_me])

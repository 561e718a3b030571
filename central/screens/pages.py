"""The console of screens: make one and get its address, take it away, say when it speaks, see how calls went out."""

import secrets
from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.database import Transaction
from central.fleet import store as fleet
from central.messages import store as messages
from central.people import store as people
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.queue import store as queue
from central.queue.windows import store as windows
from central.screens import rules, store
from central.screens.cards import rules as card_rules
from central.screens.cards import store as cards
from central.screens.rules import Malformed
from central.web import doorstep
from central.web.doorstep import Files
from central.web.page import Asked, centre_of, render

TOKEN_BYTES = 15
CALLS_LISTED = 50
Sent = NamedDependency[tuple[dict[str, str], Files]]
log = structlog.get_logger()


@get("/screens", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Every screen, the hours of the voice, and the calls of today with what became of each."""
    return _page(request, session)


def _page(request: Asked, session: Session, *, status: int = 200, **more: object) -> Response[str]:
    centre = centre_of(request)
    now, today = centre.clock(), centre.today().isoformat()
    with centre.database.reading() as connection:
        halls = sorted({*queue.halls(connection, today), *(one.hall for one in fleet.everyone(connection))}) or [""]
        if session.halls:
            halls = [hall for hall in halls if hall in session.halls]
        hall = request.query_params.get("hall", halls[0] if halls else "")
        hall = hall if hall in halls else (halls[0] if halls else "")
        calls = queue.calls(connection, hall, 0, today)[-CALLS_LISTED:][::-1]
        every = store.deliveries(connection, [call.act_id for call in calls])
        values: dict[str, Any] = {
            "halls": halls,
            "hall": hall,
            "screens": store.listed(connection, hall),
            "names": {one.screen_id: one.title for one in store.listed(connection, hall)},
            "hours": store.hours(connection, hall),
            "manners": store.manners(connection, hall),
            "windows": windows.windows(connection, hall),
            "zones": sorted({one.zone for one in windows.windows(connection, hall) if one.zone}),
            "calls": [(call, [(one, rules.settled(one, now)) for one in every[call.act_id]]) for call in calls],
            "texts": messages.counts(connection),
            "kinds": list(rules.Kind),
            "problem": "",
            "address": "",
            "silent_after": rules.ARRIVES_WITHIN,
        }
    return render(request, "screens/templates/screens.html", session, values | more, status=status)


def _hall(session: Session, form: dict[str, str]) -> str:
    hall = form.get("hall", "").strip()[:60]
    if session.halls and hall not in session.halls:
        raise NotFoundException
    return hall


@post("/screens", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def make(request: Asked, session: SignedIn, form: Form) -> Response[str]:
    """A new screen. Its address is shown this once: whoever has it sees the screen and nothing else."""
    centre, hall = centre_of(request), _hall(session, form)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    try:
        screen = rules.read_screen(form, secrets.token_hex(8), hall, session.name, centre.clock())
    except Malformed as error:
        return _page(request, session, status=422, problem=str(error))
    with centre.database.writing() as connection:
        store.add(connection, screen, token)
    log.info("screen_made", screen=screen.screen_id, hall=hall, who=session.name)
    centre.live.changed()
    base = centre.settings.public_url or str(request.base_url).rstrip("/")
    return _page(request, session, address=f"{base}/screen/{token}")


@post("/screens/{screen_id:str}/revoke", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def revoke(request: Asked, session: SignedIn, form: Form, screen_id: FromPath[str]) -> Redirect:
    """Its address opens nothing any more."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        if screen_id not in {one.screen_id for one in store.listed(connection, _hall(session, form))}:
            raise NotFoundException
        store.revoke(connection, screen_id, centre.clock())
    log.info("screen_revoked", screen=screen_id, who=session.name)
    centre.live.changed()
    return Redirect(f"/screens?hall={form.get('hall', '')}", status_code=303)


@post("/screens/manners", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def manners(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Names or none, hours, and a line of notice."""
    centre, hall = centre_of(request), _hall(session, form)
    try:
        kept = rules.read_manners(form, hall, session.name)
    except Malformed as error:
        return _page(request, session, status=422, problem=str(error))
    with centre.database.writing() as connection:
        store.keep_manners(connection, kept, centre.clock())
    log.info("screens_changed", hall=hall, names=kept.shows_names, who=session.name)
    centre.live.changed()
    return Redirect(f"/screens?hall={hall}", status_code=303)


@post("/screens/hours", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def add_hour(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """One line of the voice's schedule more."""
    centre, hall = centre_of(request), _hall(session, form)
    try:
        hour = rules.read_hour(form, secrets.token_hex(8), hall, session.name, centre.clock())
    except Malformed as error:
        return _page(request, session, status=422, problem=str(error))
    with centre.database.writing() as connection:
        store.add_hour(connection, hour)
    centre.live.changed()
    return Redirect(f"/screens?hall={hall}#voice", status_code=303)


@post("/screens/hours/{rule_id:str}/end", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def end_hour(request: Asked, session: SignedIn, form: Form, rule_id: FromPath[str]) -> Redirect:
    """One less."""
    centre, hall = centre_of(request), _hall(session, form)
    with centre.database.writing() as connection:
        if rule_id not in {one.rule_id for one in store.hours(connection, hall)}:
            raise NotFoundException
        store.end_hour(connection, rule_id)
    centre.live.changed()
    return Redirect(f"/screens?hall={hall}#voice", status_code=303)


@get("/staff-cards", sync_to_thread=True)
def carded(request: Asked, session: SignedIn) -> Response[str]:
    """窗口四亮: who is shown at windows, and how."""
    return _cards(request, session)


def _cards(request: Asked, session: Session, problem: str = "", status: int = 200) -> Response[str]:
    with centre_of(request).database.reading() as connection:
        rows = [one for one in cards.listed(connection) if _is_ours(connection, session, one.name)]
    values: dict[str, object] = {"rows": rows, "problem": problem}
    return render(request, "screens/templates/cards.html", session, values, status=status)


def _is_ours(connection: Transaction, session: Session, name: str) -> bool:
    """Whether somebody works in a hall of this session; who works in every hall is shown by the district."""
    if not session.halls:
        return True
    account = people.account(connection, name)
    return account is not None and bool(account.halls) and set(account.halls) <= set(session.halls)


async def _sent(request: Asked, session: SignedIn) -> tuple[dict[str, str], Files]:  # noqa: ARG001 - waits for its check
    return await doorstep.fields_and_files(request, card_rules.PHOTO_LARGEST)


@post("/staff-cards", sync_to_thread=True, dependencies={"form": Provide(_sent)})
def keep_card(request: Asked, session: SignedIn, form: Sent) -> Response[str] | Redirect:
    """A card with its photo; without a new photo the old one stays."""
    centre = centre_of(request)
    fields, files = form
    try:
        card = card_rules.read_card(fields)
        picture = next((one[0] for one in files.values() if one), b"")
        kind = card_rules.photo_type(picture) if picture else ""
    except Malformed as error:
        return _cards(request, session, str(error), 422)
    with centre.database.writing() as connection:
        if not _is_ours(connection, session, card.name):
            raise NotFoundException
        cards.keep(connection, card, picture, kind, session.name, centre.clock())
    log.info("staff_card_kept", name=card.name, who=session.name)
    centre.live.changed()
    return Redirect("/staff-cards", status_code=303)


@get("/staff-cards/{name:str}/photo", sync_to_thread=True)
def card_photo(request: Asked, session: SignedIn, name: FromPath[str]) -> Response[bytes]:
    """The photo of a card."""
    with centre_of(request).database.reading() as connection:
        found = cards.photo(connection, name) if _is_ours(connection, session, name) else None
    if found is None:
        raise NotFoundException
    return Response(found[0], media_type=found[1], headers={"Cache-Control": "no-store"})


pages = Router(
    "/",
    route_handlers=[listed, make, revoke, manners, add_hour, end_hour, carded, keep_card, card_photo],
    dependencies={"session": Provide(signed_in)},
)

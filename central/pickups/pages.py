"""What lies ready, as staff see it: put something in a door or at a window, see who fetched it when, take it back."""

import secrets
from typing import Any

import msgspec
import structlog
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.fleet import store as fleet
from central.masking import masked_name
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.pickups import papers, rules, store
from central.pickups.rules import Kept, State, Wanted
from central.web.doorstep import Files, fields_and_files
from central.web.page import Asked, centre_of, render
from contract.catalogue import DEFAULT_LANGUAGE

CODE_LENGTH = 8

log = structlog.get_logger()


@get("/pickups", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """What lies ready and what was fetched."""
    return render(request, "pickups/templates/pickups.html", session, _known(request))


def _known(request: Asked) -> dict[str, Any]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        rows = store.listed(connection)
        return {
            "ready": [one for one in rows if one.state not in rules.OVER],
            "done": [one for one in rows if one.state in rules.OVER],
            "moves": {one.pickup_id: store.moves(connection, one.pickup_id) for one in rows},
            "terminals": [terminal.id for terminal in fleet.everyone(connection)],
            "today": centre.today().isoformat(),
            "problem": "",
            "added": None,
        }


async def _sent(request: Asked, session: SignedIn) -> tuple[dict[str, str], Files]:  # noqa: ARG001 - its check first
    return await fields_and_files(request, papers.MOST_BYTES)


@post("/pickups", status_code=200, sync_to_thread=True, dependencies={"sent": Provide(_sent)})
def add(request: Asked, session: SignedIn, sent: NamedDependency[Any]) -> Response[str]:
    """Something lies ready, or a result is to be printed. The identity number is hashed and not kept; the code is shown
    once to be told.
    """
    form, files = sent
    centre = centre_of(request)
    values = _known(request)
    try:
        file = next(iter(files.get("file", ())), b"")
        wanted = rules.read_wanted(form, set(values["terminals"]), centre.today(), printed=bool(file))
        file_type = papers.file_type_of(file) if file else ""
    except rules.Malformed as error:
        return render(request, "pickups/templates/pickups.html", session, values | {"problem": str(error)}, status=422)
    kept = msgspec.structs.replace(_kept(request, wanted, session.name), file_type=file_type)
    if file:
        kept = msgspec.structs.replace(kept, document=kept.pickup_id)
    with centre.database.writing() as connection:
        added = store.add(connection, kept, papers.sealed(centre, kept.pickup_id, file) if file else None)
    if not added:
        values |= {"problem": "pickups.door_taken"}
        return render(request, "pickups/templates/pickups.html", session, values, status=409)
    log.info("pickup_added", pickup=kept.pickup_id, terminal=kept.terminal, who=session.name)
    centre.live.changed()
    return render(request, "pickups/templates/pickups.html", session, _known(request) | {"added": kept})


def _kept(request: Asked, wanted: Wanted, by: str) -> Kept:
    centre = centre_of(request)
    pickup_id = secrets.token_hex(12)
    title = {DEFAULT_LANGUAGE: wanted.title} | ({"en": wanted.title_en} if wanted.title_en else {})
    place = {DEFAULT_LANGUAGE: wanted.place} if wanted.place else {}
    now = centre.clock()
    return Kept(
        pickup_id=pickup_id,
        person=centre.blind.person(wanted.id_number),
        masked_name=masked_name(wanted.name),
        title=msgspec.json.encode(title).decode(),
        terminal=wanted.terminal if wanted.door else "",
        door=wanted.door,
        code=centre.blind.digits("pickup", pickup_id, CODE_LENGTH),
        place=msgspec.json.encode(place).decode(),
        document="",
        proof=wanted.proof,
        state=State.READY,
        until=wanted.until,
        added_by=by,
        added_at=now,
        changed_at=now,
    )


@post("/pickups/{pickup_id:str}/back", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def take_back(request: Asked, session: SignedIn, form: Form, pickup_id: FromPath[str]) -> Redirect:  # noqa: ARG001 - its token is checked
    """Staff took it out again: its time is over, or its door is stuck."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        if not store.take_back(connection, pickup_id, centre.clock()):
            raise NotFoundException
    log.info("pickup_taken_back", pickup=pickup_id, who=session.name)
    centre.live.changed()
    return Redirect("/pickups", status_code=303)


pages = Router("/", route_handlers=[listed, add, take_back], dependencies={"session": Provide(signed_in)})

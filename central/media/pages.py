"""Pictures of the attract screens: sent in by one person, agreed by another, withdrawn by either; seen as shown."""

import asyncio
import secrets
from typing import Any

import msgspec
import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases.rules import clean_note
from central.feed.rules import Invalid
from central.media import making, rules, store
from central.media.rules import Piece, State
from central.organisation import store as organisation
from central.organisation.pages import reaches
from central.organisation.rules import Kind, Value
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.web import doorstep
from central.web.page import Asked, centre_of, render
from contract.media import SECONDS
from contract.media import Form as Bytes

log = structlog.get_logger()

_TYPES = {Bytes.PICTURE: "image/jpeg", Bytes.SEQUENCE: "image/webp"}


@get("/media", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """What waits, what is shown where, and what was."""
    return _listed(request, session)


def _listed(
    request: Asked, session: Session, problem: str = "", said: dict[str, str] | None = None, status: int = 200
) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        found, places = store.listed(connection), organisation.places(connection)
    values: dict[str, Any] = {
        "waiting": [one for one in found if one.state is State.WAITING],
        "shown": [one for one in found if one.state is State.SHOWN],
        "past": [one for one in found if one.state not in {State.WAITING, State.SHOWN}][:20],
        "places": places,
        "today": centre.today().isoformat(),
        "problem": problem,
        "said": said or {},
        "seconds": SECONDS,
        "may_decide": rules.may_decide,
    }
    return render(request, "media/templates/media.html", session, values, status=status)


@post("/media", request_max_body_size=rules.RAW_LARGEST + 64 * 1024)
async def send_in(request: Asked, session: SignedIn) -> Response[str] | Redirect:
    """One more, which waits for a second person. It is read by its content and made anew."""
    fields, files = await doorstep.fields_and_files(request, rules.RAW_LARGEST)

    def taken() -> Response[str] | Redirect:
        return _send_in(request, session, fields, files.get("file", [b""])[0])

    return await asyncio.to_thread(taken)


def _send_in(request: Asked, session: Session, fields: dict[str, str], raw: bytes) -> Response[str] | Redirect:
    centre = centre_of(request)
    try:
        with centre.database.reading() as connection:
            wish = rules.wish(fields, centre.today(), organisation.places(connection))
        if not reaches(request, session, wish.node):
            return _listed(request, session, "organisation.not_yours", fields, 403)
        made = making.made(raw)
    except Invalid as error:
        return _listed(request, session, str(error), fields, 422)
    piece = Piece(
        media_id=secrets.token_hex(8),
        node=wish.node,
        slot=wish.slot,
        sha256=made.sha256,
        size=len(made.content),
        form=made.form,
        width=made.width,
        height=made.height,
        seconds=max(wish.seconds, made.seconds),
        says=msgspec.json.encode(wish.says).decode(),
        first_day=wish.first,
        last_day=wish.last,
        state=State.WAITING,
        sent_by=session.name,
        sent_at=centre.clock(),
    )
    with centre.database.writing() as connection:
        store.add(connection, piece, made.content)
    log.info("media_sent_in", media=piece.media_id, place=piece.node, form=piece.form, who=session.name)
    centre.live.changed()
    return Redirect("/media", status_code=303)


@get("/media/{media_id:str}/picture", sync_to_thread=True)
def picture(request: Asked, session: SignedIn, media_id: FromPath[str]) -> Response[bytes]:  # noqa: ARG001 - it must be there
    """As terminals get it."""
    with centre_of(request).database.reading() as connection:
        piece = store.find(connection, media_id)
        content = store.content(connection, piece.sha256) if piece is not None else None
    if piece is None or content is None:
        raise NotFoundException
    return Response(content, media_type=_TYPES[piece.form])


@post("/media/{media_id:str}/agree", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def agree(request: Asked, session: SignedIn, form: Form, media_id: FromPath[str]) -> Response[str] | Redirect:  # noqa: ARG001 - its token is checked
    """Shown from now on at its place and below, in its days. What stood there under the same name goes."""
    return _decided(request, session, media_id, State.SHOWN, "")


@post("/media/{media_id:str}/refuse", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def refuse(request: Asked, session: SignedIn, form: Form, media_id: FromPath[str]) -> Response[str] | Redirect:
    """Not shown, and why."""
    return _decided(request, session, media_id, State.REFUSED, form.get("why", ""))


@post("/media/{media_id:str}/withdraw", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def withdraw(request: Asked, session: SignedIn, form: Form, media_id: FromPath[str]) -> Response[str] | Redirect:
    """Shown no more, at once and everywhere. For this nobody needs a second person."""
    return _decided(request, session, media_id, State.WITHDRAWN, form.get("why", ""))


def _decided(request: Asked, session: Session, media_id: str, state: State, why: str) -> Response[str] | Redirect:
    centre = centre_of(request)
    why = clean_note(why, rules.WHY_LONGEST)
    with centre.database.reading() as connection:
        piece = store.find(connection, media_id)
    if piece is None:
        raise NotFoundException
    if not reaches(request, session, piece.node):
        return _listed(request, session, "organisation.not_yours", status=403)
    if problem := _not_now(piece, session.name, state, why):
        return _listed(request, session, problem, status=422)
    now = centre.clock()
    with centre.database.writing() as connection:
        if not store.decide(connection, piece, state, session.name, why, now):
            raise NotFoundException
        if state is State.SHOWN:
            for other in store.shown(connection, piece.node, piece.slot):
                if other.media_id != piece.media_id:
                    store.decide(connection, other, State.WITHDRAWN, session.name, "", now)
            said = msgspec.json.encode(piece.told()).decode()
            organisation.keep(connection, [Value(piece.node, Kind.MEDIA, piece.slot, said, session.name, now)])
        elif piece.state is State.SHOWN:
            organisation.drop(connection, piece.node, Kind.MEDIA, piece.slot)
    log.info("media_decided", media=media_id, state=state, who=session.name)
    centre.caretaker.ring("organisation")
    centre.live.changed()
    return Redirect("/media", status_code=303)


def _not_now(piece: Piece, who: str, state: State, why: str) -> str:
    if state is State.WITHDRAWN:
        good = piece.state in {State.SHOWN, State.WAITING}
        return "" if good and why else "media.why_missing" if good else "media.decided"
    if piece.state is not State.WAITING:
        return "media.decided"
    if not rules.may_decide(piece, who):
        return "media.second_person"
    return "media.why_missing" if state is State.REFUSED and not why else ""


pages = Router(
    "/",
    route_handlers=[listed, send_in, picture, agree, refuse, withdraw],
    dependencies={"session": Provide(signed_in)},
)

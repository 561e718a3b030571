"""Who asks: the session behind a cookie. Every page depends on this; a form without its token goes no further."""

import asyncio
import hashlib
import secrets
from datetime import timedelta

import msgspec
from litestar.datastructures import Cookie
from litestar.di import NamedDependency

from central import scoping
from central.audit import rules as audit
from central.audit import store as trail
from central.people import store
from central.people.paths import is_the_centres, is_the_districts, may_open
from central.people.rules import PLACE_OF, SEEN_EVERY, Session, is_over
from central.web.hops import first_hop
from central.web.page import Asked, centre_of, is_partial
from central.web.words import language_of

SignedIn = NamedDependency[Session]
"""How a route asks for the session of whoever is logged in."""

Form = NamedDependency[dict[str, str]]
"""How a route asks for what a form sent."""

COOKIE = "suiban"
_OWN_LOG = ("/window", "/logout", "/live")
"""Calling numbers has a log of its own, and leaving is noted as such."""
FORM_TOKEN = "csrf"  # noqa: S105 - the name of a field


class NotSignedIn(Exception):
    """There is no session, or it has ended."""


class Forbidden(Exception):
    """A form came without the token of its session."""


class Owing(Exception):
    """The session must do something first; `place` is where."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


class AtTheCentre(Exception):
    """What the form does is done at the centre alone, and it was sent to a hall's node."""


class OfTheDistrict(Exception):
    """What the form does holds for every hall, and this session has some alone."""


class NotYours(Exception):
    """The page exists, but this session's roles have no right to it."""


def session_cookie(request: Asked, token: str) -> Cookie:
    """The cookie of a session."""
    secure = centre_of(request).settings.public_url.startswith("https:")
    return Cookie(COOKIE, value=token, path="/", httponly=True, samesite="lax", secure=secure)


def token_hash(token: str) -> str:
    """What the database knows of a cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


async def open_form(request: Asked) -> dict[str, str]:
    """What a form sent that needs no session."""
    return {name: str(value) for name, value in (await request.form()).items()}


async def form_fields(request: Asked, session: SignedIn) -> dict[str, str]:  # noqa: ARG001 - waits for its check
    """What a form sent, once its token is checked: two who read the body at the same time would each get half."""
    return await open_form(request)


async def signed_in(request: Asked) -> Session:
    """The session of a request. Raises NotSignedIn, Forbidden, Owing, or NotYours: its roles may not open the page.
    AtTheCentre: a hall's node does not do that. OfTheDistrict: it holds for halls that are not the session's.

    What a form is about to do is in the audit trail before it does it.

    A refresh the page makes by itself is no sign of a person, so it does not prolong the session.
    """
    session = await asyncio.to_thread(_look_up, request, request.query_params.get("lang", ""))
    if request.method != "GET":
        form = await request.form()
        if not secrets.compare_digest(str(form.get(FORM_TOKEN, "")).encode(), session.csrf.encode()):
            raise Forbidden
    path = request.url.path
    if session.owes and path not in {PLACE_OF[session.owes], "/logout"}:
        raise Owing(PLACE_OF[session.owes])
    acts = request.method not in {"GET", "HEAD"}
    if not may_open(session.roles, path, acts=acts):
        raise NotYours
    if acts and session.halls and is_the_districts(path):
        raise OfTheDistrict
    if acts and centre_of(request).settings.role == "hall" and is_the_centres(path):
        raise AtTheCentre
    if acts and not path.startswith(_OWN_LOG):
        await asyncio.to_thread(note, request, session.name, audit.FORM, path)
    scoping.limit(session.halls)
    return session


def note(request: Asked, who: str, act: str, about: str, detail: str = "") -> None:
    """One row of the audit trail, in a transaction of its own."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        trail.note(connection, who, act, about, centre.clock(), detail=detail, address=address_of(request))


def address_of(request: Asked) -> str:
    """Where a request comes from; behind a proxy that is trusted, what the proxy says."""
    direct = request.client.host if request.client else ""
    return first_hop(direct, request.headers.get("x-forwarded-for", ""), centre_of(request).settings.trusted_proxies)


def _look_up(request: Asked, asked_language: str) -> Session:
    token = request.cookies.get(COOKIE)
    if not token:
        raise NotSignedIn
    session = find(request, token)
    if session is None:
        raise NotSignedIn
    centre = centre_of(request)
    now = centre.clock()
    language = language_of(asked_language)
    if language is not None and language != session.language:
        with centre.database.writing() as connection:
            store.speak(connection, session.token_hash, language)
        session = msgspec.structs.replace(session, language=language)
    if not is_partial(request) and now - session.seen_at > SEEN_EVERY:
        with centre.database.writing() as connection:
            store.touch(connection, session.token_hash, now)
    return session


def find(request: Asked, token: str) -> Session | None:
    """The session of a token, if it has not ended."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        session = store.session(connection, token_hash(token))
    idle = timedelta(minutes=centre.settings.session_minutes)
    return None if session is None or is_over(session, centre.clock(), idle) else session

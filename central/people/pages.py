"""Logging in and out."""

import secrets
from datetime import timedelta

import msgspec
import structlog
from litestar import Router, get, post
from litestar.datastructures import Cookie
from litestar.di import Provide
from litestar.response import Redirect, Response

from central.audit import rules as audit
from central.people import rules, store
from central.people.access import (
    COOKIE,
    FORM_TOKEN,
    Form,
    SignedIn,
    find,
    note,
    open_form,
    session_cookie,
    signed_in,
    token_hash,
)
from central.people.browsers import attempts_key, remembered
from central.people.rules import PLACE_OF, Attempts, Owed, Session
from central.web import menu
from central.web.page import Asked, Telling, centre_of, render
from central.web.words import LANGUAGES, Words, language_of

LOGIN_COOKIE = "suiban_login"
_PASSWORD_AT_MOST = 200

log = structlog.get_logger()


@get("/login", sync_to_thread=True)
def login_page(request: Asked) -> Response[str]:
    """The form, with a token that only a page of ours can know."""
    return _login_page(request, _language(request.query_params.get("lang", "")))


@post("/login", sync_to_thread=True, dependencies={"form": Provide(open_form)})
def log_in(request: Asked, form: Form) -> Response[str] | Redirect:
    """Open a session, or say no more than that it was not possible."""
    language = _language(form.get("lang", ""))
    given, expected = form.get(FORM_TOKEN, ""), request.cookies.get(LOGIN_COOKIE, "")
    if not expected or not secrets.compare_digest(given.encode(), expected.encode()):
        return _login_page(request, language, Words(language)("login.stale"), 403)
    name, password = form.get("name", "").strip(), form.get("password", "")[:_PASSWORD_AT_MOST]
    if not rules.NAME.match(name):
        return _login_page(request, language, Words(language)("login.wrong"), 401)
    attempts = _count_attempt(request, name)
    if rules.is_locked(attempts, centre_of(request).clock()):
        _note_failure(request, name, "locked")
        return _login_page(request, language, _locked(request, language, attempts), 401)
    session = _open(request, name, password, language)
    if session is None:
        _note_failure(request, name)
        return _login_page(request, language, Words(language)("login.wrong"), 401)
    log.info("login", name=name)
    opened = find(request, session)
    if opened is None:  # the password is right: whoever knows it may hear why it opens nothing
        return _login_page(request, language, Words(language)("login.waiting"), 403)
    note(request, name, audit.LOGIN, "/login", opened.owes.value)
    answer = Redirect(PLACE_OF[opened.owes] if opened.owes else menu.home(opened), status_code=303)
    answer.cookies.append(session_cookie(request, session))
    if not opened.owes:
        answer.cookies.append(remembered(request, name))
    answer.cookies.append(Cookie(LOGIN_COOKIE, path="/login", max_age=0))
    return answer


@post("/logout", sync_to_thread=True, dependencies={"session": Provide(signed_in)})
def log_out(request: Asked, session: SignedIn) -> Redirect:
    """End the session here and in the browser."""
    with centre_of(request).database.writing() as connection:
        store.close_session(connection, session.token_hash)
    note(request, session.name, audit.LOGOUT, "/logout")
    answer = Redirect("/login", status_code=303)
    answer.cookies.append(Cookie(COOKIE, path="/", max_age=0))
    return answer


def _note_failure(request: Asked, name: str, why: str = "") -> None:
    """A name nobody has is not written down: it may be a password in the wrong field."""
    with centre_of(request).database.reading() as connection:
        known = name if store.exists(connection, name) else "–"
    log.warning("login_failed", name=known)
    note(request, known, audit.LOGIN_FAILED, "/login", why)


def _count_attempt(request: Asked, name: str) -> Attempts:
    """What was remembered before. The attempt counts as failed from now on: guesses made side by side each count."""
    centre = centre_of(request)
    now, key = centre.clock(), attempts_key(request, name)
    with centre.database.writing() as connection:
        before = store.attempts_of(connection, key)
        if not rules.is_locked(before, now):
            store.keep_attempts(connection, key, rules.after_failure(before, now), now)
        return before


def _open(request: Asked, name: str, password: str, language: str) -> str | None:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        stored = store.password_hash(connection, name)
    if not centre.passwords.fits(stored, password):
        return None
    token, now = secrets.token_urlsafe(32), centre.clock()
    session = Session(token_hash(token), name, secrets.token_urlsafe(24), language, now, now)
    with centre.database.writing() as connection:
        account = store.account(connection, name)
        if account is not None:
            owes = rules.owed(account, now, centre.settings.password_days, proven=False)
            session = msgspec.structs.replace(session, owes=owes)
        if session.owes is not Owed.CODE:  # else whoever has the password alone could try codes for ever
            store.forget_attempts(connection, attempts_key(request, name))
        before = request.cookies.get(COOKIE)
        if before:  # whoever logs in again has left what was open in this browser
            store.close_session(connection, token_hash(before))
        store.open_session(connection, session, timedelta(minutes=centre.settings.session_minutes))
    return token


def _locked(request: Asked, language: str, attempts: Attempts) -> str:
    words = Words(language)
    until = attempts.locked_until or centre_of(request).clock()
    return words("login.locked", time=Telling(centre_of(request), words).clock(until))


def _login_page(request: Asked, language: str, error: str = "", status: int = 200) -> Response[str]:
    token = secrets.token_urlsafe(24)
    with centre_of(request).database.reading() as connection:
        nobody = store.count(connection) == 0
    values = {"error": error, "token": token, "nobody": nobody, "language": language}
    page = render(request, "people/templates/login.html", None, values, language=language, status=status)
    secure = centre_of(request).settings.public_url.startswith("https:")
    kept = Cookie(LOGIN_COOKIE, value=token, path="/login", httponly=True, samesite="lax", secure=secure)
    page.cookies.append(kept)
    return page


def _language(asked: str) -> str:
    return language_of(asked) or LANGUAGES[0]


# A router, not the application itself, must hold two handlers of one path: Litestar 2.25 wraps them twice otherwise.
pages = Router("/", route_handlers=[login_page, log_in, log_out])

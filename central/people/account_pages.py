"""我的账号: the password, the second factor and what a session still owes before it may do anything else."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.response import Redirect, Response

from central.audit import rules as audit
from central.audit import store as trail
from central.database import Transaction
from central.people import rules, store
from central.people.access import Form, SignedIn, address_of, form_fields, session_cookie, signed_in, token_hash
from central.people.browsers import attempts_key, remembered
from central.people.factors import codes
from central.people.factors import store as factors
from central.people.rights import ADMINISTRATORS
from central.people.rules import PLACE_OF, Account, Owed, Session
from central.ratings.staff import store as staff
from central.web import menu
from central.web.page import Asked, centre_of, render

_PASSWORD_AT_MOST: Final = 200
_CODE: Final = "/account/code"
_PASSWORD: Final = "/account/password"  # noqa: S105 - a page
_FACTOR: Final = "/account/second-factor"


@dataclass(frozen=True)
class _Act:
    """One form of somebody's own account, inside its transaction."""

    request: Asked
    session: Session
    connection: Transaction
    now: datetime

    def note(self, act: str, detail: str = "") -> None:
        about = f"account {self.session.name}"
        address = address_of(self.request)
        trail.note(self.connection, self.session.name, act, about, self.now, detail=detail, address=address)

    def account(self) -> Account:
        found = store.account(self.connection, self.session.name)
        if found is None:
            raise HTTPException(status_code=404)
        return found

    def attempts_key(self) -> str:
        return attempts_key(self.request, self.session.name)

    def failed(self) -> None:
        """It counts like a wrong password; what is locked by it has no session any more."""
        key = self.attempts_key()
        after = rules.after_failure(store.attempts_of(self.connection, key), self.now)
        store.keep_attempts(self.connection, key, after, self.now)
        if rules.is_locked(after, self.now):
            store.close_session(self.connection, self.session.token_hash)

    def go_on(self) -> Redirect:
        """To what is still owed, else to the first page; the session goes on under a new token."""
        days = centre_of(self.request).settings.password_days
        owes = rules.owed(self.account(), self.now, days, proven=True)
        token = secrets.token_urlsafe(32)
        store.settle(self.connection, self.session.token_hash, owes, token_hash(token))
        answer = Redirect(PLACE_OF[owes] if owes else menu.home(self.session), status_code=303)
        answer.cookies.append(session_cookie(self.request, token))
        if not owes:
            answer.cookies.append(remembered(self.request, self.session.name))
        return answer


@get("/account", sync_to_thread=True)
def mine(request: Asked, session: SignedIn) -> Response[str]:
    """Who is logged in, what they may do, and what they can change."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        account = store.account(connection, session.name)
        left = factors.recovery_left(connection, session.name)
        identity = staff.find(connection, session.name)
    values = {"account": account, "left": left, "identity": identity, "key_id": centre.blind.key_id}
    values["identity_said"] = request.query_params.get("identity", "")
    return render(request, "people/templates/account.html", session, values)


@get(_CODE, sync_to_thread=True)
def code_page(request: Asked, session: SignedIn) -> Response[str]:
    """The code of the authenticator, or one for recovery."""
    return render(request, "people/templates/code.html", session, {"problem": ""})


@post(_CODE, status_code=200, sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def prove(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Right: the session is whole. Wrong: it counts like a wrong password, and at last the session is gone."""
    centre = centre_of(request)
    now = centre.clock()
    with centre.database.writing() as connection:
        act = _Act(request, session, connection, now)
        if session.owes is not Owed.CODE:
            return act.go_on()
        if rules.is_locked(store.attempts_of(connection, act.attempts_key()), now):
            store.close_session(connection, session.token_hash)
            return Redirect("/login", status_code=303)
        if _fits(act, form.get("code", "")):
            store.forget_attempts(connection, act.attempts_key())
            return act.go_on()
        act.failed()
        act.note(audit.FACTOR_FAILED)
    return render(request, "people/templates/code.html", session, {"problem": "account.wrong_code"}, status=401)


def _fits(act: _Act, code: str) -> bool:
    """Whether a code proves who it is; it is used up."""
    kept = factors.find(act.connection, act.session.name)
    if kept is None:
        return False
    secret = codes.opened(centre_of(act.request).blind, kept.name, kept.secret)
    step = codes.step_of(secret, code, act.now)
    if step is not None:
        return factors.take_step(act.connection, kept.name, step)
    if kept.confirmed_at is None:
        return False
    if factors.use_recovery(act.connection, kept.name, codes.recovery_hash(kept.name, code), act.now):
        act.note(audit.RECOVERY_USED, str(factors.recovery_left(act.connection, kept.name)))
        return True
    return False


@get(_PASSWORD, sync_to_thread=True)
def password_page(request: Asked, session: SignedIn) -> Response[str]:
    """The old one once, the new one twice."""
    return _password_page(request, session)


@post(_PASSWORD, status_code=200, sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def change_password(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """A new password ends every other session of the account."""
    centre = centre_of(request)
    old, new, again = (form.get(name, "")[:_PASSWORD_AT_MOST] for name in ("old", "new", "again"))
    with centre.database.reading() as connection:
        stored = store.password_hash(connection, session.name)
        account = store.account(connection, session.name)
    if not centre.passwords.fits(stored, old):
        with centre.database.writing() as connection:  # a screen left open is no place to guess at
            act = _Act(request, session, connection, centre.clock())
            act.failed()
            act.note(audit.LOGIN_FAILED)
        return _password_page(request, session, "account.wrong_password")
    if new != again:
        return _password_page(request, session, "account.not_the_same")
    if new == old:
        return _password_page(request, session, "account.as_before")
    administers = account is not None and account.administers
    if rules.password_problem(new, session.name, administers=administers) is not None:
        return _password_page(request, session, "account.too_weak")
    hashed = centre.passwords.hash(new)
    with centre.database.writing() as connection:
        act = _Act(request, session, connection, centre.clock())
        values = {"password_hash": hashed, "password_set_at": act.now, "must_change_since": None}
        store.change(connection, session.name, **values)
        store.end_sessions(connection, session.name, but=session.token_hash)
        act.note(audit.PASSWORD_CHANGED)
        return act.go_on()


def _password_page(request: Asked, session: Session, problem: str = "") -> Response[str]:
    least = rules.PASSWORD_MIN_ADMINISTRATION if ADMINISTRATORS.intersection(session.roles) else rules.PASSWORD_MIN
    values = {"problem": problem, "least": least, "owed": session.owes is Owed.PASSWORD}
    return render(request, "people/templates/password.html", session, values, status=422 if problem else 200)


@get(_FACTOR, sync_to_thread=True)
def factor_page(request: Asked, session: SignedIn) -> Response[str]:
    """Set the second factor up: a QR code for the authenticator, until a code of it was right."""
    return _factor_page(request, session)


@post(_FACTOR, status_code=200, sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def set_factor(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Confirm it, or with it set already: new recovery codes. Both show the codes this one time."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        act = _Act(request, session, connection, centre.clock())
        made, way_on = codes.recovery(), Redirect("/account", status_code=303)
        locked = rules.is_locked(store.attempts_of(connection, act.attempts_key()), act.now)
        fits = not locked and _fits(act, form.get("code", ""))
        if fits:
            factors.set_recovery(connection, session.name, [codes.recovery_hash(session.name, code) for code in made])
            factors.confirm(connection, session.name, act.now)
            store.forget_attempts(connection, act.attempts_key())
            act.note(audit.FACTOR_SET)
            way_on = act.go_on()
        else:
            act.failed()
            act.note(audit.FACTOR_FAILED)
    if not fits:
        return _factor_page(request, session, "account.wrong_code")
    page = render(request, "people/templates/recovery.html", session, {"codes": made, "way_on": way_on.url})
    page.cookies += way_on.cookies
    return page


def _factor_page(request: Asked, session: Session, problem: str = "") -> Response[str]:
    centre = centre_of(request)
    with centre.database.writing() as connection:
        kept = factors.begin(connection, session.name, codes.fresh(centre.blind, session.name), centre.clock())
        left = factors.recovery_left(connection, session.name)
    values: dict[str, object] = {
        "problem": problem,
        "since": kept.confirmed_at,
        "left": left,
        "secret": "",
        "picture": "",
    }
    if kept.confirmed_at is None:
        secret = codes.opened(centre.blind, kept.name, kept.secret)
        values["secret"] = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        values["picture"] = codes.picture(codes.address(secret, session.name, centre.settings.hall))
    return render(request, "people/templates/factor.html", session, values, status=422 if problem else 200)


pages = Router(
    "/",
    route_handlers=[mine, code_page, prove, password_page, change_password, factor_page, set_factor],
    dependencies={"session": Provide(signed_in)},
)

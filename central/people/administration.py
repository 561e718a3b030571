"""账号管理: the system administrator makes accounts, the security administrator says what they may do.

Neither can do both: an account that was made, or whose password was reset, opens nothing until the other has released
it, and nobody changes their own.
"""

import secrets
from typing import Final

from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.audit import rules as audit
from central.audit import store as trail
from central.database import Transaction
from central.fleet import store as fleet
from central.people import rules, store
from central.people.access import Form, SignedIn, address_of, form_fields, signed_in
from central.people.factors import store as factors
from central.people.rights import ADMINISTRATORS, Right, Role, exclusion
from central.people.rules import Account, Session
from central.ratings.staff import store as staff
from central.web.page import Asked, centre_of, render

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz"
_DIGITS: Final = "23456789"


def first_password() -> str:
    """A password for one login: 16 characters that are read aloud without doubt, 76 bits."""
    return "-".join("".join(secrets.choice(_LETTERS + _DIGITS) for _ in range(4)) for _ in range(4))


@get("/accounts", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Every account and how it stands."""
    return _listed(request, session)


@post("/accounts", status_code=200, sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def make(request: Asked, session: SignedIn, form: Form) -> Response[str]:
    """A new account; its first password is shown this once."""
    centre = centre_of(request)
    name = form.get("name", "").strip()
    if not rules.NAME.match(name):
        return _listed(request, session, problem="accounts.bad_name")
    password = first_password()
    hashed = centre.passwords.hash(password)
    with centre.database.writing() as connection:
        if not store.make(connection, name, hashed, centre.clock()):
            return _listed(request, session, problem="accounts.taken")
        _note(request, session, connection, audit.ACCOUNT_MADE, name)
    return _listed(request, session, made=name, password=password)


@get("/accounts/{name:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, name: FromPath[str]) -> Response[str]:
    """One account: what each administrator may do with it."""
    return _one(request, session, name)


@post("/accounts/{name:str}/reset", status_code=200, sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def reset(request: Asked, session: SignedIn, name: FromPath[str], form: Form) -> Response[str]:  # noqa: ARG001 - its token was checked
    """A new first password; the account waits for its release, so that who reset it cannot use it alone."""
    centre = centre_of(request)
    if name == session.name:
        return _one(request, session, name, problem="accounts.own")
    password = first_password()
    hashed = centre.passwords.hash(password)
    with centre.database.writing() as connection:
        now = centre.clock()
        _known(connection, name)
        # Whoever gets a new password waits for a security administrator: the last of them would wait for ever.
        if rules.leaves_nobody(store.accounts(connection), name) is Role.SECURITY_ADMIN:
            return _one(request, session, name, problem="accounts.last")
        values = {"password_hash": hashed, "password_set_at": now, "must_change_since": now, "waiting_since": now}
        store.change(connection, name, **values)
        store.end_sessions(connection, name)
        _note(request, session, connection, audit.PASSWORD_RESET, name)
    return _one(request, session, name, password=password)


@post("/accounts/{name:str}/close", status_code=200, sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def close(request: Asked, session: SignedIn, name: FromPath[str], form: Form) -> Response[str] | Redirect:
    """Close it, or open it again: then it waits for its release."""
    centre = centre_of(request)
    if name == session.name:
        return _one(request, session, name, problem="accounts.own")
    with centre.database.writing() as connection:
        now = centre.clock()
        _known(connection, name)
        if form.get("open"):
            store.change(connection, name, closed_at=None, waiting_since=now)
            _note(request, session, connection, audit.ACCOUNT_OPENED, name)
        elif rules.leaves_nobody(store.accounts(connection), name):
            return _one(request, session, name, problem="accounts.last")
        else:
            store.change(connection, name, closed_at=now)
            store.end_sessions(connection, name)
            _note(request, session, connection, audit.ACCOUNT_CLOSED, name)
    return Redirect(f"/accounts/{name}", status_code=303)


@post("/accounts/{name:str}/grant", status_code=200, sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def grant(request: Asked, session: SignedIn, name: FromPath[str], form: Form) -> Response[str] | Redirect:
    """What the account may do and which halls it sees."""
    centre = centre_of(request)
    roles = [role for role in Role if form.get(f"role.{role.value}")]
    halls = [] if form.get("halls") == "all" else sorted(_ticked(form, "hall."))
    if name == session.name:
        return _one(request, session, name, problem="accounts.own")
    if exclusion(roles) is not None:
        return _one(request, session, name, problem="accounts.exclusive" if roles else "accounts.no_role")
    if form.get("halls") != "all" and not halls:
        return _one(request, session, name, problem="accounts.no_hall")
    with centre.database.writing() as connection:
        _known(connection, name)
        if not set(halls) <= set(fleet.halls(connection)):
            return _one(request, session, name, problem="accounts.no_hall")
        if rules.leaves_nobody(store.accounts(connection), name, roles):
            return _one(request, session, name, problem="accounts.last")
        store.grant(connection, name, roles=roles, halls=halls)
        if ADMINISTRATORS.intersection(roles):
            store.end_sessions(connection, name)  # the next login asks for the second factor
        detail = f"{' '.join(roles)} · {' '.join(halls) or '*'}"
        _note(request, session, connection, audit.GRANTED, name, detail)
    return Redirect(f"/accounts/{name}", status_code=303)


@post("/accounts/{name:str}/release", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def release(request: Asked, session: SignedIn, name: FromPath[str], form: Form) -> Response[str] | Redirect:  # noqa: ARG001
    """A second pair of eyes: the account may be used from now on."""
    return _by_security(request, session, name, audit.RELEASED)


@post("/accounts/{name:str}/unlock", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def unlock(request: Asked, session: SignedIn, name: FromPath[str], form: Form) -> Response[str] | Redirect:  # noqa: ARG001
    """Failed logins are forgotten before their quarter of an hour."""
    return _by_security(request, session, name, audit.UNLOCKED)


@post("/accounts/{name:str}/clear-factor", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def clear_factor(request: Asked, session: SignedIn, name: FromPath[str], form: Form) -> Response[str] | Redirect:  # noqa: ARG001
    """For a telephone that is lost: the next login sets a new one up."""
    return _by_security(request, session, name, audit.FACTOR_CLEARED)


def _by_security(request: Asked, session: Session, name: str, act: str) -> Response[str] | Redirect:
    centre = centre_of(request)
    if name == session.name:
        return _one(request, session, name, problem="accounts.own")
    with centre.database.writing() as connection:
        account = _known(connection, name)
        if act == audit.RELEASED:
            if not account.roles:
                return _one(request, session, name, problem="accounts.no_role")
            store.change(connection, name, waiting_since=None)
        elif act == audit.UNLOCKED:
            store.forget_attempts(connection, name)
        else:
            factors.clear(connection, name)
            store.end_sessions(connection, name)
        _note(request, session, connection, act, name)
    return Redirect(f"/accounts/{name}", status_code=303)


def _ticked(form: dict[str, str], prefix: str) -> set[str]:
    return {field.removeprefix(prefix) for field, value in form.items() if field.startswith(prefix) and value}


def _known(connection: Transaction, name: str) -> Account:
    found = store.account(connection, name)
    if found is None:
        raise HTTPException(status_code=404)
    return found


def _note(request: Asked, session: Session, connection: Transaction, act: str, name: str, detail: str = "") -> None:
    now, address = centre_of(request).clock(), address_of(request)
    trail.note(connection, session.name, act, f"account {name}", now, detail=detail, address=address)


def _listed(
    request: Asked, session: Session, *, problem: str = "", made: str = "", password: str = ""
) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        accounts = store.accounts(connection)
    values = {
        "accounts": accounts,
        "problem": problem,
        "made": made,
        "password": password,
        "makes": session.may(Right.ACCOUNTS_MAKE),
    }
    return render(request, "people/templates/accounts.html", session, values, status=422 if problem else 200)


def _one(request: Asked, session: Session, name: str, *, problem: str = "", password: str = "") -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        account = _known(connection, name)
        halls = sorted({*fleet.halls(connection), *account.halls})
        identity = staff.find(connection, name)
    values = {
        "account": account,
        "halls": halls,
        "roles": [role for role in Role if role not in ADMINISTRATORS],
        "administrators": sorted(ADMINISTRATORS),
        "problem": problem,
        "password": password,
        "makes": session.may(Right.ACCOUNTS_MAKE),
        "grants": session.may(Right.RIGHTS_GRANT),
        "own": name == session.name,
        "identity": identity,
        "identity_said": request.query_params.get("identity", ""),
        "key_id": centre.blind.key_id,
    }
    return render(request, "people/templates/one_account.html", session, values, status=422 if problem else 200)


pages = Router(
    "/",
    route_handlers=[listed, make, one, reset, close, grant, release, unlock, clear_factor],
    dependencies={"session": Provide(signed_in)},
)

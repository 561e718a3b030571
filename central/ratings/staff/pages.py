"""Entering who a member of staff is: the number is hashed at once and never kept; on somebody's own page once, on the
page of an account by the system administrator at any time.
"""

from litestar import Router, post
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect

from central.audit import rules as audit
from central.audit import store as trail
from central.people import store as people
from central.people.access import Form, SignedIn, address_of, form_fields, signed_in
from central.people.rules import Session
from central.persons import plain_number
from central.ratings.staff import rules, store
from central.web.page import Asked, centre_of


@post("/account/identity", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def enter_own(request: Asked, session: SignedIn, form: Form) -> Redirect:
    """Whoever is logged in; a second time only the administrator does it."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        known = store.find(connection, session.name)
    if known is not None and known.key_id == centre.blind.key_id:
        return Redirect("/account?identity=entered", status_code=303)
    return Redirect(f"/account{_entered(request, session, session.name, form.get('id_number', ''))}", status_code=303)


@post("/accounts/{name:str}/identity", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def enter(request: Asked, session: SignedIn, name: FromPath[str], form: Form) -> Redirect:
    """Somebody else; without a number what was entered is taken away."""
    with centre_of(request).database.reading() as connection:
        if not people.exists(connection, name):
            raise HTTPException(status_code=404)
    if form.get("forget"):
        with centre_of(request).database.writing() as connection:
            if store.forget(connection, name):
                now, address = centre_of(request).clock(), address_of(request)
                trail.note(connection, session.name, audit.IDENTITY_FORGOTTEN, f"account {name}", now, address=address)
        return Redirect(f"/accounts/{name}", status_code=303)
    told = _entered(request, session, name, form.get("id_number", ""))
    return Redirect(f"/accounts/{name}{told}", status_code=303)


def _entered(request: Asked, session: Session, name: str, typed: str) -> str:
    """What the page is asked to say."""
    number = plain_number(typed)
    if not rules.is_number(number):
        return "?identity=wrong"
    centre = centre_of(request)
    with centre.database.writing() as connection:
        now = centre.clock()
        store.enter(connection, name, centre.blind.person(number), centre.blind.key_id, session.name, now)
        trail.note(connection, session.name, audit.IDENTITY_SET, f"account {name}", now, address=address_of(request))
    return "?identity=kept"


pages = Router("/", route_handlers=[enter_own, enter], dependencies={"session": Provide(signed_in)})

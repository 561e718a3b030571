"""Papers that came later, on the case's page: what was brought how, at a window, looked at, taken or refused."""

import base64
import secrets
from typing import Any

import msgspec
import structlog
from litestar import Router, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central import persons
from central.cases import store as cases
from central.cases.rules import NOTE_LIMIT, REASON_LIMIT, Case, clean_note
from central.centre import Centre
from central.database import Transaction
from central.feed.catalogue import store as catalogue
from central.openings import store as openings
from central.openings.store import Opening
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.scans import store as scans
from central.scans.shelf import Lost
from central.supplements import rules, store
from central.supplements.public import picture_context
from central.supplements.rules import How, State, Supplement
from central.unseal import CannotOpen, open_scan
from central.web.page import Asked, centre_of, render
from contract.catalogue import say

SUPPLEMENT = "supplement"
"""In the log of openings."""

log = structlog.get_logger()


def of_case(connection: Transaction, centre: Centre, case: Case) -> dict[str, Any]:
    """What the case's page shows of it."""
    item = catalogue.find(connection, case.item, centre.clock())
    given = store.of_cases(connection, [case.case_number])[case.case_number]
    codes = store.codes_of(connection, [case.case_id])[case.case_id]
    missing = store.missing_of(connection, case.case_id)
    names = {one.code: say(one.name, "zh-Hans") for one in item.materials} if item is not None else {}
    return {
        "supplements": given,
        "supplement_names": names,
        "supplement_missing": rules.still_missing(missing, given, codes),
        "supplement_doubtful": {one.supplement_id for one in given if not rules.believed(one, codes)},
        "supplement_coming": {one.supplement_id for one in given if scans.lacking(connection, one.supplement_id)},
    }


@post("/cases/{case_id:str}/supplement", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def brought(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str]) -> Redirect:
    """A paper was brought to a window: which, and what it was."""
    centre = centre_of(request)
    now, reason = centre.clock(), clean_note(form.get("reason", ""), NOTE_LIMIT)
    with centre.database.writing() as connection:
        case = cases.find(connection, case_id)
        if case is None:
            raise NotFoundException
        chosen = [code for code in store.missing_of(connection, case_id) if form.get(f"paper_{code}")]
        if not chosen or not reason:
            return Redirect(f"/cases/{case_id}?supplement=supplement.reason_missing#supplements", status_code=303)
        one = Supplement(
            supplement_id=f"window-{secrets.token_hex(12)}",
            terminal="",
            case_number=case.case_number,
            code="",
            item=case.item,
            how=How.WINDOW,
            materials=msgspec.json.encode(chosen).decode(),
            scans=0,
            sealed_as="",
            trust="B",
            masked_name=case.masked_name,
            reason=reason,
            by_whom=session.name,
            at=now.astimezone(centre.settings.zone).isoformat(timespec="seconds"),
            received_at=now,
            state=State.CHECKED,
            settled_by=session.name,
            settled_at=now,
        )
        store.add(connection, one)
        store.settle(connection, now)
    log.info("supplement_at_window", case=case_id, who=session.name)
    centre.live.changed()
    return Redirect(f"/cases/{case_id}#supplements", status_code=303)


@post("/supplements/{supplement_id:str}/judge", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def judge(request: Asked, session: SignedIn, form: Form, supplement_id: FromPath[str]) -> Redirect:
    """It is what it should be; or it is not, and why."""
    centre = centre_of(request)
    now, reason = centre.clock(), clean_note(form.get("reason", ""), NOTE_LIMIT)
    refuses = form.get("what") == "refuse"
    with centre.database.writing() as connection:
        one = store.find(connection, supplement_id)
        if one is None or form.get("what") not in {"accept", "refuse"}:
            raise NotFoundException
        back = f"/cases/{store.case_of(connection, one) or ''}"
        if refuses and not reason:
            return Redirect(f"{back}?supplement=supplement.reason_missing#supplements", status_code=303)
        if refuses:
            store.refuse(connection, supplement_id, session.name, reason, now)
        else:
            store.accept(connection, supplement_id, session.name, now)
        store.settle(connection, now)
    log.info("supplement_judged", supplement=supplement_id, refused=refuses, who=session.name)
    centre.live.changed()
    return Redirect(f"{back}#supplements", status_code=303)


@post(
    "/supplements/{supplement_id:str}/look",
    status_code=200,
    sync_to_thread=True,
    dependencies={"form": Provide(form_fields)},
)
def look(request: Asked, session: SignedIn, form: Form, supplement_id: FromPath[str]) -> Response[str]:
    """See its pictures. The look is committed before anything is opened."""
    centre = centre_of(request)
    reason = clean_note(form.get("reason", ""), REASON_LIMIT)
    with centre.database.writing() as connection:
        one = store.find(connection, supplement_id)
        if one is None:
            raise NotFoundException
        back = f"/cases/{store.case_of(connection, one) or ''}"
        if reason:
            openings.note(connection, Opening(SUPPLEMENT, supplement_id, session.name, centre.clock(), reason))
    values: dict[str, Any] = {"one": one, "back": back, "pictures": [], "problem": ""}
    if not reason:
        return _pictures(request, session, values | {"problem": "case.reason_missing"}, 422)
    log.info("supplement_opened", supplement=supplement_id, who=session.name)
    try:
        return _pictures(request, session, values | {"pictures": _opened(centre, one)}, 200)
    except CannotOpen as error:
        return _pictures(request, session, values | {"problem": f"open.{error.key}"}, 200)
    except Lost:
        return _pictures(request, session, values | {"problem": "supplement.coming"}, 200)


def _opened(centre: Centre, one: Supplement) -> list[tuple[str, str]]:
    """Material and picture as a data address. Raises CannotOpen and Lost."""
    keys = centre.fresh_keys()
    with centre.database.reading() as connection:
        refs = scans.refs_of(connection, one.supplement_id)
        held = store.pictures_of(connection, one.supplement_id)
    found = [
        (ref.what, open_scan(keys, centre.scans.shelf.read(ref.hash), one.terminal, one.sealed_as)) for ref, _ in refs
    ]
    found += [(code, persons.unseal(keys, sealed, picture_context(one.supplement_id))) for code, sealed in held]
    return [(what, _address(content)) for what, content in found]


def _address(content: bytes) -> str:
    kind = rules.kind_of_picture(content) or "image/jpeg"
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _pictures(request: Asked, session: SignedIn, values: dict[str, Any], status: int) -> Response[str]:
    return render(request, "supplements/templates/pictures.html", session, values, status=status)


pages = Router("/", route_handlers=[brought, judge, look], dependencies={"session": Provide(signed_in)})

"""The waybill of a case, as staff enter it on the case's page."""

from typing import Any

import structlog
from litestar import Router, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from central.cases import store as cases
from central.cases.rules import Case
from central.centre import Centre
from central.database import Transaction
from central.deliveries import rules, store
from central.feed.catalogue import store as catalogue
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.web.page import Asked, centre_of
from contract.catalogue import say

log = structlog.get_logger()


def of_case(connection: Transaction, centre: Centre, case: Case) -> dict[str, Any]:
    """What the case's page shows of it."""
    item = catalogue.find(connection, case.item, centre.clock())
    return {
        "delivery": store.find(connection, [case.case_id]).get(case.case_id),
        "delivery_free": item is not None and item.post_free,
        "delivery_from": say(item.department, "zh-Hans") if item is not None else "",
        "delivery_today": centre.today().isoformat(),
        "filed_how": store.filed_how(connection, case.case_id),
    }


@post("/cases/{case_id:str}/delivery", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def sent(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str]) -> Redirect:
    """A result was given to the courier, or what became of it was assessed."""
    centre = centre_of(request)
    now = centre.clock()
    with centre.database.writing() as connection:
        case = cases.find(connection, case_id)
        if case is None:
            raise NotFoundException
        item = catalogue.find(connection, case.item, now)
        free = item is not None and item.post_free
        try:
            named = (case.case_id, case.case_number, case.masked_name)
            one = rules.read(form, named, free=free, who=session.name, now=now)
        except rules.Malformed as error:
            return Redirect(f"/cases/{case_id}?delivery={error}#delivery", status_code=303)
        store.save(connection, one)
    log.info("delivery_entered", case=case_id, who=session.name)
    centre.live.changed()
    return Redirect(f"/cases/{case_id}#delivery", status_code=303)


pages = Router("/", route_handlers=[sent], dependencies={"session": Provide(signed_in)})

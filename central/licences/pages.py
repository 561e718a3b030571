"""Each licence of a set as it comes: staff enter its serial and where it lies; it is fetched like anything else."""

from datetime import timedelta
from typing import Any

import msgspec
import structlog
from litestar import Router, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from central.cases import store as cases
from central.cases.rules import Case, clean_note
from central.centre import Centre
from central.database import Transaction
from central.feed.catalogue import store as catalogue
from central.fleet import store as fleet
from central.licences import store
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.pickups import store as pickups
from central.pickups.rules import DOORS_AT_MOST, Kept, State
from central.progress import store as progress
from central.web.page import Asked, centre_of
from contract.catalogue import DEFAULT_LANGUAGE, say

KEPT_FOR = timedelta(days=30)
SERIAL_AT_MOST = 40
CODE_LENGTH = 8

log = structlog.get_logger()


def of_case(connection: Transaction, centre: Centre, case: Case) -> dict[str, Any]:
    """What the case's page shows of it."""
    item = catalogue.find(connection, case.item, centre.clock())
    made = store.of_cases(connection, [case.case_id]).get(case.case_id, {})
    left = [one for one in item.results if one.code not in made] if item is not None else []
    return {
        "licence_set": store.told(item, made),
        "licence_open": [(one.code, say(one.name, DEFAULT_LANGUAGE)) for one in left],
        "licence_terminals": [terminal.id for terminal in fleet.everyone(connection)] if left else [],
    }


@post("/cases/{case_id:str}/licence", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def put(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str]) -> Redirect:
    """One licence is there. Whose it is the index of cases says; nothing personal is typed again."""
    centre = centre_of(request)
    now, back = centre.clock(), f"/cases/{case_id}"
    serial = clean_note(form.get("serial", ""), SERIAL_AT_MOST)
    place, terminal, door = clean_note(form.get("place", ""), 80), form.get("terminal", ""), form.get("door") or "0"
    with centre.database.writing() as connection:
        case = cases.find(connection, case_id)
        item = catalogue.find(connection, case.item, now) if case is not None else None
        named = next((one for one in item.results if one.code == form.get("code")), None) if item is not None else None
        if case is None or named is None:
            raise NotFoundException
        known = {one.id for one in fleet.everyone(connection)}
        in_door = door.isascii() and door.isdigit() and 0 < int(door) <= DOORS_AT_MOST and terminal in known
        if not serial or not (in_door or place or named.document):
            return Redirect(f"{back}?licence=licences.missing#licences", status_code=303)
        pickup_id = centre.blind.lookup("licence", f"{case_id}/{named.code}")[:24]
        kept = Kept(
            pickup_id=pickup_id,
            person=progress.person_of(connection, case_id),
            masked_name=case.masked_name,
            title=msgspec.json.encode(named.name).decode(),
            terminal=terminal if in_door else "",
            door=int(door) if in_door else 0,
            code=centre.blind.digits("pickup", pickup_id, CODE_LENGTH),
            place=msgspec.json.encode({DEFAULT_LANGUAGE: place} if place else {}).decode(),
            document="" if in_door or place else f"{named.connector}/{named.document}",
            state=State.READY,
            until=(centre.today() + KEPT_FOR).isoformat(),
            added_by=session.name,
            added_at=now,
            changed_at=now,
        )
        if not pickups.add(connection, kept):
            return Redirect(f"{back}?licence=pickups.door_taken#licences", status_code=303)
        store.add(connection, case_id, named.code, serial, pickup_id, session.name, now)
    log.info("licence_there", case=case_id, code=named.code, who=session.name)
    centre.live.changed()
    return Redirect(f"{back}#licences", status_code=303)


pages = Router("/", route_handlers=[put], dependencies={"session": Provide(signed_in)})

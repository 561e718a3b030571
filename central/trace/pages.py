"""The trace on the pages: one case's chain, the checkpoints, a verification, and the cases that lack an event."""

from datetime import timedelta
from typing import Any

import msgspec
import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central import scoping
from central.cases import store as cases
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.progress import rules as progress
from central.trace import complete, keeping, rules, store
from central.trace.words import told
from central.web.page import Asked, centre_of, render
from contract.catalogue import say

LATELY = timedelta(days=31)
SHOWN_CHECKPOINTS = 31

log = structlog.get_logger()


@get("/cases/{case_id:str}/trace", sync_to_thread=True)
def of_case(request: Asked, session: SignedIn, case_id: FromPath[str]) -> Response[str]:
    """Everything that was done with one case, in the order of its chain, and whether the chain holds."""
    centre = centre_of(request)
    keeping.catch_up(centre, case_ids=[case_id])
    with centre.database.reading() as connection:
        case = cases.find(connection, case_id)
        if case is None:
            raise NotFoundException
        entries = store.entries(connection, [case_id])[case_id]
        head = store.heads_of(connection, [case_id]).get(case_id)
        lacks = complete.of_case(connection, case)
    lines = [(one, _of_staff(say(told(one, case.item_title, progress.WORDS), session.language))) for one in entries]
    faults = rules.chain_faults(case_id, entries, head)
    values = {"case": case, "lines": lines, "faults": faults, "lacks": lacks, "head": head}
    return render(request, "trace/templates/of_case.html", session, values)


def _of_staff(words: str) -> str:
    """The citizen's line as somebody else reads it."""
    return words.replace("您", "办事人")


@get("/trace", sync_to_thread=True)
def standing(request: Asked, session: SignedIn) -> Response[str]:
    """The checkpoints, and the cases of the last month that lack an event they must have."""
    return render(request, "trace/templates/trace.html", session, _known(request))


@post("/trace/verify", status_code=200, sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def verified(request: Asked, session: SignedIn, form: Form) -> Response[str]:  # noqa: ARG001 - its token is checked
    """Read every chain and checkpoint, and say what does not hold."""
    centre = centre_of(request)
    with scoping.all_halls():  # a checkpoint is over the chains of every hall
        report = keeping.verify(centre.database, centre.fresh_keys(), centre.clock())
    log.info("trace_verified", faults=len(report.faults), who=session.name)
    return render(request, "trace/templates/trace.html", session, _known(request) | {"report": report})


@post("/trace/seal", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def sealed(request: Asked, session: SignedIn, form: Form) -> Redirect:  # noqa: ARG001 - its token is checked
    """One more checkpoint, now."""
    with scoping.all_halls():
        keeping.seal(centre_of(request), keeping.BY_HAND)
    log.info("trace_sealed_by_hand", who=session.name)
    return Redirect("/trace", status_code=303)


@get("/trace/checkpoints/{number:int}", sync_to_thread=True)
def checkpoint(request: Asked, session: SignedIn, number: FromPath[int]) -> Response[bytes]:  # noqa: ARG001 - signed in
    """A checkpoint as a file to keep elsewhere: `central verify-trace --kept FILE` compares with it."""
    with centre_of(request).database.reading() as connection:
        found = next((one for one in store.all_checkpoints(connection) if one.number == number), None)
    if found is None:
        raise NotFoundException
    headers = {"Content-Disposition": f'attachment; filename="trace-{number}.json"'}
    return Response(msgspec.json.encode(found), media_type="application/json", headers=headers)


def _known(request: Asked) -> dict[str, Any]:
    centre = centre_of(request)
    keeping.catch_up(centre, since=centre.clock() - keeping.LATELY)
    first = centre.today() - LATELY
    with centre.database.reading() as connection:
        found = store.all_checkpoints(connection)
        chains, entries = store.count(connection)
        lacking = complete.listed(connection, first.isoformat())
    return {
        "checkpoints": found[::-1][:SHOWN_CHECKPOINTS],
        "chains": chains,
        "entries": entries,
        "unsealed": entries - (found[-1].entries if found else 0),
        "lacking": lacking,
        "first": first,
        "report": None,
    }


pages = Router(
    "/",
    route_handlers=[of_case, standing, verified, sealed, checkpoint],
    dependencies={"session": Provide(signed_in)},
)

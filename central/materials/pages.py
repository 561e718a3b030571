"""One picture of a case on a page: the look is logged first, then it is opened; and 与原件核对一致."""

import base64
from typing import Any

import structlog
from litestar import Router, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases import store as cases
from central.cases.rules import REASON_LIMIT, Case, clean_note
from central.centre import Centre
from central.database import Transaction
from central.feed.catalogue import store as catalogue
from central.materials import rules, store
from central.materials.rules import Check, Paper
from central.openings import store as openings
from central.openings.store import Opening
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.scans import store as scans
from central.scans.shelf import Lost
from central.supplements.rules import kind_of_picture
from central.unseal import CannotOpen, open_scan
from central.web.page import Asked, centre_of, render

log = structlog.get_logger()


def of_case(connection: Transaction, centre: Centre, case: Case) -> list[Paper]:
    """The pictures the case's page lists."""
    item = catalogue.find(connection, case.item, centre.clock())
    refs = scans.refs_of(connection, case.case_id)
    return rules.papers(refs, store.of_case(connection, case.case_id), item)


@post(
    "/cases/{case_id:str}/scans/{scan:str}/look",
    status_code=200,
    sync_to_thread=True,
    dependencies={"form": Provide(form_fields)},
)
def look(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str], scan: FromPath[str]) -> Response[str]:
    """See one picture. The look is committed before anything is opened."""
    centre = centre_of(request)
    reason = clean_note(form.get("reason", ""), REASON_LIMIT)
    case, paper = _find(request, case_id, scan)
    values: dict[str, Any] = {"case": case, "paper": paper, "picture": "", "is_picture": True, "problem": ""}
    if not reason:
        return _page(request, session, values | {"problem": "case.reason_missing"}, 422)
    with centre.database.writing() as connection:
        openings.note(connection, Opening(openings.SCAN, case_id, session.name, centre.clock(), reason))
    log.info("scan_opened", case=case_id, who=session.name)
    try:
        content = open_scan(centre.fresh_keys(), centre.scans.shelf.read(scan), case.terminal, case_id)
    except CannotOpen as error:
        return _page(request, session, values | {"problem": f"open.{error.key}"})
    except Lost:
        return _page(request, session, values | {"problem": "supplement.coming"})
    kind = kind_of_picture(content)
    address = f"data:{kind or 'application/pdf'};base64,{base64.b64encode(content).decode()}"
    return _page(request, session, values | {"picture": address, "is_picture": bool(kind)})


@post(
    "/cases/{case_id:str}/scans/{scan:str}/check",
    sync_to_thread=True,
    dependencies={"form": Provide(form_fields)},
)
def check(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str], scan: FromPath[str]) -> Redirect:
    """与原件核对一致: only somebody who has just looked at it can say so."""
    centre = centre_of(request)
    _, paper = _find(request, case_id, scan)
    if form.get("same") != "yes":
        raise NotFoundException
    with centre.database.writing() as connection:
        looked = {one.who for one in openings.of(connection, openings.SCAN, [case_id])}
        if session.name not in looked or not paper.held:
            return Redirect(f"/cases/{case_id}?life=materials.look_first#materials", status_code=303)
        now = centre.clock()
        store.check(connection, Check(case_id, scan, paper.material, rules.CHECKED, session.name, now))
    log.info("scan_checked", case=case_id, who=session.name)
    centre.live.changed()
    return Redirect(f"/cases/{case_id}#materials", status_code=303)


def _find(request: Asked, case_id: str, scan: str) -> tuple[Case, Paper]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        case = cases.find(connection, case_id)
        papers = of_case(connection, centre, case) if case is not None else []
    paper = next((one for one in papers if one.hash == scan), None)
    if case is None or paper is None:
        raise NotFoundException
    return case, paper


def _page(request: Asked, session: SignedIn, values: dict[str, Any], status: int = 200) -> Response[str]:
    told = values | {"watermark": rules.WATERMARK}
    return render(request, "materials/templates/picture.html", session, told, status=status)


pages = Router("/", route_handlers=[look, check], dependencies={"session": Provide(signed_in)})

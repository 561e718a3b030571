"""Reports and lists: which there are, each as page, PDF, spreadsheet and Word; reviewed, then for everybody."""

from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.reports import document as documents
from central.reports import making, periods, setting, store
from central.reports.document import Document, Part
from central.reports.periods import LENGTH, PUBLIC, Kind
from central.reports.store import Kept
from central.web.page import Asked, centre_of, render

MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
AUDIENCES = ("staff", "everybody")
log = structlog.get_logger()


@get("/reports", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """All reports, the newest first; the kind is in the URL. They are the district's: whoever sees some halls alone
    finds what was published.
    """
    return _listed(request, session)


def _listed(request: Asked, session: Session, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    kind = request.query_params.get("kind", "")
    with centre.database.reading() as connection:
        rows = store.listed(connection, kind if kind in set(Kind) else "", published=bool(session.halls))
    values = {
        "kinds": list(Kind),
        "kind": kind,
        "rows": rows,
        "public": PUBLIC,
        "periods": {one: periods.period_of(LENGTH[one], centre.today()).before.name for one in Kind},
        "running": {one: periods.period_of(LENGTH[one], centre.today()).name for one in Kind},
        "mine": not session.halls,
        "problem": problem,
    }
    return render(request, "reports/templates/reports.html", session, values, status=status)


@get("/reports/{report_id:str}", sync_to_thread=True)
def shown(request: Asked, session: SignedIn, report_id: FromPath[str]) -> Response[str]:
    """One report as a page."""
    _whole(session)
    return _shown(request, session, report_id)


def _shown(request: Asked, session: Session, report_id: str, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        kept, body = store.find(connection, report_id), store.document(connection, report_id)
        if kept is None or body is None:
            raise NotFoundException
        hashes = store.hashes(connection, report_id)
    document = documents.read(body)
    values = _values(document, kept) | {"hashes": hashes, "public": kept.kind in PUBLIC, "problem": problem}
    return render(request, "reports/templates/report.html", session, values, status=status)


def _values(document: Document, kept: Kept) -> dict[str, Any]:
    return {
        "document": document,
        "kept": kept,
        "facts": setting.facts_of(document),
        "told": documents.told,
        "charts": [_chart(part) for part in document.parts],
    }


def _chart(part: Part) -> dict[str, Any] | None:
    """What the page's script draws; the table stays beside it."""
    chart = part.chart
    if chart is None or len(part.rows) < 2:
        return None
    return {
        "shape": chart.shape,
        "labels": [documents.told(row[chart.label]) for row in part.rows],
        "series": [{"name": part.columns[at].title, "values": [row[at] for row in part.rows]} for at in chart.values],
        "target": chart.target,
        "unit": chart.unit,
    }


@get("/reports/{report_id:str}/{name:str}", sync_to_thread=True)
def file(
    request: Asked,
    session: SignedIn,
    report_id: FromPath[str],
    name: FromPath[str],
) -> Response[bytes]:
    """A file of it, as it was kept: `staff.pdf`, `everybody.xlsx` and so on."""
    _whole(session)
    audience, _, form = name.partition(".")
    return _file(request, report_id, audience, form)


def _file(request: Asked, report_id: str, audience: str, form: str) -> Response[bytes]:
    if form not in MEDIA or audience not in AUDIENCES:
        raise NotFoundException
    with centre_of(request).database.reading() as connection:
        body = store.file(connection, report_id, audience, form)
    if body is None:
        raise NotFoundException
    headers = {"Content-Disposition": f'attachment; filename="{report_id}.{form}"'}
    return Response(body, media_type=MEDIA[form], headers=headers)


@post("/reports", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def again(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Make one by hand: of a period that is running, or once more of one that is over."""
    _whole(session)
    centre = centre_of(request)
    if form.get("kind", "") not in set(Kind):
        return _listed(request, session, "reports.kind_missing", 422)
    kind = Kind(form["kind"])
    period = periods.read_period(LENGTH[kind], form.get("period", ""), centre.today())
    kept = making.make(centre, kind, period, who=session.name, again=True)
    if kept is None:
        return _listed(request, session, "reports.twice", 409)
    log.info("report_made", kind=kept.kind, period=kept.period, version=kept.version, who=session.name)
    centre.live.changed()
    return Redirect(f"/reports/{kept.report_id}", status_code=303)


@post("/reports/{report_id:str}/review", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def review(request: Asked, session: SignedIn, form: Form, report_id: FromPath[str]) -> Response[str] | Redirect:
    """Somebody read it and stands for it."""
    return _settle(request, session, report_id, form, "review")


@post("/reports/{report_id:str}/publish", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def publish(request: Asked, session: SignedIn, form: Form, report_id: FromPath[str]) -> Response[str] | Redirect:
    """Show its public version to everybody; what nobody reviewed stays inside."""
    return _settle(request, session, report_id, form, "publish")


def _settle(
    request: Asked, session: Session, report_id: str, form: dict[str, str], what: str
) -> Response[str] | Redirect:
    _whole(session)
    centre = centre_of(request)
    if form.get("read", "") != "yes" and what == "review":
        return _shown(request, session, report_id, "reports.not_read", 422)
    act = store.review if what == "review" else store.publish
    with centre.database.writing() as connection:
        done = act(connection, report_id, session.name, centre.clock())
    if not done:
        return _shown(request, session, report_id, f"reports.no_{what}", 409)
    log.info("report_settled", what=what, of=report_id, who=session.name)
    centre.live.changed()
    return Redirect(f"/reports/{report_id}", status_code=303)


def _whole(session: Session) -> None:
    """A report names cases of every hall; whoever sees some halls alone reads its public version. Raises 403."""
    if session.halls:
        raise PermissionDeniedException


@get("/open", sync_to_thread=True)
def everybody(request: Asked) -> Response[str]:
    """政务公开: what was published, for whoever looks."""
    with centre_of(request).database.reading() as connection:
        rows = store.listed(connection, published=True)
    return render(request, "reports/templates/open.html", None, {"rows": rows})


@get("/open/{report_id:str}", sync_to_thread=True)
def for_everybody(request: Asked, report_id: FromPath[str]) -> Response[str]:
    """The public version of one."""
    kept, document = _published(request, report_id)
    return render(request, "reports/templates/open_report.html", None, _values(document, kept))


@get("/open/{report_id:str}/{name:str}", sync_to_thread=True)
def public_file(request: Asked, report_id: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """A file of the public version, `report.pdf` and so on."""
    _published(request, report_id)
    return _file(request, report_id, "everybody", name.removeprefix("report."))


def _published(request: Asked, report_id: str) -> tuple[Kept, Document]:
    with centre_of(request).database.reading() as connection:
        kept, body = store.find(connection, report_id), store.document(connection, report_id, for_all=True)
    if kept is None or body is None or kept.published_at is None:
        raise NotFoundException
    return kept, documents.read(body)


pages = Router(
    "/",
    route_handlers=[listed, shown, file, again, review, publish],
    dependencies={"session": Provide(signed_in)},
)
public = Router("/", route_handlers=[everybody, for_everybody, public_file])

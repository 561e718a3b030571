"""安全审计 for the audit administrator: acts and looks in one list, the chain checked, the list to take along."""

from datetime import date, datetime, time, timedelta
from typing import Final

import msgspec
from litestar import Router, get
from litestar.di import Provide
from litestar.response import Response

from central.audit import rules, store
from central.audit.store import Asked as Wanted
from central.csv_text import csv_text
from central.people import store as people
from central.people.access import SignedIn, signed_in
from central.web.page import Asked, Telling, centre_of, render
from central.web.words import Words

_PAGE: Final = 100
_TABLE_AT_MOST: Final = 20_000
_USUAL_DAYS: Final = 7


@get("/audit", sync_to_thread=True)
def trail(request: Asked, session: SignedIn) -> Response[str]:
    """The newest acts, by person, act and day."""
    centre = centre_of(request)
    wanted, first, last = _wanted(request)
    with centre.database.reading(still=True) as connection:
        rows = store.listed(connection, wanted, _PAGE + 1)
        names = people.names(connection)
        checked = store.checked(connection) if request.query_params.get("check") else None
    values = {
        "rows": rows[:_PAGE],
        "older": rows[_PAGE - 1].at.isoformat() if len(rows) > _PAGE else "",
        "acts": rules.ACTS,
        "names": names,
        "checked": checked,
        "who": wanted.who,
        "act": wanted.act,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "days": max(centre.settings.audit_days, rules.KEPT_AT_LEAST.days),
        "syslog": centre.settings.syslog,
    }
    return render(request, "audit/templates/audit.html", session, values)


@get("/audit.csv", sync_to_thread=True)
def table(request: Asked, session: SignedIn) -> Response[str]:
    """The same list as a table; taking it along is an act of its own."""
    centre = centre_of(request)
    wanted, first, last = _wanted(request)
    with centre.database.writing() as connection:
        rows = store.listed(connection, wanted, _TABLE_AT_MOST)
        detail = f"{first} {last} {wanted.who} {wanted.act}: {len(rows)}"
        store.note(connection, session.name, rules.EXPORTED, "/audit.csv", centre.clock(), detail=detail)
    words = Words(session.language)
    tell = Telling(centre, words)
    head = [words(f"audit.{name}") for name in ("seq", "at", "who", "act", "about", "detail", "address")]
    lines = (
        (row.seq, tell.full(row.at), row.who, words(f"audit_act.{row.act}"), row.about, row.detail, row.address)
        for row in rows
    )
    headers = {"Content-Disposition": f'attachment; filename="audit-{first}-{last}.csv"'}
    return Response(csv_text(head, lines), media_type="text/csv; charset=utf-8", headers=headers)


def _wanted(request: Asked) -> tuple[Wanted, date, date]:
    centre = centre_of(request)
    asked = request.query_params
    last = _day(asked.get("last", ""), centre.today())
    first = min(_day(asked.get("first", ""), last - timedelta(days=_USUAL_DAYS)), last)
    zone = centre.settings.zone
    since = datetime.combine(first, time(), zone)
    before = datetime.combine(last + timedelta(days=1), time(), zone)
    try:
        older = datetime.fromisoformat(asked.get("before", ""))
        before = min(before, older) if older.tzinfo else before
    except ValueError:
        pass
    act = asked.get("act", "")
    return Wanted(before, since, asked.get("who", "")[:80], act if act in rules.ACTS else ""), first, last


def _day(text: str, usual: date) -> date:
    try:
        return msgspec.convert(text, date)
    except msgspec.ValidationError:
        return usual


pages = Router("/", route_handlers=[trail, table], dependencies={"session": Provide(signed_in)})

"""周一简报 on a page, to read, to print and to take along."""

from datetime import date
from typing import Any

import msgspec
from litestar import Router, get
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.response import Response

from central.csv_text import Cell
from central.digests import rules, store
from central.digests.rules import Digest
from central.fleet.sheets import sheet
from central.matters.telling import told_of
from central.people.access import SignedIn, signed_in
from central.people.rules import Session
from central.web.page import Asked, centre_of, render
from central.web.words import Words


@get("/digests", sync_to_thread=True)
def shown(request: Asked, session: SignedIn) -> Response[str]:
    """The newest, or the one of `?day=`."""
    found, days = _found(request, session)
    values: dict[str, Any] = {"digest": found, "days": days, "told_of": told_of, "charts": _charts(found)}
    return render(request, "digests/templates/digest.html", session, values)


def _found(request: Asked, session: Session) -> tuple[Digest | None, list[str]]:
    with centre_of(request).database.reading() as connection:
        days = store.days(connection)
        asked = request.query_params.get("day", "")
        day = asked if asked in days else (days[0] if days else "")
        found = store.find(connection, day) if day else None
    return (None if found is None else _of(found, session)), days


def _of(digest: Digest, session: Session) -> Digest:
    """What of it is of the halls somebody may see."""
    return msgspec.structs.replace(
        digest,
        failures=tuple(one for one in digest.failures if session.sees(one.hall)),
        route=tuple(one for one in digest.route if session.sees(one.hall)),
        windows=tuple(one for one in digest.windows if session.sees(one.hall)),
    )


def _charts(digest: Digest | None) -> list[tuple[str, str, list[rules.Windows]]]:
    """Hall and queue, what the script draws of it, and the same in rows."""
    places: dict[tuple[str, str], list[rules.Windows]] = {}
    for one in digest.windows if digest else ():
        places.setdefault((one.hall, one.queue), []).append(one)
    return [
        (
            f"{hall} {queue}",
            msgspec.json.encode(
                {
                    "names": [one.at for one in rows],
                    "values": [[one.arrivals for one in rows], [one.windows for one in rows]],
                }
            ).decode(),
            rows,
        )
        for (hall, queue), rows in sorted(places.items())
    ]


@get("/digests.xlsx", sync_to_thread=True)
def as_xlsx(request: Asked, session: SignedIn) -> Response[bytes]:
    """The weekend's failures as a workbook."""
    words = Words(session.language)
    found, _ = _found(request, session)
    if found is None:
        raise NotFoundException
    head = [
        words(f"digests.{name}") for name in ("kind", "about", "terminal", "hall", "minutes", "affected", "expected")
    ]
    rows: list[list[Cell]] = [
        [
            words(f"matter_kind.{one.kind}"),
            told_of(words, one.kind, one.detail),
            one.terminal,
            one.hall,
            one.minutes,
            one.affected,
            one.expected,
        ]
        for one in found.failures
    ]
    return sheet(f"digest-{date.fromisoformat(found.day):%Y%m%d}", "xlsx", head, rows)


pages = Router("/", route_handlers=[shown, as_xlsx], dependencies={"session": Provide(signed_in)})

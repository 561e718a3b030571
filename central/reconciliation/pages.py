"""The reconciliation page: 100 %, or what is missing, by terminal and lane."""

from datetime import timedelta

from litestar import get
from litestar.response import Response

from central.people.access import SignedIn
from central.reconciliation import store
from central.reconciliation.rules import by_terminal, share
from central.web.page import Asked, centre_of, render

ACCOUNTS_OF = timedelta(days=8)
"""A terminal silent for longer is shown by the wall, not here."""


@get("/reconciliation", sync_to_thread=True)
def reconciliation(request: Asked, session: SignedIn) -> Response[str]:
    """Every terminal's last closed day against what is held."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        days = by_terminal(store.latest(connection, centre.clock() - ACCOUNTS_OF))
    claimed, held = sum(day.claimed for day in days), sum(day.held for day in days)
    values = {
        "days": days,
        "claimed": claimed,
        "held": held,
        "share": share(claimed, held),
        "share_of": share,
        "wrong": sum(bool(day.wrong) for day in days),
    }
    return render(request, "reconciliation/templates/reconciliation.html", session, values)

"""The report of cancelled proofs, on screen and as a table to take along."""

from litestar import Router, get
from litestar.di import Provide
from litestar.response import Response

from central.feed.catalogue import store as catalogue
from central.people.access import SignedIn, signed_in
from central.proofs import rules
from central.web.page import Asked, centre_of, render
from central.web.words import Words
from contract.proofs import ORDER

HEAD = ("proof", "source", "way", "item", "slug", "version")


@get("/proofs", sync_to_thread=True)
def shown(request: Asked, session: SignedIn) -> Response[str]:
    """Which papers are spared, by what, in which items."""
    return render(request, "proofs/templates/proofs.html", session, {"report": _report(request), "ways": ORDER})


@get("/proofs.csv", sync_to_thread=True)
def table(request: Asked, session: SignedIn) -> Response[str]:
    """The same as a table."""
    t = Words(session.language)
    words = {way: t(f"proofs.by_{way}") for way in ORDER}
    text = rules.table(_report(request), words, tuple(t(f"proofs.{name}") for name in HEAD))
    headers = {"Content-Disposition": 'attachment; filename="cancelled-proofs.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _report(request: Asked) -> rules.Report:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        return rules.report(catalogue.every(connection, centre.clock()))


pages = Router("/", route_handlers=[shown, table], dependencies={"session": Provide(signed_in)})

"""The phone's page of an unfinished filing: how to go on, and nothing of what it holds."""

import time
from typing import Final

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Response

from central.drafts import store
from central.drafts.answers import PURPOSE
from central.feed.catalogue import store as catalogue
from central.identity.knocks import Knocks
from central.persons import plain_code
from central.web.page import Asked, centre_of, render
from central.web.words import LANGUAGES, language_of

TOO_MANY: Final = 429
_knocks = Knocks(time.monotonic)


@get("/draft/{code:str}", sync_to_thread=True)
def draft(request: Asked, code: FromPath[str]) -> Response[str]:
    """What it is, until when it is kept, and where it is gone on with."""
    centre = centre_of(request)
    language = language_of(request.query_params.get("lang", "")) or LANGUAGES[0]
    if not _knocks.lets(request.client.host if request.client else ""):
        busy: dict[str, object] = {"found": None, "title": {}, "code": "", "problem": "draft.busy"}
        return render(request, "drafts/templates/draft.html", None, busy, language=language, status=TOO_MANY)
    now = centre.clock()
    with centre.database.reading() as connection:
        found = store.find(connection, centre.blind.lookup(PURPOSE, code))
        if found is not None and now >= found.until:
            found = None
        title = catalogue.title(connection, found.item, now) if found is not None else {}
    values: dict[str, object] = {
        "found": found,
        "title": title,
        "code": plain_code(code),
        "problem": "" if found else "draft.gone",
    }
    return render(request, "drafts/templates/draft.html", None, values, language=language, status=200 if found else 404)


pages = Router("/", route_handlers=[draft])

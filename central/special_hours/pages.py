"""错时延时公布: the list of windows with other hours, for anybody, to read, to print and to take along."""

from litestar import Router, get
from litestar.response import Response

from central.feed.catalogue import store as catalogue
from central.special_hours import rules
from central.special_hours.rules import Line
from central.web.page import Asked, centre_of, render
from central.web.words import LANGUAGES, Words, language_of

HEAD = ("unit", "item", "window", "place", "mode", "days", "times", "how", "phone")


@get("/special-hours", sync_to_thread=True)
def shown(request: Asked) -> Response[str]:
    """All of them; nobody has to be signed in to read when a window is open."""
    language = _language(request)
    t = Words(language)
    values = {"lines": [_told(line, t) for line in _lines(request, language)], "head": HEAD}
    return render(request, "special_hours/templates/special_hours.html", None, values, language=language)


@get("/special-hours.csv", sync_to_thread=True)
def taken_along(request: Asked) -> Response[str]:
    """The same as a table."""
    language = _language(request)
    t = Words(language)
    head = tuple(t(f"special_hours.{name}") for name in HEAD)
    text = rules.table(_lines(request, language), head, lambda line: _told(line, t))
    headers = {"Content-Disposition": 'attachment; filename="special-hours.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _language(request: Asked) -> str:
    return language_of(request.query_params.get("lang", "")) or LANGUAGES[0]


def _lines(request: Asked, language: str) -> tuple[Line, ...]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        return rules.lines(catalogue.every(connection, centre.clock()), language)


def _told(line: Line, t: Words) -> tuple[str, ...]:
    join = "、" if t.language == LANGUAGES[0] else ", "
    days = [t(f"special_hours.{day}") for day in line.days] + [
        t(f"special_hours.weekday_{day}") for day in line.weekdays
    ]
    how = t("special_hours.by_booking" if line.booking else "special_hours.no_booking")
    mode = t(f"special_hours.mode_{line.mode.value}")
    return (line.unit, line.item, line.window, line.place, mode, join.join(days), line.times, how, line.phone)


public = Router("/", route_handlers=[shown, taken_along])

"""How a page is made: the template, the words of the session's language, and times told in the hall's zone."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request
from litestar.enums import MediaType
from litestar.response import Response

from central.centre import Centre
from central.people.rules import Session
from central.web import menu
from central.web.words import LANGUAGES, Words

Asked = Request[Any, Any, Any]


def centre_of(request: Asked) -> Centre:
    """The running centre."""
    return cast("Centre", request.app.state.centre)


@cache
def templates() -> Environment:
    """Every domain's templates, by their path inside `central`. A value that is missing is an error."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Telling:
    """Times and lengths of time in words."""

    def __init__(self, centre: Centre, words: Words) -> None:
        self._zone = centre.settings.zone
        self._today = centre.today()
        self._words = words

    def clock(self, moment: datetime | str) -> str:
        """Hours and minutes; with the date when it is not today's."""
        local = self._local(moment)
        if local is None:
            return str(moment)
        return local.strftime("%H:%M" if local.date() == self._today else "%m-%d %H:%M")

    def full(self, moment: datetime | str) -> str:
        """Date and time to the second."""
        local = self._local(moment)
        return str(moment) if local is None else local.strftime("%Y-%m-%d %H:%M:%S")

    def day(self, day: date | str) -> str:
        """A date with its weekday; what is no date stands as it is."""
        try:
            found = date.fromisoformat(day) if isinstance(day, str) else day
        except ValueError:
            return str(day)
        return f"{found.isoformat()} {self._words(f'weekday.d{found.isoweekday()}')}"

    def seconds(self, moment: datetime) -> str:
        """The time of day to the second."""
        return moment.astimezone(self._zone).strftime("%H:%M:%S")

    def age(self, length: timedelta | float) -> str:
        """A length of time, rounded to what a person wants to know."""
        total = int(length.total_seconds() if isinstance(length, timedelta) else length)
        days, rest = divmod(abs(total), 86_400)
        hours, minutes, seconds = rest // 3600, rest % 3600 // 60, rest % 60
        if days:
            return self._words("time.days", days=days, hours=hours)
        if hours:
            return self._words("time.hours", hours=hours, minutes=minutes)
        return self._words("time.minutes", minutes=minutes) if minutes else self._words("time.seconds", seconds=seconds)

    def _local(self, moment: datetime | str) -> datetime | None:
        if isinstance(moment, str):
            try:
                moment = datetime.fromisoformat(moment)
            except ValueError:
                return None
        return moment.astimezone(self._zone) if moment.tzinfo else None


def is_partial(request: Asked) -> bool:
    """Whether the page asks only for its live part."""
    return request.headers.get("hx-request") == "true"


def render(
    request: Asked,
    template: str,
    session: Session | None,
    values: Mapping[str, object] | None = None,
    *,
    language: str = LANGUAGES[0],
    status: int = 200,
) -> Response[str]:
    """A page, or its live part alone when the page itself asks for it. `language` is for those without a session."""
    centre = centre_of(request)
    words = Words(session.language if session else language)
    kept = urlencode([(name, value) for name, value in request.query_params.multi_items() if name != "lang"])
    text = (
        templates()
        .get_template(template)
        .render(
            **(values or {}),
            t=words,
            tell=Telling(centre, words),
            centre=centre.settings,
            session=session,
            menu=menu.shown(session, request.url.path) if session else None,
            now=centre.clock(),
            path=request.url.path,
            here=f"{request.url.path}?{kept}" if kept else request.url.path,
            other_language=next(name for name in LANGUAGES if name != words.language),
            partial=is_partial(request),
        )
    )
    headers = {"Cache-Control": "no-store", "Vary": "HX-Request, Cookie"}
    return Response(text, media_type=MediaType.HTML, status_code=status, headers=headers)
